/** What the status bar shows, worked out from the states of the folders. */

import { l10n } from "vscode";
import type { Status } from "./protocol.ts";

/** `missing`: no server was found; `stopped`: switched off, or not an Android project. */
export type Stage = "stopped" | "finding" | "missing" | "installing" | "starting" | "running" | "failed";

/** What the views are told by the context key `askfirst.state`. */
export type ViewState = "idle" | "missing" | "failed" | "busy" | "ready";

export interface Summary {
  text: string;
  /** Markdown. */
  tooltip: string;
  kind: "plain" | "warning" | "error";
  view: ViewState;
}

/** `detail` says what is wrong, `name` is the name of a folder's address. */
export function summarise(
  stage: Stage,
  statuses: ReadonlyMap<string, Status>,
  detail: string,
  name: (folder: string) => string,
): Summary {
  switch (stage) {
    case "stopped":
      return summary("$(circle-slash)", l10n.t("Askfirst is not running."), "plain", "idle", detail);
    case "finding":
    case "starting":
      return summary("$(loading~spin)", l10n.t("Askfirst is starting."), "plain", "busy", detail);
    case "installing":
      return summary("$(loading~spin)", l10n.t("Askfirst is installing its engine."), "plain", "busy", detail);
    case "missing":
      return summary("$(warning)", l10n.t("Askfirst has no engine to run."), "warning", "missing", detail);
    case "failed":
      return summary("$(error)", l10n.t("Askfirst's server has stopped."), "error", "failed", detail);
    case "running":
      return running([...statuses.values()], name);
  }
}

function summary(icon: string, sentence: string, kind: Summary["kind"], view: ViewState, detail: string): Summary {
  return { text: `${icon} Askfirst`, tooltip: [sentence, detail].filter(Boolean).join("\n\n"), kind, view };
}

function running(statuses: readonly Status[], name: (folder: string) => string): Summary {
  const total = (key: "errors" | "warnings" | "notes") => statuses.reduce((sum, status) => sum + status[key], 0);
  const busy = statuses.length === 0 || statuses.some((s) => s.state === "indexing" || s.state === "checking");
  const failed = statuses.some((s) => s.state === "failed");
  // While the index is made, what an earlier run found may be known already.
  const unknown = statuses.length === 0 || statuses.some((s) => s.state === "indexing" && s.files === 0);
  const counts = unknown
    ? ""
    : ` $(error) ${total("errors")} $(warning) ${total("warnings")} $(info) ${total("notes")}`;
  const icon = failed ? "$(error)" : busy ? "$(sync~spin)" : "$(shield)";
  const rows = statuses.map((status) => `**${name(status.folder)}**: ${sentenceOf(status)}`);
  const version = statuses.find((status) => status.version !== "")?.version;
  const foot = version === undefined ? [] : [`Askfirst ${version}`];
  return {
    text: `${icon} Askfirst${counts}`,
    tooltip: [...(rows.length > 0 ? rows : [l10n.t("Askfirst is starting.")]), ...foot].join("\n\n"),
    kind: failed ? "error" : "plain",
    view: failed ? "failed" : busy ? "busy" : "ready",
  };
}

/** What is said of a folder. */
export function sentenceOf(status: Status): string {
  switch (status.state) {
    case "indexing":
      return status.message || l10n.t("reading the project");
    case "failed":
      return status.message || l10n.t("the check failed");
    case "checking":
    case "ready":
      return [
        l10n.t(
          "errors: {0}, warnings: {1}, notes: {2}, files: {3}",
          status.errors,
          status.warnings,
          status.notes,
          status.files,
        ),
        status.message,
      ]
        .filter(Boolean)
        .join(" · ");
  }
}
