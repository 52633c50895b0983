import assert from "node:assert/strict";
import { test } from "node:test";
import { atLeast, versionIn } from "../src/versions.ts";

test("a version is found in what a program prints", () => {
  assert.deepEqual(versionIn("askfirst 0.12.3\n"), [0, 12, 3]);
  assert.deepEqual(versionIn("1.2rc1"), [1, 2, 0]);
  assert.equal(versionIn("no such option"), undefined);
});

test("versions are compared as numbers", () => {
  assert.ok(atLeast([0, 10, 0], [0, 9, 9]));
  assert.ok(atLeast([1, 0, 0], [1, 0, 0]));
  assert.ok(!atLeast([0, 9, 9], [0, 10, 0]));
  assert.ok(!atLeast([0, 1, 0], [0, 1, 1]));
});
