// One bundle of the extension and everything it imports, except for `vscode`, which the editor brings.
import { build } from "esbuild";

await build({
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  bundle: true,
  minify: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  mainFields: ["module", "main"],
  external: ["vscode"],
  legalComments: "eof",
  logLevel: "info",
});
