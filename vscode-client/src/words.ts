/** Sentences that more than one part says. */

import { l10n } from "vscode";
import type { Origin, Trial, Why } from "./find.ts";

export function originWords(origin: Origin): string {
  switch (origin) {
    case "setting":
      return l10n.t("setting askfirst.path");
    case "interpreter":
      return l10n.t("setting askfirst.interpreter");
    case "workspace":
      return l10n.t("the workspace's .venv");
    case "python":
      return l10n.t("Python");
    case "path":
      return l10n.t("PATH");
    case "own":
      return l10n.t("the extension's own environment");
  }
}

export function whyWords(why: Why): string {
  switch (why.kind) {
    case "absent":
      return l10n.t("is not there");
    case "broken":
      return l10n.t("does not run: {0}", why.detail);
    case "no-askfirst":
      return l10n.t("has no askfirst");
    case "no-server":
      return l10n.t("has askfirst without its server; install askfirst[server] there");
    case "old":
      return l10n.t("is too old: {0}", why.version);
    case "untrusted":
      return l10n.t("is not run, since the workspace is not trusted");
  }
}

export function trialWords(trial: Trial): string {
  return l10n.t("{0} ({1}) {2}", trial.what, originWords(trial.origin), whyWords(trial.why));
}
