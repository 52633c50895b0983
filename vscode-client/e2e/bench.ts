/** What scenarios are run with. */

import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { Code, type Setup } from "./code.ts";

export class Bench {
  readonly out: string;
  readonly measured: [string, number][] = [];
  code: Code;
  readonly #home: string;
  readonly #folder: string;

  constructor(home: string, folder: string, out: string) {
    this.#home = home;
    this.#folder = folder;
    this.out = out;
    this.code = this.another();
  }

  /** VS Code with the extension and the engine that are there already. */
  another(setup: Partial<Setup> = {}): Code {
    return new Code({ ...setup, home: this.#home, folder: join(this.#folder, "code") });
  }

  /** Runs `scenario` with VS Code started in another way. */
  async otherwise(name: string, setup: Partial<Setup>, scenario: (code: Code) => Promise<void>): Promise<void> {
    const code = this.another(setup);
    await code.start(process.env);
    try {
      await scenario(code);
    } catch (error) {
      await code.shotOfAll(join(this.out, `failed-${name}`));
      throw error;
    } finally {
      await code.stop();
    }
  }

  /** A copy of an example, in a folder of the same name whose own folder is new. */
  project(name = "leaking-kotlin"): string {
    return this.copy(resolve("../examples", name), "trailmate");
  }

  /** A copy of any folder, without its history. */
  copy(from: string, name: string): string {
    const copy = join(mkdtempSync(join(this.#folder, "project-")), name);
    cpSync(from, copy, { recursive: true, filter: (path) => basename(path) !== ".git" });
    return copy;
  }

  /** Writes the settings of a project's workspace. */
  settle(project: string, settings: Record<string, unknown>): void {
    mkdirSync(join(project, ".vscode"), { recursive: true });
    writeFileSync(join(project, ".vscode", "settings.json"), JSON.stringify(settings));
  }

  measure(what: string, milliseconds: number): void {
    this.measured.push([what, milliseconds]);
  }
}
