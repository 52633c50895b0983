import assert from "node:assert/strict";
import { test } from "node:test";
import type { Diagnostic, Uri } from "vscode";
import { linked } from "../src/links.ts";

test("the link of a rule explains the rule", () => {
  const target = "file:///rules/sdk_before_consent.md" as unknown as Uri;
  const code = { value: "consent/sdk-before-consent", target };
  const diagnostic = linked({ code, message: "starts" } as Diagnostic);
  assert.deepEqual(diagnostic.code, {
    value: "consent/sdk-before-consent",
    target: "command:askfirst.explain?%5B%22consent%2Fsdk-before-consent%22%5D",
  });
});

test("what has no link gets none", () => {
  assert.equal(linked({ message: "unreadable" } as Diagnostic).code, undefined);
  assert.equal(linked({ code: "x", message: "" } as unknown as Diagnostic).code, "x");
});
