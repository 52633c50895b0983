/** The life of the server in this window: found, started, restarted, and what it has said. */

import * as vscode from "vscode";
import { ExecuteCommandRequest, type LanguageClient } from "vscode-languageclient/node";
import type { Engine } from "./engine.ts";
import type { Found } from "./find.ts";
import type { Machine } from "./machine.ts";
import { notify, remedies } from "./notices.ts";
import { folders, isAndroid } from "./project.ts";
import { STATUS, type Status } from "./protocol.ts";
import { makeClient } from "./server.ts";
import { readOptions } from "./settings.ts";
import { type Stage, sentenceOf } from "./summary.ts";

export class Session {
  readonly #engine: Engine;
  readonly #machine: Machine;
  readonly #cwd: string;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #ready = new vscode.EventEmitter<void>();
  #client: LanguageClient | undefined;
  #queue: Promise<void> = Promise.resolve();

  /** What it is at now, and why when that is bad. */
  stage: Stage = "stopped";
  detail = "";
  readonly statuses = new Map<string, Status>();
  found: Found | undefined;

  /** The stage or a status has changed. */
  readonly onDidChange = this.#changed.event;
  /** A check has ended: trees are to be asked for again. */
  readonly onDidCheck = this.#ready.event;

  constructor(engine: Engine, machine: Machine, cwd: string, log: vscode.LogOutputChannel) {
    this.#engine = engine;
    this.#machine = machine;
    this.#cwd = cwd;
    this.#log = log;
  }

  get running(): boolean {
    return this.#client?.isRunning() === true;
  }

  /** Starts, or starts anew; one after another. */
  restart(): Promise<void> {
    return this.#enqueue(async () => {
      await this.#end();
      await this.#begin();
    });
  }

  stop(): Promise<void> {
    return this.#enqueue(() => this.#end());
  }

  /** Installs the engine, then starts with it. */
  install(): Promise<void> {
    return this.#enqueue(async () => {
      await this.#end();
      this.#enter("installing");
      if (await this.#engine.install()) {
        await this.#begin();
      } else {
        this.#enter("missing");
      }
    });
  }

  /** Resolves when nothing is under way any more. */
  settled(): Promise<void> {
    return this.#queue;
  }

  /** Asks the server; undefined when it is not running. Rejects when it answers with an error. */
  async request<T>(method: string, params: unknown): Promise<T | undefined> {
    return this.running ? this.#client?.sendRequest<T>(method, params) : undefined;
  }

  /** Has the server execute one of its commands. */
  execute<T>(command: string, ...args: unknown[]): Promise<T | undefined> {
    return this.request<T>(ExecuteCommandRequest.method, { command, arguments: args });
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(work).catch((error: unknown) => this.#fail(String(error)));
    return this.#queue;
  }

  async #begin(): Promise<void> {
    if (!this.#engine.settings.enable || !(await isAndroid())) {
      this.#enter("stopped");
      return;
    }
    this.#enter("finding");
    this.found = await this.#engine.obtain(() => this.#enter("installing"));
    if (this.found === undefined) {
      this.#enter("missing");
      return;
    }
    this.#enter("starting");
    const options = (resource?: vscode.Uri) => {
      const around = resource === undefined ? folders() : [resource.fsPath];
      return readOptions(vscode.workspace.getConfiguration("askfirst", resource), this.#machine, around);
    };
    const client = makeClient(this.found.command, options, this.#cwd, this.#log, {
      restarting: () => {
        this.#log.warn(vscode.l10n.t("The server died and is started again."));
        this.#enter("starting");
      },
      running: () => this.#enter("running"),
      died: (why) => this.#fail(why),
    });
    client.onNotification(STATUS, (status: Status) => this.#hear(status));
    this.#client = client;
    try {
      await client.start();
    } catch (error) {
      await new Promise((resolve) => setTimeout(resolve, 300)); // the process's own last words say more, and come later
      this.#fail(String(error));
    }
  }

  async #end(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      this.#log.warn(String(error)); // it had not started, or does not answer; its process is ended all the same
    }
    this.#enter("stopped");
  }

  #hear(status: Status): void {
    this.statuses.set(status.folder, status);
    this.#changed.fire();
    if (status.state === "ready") {
      this.#log.info(`${status.folder} · ${sentenceOf(status)}`);
      this.#ready.fire();
    }
  }

  #enter(stage: Stage, detail = ""): void {
    if (stage !== "running") {
      this.statuses.clear();
    }
    this.stage = stage;
    this.detail = detail;
    this.#changed.fire();
  }

  #fail(why: string): void {
    if (this.stage === "failed") {
      return;
    }
    this.#enter("failed", why);
    this.#log.error(why);
    const message = vscode.l10n.t("Askfirst's server has stopped: {0}", why || vscode.l10n.t("it gave no reason"));
    notify(
      vscode.window.showErrorMessage,
      message,
      remedies.restart(),
      remedies.output(),
      remedies.settings("askfirst"),
    );
  }
}
