// Packs askfirst-<version>.vsix. The extension and the engine in it are of one version.
import { readdirSync, readFileSync } from "node:fs";
import { createVSIX } from "@vscode/vsce";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const wheel = readdirSync("bundled").find((name) => name.endsWith(".whl"));
if (!wheel?.startsWith(`askfirst-${version}-`)) {
  console.error(`the extension is ${version}, the engine's wheel is ${wheel}: give both the same version`);
  process.exit(1);
}
// No repository is published yet: links between the files of the package stay as they are.
const links = { allowMissingRepository: true, rewriteRelativeLinks: false };
await createVSIX({ packagePath: `askfirst-${version}.vsix`, dependencies: false, ...links });
