import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const read = (path: string) => readFileSync(path, "utf8");
const json = (path: string): Record<string, string> => JSON.parse(read(path));
const manifest = read("package.json");
const english = json("package.nls.json");
const chinese = json("package.nls.zh-cn.json");
const bundle = json("l10n/bundle.l10n.zh-cn.json");

/** The sentences that the sources give to `l10n.t`, or to `t` taken out of it. */
function said(): Set<string> {
  const calls = readdirSync("src").flatMap((name) => [
    ...read(`src/${name}`).matchAll(/\bt\(\s*("(?:[^"\\]|\\.)*")?/g),
  ]);
  assert.ok(calls.length > 50);
  return new Set(
    calls.map(([call, literal]) => {
      assert.ok(literal, `not a plain string: ${call}`);
      return JSON.parse(literal);
    }),
  );
}

const same = (one: Iterable<string>, other: Iterable<string>) => assert.deepEqual([...one].sort(), [...other].sort());
const commandsIn = (text: string) => [...text.matchAll(/\(command:[^)]*\)/g)].map(([link]) => link);
const placeholders = (text: string) => [...text.matchAll(/\{\d+\}/g)].map(([one]) => one);

test("the manifest's words are there in both languages, and all are used", () => {
  const used = new Set([...manifest.matchAll(/"%([\w.]+)%"/g)].map((found) => found[1] ?? ""));
  same(used, Object.keys(english));
  same(used, Object.keys(chinese));
});

test("what the extension says is translated, and nothing is translated that it does not say", () => {
  same(said(), Object.keys(bundle));
});

test("translations are Chinese, with the placeholders and links of the English", () => {
  for (const [key, text] of Object.entries(chinese)) {
    if (!key.endsWith(".media")) {
      assert.match(text, /\p{Script=Han}/u, key);
    }
    same(commandsIn(text), commandsIn(english[key] ?? ""));
  }
  for (const [text, translation] of Object.entries(bundle)) {
    same(placeholders(translation), placeholders(text));
    if (/[a-z]{3}/.test(text.replaceAll("PATH", ""))) {
      assert.match(translation, /\p{Script=Han}|^Python$|askfirst\./u, text);
    }
  }
});

test("what the manifest and its words point at is there", () => {
  for (const words of [english, chinese]) {
    for (const [key, path] of Object.entries(words)) {
      assert.ok(!key.endsWith(".media") || existsSync(path), path);
    }
  }
  const { icon, contributes, main } = JSON.parse(manifest);
  assert.ok(existsSync(icon) && existsSync(contributes.viewsContainers.activitybar[0].icon) && main);
});

test("every command of the manifest is registered, and the other way round", () => {
  const declared = (JSON.parse(manifest).contributes.commands as { command: string }[]).map((one) => one.command);
  const table = /const commands[^{]*\{([\s\S]*?)\n {2}\};/.exec(read("src/commands.ts"))?.[1] ?? "";
  const registered = [...table.matchAll(/^ {4}(\w+): \(/gm)].map((found) => `askfirst.${found[1]}`);
  same(registered, declared);
});

test("whatever names a program or where one comes from is restricted in untrusted workspaces", () => {
  const { capabilities, contributes } = JSON.parse(manifest);
  const { restrictedConfigurations, supported } = capabilities.untrustedWorkspaces;
  assert.equal(supported, "limited");
  const properties = contributes.configuration.properties as Record<string, { scope: string }>;
  const machine = Object.keys(properties).filter((name) => properties[name]?.scope === "machine-overridable");
  same(restrictedConfigurations, machine);
  same(machine, ["askfirst.path", "askfirst.interpreter", "askfirst.install", "askfirst.wheels"]);
});
