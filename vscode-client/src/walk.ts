/** `Askfirst: Show the path`: walks the way from where the app starts to what is collected, one hop after another. */

import * as vscode from "vscode";
import { type Hop, PATH, type Path } from "./protocol.ts";
import type { Session } from "./session.ts";

interface HopItem extends vscode.QuickPickItem {
  location: vscode.Location;
}

/** Shows the path of the finding with this fingerprint; without one, of a finding at the cursor or in the file. */
export async function showPath(session: Session, given: unknown): Promise<void> {
  const fingerprint = typeof given === "string" ? given : await pickFinding();
  if (fingerprint === undefined) {
    return;
  }
  const path = await session.execute<Path | null>(PATH, fingerprint);
  if (!path || path.hops.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("This finding has no path, or is gone by now."));
    return;
  }
  walk(path);
}

/** A quick pick of the hops; the editor follows it, and goes back to where it was when nothing is accepted. */
function walk(path: Path): void {
  const before = vscode.window.activeTextEditor;
  const selection = before?.selection;
  const mark = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor("editor.findMatchHighlightBackground"),
    isWholeLine: true,
  });
  const peek = { iconPath: new vscode.ThemeIcon("references"), tooltip: vscode.l10n.t("Peek at all places") };
  const pick = vscode.window.createQuickPick<HopItem>();
  pick.title = path.title;
  pick.placeholder = vscode.l10n.t("The way there: up and down to walk it, Enter to stay");
  pick.items = path.hops.map(itemOf);
  pick.buttons = [peek];
  pick.matchOnDetail = true;
  let accepted = false;
  let asked = 0;

  const show = async (item: HopItem | undefined, preserveFocus: boolean) => {
    asked += 1;
    const turn = asked;
    if (item === undefined) {
      return;
    }
    const { uri, range } = item.location;
    const editor = await vscode.window.showTextDocument(uri, { preserveFocus, preview: true, selection: range });
    if (turn === asked) {
      editor.setDecorations(mark, accepted ? [] : [range]);
    }
  };
  pick.onDidChangeActive(([item]) => void show(item, true));
  pick.onDidAccept(() => {
    accepted = true;
    void show(pick.activeItems[0], false);
    pick.hide();
  });
  pick.onDidTriggerButton(() => {
    accepted = true;
    pick.hide();
    void peekAll(path, pick.items);
  });
  pick.onDidHide(() => {
    mark.dispose();
    pick.dispose();
    if (!accepted && before !== undefined && selection !== undefined) {
      void vscode.window.showTextDocument(before.document, { selection });
    }
  });
  pick.show();
}

async function peekAll(path: Path, items: readonly HopItem[]): Promise<void> {
  const last = items.at(-1)?.location;
  if (last !== undefined) {
    await vscode.window.showTextDocument(last.uri, { selection: last.range });
    const locations = items.map((item) => item.location);
    const start = last.range.start;
    await vscode.commands.executeCommand("editor.action.peekLocations", last.uri, start, locations, "peek", path.title);
  }
}

function itemOf(hop: Hop, index: number): HopItem {
  const { start, end } = hop.range;
  const range = new vscode.Range(start.line, start.character, end.line, end.character);
  const uri = vscode.Uri.parse(hop.uri);
  const place = `${uri.path.split("/").at(-1)}:${start.line + 1}`;
  const item = { label: `${index + 1}  ${hop.label}`, description: place, location: new vscode.Location(uri, range) };
  return hop.note === "" ? item : { ...item, detail: hop.note };
}

/** The fingerprint of a finding at the cursor, or of one of the file that the person picks. */
async function pickFinding(): Promise<string | undefined> {
  const editor = vscode.window.activeTextEditor;
  const all = editor === undefined ? [] : findingsIn(editor.document.uri);
  const here = all.filter(({ range }) => editor !== undefined && range.intersection(editor.selection) !== undefined);
  const choice = here.length > 0 ? here : all;
  if (choice.length <= 1) {
    if (choice[0] === undefined) {
      void vscode.window.showInformationMessage(vscode.l10n.t("There is no finding of Askfirst in this file."));
    }
    return choice[0]?.fingerprint;
  }
  const placeHolder = vscode.l10n.t("Whose path?");
  const items = choice.map((one) => ({ ...one, label: one.message, description: `:${one.range.start.line + 1}` }));
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.fingerprint;
}

function findingsIn(uri: vscode.Uri): { message: string; range: vscode.Range; fingerprint: string }[] {
  return vscode.languages.getDiagnostics(uri).flatMap((diagnostic) => {
    // The client keeps what the server sends along with a diagnostic.
    const { data } = diagnostic as vscode.Diagnostic & { data?: { fingerprint?: unknown } };
    const { message, range, source } = diagnostic;
    const fingerprint = data?.fingerprint;
    return source === "askfirst" && typeof fingerprint === "string" ? [{ message, range, fingerprint }] : [];
  });
}
