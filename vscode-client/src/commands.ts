/** The commands, and the menu behind the status bar item. */

import * as vscode from "vscode";
import type { Engine } from "./engine.ts";
import type { Explanations } from "./explain.ts";
import { CHECK, CREATE_SETTINGS } from "./protocol.ts";
import type { Session } from "./session.ts";
import type { Views } from "./trees.ts";
import { showPath } from "./walk.ts";

export interface Parts {
  extension: vscode.Extension<unknown>;
  session: Session;
  engine: Engine;
  views: Views;
  explanations: Explanations;
  log: vscode.LogOutputChannel;
}

export function registerCommands(parts: Parts): vscode.Disposable {
  const { session, explanations, views, log } = parts;
  const commands: Record<string, (argument?: unknown) => unknown> = {
    restart: () => session.restart(),
    install: () => session.install(),
    showOutput: () => log.show(true),
    menu: () => menu(),
    choosePython: () => choosePython(parts),
    openWalkthrough: () =>
      vscode.commands.executeCommand("workbench.action.openWalkthrough", `${parts.extension.id}#start`, false),
    checkProject: () => whenRunning(session, () => session.execute(CHECK)),
    createSettings: () => whenRunning(session, () => createSettings(session)),
    refreshTree: () => whenRunning(session, () => views.refresh()),
    explain: (name) => whenRunning(session, () => explanations.explain(name)),
    showPath: (fingerprint) => whenRunning(session, () => showPath(session, fingerprint)),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(`askfirst.${name}`, run)),
  );
}

async function whenRunning(session: Session, run: () => Promise<unknown>): Promise<void> {
  if (session.running) {
    await run();
  } else {
    void vscode.window.showInformationMessage(vscode.l10n.t("Askfirst is not running."));
  }
}

async function menu(): Promise<void> {
  const entry = (icon: string, label: string, command: string, ...args: unknown[]) => ({
    label: `$(${icon}) ${label}`,
    run: () => vscode.commands.executeCommand(command, ...args),
  });
  const { t } = vscode.l10n;
  const picked = await vscode.window.showQuickPick(
    [
      entry("check-all", t("Check the project"), "askfirst.checkProject"),
      entry("list-tree", t("Show what happens before consent"), "askfirst.consent.focus"),
      entry("book", t("Explain…"), "askfirst.explain"),
      entry("new-file", t("Create askfirst.toml"), "askfirst.createSettings"),
      entry("output", t("Show output"), "askfirst.showOutput"),
      entry("debug-restart", t("Restart"), "askfirst.restart"),
      entry("cloud-download", t("Install the engine"), "askfirst.install"),
      entry("gear", t("Open settings"), "workbench.action.openSettings", "askfirst"),
    ],
    { title: "Askfirst" },
  );
  await picked?.run();
}

async function createSettings(session: Session): Promise<void> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const folder = folders.length > 1 ? await vscode.window.showWorkspaceFolderPick() : folders[0];
  if (folder !== undefined) {
    await session.execute(CREATE_SETTINGS, folder.uri.toString());
  }
}

/** Lets a Python be chosen, keeps it in the user's settings, and installs or starts with it. */
async function choosePython({ engine, session }: Parts): Promise<void> {
  const found = await engine.pythons();
  const browse = { label: vscode.l10n.t("Browse…"), file: undefined };
  const items = [
    ...found.map(({ file, version }) => ({ label: `Python ${version}`, description: file, file })),
    browse,
  ];
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t("Python 3.11 or newer, for the engine"),
  });
  if (picked === undefined) {
    return;
  }
  const file = picked.file ?? (await vscode.window.showOpenDialog({ canSelectMany: false }))?.[0]?.fsPath;
  if (file === undefined) {
    return;
  }
  const configuration = vscode.workspace.getConfiguration("askfirst");
  await configuration.update("interpreter", file, vscode.ConfigurationTarget.Global); // restarts, see extension.ts
  await session.settled();
  if (session.stage === "missing" && engine.settings.install !== "never") {
    await session.install();
  }
}
