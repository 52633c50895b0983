/** Gets a command that runs the server: finds one, or installs the engine that the extension carries after asking. */

import { spawn } from "node:child_process";
import { basename, join } from "node:path";
import * as vscode from "vscode";
import { type Found, findServer, lastLine, type Search } from "./find.ts";
import { type Bundle, bundleIn, Environments, type Step, StepFailed } from "./install.ts";
import { type Machine, pythonIn, safeEnvironment } from "./machine.ts";
import { notify, remedies } from "./notices.ts";
import { folders } from "./project.ts";
import { findPythons, type Python } from "./python.ts";
import { chosenInterpreter } from "./pythonExtension.ts";
import { readServerSettings, type ServerSettings } from "./settings.ts";
import { versionIn } from "./versions.ts";
import { originWords, trialWords } from "./words.ts";

const AGREED = "install.agreed";

export class Engine {
  readonly #context: vscode.ExtensionContext;
  readonly #machine: Machine;
  readonly #log: vscode.LogOutputChannel;
  readonly #bundle: Bundle | undefined;
  readonly #environments: Environments;

  constructor(context: vscode.ExtensionContext, machine: Machine, log: vscode.LogOutputChannel) {
    this.#context = context;
    this.#machine = machine;
    this.#log = log;
    this.#bundle = bundleIn(context.asAbsolutePath("bundled"));
    const storage = join(context.globalStorageUri.fsPath, "engine");
    this.#environments = new Environments(storage, (folder) => pythonIn(machine, folder));
  }

