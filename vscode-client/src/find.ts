/** Finds the command that runs the language server. Pure: whatever it asks of the machine goes through `Machine`. */

import { type Command, inside, type Machine, onPath, pathsOf, pythonIn } from "./machine.ts";
import { atLeast, shown, type Version, versionIn } from "./versions.ts";

export type Origin = "setting" | "interpreter" | "workspace" | "python" | "path" | "own";

/** Where to look, in the order in which it is looked. */
export interface Places {
  /** Setting `askfirst.path`: files, or names on PATH. When it names something, nothing else is tried. */
  paths: readonly string[];
  /** Setting `askfirst.interpreter`. */
  interpreter: string;
  folders: readonly string[];
  /** Whether the workspace is trusted. Otherwise nothing that it brings is run. */
  trusted: boolean;
  /** The interpreter that the Python extension has chosen. */
  python: string;
  /** The environment that this extension has installed. */
  own: Command | undefined;
  minimum: Version;
}

/** Why something was not used. */
export type Why =
  | { kind: "absent" }
  | { kind: "broken"; detail: string }
  | { kind: "no-askfirst" }
  | { kind: "no-server" }
  | { kind: "old"; version: string }
  | { kind: "untrusted" };

export interface Trial {
  origin: Origin;
  what: string;
  why: Why;
}

export interface Found {
  origin: Origin;
  command: Command;
  version: string;
}

export interface Search {
  found: Found | undefined;
  /** What was looked at before, each with the reason why it was not used. */
  tried: readonly Trial[];
}

// What a Python says of itself; without importing what is big.
const PROBE = `
import json, sys
from importlib.util import find_spec
try:
    from askfirst import __version__ as version
except ImportError:
    version = None
print(json.dumps({"python": list(sys.version_info[:3]), "askfirst": version, "server": find_spec("pygls") is not None}))
`;

interface Answer {
  python: Version;
  askfirst: string | null;
  server: boolean;
}

/** Looks in all places until one can run the server. */
export async function findServer(machine: Machine, places: Places): Promise<Search> {
  const tried: Trial[] = [];
  for (const candidate of candidates(machine, places)) {
    const { origin, what } = candidate;
    const result = await look(machine, places, candidate);
    if ("kind" in result) {
      tried.push({ origin, what, why: result });
    } else {
      return { found: { origin, ...result }, tried };
    }
  }
  return { found: undefined, tried };
}

interface Candidate {
  origin: Origin;
  what: string;
  /** `python` is asked whether it has askfirst, `program` is askfirst itself; undefined when there is none. */
  python?: Command;
  program?: string;
}

function* candidates(machine: Machine, places: Places): Iterable<Candidate> {
  const path = pathsOf(machine);
  const named = (origin: Origin, name: string, folders: readonly string[]): Candidate => {
    const found = /[\\/]/.test(name) ? [] : onPath(machine, name, folders); // a relative path names no certain place
    const program = path.isAbsolute(name) ? name : found[0];
    return program === undefined ? { origin, what: name } : { origin, what: program, program };
  };
  const python = (origin: Origin, file: string): Candidate => ({ origin, what: file, python: { file, args: [] } });

  if (places.paths.length > 0) {
    yield* places.paths.map((name) => named("setting", name, []));
    return; // what was asked for is used, or its absence is said
  }
  if (places.interpreter !== "") {
    yield python("interpreter", places.interpreter);
  }
  for (const folder of places.folders) {
    const file = pythonIn(machine, path.join(folder, ".venv"));
    if (machine.exists(file)) {
      yield python("workspace", file);
    }
  }
  if (places.python !== "") {
    yield python("python", places.python);
  }
  yield named("path", "askfirst", places.folders);
  if (places.own !== undefined) {
    yield { origin: "own", what: places.own.file, python: places.own };
  }
}

type Outcome = Omit<Found, "origin"> | Why;

async function look(machine: Machine, places: Places, candidate: Candidate): Promise<Outcome> {
  const file = candidate.program ?? candidate.python?.file;
  if (file === undefined || !machine.exists(file)) {
    return { kind: "absent" };
  }
  if (!places.trusted && (candidate.origin === "python" || inside(machine, places.folders, file))) {
    return { kind: "untrusted" };
  }
  return candidate.python === undefined
    ? lookAtProgram(machine, file, places.minimum)
    : lookAtPython(machine, candidate.python, places.minimum);
}

async function lookAtProgram(machine: Machine, file: string, minimum: Version): Promise<Outcome> {
  const ran = await machine.run(file, ["--version"]);
  const version = versionIn(ran.stdout);
  if (ran.code !== 0 || version === undefined) {
    return { kind: "broken", detail: lastLine(ran.stderr) };
  }
  return atLeast(version, minimum)
    ? { command: { file, args: [] }, version: shown(version) }
    : { kind: "old", version: shown(version) };
}

async function lookAtPython(machine: Machine, python: Command, minimum: Version): Promise<Outcome> {
  const answer = await askPython(machine, python);
  if ("kind" in answer) {
    return answer;
  }
  const version = versionIn(answer.askfirst ?? "");
  if (version === undefined) {
    return { kind: "no-askfirst" };
  }
  if (!atLeast(version, minimum)) {
    return { kind: "old", version: shown(version) };
  }
  return answer.server
    ? { command: { file: python.file, args: [...python.args, "-m", "askfirst"] }, version: shown(version) }
    : { kind: "no-server" };
}

/** What the interpreter says of itself. */
export async function askPython(machine: Machine, python: Command): Promise<Answer | Why> {
  if (!machine.exists(python.file)) {
    return { kind: "absent" };
  }
  const ran = await machine.run(python.file, [...python.args, "-c", PROBE]);
  try {
    return JSON.parse(ran.stdout) as Answer;
  } catch {
    return { kind: "broken", detail: lastLine(ran.stderr) };
  }
}

export function lastLine(text: string): string {
  return text.trim().split(/\r?\n/).at(-1) ?? "";
}
