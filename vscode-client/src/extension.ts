/** Where VS Code comes in: the parts are made and wired here. */

import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import * as vscode from "vscode";
import { registerCommands } from "./commands.ts";
import { Engine } from "./engine.ts";
import { Explanations } from "./explain.ts";
import { thisMachine } from "./machine.ts";
import { whenAndroid } from "./project.ts";
import { whenInterpreterChanges } from "./pythonExtension.ts";
import { Session } from "./session.ts";
import { showStatus } from "./status.ts";
import { Views } from "./trees.ts";

// Settings that say which server runs; the server is told of the others.
const RUNNING = ["enable", "path", "interpreter", "install", "wheels"].map((key) => `askfirst.${key}`);

let session: Session | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("Askfirst", { log: true });
  const storage = context.globalStorageUri.fsPath;
  mkdirSync(storage, { recursive: true });
  const machine = thisMachine(storage, homedir());
  const engine = new Engine(context, machine, log);
  const running = new Session(engine, machine, storage, log);
  session = running;
  const views = new Views(running);
  const explanations = new Explanations(running);
  const { extension } = context;
  const restart = () => void running.restart();

  context.subscriptions.push(
    log,
    views,
    explanations,
    showStatus(running),
    registerCommands({ extension, session: running, engine, views, explanations, log }),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (RUNNING.some((key) => event.affectsConfiguration(key))) {
        restart();
      }
    }),
    whenAndroid(() => {
      if (running.stage === "stopped") {
        restart();
      }
    }),
  );
  restart();
  const changes = await whenInterpreterChanges(() => {
    if (running.found?.origin === "python" || running.stage === "missing") {
      restart();
    }
  }, log);
  context.subscriptions.push(changes);
}

export function deactivate(): Promise<void> | undefined {
  return session?.stop();
}
