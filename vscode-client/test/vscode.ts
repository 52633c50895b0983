/** Stands in for VS Code in unit tests: only what the parts under test use. */

export const l10n = {
  t: (text: string, ...values: unknown[]): string => text.replace(/\{(\d+)\}/g, (_, n) => String(values[Number(n)])),
};

export const Uri = { parse: (text: string): string => text };
