import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { type Bundle, bundleIn, Environments, StepFailed } from "../src/install.ts";

const python = (environment: string) => join(environment, "bin", "python");
let folder = "";
let environments: Environments;
let steps: string[][] = [];

/** Stands in for python and pip: an environment appears, the rest is only noted. */
const step = (file: string, args: readonly string[]): Promise<void> => {
  steps.push([file, ...args]);
  const at = args.indexOf("venv");
  const made = args.at(-1);
  if (at >= 0 && made !== undefined) {
    mkdirSync(dirname(python(made)), { recursive: true });
    writeFileSync(python(made), "");
  }
  return Promise.resolve();
};

function bundle(content = "wheel"): Bundle {
  const place = join(folder, "bundled");
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "askfirst-0.1.0-py3-none-any.whl"), content);
  writeFileSync(join(place, "requirements.txt"), "tree-sitter==1 --hash=sha256:00\n");
  const found = bundleIn(place);
  assert.ok(found);
  return found;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "askfirst-"));
  environments = new Environments(join(folder, "engine"), python);
  steps = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a folder without wheel or requirements is no bundle", () => {
  assert.equal(bundleIn(join(folder, "none")), undefined);
  writeFileSync(join(folder, "requirements.txt"), "");
  assert.equal(bundleIn(folder), undefined);
});

test("a bundle is another one when its content changes", () => {
  assert.notEqual(bundle("one").id, bundle("two").id);
  assert.equal(bundle("one").id, bundle("one").id);
});

test("installs by hash, without building anything, then the wheel without asking an index", async () => {
  const carried = bundle();
  assert.equal(environments.current(carried), undefined);
  const command = await environments.install(carried, "/usr/bin/python3.12", "", step);
  assert.deepEqual(environments.current(carried), command);
  const [venv, locked, wheel] = steps;
  assert.equal(venv?.[0], "/usr/bin/python3.12");
  assert.ok(locked?.includes("--require-hashes") && locked.includes("--only-binary=:all:"));
  assert.ok(!locked?.includes("--no-index"));
  assert.ok(wheel?.includes("--no-index") && wheel.includes("--no-deps"));
  assert.equal(wheel?.at(-1), carried.wheel);
  assert.ok(steps.every((one) => one[1] === "-I"));
});

test("with a folder of wheels no index is asked, and hashes still count", async () => {
  await environments.install(bundle(), "python", "/wheels", step);
  const locked = steps[1]?.join(" ");
  assert.match(locked ?? "", /--no-index --find-links \/wheels .*--require-hashes/);
});

test("another bundle makes another environment, and the one in use stays", async () => {
  const first = await environments.install(bundle("one"), "python", "", step);
  const newer = bundle("two");
  assert.equal(environments.current(newer), undefined);
  const second = await environments.install(newer, "python", "", step);
  assert.notEqual(first.file, second.file);
  assert.equal(readdirSync(join(folder, "engine")).length, 3); // both, and which is current
});

test("an environment that nobody can be using is removed", async () => {
  const first = await environments.install(bundle("one"), "python", "", step);
  const old = dirname(dirname(first.file));
  utimesSync(old, 0, 0);
  await environments.install(bundle("two"), "python", "", step);
  assert.ok(!readdirSync(join(folder, "engine")).some((name) => old.endsWith(name)));
});

test("a failed install leaves nothing behind, and what was current stays so", async () => {
  const carried = bundle();
  const before = await environments.install(carried, "python", "", step);
  const failing = (file: string, args: readonly string[]) =>
    args.includes("pip") ? Promise.reject(new StepFailed("no matching distribution")) : step(file, args);
  await assert.rejects(environments.install(carried, "python", "", failing), StepFailed);
  assert.deepEqual(environments.current(carried), before);
  assert.equal(readdirSync(join(folder, "engine")).length, 2);
});

test("an environment whose Python is gone is not current", async () => {
  const carried = bundle();
  const command = await environments.install(carried, "python", "", step);
  rmSync(command.file);
  assert.equal(environments.current(carried), undefined);
});
