/** The end-to-end test: one scenario after another; a table of what was measured at the end. Exit status 1 when one fails. */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Bench } from "./bench.ts";
import { hints } from "./hints.ts";
import { measures } from "./measures.ts";
import { otherwise } from "./otherwise.ts";
import { scenarios } from "./scenarios.ts";
import { trouble } from "./trouble.ts";

const FIRST = "first-run"; // makes what the others run with

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const vsix = resolve(`askfirst-${version}.vsix`);
if (!existsSync(vsix)) {
  console.error(`${vsix} is not there: npm run package`);
  process.exit(2);
}
const out = resolve("e2e/out");
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), "askfirst-e2e-"));
const bench = new Bench(process.env.ASKFIRST_E2E_HOME ?? "", folder, out);
const wanted = new Set(process.argv.slice(2));
let passed = 0;
let failed = 0;

async function attempt(all: Record<string, (bench: Bench) => Promise<void>>): Promise<void> {
  for (const [name, run] of Object.entries(all)) {
    if (wanted.size > 0 && !wanted.has(name) && name !== FIRST) {
      continue;
    }
    const began = Date.now();
    const took = () => `${((Date.now() - began) / 1000).toFixed(1)} s`;
    try {
      await run(bench);
      passed += 1;
      console.log(`ok      ${name} (${took()})`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${name} (${took()})\n${error instanceof Error ? error.stack : error}`);
      await bench.code.shotOfAll(join(out, `failed-${name}`));
    }
  }
}

try {
  bench.code.install(vsix);
  await bench.code.start(process.env);
  try {
    await attempt({ ...scenarios, ...hints, ...trouble, ...measures });
  } finally {
    await bench.code.stop();
  }
  await attempt(otherwise);
} finally {
  const said = bench.code.logs().join("\n==\n");
  writeFileSync(join(out, "output-channel.log"), said);
  // What the server answers to a request that it could not serve, with its message before it.
  const refused = [...said.matchAll(/^.*\n.*\n +Code: -326\d\d/gm)].map(([lines]) => lines);
  if (refused.length > 0) {
    failed += 1;
    console.log(`FAILED  requests that the server answered with an error:\n${[...new Set(refused)].join("\n")}`);
  }
  rmSync(folder, { recursive: true, force: true });
}

console.log("\n| measured | seconds |\n| --- | ---: |");
for (const [what, milliseconds] of bench.measured) {
  console.log(`| ${what} | ${(milliseconds / 1000).toFixed(2)} |`);
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
