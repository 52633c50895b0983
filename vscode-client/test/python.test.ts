import assert from "node:assert/strict";
import { test } from "node:test";
import { findPythons } from "../src/python.ts";
import { machineWith } from "./machines.ts";

const PYTHONS = {
  "/usr/bin/python3": { python: { python: [3, 9, 2] as [number, number, number] } },
  "/usr/bin/python3.12": { python: { python: [3, 12, 0] as [number, number, number] } },
  "/opt/python": { python: { python: [3, 11, 4] as [number, number, number] } },
};

test("the Python that was chosen comes first, then the newest; those that are too old are said", async () => {
  const { found, tried } = await findPythons(machineWith(PYTHONS), ["/opt/python", ""], []);
  assert.deepEqual(found, [
    { file: "/opt/python", version: "3.11.4" },
    { file: "/usr/bin/python3.12", version: "3.12.0" },
  ]);
  assert.deepEqual(tried, [{ origin: "python", what: "/usr/bin/python3", why: { kind: "old", version: "3.9.2" } }]);
});

test("it stops looking when it has enough", async () => {
  const machine = machineWith(PYTHONS);
  assert.equal((await findPythons(machine, [], [], 1)).found[0]?.file, "/usr/bin/python3.12");
  assert.deepEqual(machine.ran, ["/usr/bin/python3.12"]);
});

test("a Python that a project puts on PATH is passed over", async () => {
  const machine = machineWith(
    { "/work/app/bin/python3": { python: { python: [3, 12, 0] } } },
    { env: { PATH: "/work/app/bin" } },
  );
  assert.deepEqual((await findPythons(machine, [], ["/work/app"])).found, []);
  assert.deepEqual(machine.ran, []);
});
