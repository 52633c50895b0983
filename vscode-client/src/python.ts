/** Finds a Python that can carry the engine. Python is found, never shipped. */

import { askPython, type Trial } from "./find.ts";
import { type Machine, onPath } from "./machine.ts";
import { atLeast, shown, type Version } from "./versions.ts";

/** The oldest Python that the engine runs on. */
export const LEAST_PYTHON: Version = [3, 11, 0];

// The newest first; `python3` before them would often be the system's, which may lack venv.
const NAMES = ["python3.14", "python3.13", "python3.12", "python3.11", "python3", "python"];

// An editor that was started from a desktop may not have these on its PATH.
const USUAL = ["/opt/homebrew/bin/python3", "/usr/local/bin/python3", "/usr/bin/python3"];

export interface Python {
  file: string;
  version: string;
}

export interface PythonSearch {
  found: readonly Python[];
  tried: readonly Trial[];
}

/** All Pythons that are new enough: those in `first` (a setting, the Python extension's), then those on PATH. */
export async function findPythons(
  machine: Machine,
  first: readonly string[],
  folders: readonly string[],
  enough = Number.POSITIVE_INFINITY,
): Promise<PythonSearch> {
  const named = NAMES.flatMap((name) => onPath(machine, name, folders));
  const usual = machine.platform === "win32" ? [] : USUAL.filter((file) => machine.exists(file));
  const files = new Set([...first.filter((file) => file !== ""), ...named, ...usual]);
  const found: Python[] = [];
  const tried: Trial[] = [];
  for (const file of files) {
    if (found.length >= enough) {
      break;
    }
    const answer = await askPython(machine, { file, args: ["-I"] });
    if ("kind" in answer) {
      tried.push({ origin: "python", what: file, why: answer });
    } else if (atLeast(answer.python, LEAST_PYTHON)) {
      found.push({ file, version: shown(answer.python) });
    } else {
      tried.push({ origin: "python", what: file, why: { kind: "old", version: shown(answer.python) } });
    }
  }
  return { found, tried };
}
