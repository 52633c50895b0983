/** The two views: what happens before consent, and who brings which permission. */

import * as vscode from "vscode";
import { TREE, type TreeNode, type Trees } from "./protocol.ts";
import type { Session } from "./session.ts";

const COLOURS = { error: "list.errorForeground", warning: "list.warningForeground", note: "" };

export class Views implements vscode.Disposable {
  readonly #session: Session;
  readonly #consent = new Tree(vscode.TreeItemCollapsibleState.Expanded);
  readonly #permissions = new Tree(vscode.TreeItemCollapsibleState.Collapsed);
  readonly #disposables: vscode.Disposable[];

  constructor(session: Session) {
    this.#session = session;
    this.#disposables = [
      vscode.window.createTreeView("askfirst.consent", { treeDataProvider: this.#consent, showCollapseAll: true }),
      vscode.window.createTreeView("askfirst.permissions", {
        treeDataProvider: this.#permissions,
        showCollapseAll: true,
      }),
      session.onDidCheck(() => void this.refresh()),
      session.onDidChange(() => {
        if (session.stage !== "running") {
          this.#show({ consent: [], permissions: [] });
        }
      }),
    ];
  }

  /** Asks the server for both trees; with several folders, each has a node of its own. */
  async refresh(): Promise<void> {
    const folders = [...this.#session.statuses.keys()];
    const answers = await Promise.all(folders.map((folder) => this.#session.request<Trees>(TREE, { folder })));
    const all = folders.flatMap((folder, n) => {
      const trees = answers[n];
      return trees === undefined ? [] : [{ folder, trees }];
    });
    const part = (key: keyof Trees): TreeNode[] =>
      all.length === 1
        ? (all[0]?.trees[key] ?? [])
        : all.map(({ folder, trees }) => ({
            label: vscode.Uri.parse(folder).path.split("/").at(-1) ?? folder,
            icon: "root-folder",
            children: trees[key],
          }));
    this.#show({ consent: part("consent"), permissions: part("permissions") });
  }

  dispose(): void {
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  #show(trees: Trees): void {
    this.#consent.show(trees.consent);
    this.#permissions.show(trees.permissions);
  }
}

class Tree implements vscode.TreeDataProvider<TreeNode> {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #first: vscode.TreeItemCollapsibleState;
  #roots: TreeNode[] = [];

  /** `first` says whether roots are open when they are first seen. */
  constructor(first: vscode.TreeItemCollapsibleState) {
    this.#first = first;
  }

  show(roots: TreeNode[]): void {
    this.#roots = roots;
    this.#changed.fire();
  }

  getChildren(node?: TreeNode): TreeNode[] {
    return node?.children ?? this.#roots;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const { Collapsed, None } = vscode.TreeItemCollapsibleState;
    const open = this.#roots.includes(node) ? this.#first : Collapsed;
    const item = new vscode.TreeItem(node.label, node.children.length === 0 ? None : open);
    if (node.description !== undefined) {
      item.description = node.description;
    }
    if (node.tooltip !== undefined) {
      item.tooltip = new vscode.MarkdownString(node.tooltip);
    }
    const icon = node.icon ?? (node.severity === "note" ? "info" : node.severity);
    if (icon !== undefined) {
      const colour = node.severity && COLOURS[node.severity];
      item.iconPath = new vscode.ThemeIcon(icon, colour ? new vscode.ThemeColor(colour) : undefined);
    }
    if (node.location !== undefined) {
      const { uri, range } = node.location;
      const selection = new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
      item.command = {
        command: "vscode.open",
        title: vscode.l10n.t("Open"),
        arguments: [vscode.Uri.parse(uri), { selection } satisfies vscode.TextDocumentShowOptions],
      };
    }
    return item;
  }
}
