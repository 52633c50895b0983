/** The status bar item, and what the views are told of the state. */

import * as vscode from "vscode";
import type { Session } from "./session.ts";
import { type Summary, summarise } from "./summary.ts";

const COLOURS: Record<Summary["kind"], vscode.ThemeColor | undefined> = {
  plain: undefined,
  warning: new vscode.ThemeColor("statusBarItem.warningBackground"),
  error: new vscode.ThemeColor("statusBarItem.errorBackground"),
};

export function showStatus(session: Session): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("askfirst.status", vscode.StatusBarAlignment.Left, 0);
  item.name = "Askfirst";
  item.command = "askfirst.menu";
  const update = () => {
    const summary = summarise(session.stage, session.statuses, session.detail, nameOf);
    item.text = summary.text;
    item.tooltip = new vscode.MarkdownString(summary.tooltip);
    item.backgroundColor = COLOURS[summary.kind];
    void vscode.commands.executeCommand("setContext", "askfirst.state", summary.view);
  };
  update();
  item.show();
  return vscode.Disposable.from(item, session.onDidChange(update));
}

function nameOf(folder: string): string {
  const uri = vscode.Uri.parse(folder);
  return vscode.workspace.getWorkspaceFolder(uri)?.name ?? uri.path.split("/").at(-1) ?? folder;
}
