/** Installs the engine that comes with the extension into an environment of the extension's own. */

import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "./machine.ts";

/** What the extension carries: the engine's own wheel, and what it needs with hashes. */
export interface Bundle {
  wheel: string;
  requirements: string;
  /** Changes with the content of either. */
  id: string;
}

/** Runs one step; Rejects with StepFailed. */
export type Step = (file: string, args: readonly string[]) => Promise<void>;

export class StepFailed extends Error {}

const WEEK = 7 * 24 * 3600 * 1000;

/** The bundle in this folder; undefined when the extension was built without one. */
export function bundleIn(folder: string): Bundle | undefined {
  const requirements = join(folder, "requirements.txt");
  const name = existsSync(folder) ? readdirSync(folder).find((file) => file.endsWith(".whl")) : undefined;
  if (name === undefined || !existsSync(requirements)) {
    return undefined;
  }
  const wheel = join(folder, name);
  const hash = createHash("sha256").update(readFileSync(wheel)).update(readFileSync(requirements));
  return { wheel, requirements, id: hash.digest("hex").slice(0, 16) };
}

/** The environments below one folder of the extension's storage; one of them is current. */
export class Environments {
  readonly #folder: string;
  readonly #python: (environment: string) => string;

  constructor(folder: string, python: (environment: string) => string) {
    this.#folder = folder;
    this.#python = python;
  }

  /** How to run the Python of the environment made from this bundle; undefined when it is not installed. */
  current(bundle: Bundle): Command | undefined {
    const { id, environment } = this.#marker();
    const python = this.#python(join(this.#folder, environment));
    return id === bundle.id && existsSync(python) ? isolated(python) : undefined;
  }

  /** Installs the bundle with the Python `base`; with `wheels`, a folder, nothing is asked of an index. */
  async install(bundle: Bundle, base: string, wheels: string, step: Step): Promise<Command> {
    const environment = randomUUID().slice(0, 8); // another window's server may run from the one that is current
    const folder = join(this.#folder, environment);
    mkdirSync(this.#folder, { recursive: true });
    try {
      await step(base, ["-I", "-m", "venv", "--clear", folder]);
      const { file, args } = isolated(this.#python(folder));
      const pip = [...args, "-m", "pip", "--no-input", "--disable-pip-version-check", "install", "--progress-bar=off"];
      const source = wheels === "" ? [] : ["--no-index", "--find-links", wheels];
      const locked = ["--only-binary=:all:", "--require-hashes", "--requirement", bundle.requirements];
      await step(file, [...pip, ...source, ...locked]);
      await step(file, [...pip, "--no-index", "--no-deps", bundle.wheel]);
      this.#mark({ id: bundle.id, environment });
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
    this.#tidy(environment);
    return isolated(this.#python(folder));
  }

  #marker(): { id: string; environment: string } {
    try {
      return JSON.parse(readFileSync(join(this.#folder, "current.json"), "utf8"));
    } catch {
      return { id: "", environment: "none" };
    }
  }

  #mark(marker: { id: string; environment: string }): void {
    const file = join(this.#folder, "current.json");
    writeFileSync(`${file}.new`, JSON.stringify(marker));
    renameSync(`${file}.new`, file);
  }

  /** Removes environments that no window can be using any more. */
  #tidy(current: string): void {
    for (const name of readdirSync(this.#folder)) {
      const folder = join(this.#folder, name);
      const stats = statSync(folder, { throwIfNoEntry: false });
      if (name !== current && stats?.isDirectory() && Date.now() - stats.mtimeMs > WEEK) {
        try {
          rmSync(folder, { recursive: true, force: true });
        } catch {
          // in use after all: Windows keeps the files of a program that runs
        }
      }
    }
  }
}

/** Without the user's own site packages and Python variables. */
function isolated(python: string): Command {
  return { file: python, args: ["-I"] };
}
