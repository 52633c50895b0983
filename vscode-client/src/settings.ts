/** The extension's settings. */

import { type Machine, pathsOf } from "./machine.ts";

/** What names a program or a folder. VS Code leaves out what an untrusted workspace says of these. */
export interface ServerSettings {
  enable: boolean;
  path: string[];
  interpreter: string;
  install: "ask" | "always" | "never";
  wheels: string;
}

/** What the server is told. */
export interface Options {
  lang: string;
  confidence: string;
  codeLens: boolean;
  inlayHints: boolean;
  config: string;
  projectDiagnostics: boolean;
  /** What the server may name in what it offers: commands of this extension. */
  commands: string[];
}

interface Reader {
  get<T>(key: string, otherwise: T): T;
}

export function readServerSettings(reader: Reader, machine: Machine, folders: readonly string[]): ServerSettings {
  const file = (text: string) => expanded(text.trim(), machine, folders);
  return {
    enable: reader.get("enable", true),
    path: reader
      .get<string[]>("path", [])
      .map(file)
      .filter((name) => name !== ""),
    interpreter: file(reader.get("interpreter", "")),
    install: reader.get<ServerSettings["install"]>("install", "ask"),
    wheels: file(reader.get("wheels", "")),
  };
}

export function readOptions(reader: Reader, machine: Machine, folders: readonly string[]): Options {
  return {
    lang: reader.get("lang", "auto"),
    confidence: reader.get("confidence", "medium"),
    codeLens: reader.get("codeLens", false),
    inlayHints: reader.get("inlayHints", false),
    config: expanded(reader.get("config", ""), machine, folders),
    projectDiagnostics: reader.get("projectDiagnostics", true),
    commands: ["askfirst.showPath", "askfirst.explain"],
  };
}

/** `text` with `~`, `${userHome}`, `${workspaceFolder}` (the first folder) and `${env:NAME}` put in. */
export function expanded(text: string, machine: Machine, folders: readonly string[]): string {
  const values: Record<string, string | undefined> = { userHome: machine.home, workspaceFolder: folders[0] };
  const filled = text.replace(/\$\{(?:env:([^}]+)|(\w+))\}/g, (whole, variable?: string, name?: string) =>
    variable === undefined ? (values[name ?? ""] ?? whole) : (machine.env[variable] ?? ""),
  );
  return /^~(?=$|[\\/])/.test(filled) ? pathsOf(machine).join(machine.home, filled.slice(1)) : filled;
}
