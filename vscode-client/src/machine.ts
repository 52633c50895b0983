/** What finding, probing and installing ask of the machine. Tests bring their own. */

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { posix, win32 } from "node:path";

export interface Ran {
  /** The exit status; -1 when the program could not be run. */
  code: number;
  stdout: string;
  stderr: string;
}

export interface Machine {
  platform: NodeJS.Platform;
  env: Record<string, string | undefined>;
  home: string;
  exists(path: string): boolean;
  /** Runs a program without a shell and never rejects. */
  run(file: string, args: readonly string[]): Promise<Ran>;
}

/** A program with the arguments that go before `server`. */
export interface Command {
  file: string;
  args: readonly string[];
}

/** This machine. Programs run in `cwd`, a folder of the extension's own: no file of a project shadows a module. */
export function thisMachine(cwd: string, home: string): Machine {
  return {
    platform: process.platform,
    env: process.env,
    home,
    exists: existsSync,
    run: (file, args) =>
      new Promise((resolve) => {
        const options = { cwd, env: safeEnvironment(process.env), timeout: 20_000, windowsHide: true };
        execFile(file, args, options, (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
          resolve({ code, stdout, stderr: stderr || (code === -1 ? (error?.message ?? "") : "") });
        });
      }),
  };
}

/** The environment in which Python is run: the folder it is started in is not searched for modules. */
export function safeEnvironment(env: Record<string, string | undefined>): NodeJS.ProcessEnv {
  return { ...env, PYTHONSAFEPATH: "1", PYTHONUTF8: "1" };
}

/** Path functions of the machine's platform. */
export function pathsOf(machine: Machine): typeof posix {
  return machine.platform === "win32" ? win32 : posix;
}

/** The files called `name` in the absolute folders of PATH, outside of `folders`: what a project brings is not run by chance. */
export function onPath(machine: Machine, name: string, folders: readonly string[]): string[] {
  const path = pathsOf(machine);
  const places = (machine.env.PATH ?? machine.env.Path ?? "").split(path.delimiter);
  const files = places
    .filter((place) => path.isAbsolute(place) && !inside(machine, folders, place))
    .map((place) => path.join(place, machine.platform === "win32" ? `${name}.exe` : name));
  return [...new Set(files)].filter((file) => machine.exists(file));
}

/** The Python of the virtual environment in `folder`. */
export function pythonIn(machine: Machine, folder: string): string {
  const path = pathsOf(machine);
  return machine.platform === "win32" ? path.join(folder, "Scripts", "python.exe") : path.join(folder, "bin", "python");
}

/** Whether `place` is one of these folders or lies in one. */
export function inside(machine: Machine, folders: readonly string[], place: string): boolean {
  const path = pathsOf(machine);
  return folders.some((folder) => {
    const relative = path.relative(folder, place);
    return relative === "" || (relative.split(path.sep)[0] !== ".." && !path.isAbsolute(relative));
  });
}
