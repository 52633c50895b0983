import assert from "node:assert/strict";
import { test } from "node:test";
import { findServer, type Places } from "../src/find.ts";
import { machineWith, type Program } from "./machines.ts";

const PLACES: Places = {
  paths: [],
  interpreter: "",
  folders: ["/projects/app"],
  trusted: true,
  python: "",
  own: undefined,
  minimum: [0, 1, 0],
};
const FULL: Program = { python: { python: [3, 12, 1], askfirst: "0.1.0", server: true } };
const OWN = { file: "/store/bin/python", args: ["-I"] };
const EVERYWHERE: Record<string, Program> = {
  "/opt/askfirst": { version: "askfirst 0.2.0" },
  "/opt/python": FULL,
  "/projects/app/.venv/bin/python": FULL,
  "/envs/chosen/bin/python": FULL,
  "/usr/bin/askfirst": { version: "askfirst 0.1.0" },
  "/store/bin/python": FULL,
};
const ALL: Places = {
  ...PLACES,
  paths: ["/opt/askfirst"],
  interpreter: "/opt/python",
  python: "/envs/chosen/bin/python",
  own: OWN,
};

test("the order: setting, interpreter, the workspace's .venv, the Python extension's, PATH, own environment", async () => {
  const steps: [string, Places][] = [
    ["setting", ALL],
    ["interpreter", { ...ALL, paths: [] }],
    ["workspace", { ...ALL, paths: [], interpreter: "" }],
    ["python", { ...ALL, paths: [], interpreter: "", folders: [] }],
    ["path", { ...ALL, paths: [], interpreter: "", folders: [], python: "" }],
  ];
  for (const [origin, places] of steps) {
    assert.equal((await findServer(machineWith(EVERYWHERE), places)).found?.origin, origin);
  }
  const { "/usr/bin/askfirst": _, ...without } = EVERYWHERE;
  const last = await findServer(machineWith(without), { ...PLACES, folders: [], own: OWN });
  assert.deepEqual(last.found, {
    origin: "own",
    command: { file: "/store/bin/python", args: ["-I", "-m", "askfirst"] },
    version: "0.1.0",
  });
});

test("a program is run as it is, a Python with -m", async () => {
  const program = await findServer(machineWith(EVERYWHERE), ALL);
  assert.deepEqual(program.found?.command, { file: "/opt/askfirst", args: [] });
  assert.equal(program.found?.version, "0.2.0");
  const python = await findServer(machineWith(EVERYWHERE), { ...ALL, paths: [] });
  assert.deepEqual(python.found?.command, { file: "/opt/python", args: ["-m", "askfirst"] });
});

test("of several in the setting the first that works is used", async () => {
  const paths = ["/nowhere/askfirst", "askfirst"];
  const { found, tried } = await findServer(machineWith(EVERYWHERE), { ...PLACES, paths });
  assert.equal(found?.command.file, "/usr/bin/askfirst");
  assert.deepEqual(tried, [{ origin: "setting", what: "/nowhere/askfirst", why: { kind: "absent" } }]);
});

test("when the setting names something that does not work, nothing else is used", async () => {
  const { found, tried } = await findServer(machineWith(EVERYWHERE), { ...ALL, paths: ["/nowhere/askfirst"] });
  assert.equal(found, undefined);
  assert.deepEqual(tried, [{ origin: "setting", what: "/nowhere/askfirst", why: { kind: "absent" } }]);
});

test("a relative path in the setting is not looked up anywhere", async () => {
  const machine = machineWith({ "./askfirst": { version: "askfirst 0.1.0" }, ...EVERYWHERE });
  assert.equal((await findServer(machine, { ...PLACES, paths: ["./askfirst"] })).found, undefined);
  assert.deepEqual(machine.ran, []);
});

test("nothing of an untrusted workspace is run, wherever it is named", async () => {
  const machine = machineWith({
    "/projects/app/.venv/bin/python": FULL,
    "/projects/app/askfirst": { version: "askfirst 0.1.0" },
    "/projects/app/bin/askfirst": { version: "askfirst 0.1.0" },
    "/envs/chosen/bin/python": FULL,
  });
  const env = { PATH: "/projects/app/bin:bin:." };
  const untrusted = { ...PLACES, trusted: false };
  const named = await findServer({ ...machine, env }, { ...untrusted, paths: ["/projects/app/askfirst", "askfirst"] });
  const unnamed = await findServer({ ...machine, env }, { ...untrusted, python: "/envs/chosen/bin/python" });
  const interpreter = await findServer(machine, { ...untrusted, interpreter: "/projects/app/.venv/bin/python" });
  assert.deepEqual(machine.ran, []);
  assert.deepEqual(
    [named, unnamed, interpreter].map((search) => search.found),
    [undefined, undefined, undefined],
  );
  assert.deepEqual(
    unnamed.tried.map(({ origin, why }) => `${origin} ${why.kind}`),
    ["workspace untrusted", "python untrusted", "path absent"],
  );
});

test("the user's own setting and PATH count in an untrusted workspace", async () => {
  const untrusted = { ...PLACES, trusted: false };
  assert.equal((await findServer(machineWith(EVERYWHERE), untrusted)).found?.origin, "path");
  const set = await findServer(machineWith(EVERYWHERE), { ...untrusted, paths: ["/opt/askfirst"] });
  assert.equal(set.found?.origin, "setting");
});

test("a trusted workspace's folder on PATH is passed over as well", async () => {
  const programs: Record<string, Program> = {
    ...EVERYWHERE,
    "/projects/app/bin/askfirst": { version: "askfirst 0.1.0" },
  };
  delete programs["/projects/app/.venv/bin/python"];
  const machine = machineWith(programs, { env: { PATH: "/projects/app/bin:/usr/bin" } });
  assert.equal((await findServer(machine, PLACES)).found?.command.file, "/usr/bin/askfirst");
});

test("why something is not used is kept", async () => {
  const cases: [Program, object][] = [
    [{ python: { python: [3, 12, 0] } }, { kind: "no-askfirst" }],
    [{ python: { python: [3, 12, 0], askfirst: "0.0.9", server: true } }, { kind: "old", version: "0.0.9" }],
    [{ python: { python: [3, 12, 0], askfirst: "0.1.0" } }, { kind: "no-server" }],
    [{ broken: "ModuleNotFoundError: x" }, { kind: "broken", detail: "ModuleNotFoundError: x" }],
  ];
  for (const [program, why] of cases) {
    const machine = machineWith({ "/projects/app/.venv/bin/python": program });
    const { found, tried } = await findServer(machine, PLACES);
    assert.equal(found, undefined);
    assert.deepEqual(tried[0], { origin: "workspace", what: "/projects/app/.venv/bin/python", why });
  }
  const old = await findServer(machineWith({ "/usr/bin/askfirst": { version: "askfirst 0.0.12" } }), PLACES);
  assert.deepEqual(old.tried.at(-1)?.why, { kind: "old", version: "0.0.12" });
});

test("on Windows programs are .exe and environments have Scripts", async () => {
  const file = "C:\\work\\app\\.venv\\Scripts\\python.exe";
  const windows = { platform: "win32", env: { Path: "C:\\tools;D:\\work" } } as const;
  const folders = ["C:\\work\\app"];
  const venv = await findServer(machineWith({ [file]: FULL }, windows), { ...PLACES, folders });
  assert.equal(venv.found?.command.file, file);
  const program = machineWith({ "C:\\tools\\askfirst.exe": { version: "askfirst 0.1.0" } }, windows);
  assert.equal((await findServer(program, { ...PLACES, folders })).found?.command.file, "C:\\tools\\askfirst.exe");
});
