import assert from "node:assert/strict";
import { test } from "node:test";
import { expanded, readOptions, readServerSettings } from "../src/settings.ts";
import { machineWith } from "./machines.ts";

const machine = machineWith({}, { env: { TOOLS: "/opt/tools" } });
const reader = (values: Record<string, unknown>) => ({
  get: <T>(key: string, otherwise: T): T => (key in values ? (values[key] as T) : otherwise),
});

test("variables and the home folder are put in", () => {
  const expand = (text: string) => expanded(text, machine, ["/work/app"]);
  assert.equal(expand("~/bin/askfirst"), "/home/lin/bin/askfirst");
  assert.equal(expand("${userHome}/x"), "/home/lin/x");
  assert.equal(expand("${workspaceFolder}/.venv/bin/askfirst"), "/work/app/.venv/bin/askfirst");
  assert.equal(expand("${env:TOOLS}/askfirst"), "/opt/tools/askfirst");
  assert.equal(expand("${env:NONE}askfirst"), "askfirst");
  assert.equal(expand("${unknown}/~x"), "${unknown}/~x");
});

test("without a folder ${workspaceFolder} stays, and so names nothing", () => {
  assert.equal(expanded("${workspaceFolder}/askfirst", machine, []), "${workspaceFolder}/askfirst");
});

test("the server's settings are read with their defaults, empty paths left out", () => {
  assert.deepEqual(readServerSettings(reader({ path: [" ", "~/askfirst"] }), machine, []), {
    enable: true,
    path: ["/home/lin/askfirst"],
    interpreter: "",
    install: "ask",
    wheels: "",
  });
});

test("what the server is told has the names of the contract", () => {
  assert.deepEqual(readOptions(reader({ lang: "zh", codeLens: true }), machine, []), {
    lang: "zh",
    confidence: "medium",
    codeLens: true,
    inlayHints: false,
    config: "",
    projectDiagnostics: true,
    commands: ["askfirst.showPath", "askfirst.explain"],
  });
});
