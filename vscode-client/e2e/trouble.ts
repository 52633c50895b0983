/** Servers that are restarted, die, are overtaken by edits, or are not there. */

import { equal, ok } from "node:assert/strict";
import type { Bench } from "./bench.ts";
import { serverProcesses } from "./processes.ts";
import { ANALYTICS, START } from "./scenarios.ts";

async function restart(bench: Bench): Promise<void> {
  const window = await bench.code.open(bench.project());
  await window.ready();
  await window.open(ANALYTICS);
  await window.squiggles("error").first().waitFor();
  const before = await serverProcesses(bench.code.storage);
  const began = Date.now();
  await window.command("Askfirst: Restart the server");
  await window.until("no squiggle", async () => (await window.squiggles("error").count()) === 0);
  await window.squiggles("error").first().waitFor();
  bench.measure("restart with a file open: to its first squiggle", Date.now() - began);
  await window.ready();
  bench.measure("restart with a file open: to the project checked", Date.now() - began);
  const after = await serverProcesses(bench.code.storage);
  ok(after.length > 0 && after.every((pid) => !before.includes(pid)), `other processes: ${before} then ${after}`);
  await window.close();
}

async function crash(bench: Bench): Promise<void> {
  const window = await bench.code.open(bench.project());
  await window.ready();
  await window.open(ANALYTICS);
  await window.squiggles("error").first().waitFor();
  const before = await serverProcesses(bench.code.storage);
  for (const pid of before) {
    process.kill(pid, "SIGKILL");
  }
  await window.until("no squiggle", async () => (await window.squiggles("error").count()) === 0);
  await window.squiggles("error").first().waitFor();
  await window.ready();
  const after = await serverProcesses(bench.code.storage);
  ok(after.length > 0 && after.every((pid) => !before.includes(pid)), `other processes: ${before} then ${after}`);
  await window.close();
}

/** The project is read while lines are added above the finding: it must end up where the text is then. */
async function editWhileIndexing(bench: Bench): Promise<void> {
  const window = await bench.code.open(bench.project());
  await window.ready();
  await window.open(ANALYTICS);
  await window.squiggles("error").first().waitFor();
  await window.command("Askfirst: Restart the server");
  await window.goTo(1, 1);
  for (let line = 0; line < 20; line += 1) {
    await window.page.keyboard.press("Enter");
    await window.page.waitForTimeout(40);
  }
  await window.ready();
  await window.problems("UMConfigure");
  await window
    .problem(`[Ln ${START.line + 20}, Col 9]`)
    .first()
    .waitFor();
  equal(await window.problem(`[Ln ${START.line}, Col 9]`).count(), 0);
  await window.shot("14-edited", bench.out);
  await window.close();
}

async function wrongPath(bench: Bench): Promise<void> {
  const project = bench.project();
  bench.settle(project, { "askfirst.path": ["/nowhere/askfirst"] });
  const window = await bench.code.open(project);
  const notice = window.notification("/nowhere/askfirst (setting askfirst.path) is not there");
  await notice.waitFor();
  await window.shot("16-wrong-path", bench.out);
  bench.settle(project, {});
  await window.ready();
  await window.close();
}

export const trouble: Record<string, (bench: Bench) => Promise<void>> = {
  restart,
  crash,
  "edit-while-indexing": editWhileIndexing,
  "wrong-path": wrongPath,
};
