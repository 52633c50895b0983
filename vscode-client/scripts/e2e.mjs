// The end-to-end test: installs real VS Code when it is not there, then drives it with the built .vsix. Arguments name scenarios.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { build } from "esbuild";

mkdirSync("out", { recursive: true });
await build({
  entryPoints: ["e2e/run.ts"],
  outfile: "out/e2e.mjs",
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  packages: "external",
});
const setup = spawnSync("e2e/setup.sh", { stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" });
if (setup.status !== 0) {
  process.exit(setup.status ?? 1);
}
const env = { ...process.env, ASKFIRST_E2E_HOME: setup.stdout.trim() };
const run = spawnSync(process.execPath, ["out/e2e.mjs", ...process.argv.slice(2)], { stdio: "inherit", env });
process.exit(run.status ?? 1);
