/** The language servers that run from the extension's own environment. */

import { readdirSync, readFileSync } from "node:fs";

/** Their process numbers, workers included. */
export function serverProcesses(storage: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const [program, ...args] = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
        return program?.startsWith(storage) && args.includes("server");
      } catch {
        return false; // it has ended meanwhile
      }
    })
    .map(Number);
}
