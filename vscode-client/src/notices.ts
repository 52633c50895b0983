/** Notifications that say what is wrong and offer what mends it. */

import * as vscode from "vscode";

export interface Remedy {
  title: string;
  command: string;
  args?: readonly unknown[];
}

export const remedies = {
  install: (): Remedy => ({ title: vscode.l10n.t("Install"), command: "askfirst.install" }),
  choosePython: (): Remedy => ({ title: vscode.l10n.t("Choose Python…"), command: "askfirst.choosePython" }),
  settings: (name: string): Remedy => ({
    title: vscode.l10n.t("Open settings"),
    command: "workbench.action.openSettings",
    args: [name],
  }),
  output: (): Remedy => ({ title: vscode.l10n.t("Show output"), command: "askfirst.showOutput" }),
  restart: (): Remedy => ({ title: vscode.l10n.t("Restart"), command: "askfirst.restart" }),
};

type Show = (message: string, ...titles: string[]) => Thenable<string | undefined>;

/** Shows `message` without waiting for an answer; a button runs its command. */
export function notify(show: Show, message: string, ...offered: readonly Remedy[]): void {
  void show(message, ...offered.map((remedy) => remedy.title)).then((title) => {
    const remedy = offered.find((one) => one.title === title);
    return remedy && vscode.commands.executeCommand(remedy.command, ...(remedy.args ?? []));
  });
}
