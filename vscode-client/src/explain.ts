/** `Askfirst: Explain`: what is known of a rule, an API, a permission, an SDK or a clause, as a Markdown preview. */

import * as vscode from "vscode";
import { EXPLAIN, NAMES } from "./protocol.ts";
import type { Session } from "./session.ts";

const SCHEME = "askfirst-explain";

export class Explanations implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #session: Session;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #texts = new Map<string, string>();
  readonly #registration: vscode.Disposable;
  readonly onDidChange = this.#changed.event;

  constructor(session: Session) {
    this.#session = session;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? "";
  }

  /** Explains `name`, or lets one be picked: what stands at the cursor comes first. */
  async explain(name: unknown): Promise<void> {
    const wanted = typeof name === "string" ? name : await this.#pick();
    if (wanted === undefined) {
      return;
    }
    const answer = await this.#session.execute<{ markdown: string } | null>(EXPLAIN, wanted);
    if (!answer) {
      void vscode.window.showInformationMessage(vscode.l10n.t("Askfirst knows nothing of {0}.", wanted));
      return;
    }
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${wanted.replaceAll("/", "∕")}.md` });
    this.#texts.set(uri.toString(), answer.markdown);
    this.#changed.fire(uri);
    await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
  }

  dispose(): void {
    this.#registration.dispose();
  }

  async #pick(): Promise<string | undefined> {
    const known = (await this.#session.execute<string[]>(NAMES)) ?? [];
    const here = namesHere();
    const { Separator } = vscode.QuickPickItemKind;
    const first = here.length === 0 ? [] : [{ label: vscode.l10n.t("at the cursor"), kind: Separator }];
    const rest = known.filter((label) => label !== "" && !here.includes(label));
    const line = here.length === 0 ? [] : [{ label: "", kind: Separator }];
    const items = [...first, ...here.map((label) => ({ label })), ...line, ...rest.map((label) => ({ label }))];
    const placeHolder = vscode.l10n.t("A rule, an API, a permission, an SDK or a clause");
    return (await vscode.window.showQuickPick(items, { placeHolder }))?.label;
  }
}

/** The rules of the findings at the cursor. */
function namesHere(): string[] {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    return [];
  }
  const rules = vscode.languages
    .getDiagnostics(editor.document.uri)
    .filter((one) => one.source === "askfirst" && one.range.intersection(editor.selection) !== undefined)
    .map(({ code }) => String(typeof code === "object" ? code.value : code));
  return [...new Set(rules)];
}
