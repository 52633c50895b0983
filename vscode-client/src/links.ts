/** The rule's name beside a finding leads to what `Askfirst: Explain` shows, in the language of the editor, not to a file. */

import * as vscode from "vscode";
import type { Middleware, vsdiag } from "vscode-languageclient";

const FULL: vsdiag.DocumentDiagnosticReportKind.full = "full" as never; // the enumeration is only a type here

/** Findings come pushed, or pulled for a document or the workspace. */
export const linking: Pick<Middleware, "handleDiagnostics" | "provideDiagnostics" | "provideWorkspaceDiagnostics"> = {
  handleDiagnostics: (uri, diagnostics, next) => next(uri, diagnostics.map(linked)),
  provideDiagnostics: async (document, previous, token, next) => {
    const report = await next(document, previous, token);
    return report?.kind === FULL ? { ...report, items: report.items.map(linked) } : report;
  },
  provideWorkspaceDiagnostics: (previous, token, report, next) =>
    next(previous, token, (chunk) => {
      const items = chunk?.items.map((one) => (one.kind === FULL ? { ...one, items: one.items.map(linked) } : one));
      report(items === undefined ? chunk : { items });
    }),
};

/** The same diagnostic, its code linked to its explanation. */
export function linked(diagnostic: vscode.Diagnostic): vscode.Diagnostic {
  const { code } = diagnostic;
  if (typeof code === "object") {
    const names = encodeURIComponent(JSON.stringify([code.value]));
    diagnostic.code = { value: code.value, target: vscode.Uri.parse(`command:askfirst.explain?${names}`) };
  }
  return diagnostic;
}
