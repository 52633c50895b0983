/** How long a person waits: on the example, and on a project of your own, of any size. */

import { ok } from "node:assert/strict";
import { appendFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { Bench } from "./bench.ts";
import { ANALYTICS, START } from "./scenarios.ts";
import type { Workbench } from "./workbench.ts";

const { ASKFIRST_E2E_PROJECT, ASKFIRST_E2E_FILE } = process.env;
const PATIENCE = 300_000;
const EDITS = 5;
const READY = /\[info\] file:.* errors: /;
const FOUND = /\[info\] Using askfirst/;

/** A finding: its file in a project, and its line. */
interface Spot {
  project: string;
  file: string;
  line: number;
}

/** Windows on the same project: all but the first find what an earlier one left in the cache. */
async function measure(bench: Bench, name: string, spot: Spot): Promise<void> {
  const note = (what: string, milliseconds: number) => bench.measure(`${name}, ${what}`, milliseconds);
  await newWindow(bench, spot, (what, milliseconds) => note(`nothing cached: ${what}`, milliseconds));
  await newWindow(bench, spot, (what, milliseconds) => note(`warm cache: ${what}`, milliseconds));
  await runningWindow(bench, spot, note);
  appendFileSync(join(spot.project, spot.file), "// changed while no window was open\n");
  await newWindow(bench, spot, (what, milliseconds) => note(`one file changed since: ${what}`, milliseconds));
}

type Note = (what: string, milliseconds: number) => void;

/** A window that opens with the file in it. */
async function newWindow(bench: Bench, spot: Spot, note: Note): Promise<void> {
  const checked = bench.code.said(READY).length;
  const began = Date.now();
  const window = await bench.code.open(spot.project, spot.file);
  note("new window, from its address to the explorer", Date.now() - began);
  const [squiggled, counted] = await Promise.all([
    squiggle(window).then(() => Date.now()),
    window.until("counts", () => window.counted(), PATIENCE).then(() => Date.now()),
  ]);
  const ready = await said(bench, window, checked);
  const found = bench.code.said(FOUND).at(-1) ?? Number.NaN;
  note("new window, from the server found to the file's first findings", squiggled - found);
  note("new window, from the server found to the project's findings", counted - found);
  note("new window, from the server found to the index", ready - found);
  await window.close();
}

/** The project is checked; the file is opened, then edited. */
async function runningWindow(bench: Bench, spot: Spot, note: Note): Promise<void> {
  const window = await bench.code.open(spot.project);
  await window.ready(PATIENCE);
  const enter = await window.find(`${spot.file}:${spot.line}`);
  const opened = Date.now();
  await enter();
  await squiggle(window);
  note("running window, from opening the file to its first findings", Date.now() - opened);
  await window.page.waitForTimeout(1000);
  const took = [];
  for (let edit = 0; edit < EDITS; edit += 1) {
    const checked = bench.code.said(READY).length;
    const typed = Date.now();
    await window.page.keyboard.press("Enter");
    took.push((await said(bench, window, checked)) - typed);
    await window.page.waitForTimeout(300);
  }
  took.sort((a, b) => a - b);
  note("running window, from an edit to the project checked, median", took[EDITS >> 1] ?? Number.NaN);
  note("running window, from an edit to the project checked, slowest", took.at(-1) ?? Number.NaN);
  await window.shot(`20-${basename(spot.project)}`, bench.out);
  await window.command("File: Revert File"); // nothing unsaved is kept for the next window
  await window.close();
}

/** Lines are added above the finding while the index is made: it ends up where the text is then. */
async function editWhileIndexing(bench: Bench, { project, file, line }: Spot): Promise<void> {
  const window = await bench.code.open(project, file);
  await window.until("the server reads", async () => (await window.status()) !== "");
  await window.page.locator(".monaco-editor .view-line").first().click();
  await window.goTo(1, 1);
  for (let added = 0; added < 20; added += 1) {
    await window.page.keyboard.press("Enter");
    await window.page.waitForTimeout(100);
  }
  await window.ready(PATIENCE);
  await window.problems("before the user has agreed");
  const moved = window.problem(`[Ln ${line + 20}, `);
  await moved.first().waitFor();
  ok((await window.problem(`[Ln ${line}, `).count()) === 0, "nothing is left where it was");
  await window.close();
}

/** When the project was checked once more than `before` times. */
async function said(bench: Bench, window: Workbench, before: number): Promise<number> {
  await window.until("the project is checked", async () => bench.code.said(READY).length > before, PATIENCE);
  return bench.code.said(READY).at(-1) ?? Number.NaN;
}

async function squiggle(window: Workbench): Promise<void> {
  const kinds = [window.squiggles("error"), window.squiggles("warning"), window.squiggles("info")];
  await Promise.any(kinds.map((kind) => kind.first().waitFor({ timeout: PATIENCE })));
}

/** A copy of the project, and where in it the finding at `place` is: `Name.kt:line`, or a path and a line. */
function spotOf(bench: Bench, folder: string, place: string): Spot {
  const project = bench.copy(folder, "own");
  const [name = "", line] = place.split(":");
  const all = readdirSync(project, { recursive: true, encoding: "utf8" });
  const file = all.find((path) => path === name || path.endsWith(`/${name}`));
  if (file === undefined) {
    throw new Error(`there is no ${name} in ${folder}`);
  }
  return { project, file, line: Number(line) };
}

/** ASKFIRST_E2E_PROJECT is the folder of a project, ASKFIRST_E2E_FILE where a finding is; without them only the example is measured. */
export const measures: Record<string, (bench: Bench) => Promise<void>> = {
  measure: (bench) => measure(bench, "example", { project: bench.project(), file: ANALYTICS, line: START.line }),
  ...(ASKFIRST_E2E_PROJECT === undefined || ASKFIRST_E2E_FILE === undefined
    ? {}
    : {
        "own-project": async (bench) => {
          const spot = spotOf(bench, ASKFIRST_E2E_PROJECT, ASKFIRST_E2E_FILE);
          await measure(bench, "own project", spot);
          await editWhileIndexing(bench, spot);
        },
      }),
};