  get settings(): ServerSettings {
    return readServerSettings(vscode.workspace.getConfiguration("askfirst"), this.#machine, folders());
  }

  /** The command of the server, or undefined after having said what is missing. `installing` is called before it installs. */
  async obtain(installing: () => void): Promise<Found | undefined> {
    const { settings } = this;
    const search = await this.#search(settings);
    if (search.found !== undefined) {
      return search.found;
    }
    if (settings.path.length > 0) {
      const why = search.tried.map(trialWords).join("; ");
      const message = vscode.l10n.t("Askfirst cannot be started: {0}.", why);
      notify(vscode.window.showErrorMessage, message, remedies.settings("askfirst.path"), remedies.output());
      return undefined;
    }
    const agreed = settings.install === "always" || this.#context.globalState.get(AGREED) === true;
    if (this.#bundle !== undefined && settings.install !== "never" && agreed) {
      installing();
      return (await this.install()) ? (await this.#search(settings)).found : undefined;
    }
    this.#offer(settings);
    return undefined;
  }

  /** Installs the engine with progress shown; answers whether it is there now, and has said why when not. */
  async install(): Promise<boolean> {
    const bundle = this.#bundle;
    if (bundle === undefined) {
      const message = vscode.l10n.t(
        "This build of the extension carries no engine. Install askfirst[server] yourself.",
      );
      notify(vscode.window.showErrorMessage, message, remedies.settings("askfirst.path"));
      return false;
    }
    const { settings } = this;
    const [python] = await this.pythons(1);
    if (python === undefined) {
      const message = vscode.l10n.t("Askfirst needs Python 3.11 or newer, and none was found.");
      notify(vscode.window.showErrorMessage, message, remedies.choosePython(), remedies.output());
      return false;
    }
    this.#log.info(vscode.l10n.t("Installing the engine with Python {0} ({1})", python.version, python.file));
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t("Askfirst: installing the engine"),
      cancellable: true,
    };
    try {
      await vscode.window.withProgress(options, (progress, token) => {
        const step = this.#step((message) => progress.report({ message }), token);
        return this.#environments.install(bundle, python.file, settings.wheels, step);
      });
    } catch (error) {
      const why = error instanceof StepFailed ? error.message : String(error);
      this.#log.error(why);
      const message = vscode.l10n.t("The engine could not be installed: {0}", why);
      notify(vscode.window.showErrorMessage, message, remedies.choosePython(), remedies.output());
      return false;
    }
    await this.#context.globalState.update(AGREED, true);
    return true;
  }

  /** Pythons that can carry the engine, the preferred one first. */
  async pythons(enough?: number): Promise<readonly Python[]> {
    const chosen = vscode.workspace.isTrusted ? await chosenInterpreter(this.#log) : "";
    const { found, tried } = await findPythons(this.#machine, [this.settings.interpreter, chosen], folders(), enough);
    for (const trial of tried) {
      this.#log.info(trialWords(trial));
    }
    return found;
  }

  async #search(settings: ServerSettings): Promise<Search> {
    const search = await findServer(this.#machine, {
      paths: settings.path,
      interpreter: settings.interpreter,
      folders: folders(),
      trusted: vscode.workspace.isTrusted,
      python: await chosenInterpreter(this.#log),
      own: this.#bundle && this.#environments.current(this.#bundle),
      minimum: versionIn(this.#context.extension.packageJSON.version) ?? [0, 0, 0],
    });
    for (const trial of search.tried) {
      this.#log.info(trialWords(trial));
    }
    if (search.found !== undefined) {
      const { command, origin, version } = search.found;
      const words = [command.file, ...command.args].join(" ");
      this.#log.info(vscode.l10n.t("Using askfirst {0}: {1} ({2})", version, words, originWords(origin)));
    }
    return search;
  }

  #offer(settings: ServerSettings): void {
    if (this.#bundle === undefined || settings.install === "never") {
      const message = vscode.l10n.t("Askfirst's engine was not found. Install askfirst[server], or say where it is.");
      notify(vscode.window.showWarningMessage, message, remedies.settings("askfirst"), remedies.output());
      return;
    }
    const message = vscode.l10n.t(
      "Askfirst needs its engine. Install it into an environment of the extension's own, with a few MB from your package index?",
    );
    const { install, choosePython, settings: open, output } = remedies;
    notify(vscode.window.showInformationMessage, message, install(), choosePython(), open("askfirst"), output());
  }

  /** Runs a program, with all that it prints in the output channel and a short word of it as progress. */
  #step(report: (message: string) => void, token: vscode.CancellationToken): Step {
    return (file, args) =>
      new Promise((resolve, reject) => {
        this.#log.info([file, ...args].join(" "));
        const cwd = this.#context.globalStorageUri.fsPath;
        const env = { ...safeEnvironment(process.env), PIP_USER: "0" };
        const child = spawn(file, args, { cwd, env, windowsHide: true });
        const cancelled = token.onCancellationRequested(() => child.kill());
        let errors = "";
        child.stdout.setEncoding("utf8").on("data", (text: string) => {
          this.#log.info(text.trimEnd());
          report(progressWords(lastLine(text)));
        });
        child.stderr.setEncoding("utf8").on("data", (text: string) => {
          this.#log.info(text.trimEnd());
          errors += text;
        });
        child.on("error", (error) => reject(new StepFailed(error.message)));
        child.on("close", (code) => {
          cancelled.dispose();
          if (code === 0) {
            resolve();
          } else {
            reject(new StepFailed(token.isCancellationRequested ? vscode.l10n.t("cancelled") : stepFailure(errors)));
          }
        });
      });
  }
}

/** `Downloading x-1.0-py3-none-any.whl (3 kB)` → `x-1.0-py3-none-any.whl`; other lines as they are, cut. */
function progressWords(line: string): string {
  const file = /^\s*(?:Downloading|Processing|Using cached|Looking in links:) (\S+)/.exec(line)?.[1];
  return file === undefined ? line.slice(0, 60) : basename(file);
}

/** What a person can do about it, where pip or venv say so at length. */
function stepFailure(errors: string): string {
  if (errors.includes("ensurepip")) {
    return vscode.l10n.t("this Python has no venv; on Debian and Ubuntu it is the package python3-venv");
  }
  const line = errors.split(/\r?\n/).findLast((text) => text.startsWith("ERROR:"));
  return line?.slice("ERROR:".length).trim() ?? lastLine(errors);
}
