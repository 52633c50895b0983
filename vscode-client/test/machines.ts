/** Machines made up for tests: files, and what each program answers. */

import type { Machine, Ran } from "../src/machine.ts";

export interface Program {
  /** What it prints on `--version`. */
  version?: string;
  /** What it answers to the probe, when it is a Python. */
  python?: { python: [number, number, number]; askfirst?: string; server?: boolean };
  /** What it says before it fails. */
  broken?: string;
}

export interface MadeUp extends Machine {
  /** The programs that were run, in order. */
  ran: string[];
}

export function machineWith(programs: Record<string, Program>, extra: Partial<Machine> = {}): MadeUp {
  const ran: string[] = [];
  return {
    platform: "linux",
    env: { PATH: "/usr/bin" },
    home: "/home/lin",
    exists: (path) => path in programs,
    run: (file, args) => {
      ran.push(file);
      return Promise.resolve(answer(programs[file], args));
    },
    ran,
    ...extra,
  };
}

function answer(program: Program | undefined, args: readonly string[]): Ran {
  if (program?.broken !== undefined) {
    return { code: 1, stdout: "", stderr: `Traceback\n${program.broken}\n` };
  }
  if (program?.python !== undefined && args.includes("-c")) {
    const { python, askfirst = null, server = false } = program.python;
    return { code: 0, stdout: JSON.stringify({ python, askfirst, server }), stderr: "" };
  }
  if (program?.version !== undefined && args[0] === "--version") {
    return { code: 0, stdout: `${program.version}\n`, stderr: "" };
  }
  return { code: -1, stdout: "", stderr: "no such program" };
}
