/** One run of the language server: starting it, and what happens when it dies. */

import { type ChildProcess, spawn } from "node:child_process";
import * as vscode from "vscode";
import {
  CloseAction,
  type CloseHandlerResult,
  ErrorAction,
  type ErrorHandler,
  type ErrorHandlerResult,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  State,
} from "vscode-languageclient/node";
import { lastLine } from "./find.ts";
import { linking } from "./links.ts";
import { type Command, safeEnvironment } from "./machine.ts";
import { DOCUMENTS } from "./project.ts";
import type { Options } from "./settings.ts";

const CRASHES = 3; // within
const MINUTES = 3;

export interface Events {
  /** The server died and is started again. */
  restarting(): void;
  /** The server has answered, for the first time or again. */
  running(): void;
  /** The server died for good; `why` is the last thing it said. */
  died(why: string): void;
}

/** A client for the server that `command` runs and that is told `options`, of a folder or in general; `cwd` is a folder of the extension's own. */
export function makeClient(
  command: Command,
  options: (resource?: vscode.Uri) => Options,
  cwd: string,
  log: vscode.LogOutputChannel,
  events: Events,
): LanguageClient {
  const mind = new Mind(log, events);
  const run = (): Promise<ChildProcess> => {
    const env = safeEnvironment(process.env);
    const child = spawn(command.file, [...command.args, "server"], { cwd, env, windowsHide: true });
    mind.watch(child);
    return new Promise((resolve, reject) => {
      child.once("spawn", () => resolve(child));
      child.once("error", reject);
    });
  };
  const clientOptions: LanguageClientOptions = {
    documentSelector: DOCUMENTS,
    initializationOptions: options(),
    outputChannel: log,
    traceOutputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    markdown: { isTrusted: { enabledCommands: ["askfirst.explain", "askfirst.showPath"] } },
    // The server asks for its section; it gets the settings with variables put in.
    middleware: {
      ...linking,
      workspace: {
        configuration: ({ items }) =>
          items.map(({ section, scopeUri }) =>
            section === "askfirst" ? options(scopeUri === undefined ? undefined : vscode.Uri.parse(scopeUri)) : null,
          ),
      },
    },
    errorHandler: mind,
    initializationFailedHandler: () => false,
  };
  const client = new LanguageClient("askfirst", "Askfirst", run, clientOptions);
  mind.ready = () => client.isRunning();
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Running) {
      events.running();
    }
  });
  return client;
}

/** Decides what to do when the connection breaks, and keeps the last words of the process. */
class Mind implements ErrorHandler {
  ready: () => boolean = () => false;
  readonly #log: vscode.LogOutputChannel;
  readonly #events: Events;
  #deaths: number[] = [];
  #words = "";

  constructor(log: vscode.LogOutputChannel, events: Events) {
    this.#log = log;
    this.#events = events;
  }

  watch(child: ChildProcess): void {
    this.#words = "";
    child.stderr?.on("data", (data: Buffer) => {
      this.#words = (this.#words + data.toString("utf8")).slice(-4000);
    });
    child.on("exit", (code, signal) => {
      this.#log.info(vscode.l10n.t("The server ended ({0}).", String(signal ?? code)));
    });
  }

  error(_error: Error, _message: unknown, count: number | undefined): ErrorHandlerResult {
    return { action: (count ?? 0) <= CRASHES ? ErrorAction.Continue : ErrorAction.Shutdown, handled: true };
  }

  closed(): CloseHandlerResult {
    const now = Date.now();
    this.#deaths = [...this.#deaths.filter((time) => now - time < MINUTES * 60_000), now];
    if (this.ready() && this.#deaths.length <= CRASHES) {
      this.#events.restarting();
      return { action: CloseAction.Restart, handled: true };
    }
    // What it printed last may still be on its way.
    setTimeout(() => this.#events.died(lastLine(this.#words)), 100);
    return { action: CloseAction.DoNotRestart, handled: true };
  }
}
