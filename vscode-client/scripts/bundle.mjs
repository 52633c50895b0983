// Puts the engine's wheel and its locked requirements into bundled/, with a Python that is found: see bundle.py.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";

const PROBE = "import sys; sys.exit(sys.version_info < (3, 11))";
const names = [
  process.env.ASKFIRST_PYTHON,
  "../.venv/bin/python",
  ...["python3.14", "python3.13", "python3.12", "python3.11", "python3", "python"],
].filter(Boolean);
const python = names.find((name) => spawnSync(name, ["-c", PROBE]).status === 0);
if (python === undefined) {
  console.error("Python 3.11 or newer is needed to build the engine's wheel; none was found on PATH");
  process.exit(1);
}
const { status } = spawnSync(python, ["scripts/bundle.py"], { stdio: "inherit" });
if (status !== 0) {
  process.exit(status ?? 1);
}
console.log(`bundled: ${readdirSync("bundled").join(", ")}`);
