/** Measures a project of your own, of any size. */

import type { Bench } from "./bench.ts";
import type { Workbench } from "./workbench.ts";

const { ASKFIRST_E2E_PROJECT, ASKFIRST_E2E_FILE } = process.env;

/** `file` is a finding in the project, as `Name.kt:line`. */
async function ownProject(bench: Bench, project: string, file: string): Promise<void> {
  const squiggle = async (window: Workbench) => {
    const kinds = [window.squiggles("error"), window.squiggles("warning"), window.squiggles("info")];
    await Promise.any(kinds.map((kind) => kind.first().waitFor()));
  };
  for (const time of ["first time", "second time"]) {
    const began = Date.now();
    const window = await bench.code.open(project);
    bench.measure(`own project, ${time}: from its address to the explorer`, Date.now() - began);
    await window.ready(300_000);
    bench.measure(`own project, ${time}: from its address to the project checked`, Date.now() - began);
    const enter = await window.find(file);
    const opened = Date.now();
    await enter();
    await squiggle(window);
    bench.measure(`own project, ${time}: from opening the file to its first squiggle`, Date.now() - opened);
    const restarted = Date.now();
    await window.command("Askfirst: Restart the server");
    await window.page.waitForTimeout(300);
    await squiggle(window);
    bench.measure(`own project, ${time}: restart with the file open, to its first squiggle`, Date.now() - restarted);
    await window.ready(300_000);
    bench.measure(`own project, ${time}: restart with the file open, to the project checked`, Date.now() - restarted);
    await window.shot("20-own-project", bench.out);
    await window.close();
  }
}

/** ASKFIRST_E2E_PROJECT is its folder, ASKFIRST_E2E_FILE where a finding is; without them there is nothing to do. */
export const own: Record<string, (bench: Bench) => Promise<void>> =
  ASKFIRST_E2E_PROJECT === undefined || ASKFIRST_E2E_FILE === undefined
    ? {}
    : { "own-project": (bench) => ownProject(bench, ASKFIRST_E2E_PROJECT, ASKFIRST_E2E_FILE) };
