// The unit tests: each file becomes one bundle, with a stand-in for `vscode`, and node's own runner runs them.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { build } from "esbuild";

rmSync("out/test", { recursive: true, force: true });
const entryPoints = readdirSync("test").filter((name) => name.endsWith(".test.ts"));
await build({
  entryPoints: entryPoints.map((name) => `test/${name}`),
  outdir: "out/test",
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  sourcemap: "inline",
  alias: { vscode: "./test/vscode.ts" },
});
const { status } = spawnSync(
  process.execPath,
  ["--enable-source-maps", "--test", ...process.argv.slice(2), "out/test/"],
  {
    stdio: "inherit",
  },
);
process.exit(status ?? 1);
