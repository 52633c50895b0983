/** Whether the workspace holds an Android project. */

import * as vscode from "vscode";

const SURE = "**/{AndroidManifest.xml,askfirst.toml}";
const BUILDS = "**/{build.gradle,build.gradle.kts,libs.versions.toml}";
const ELSEWHERE = "**/{node_modules,build,.gradle,.git}/**";

/** A manifest or our settings show it; a library's build files may be all there is: then they name the Android plugin. */
export async function isAndroid(): Promise<boolean> {
  if ((await vscode.workspace.findFiles(SURE, ELSEWHERE, 1)).length > 0) {
    return true;
  }
  for (const file of await vscode.workspace.findFiles(BUILDS, ELSEWHERE, 50)) {
    const text = Buffer.from(await vscode.workspace.fs.readFile(file)).toString("utf8");
    if (text.includes("com.android.")) {
      return true;
    }
  }
  return false;
}

/** Calls `then` when the workspace becomes an Android project. */
export function whenAndroid(then: () => void): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(SURE, false, true, true);
  watcher.onDidCreate(then);
  return watcher;
}

/** The files that the engine reads, whatever language their editor calls them. */
export const DOCUMENTS = [
  "**/*.{java,kt,gradle,xml}",
  "**/*.gradle.kts",
  "**/askfirst.toml",
  "**/*.versions.toml",
  "**/gradle.properties",
  "**/pubspec.yaml",
  "**/package.json",
].map((pattern) => ({ scheme: "file", pattern }));

/** The workspace's folders on disk. */
export function folders(): string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter((folder) => folder.uri.scheme === "file")
    .map((folder) => folder.uri.fsPath);
}
