/** What the engine shows beside its findings, and how it follows what is written. */

import { equal, match, ok } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "./bench.ts";
import type { Workbench } from "./workbench.ts";

const SOURCES = "app/src/main/java/com/example/trailmate";

/** Off by default; a click shows the way to what is collected. */
async function codeLens(bench: Bench): Promise<void> {
  const project = bench.project();
  const lens = (window: Workbench) =>
    window.page.locator(".codelens-decoration a", { hasText: /collects \d+ kinds of data before consent/ });
  const without = await bench.code.open(project);
  await without.ready();
  await without.open(`${SOURCES}/App.kt`);
  await without.page.waitForTimeout(1000);
  equal(await lens(without).count(), 0);
  await without.close();
  bench.settle(project, { "askfirst.codeLens": true });
  const window = await bench.code.open(project, `${SOURCES}/App.kt`); // there before anything is known of it
  await lens(window).first().waitFor();
  await window.shot("21-code-lens", bench.out);
  await lens(window).first().click();
  await window.quickPick("App.onCreate").waitFor();
  await window.quickPick("Startup.run").waitFor();
  await window.page.keyboard.press("Escape");
  await window.close();
}

async function inlayHints(bench: Bench): Promise<void> {
  const project = bench.project();
  bench.settle(project, { "askfirst.inlayHints": true });
  const window = await bench.code.open(project);
  await window.ready();
  await window.open("app/build.gradle.kts");
  await window.until("what an SDK reads", async () => (await window.text()).includes("reads advertising id (GAID)"));
  await window.shot("22-inlay-hints", bench.out);
  await window.open("app/src/main/AndroidManifest.xml");
  await window.until("who uses a permission", async () => (await window.text()).includes("used in 1 place"));
  await window.close();
}

/** Completion and hover in askfirst.toml, while it is being written. */
async function settingsFile(bench: Bench): Promise<void> {
  const project = bench.project();
  writeFileSync(join(project, "askfirst.toml"), '[rules]\nignore = ["sdk/ret"]\n');
  const window = await bench.code.open(project);
  await window.ready();
  await window.open("askfirst.toml");
  await window.goTo(2, 19); // behind sdk/ret
  const suggested = window.page.locator(".suggest-widget .monaco-list-row", { hasText: "sdk/retired" });
  await window.until("a rule's id is suggested", async () => {
    await window.page.keyboard.press("Control+Space");
    await window.page.waitForTimeout(500);
    return (await suggested.count()) > 0;
  });
  await window.page.waitForTimeout(500);
  await window.shot("23-completion", bench.out);
  await suggested.first().click();
  await window.until("the id", async () => (await window.text()).includes('ignore = ["sdk/retired"]'));
  await window.goTo(2, 3);
  await window.command("Show or Focus Hover");
  await window.page.locator(".monaco-hover-content", { hasText: "Leave these rules or themes out" }).first().waitFor();
  await window.shot("24-settings-hover", bench.out);
  await window.page.keyboard.press("Escape"); // the hover
  await window.page.keyboard.press("Control+s");
  await window.until("nothing is wrong with it", async () => (await window.squiggles("error").count()) === 0);
  await window.problems("App Center");
  await window.until("the rule is left out", async () => (await window.problem("App Center").count()) === 0);
  await window.close();
}

/** A call is taken out of one file: findings of others vanish, and come back with undo. */
async function undo(bench: Bench): Promise<void> {
  const window = await bench.code.open(bench.project());
  const before = await window.ready();
  await window.problems("UMConfigure");
  const started = window.problem("`UMConfigure.init` starts");
  await started.first().waitFor();
  await window.open(`${SOURCES}/Startup.kt`);
  await window.goTo(13, 9);
  match(await window.text(), /Analytics\.start/);
  await window.page.keyboard.press("Control+Shift+K");
  await window.until("the finding is gone", async () => (await started.count()) === 0);
  const [errors] = await window.ready();
  ok(errors < before[0], `${errors}`);
  await window.page.keyboard.press("Control+z");
  await started.first().waitFor();
  await window.until("all as before", async () => (await window.ready()).join() === before.join());
  await window.close();
}

export const hints: Record<string, (bench: Bench) => Promise<void>> = {
  "code-lens": codeLens,
  "inlay-hints": inlayHints,
  "settings-file": settingsFile,
  undo,
};
