/** Real VS Code: code-server as a process of its own, and a page of it in a real browser. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { Workbench } from "./workbench.ts";

const BROWSER = process.env.ASKFIRST_CHROMIUM ?? "/usr/bin/chromium";
const QUIET =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

export interface Setup {
  /** Where code-server is installed. */
  home: string;
  /** A folder for this run: settings, extensions, what they store. */
  folder: string;
  /** Whether the user is asked about trust, and every folder is untrusted until then. */
  trust?: boolean;
  locale?: string;
  settings?: Record<string, unknown>;
}

/** Settings that keep everything else of VS Code out of the picture. */
const CALM = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "telemetry.telemetryLevel": "off",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "update.mode": "none",
  "chat.commandCenter.enabled": false,
  "git.enabled": false,
  "java.enabled": false,
  "editor.minimap.enabled": false,
  "workbench.colorTheme": "Default Light Modern",
  "files.autoSave": "off",
  "explorer.compactFolders": true,
};

export class Code {
  readonly #setup: Setup;
  #server: ChildProcess | undefined;
  #browser: Browser | undefined;
  #port = 0;

  constructor(setup: Setup) {
    this.#setup = setup;
    mkdirSync(this.extensions, { recursive: true });
    this.configure(setup.settings ?? {});
  }

  get extensions(): string {
    return join(this.#setup.folder, "extensions");
  }

  get data(): string {
    return join(this.#setup.folder, "data");
  }

  /** What the extension keeps for itself. */
  get storage(): string {
    return join(this.data, "User", "globalStorage", "askfirst.askfirst");
  }

  /** Writes the user's settings; a running window takes them up. */
  configure(settings: Record<string, unknown>): void {
    const folder = join(this.data, "User");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "settings.json"), JSON.stringify({ ...CALM, ...settings }, undefined, 2));
  }

  /** Installs a .vsix file as a person would. */
  install(vsix: string): void {
    execFileSync(process.execPath, [this.#program, ...this.#places, "--install-extension", vsix], { stdio: "pipe" });
  }

  /** Starts the server with the environment `env`; no folder is opened yet. */
  async start(env: NodeJS.ProcessEnv): Promise<void> {
    this.#port = await freePort();
    const options = [...this.#places, "--auth", "none", "--bind-addr", `127.0.0.1:${this.#port}`];
    options.push("--disable-telemetry", "--disable-update-check", "--disable-getting-started-override");
    if (this.#setup.trust !== true) {
      options.push("--disable-workspace-trust");
    }
    if (this.#setup.locale !== undefined) {
      options.push("--locale", this.#setup.locale);
    }
    const cache = { ASKFIRST_CACHE_DIR: join(this.#setup.folder, "cache") };
    const how = { env: { ...env, ...cache }, stdio: "pipe", detached: true } as const;
    const server = spawn(process.execPath, [this.#program, ...options], how);
    this.#server = server;
    let output = "";
    await new Promise<void>((resolve, reject) => {
      server.stdout.on("data", (data: Buffer) => {
        output += data;
        if (output.includes("HTTP server listening")) {
          resolve();
        }
      });
      server.stderr.on("data", (data: Buffer) => {
        output += data;
      });
      server.on("exit", () => reject(new Error(`code-server ended:\n${output}`)));
    });
    this.#browser = await chromium.launch({ executablePath: BROWSER, args: QUIET.split(" ") });
  }

  /** A new window with this folder open, and this file in it, once the explorer can be used. */
  async open(folder: string, file?: string): Promise<Workbench> {
    if (this.#browser === undefined) {
      throw new Error("not started");
    }
    const page: Page = await this.#browser.newPage({ viewport: { width: 1400, height: 860 } });
    const host = `127.0.0.1:${this.#port}`;
    const query = new URLSearchParams({ folder });
    if (file !== undefined) {
      query.set("payload", JSON.stringify([["openFile", `vscode-remote://${host}${join(folder, file)}`]]));
    }
    await page.goto(`http://${host}/?${query}`);
    await page.waitForSelector(".explorer-folders-view .monaco-list-row", { timeout: 60_000 });
    return new Workbench(page);
  }

  /** Pictures of all windows that are still open, which are closed then. */
  async shotOfAll(path: string): Promise<void> {
    const pages = this.#browser?.contexts().flatMap((context) => context.pages()) ?? [];
    for (const [n, page] of pages.entries()) {
      await page.screenshot({ path: `${path}-${n}.png` });
      await page.close();
    }
  }

  /** What the output channel said, one text for each time a window was opened. */
  logs(): string[] {
    const logs = join(this.data, "logs");
    const all = readdirSync(logs, { recursive: true, encoding: "utf8" });
    return all.filter((path) => path.endsWith("/Askfirst.log")).map((path) => readFileSync(join(logs, path), "utf8"));
  }

  /** When the output channel said something that matches, in any window; in order. */
  said(what: RegExp): number[] {
    const lines = this.logs().flatMap((log) => log.split("\n"));
    const times = lines
      .filter((line) => what.test(line))
      .map((line) => Date.parse(line.slice(0, 23).replace(" ", "T")));
    return times.sort((a, b) => a - b);
  }

  /** Ends the browser and the server with everything that it started. */
  async stop(): Promise<void> {
    await this.#browser?.close();
    const { pid } = this.#server ?? {};
    if (pid !== undefined) {
      const ended = new Promise((resolve) => this.#server?.once("exit", resolve));
      process.kill(-pid, "SIGTERM");
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5000))]);
      try {
        process.kill(-pid, "SIGKILL");
      } catch {
        // nothing of it is left
      }
    }
  }

  get #program(): string {
    return join(this.#setup.home, "node_modules", "code-server", "out", "node", "entry.js");
  }

  get #places(): string[] {
    return ["--user-data-dir", this.data, "--extensions-dir", this.extensions];
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
