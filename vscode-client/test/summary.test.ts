import assert from "node:assert/strict";
import { test } from "node:test";
import type { Status } from "../src/protocol.ts";
import { summarise } from "../src/summary.ts";

const READY: Status = {
  folder: "file:///app",
  state: "ready",
  errors: 2,
  warnings: 3,
  notes: 1,
  files: 40,
  message: "",
  version: "0.1.0",
};
const name = (folder: string) => folder.split("/").at(-1) ?? "";
const running = (...statuses: Status[]) =>
  summarise("running", new Map(statuses.map((status) => [status.folder, status])), "", name);

test("counts of all folders are added up", () => {
  const summary = running(READY, { ...READY, folder: "file:///other", errors: 1 });
  assert.equal(summary.text, "$(shield) Askfirst $(error) 3 $(warning) 6 $(info) 2");
  assert.match(summary.tooltip, /\*\*app\*\*: errors: 2, warnings: 3, notes: 1, files: 40/);
  assert.match(summary.tooltip, /\*\*other\*\*: errors: 1/);
  assert.match(summary.tooltip, /Askfirst 0\.1\.0/);
  assert.deepEqual([summary.kind, summary.view], ["plain", "ready"]);
});

test("no counts before they are known, from this run or an earlier one; they stay while checking anew", () => {
  const nothing = { errors: 0, warnings: 0, notes: 0, files: 0 };
  assert.equal(running({ ...READY, ...nothing, state: "indexing" }).text, "$(sync~spin) Askfirst");
  const known = running({ ...READY, state: "indexing" });
  assert.equal(known.text, "$(sync~spin) Askfirst $(error) 2 $(warning) 3 $(info) 1");
  const checking = running({ ...READY, state: "checking" });
  assert.equal(checking.text, "$(sync~spin) Askfirst $(error) 2 $(warning) 3 $(info) 1");
  assert.equal(checking.view, "busy");
});

test("a folder whose check failed shows, with the reason", () => {
  const summary = running(READY, { ...READY, folder: "file:///x", state: "failed", message: "line 3: unknown key" });
  assert.deepEqual([summary.kind, summary.view], ["error", "failed"]);
  assert.match(summary.tooltip, /line 3: unknown key/);
});

test("what is wrong is said in the tooltip", () => {
  const missing = summarise("missing", new Map(), "", name);
  assert.deepEqual([missing.kind, missing.view], ["warning", "missing"]);
  const failed = summarise("failed", new Map(), "ImportError: pygls", name);
  assert.deepEqual([failed.kind, failed.view], ["error", "failed"]);
  assert.match(failed.tooltip, /ImportError: pygls/);
});
