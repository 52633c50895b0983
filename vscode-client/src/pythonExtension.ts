/** The interpreter that the Python extension has chosen, when that extension is there. */

import { PVSC_EXTENSION_ID, PythonExtension } from "@vscode/python-extension";
import * as vscode from "vscode";

/** "" when there is none. Whether it may be run is for the caller to say. */
export async function chosenInterpreter(log: vscode.LogOutputChannel): Promise<string> {
  const api = await apiOf(log);
  if (api === undefined) {
    return "";
  }
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const resolved = await api.environments.resolveEnvironment(api.environments.getActiveEnvironmentPath(folder));
  return resolved?.executable.uri?.fsPath ?? "";
}

/** Calls `then` whenever another interpreter is chosen. */
export async function whenInterpreterChanges(
  then: () => void,
  log: vscode.LogOutputChannel,
): Promise<vscode.Disposable> {
  const api = await apiOf(log);
  return api?.environments.onDidChangeActiveEnvironmentPath(then) ?? { dispose: () => undefined };
}

async function apiOf(log: vscode.LogOutputChannel): Promise<PythonExtension | undefined> {
  if (vscode.extensions.getExtension(PVSC_EXTENSION_ID) === undefined) {
    return undefined;
  }
  try {
    return await PythonExtension.api();
  } catch (error) {
    log.warn(vscode.l10n.t("The Python extension does not answer: {0}", String(error)));
    return undefined;
  }
}
