/** Scenarios that need VS Code started in another way: without trust, in Chinese. */

import { equal, ok } from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "./bench.ts";
import type { Code } from "./code.ts";

/** A project that would have its own programs run; each leaves a mark when it is. */
function trap(bench: Bench, project: string): string[] {
  const marks: string[] = [];
  const program = (path: string) => {
    const file = join(project, path);
    const mark = `${file}.was-run`;
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, `#!/bin/sh\ntouch '${mark}'\necho askfirst 9.9.9\n`);
    chmodSync(file, 0o755);
    marks.push(mark);
    return file;
  };
  program(".venv/bin/python");
  program(".venv/bin/askfirst");
  const settings = {
    "askfirst.path": [program("tools/askfirst")],
    "askfirst.interpreter": program("tools/python"),
    "askfirst.install": "always",
  };
  bench.settle(project, settings);
  writeFileSync(join(project, "askfirst.py"), `open(${JSON.stringify(join(project, "imported"))}, "w")\n`);
  marks.push(join(project, "imported"));
  return marks;
}

async function untrusted(bench: Bench, code: Code): Promise<void> {
  const project = bench.project();
  const marks = trap(bench, project);
  const window = await code.open(project);
  const [errors] = await window.ready();
  ok(errors > 0, "the installed engine works without trust");
  await window.page.locator(".part.banner, .statusbar-item", { hasText: "Restricted Mode" }).first().waitFor();
  await window.shot("17-untrusted", bench.out);
  equal(marks.filter(existsSync).join(), "", "nothing that the workspace brings is run");
  await window.command("Askfirst: Restart the server");
  await window.page.waitForTimeout(500);
  await window.ready();
  equal(marks.filter(existsSync).join(), "");
  await window.close();
}

/** The same project, trusted: what it names counts. Shows that the trap would have caught something. */
async function trusted(bench: Bench, code: Code): Promise<void> {
  const project = bench.project();
  const marks = trap(bench, project);
  const window = await code.open(project);
  await window.until("the workspace's own program is run", async () => marks.some(existsSync));
  await window.notification("Askfirst's server has stopped").waitFor();
  await window.close();
}

/**
 * Makes VS Code's display language Chinese, as a language pack does, without translating VS Code itself: the pack is not on npm.
 * What extensions say, they translate themselves.
 */
function speakChinese(data: string): void {
  const translations = join(data, "main.i18n.json");
  writeFileSync(translations, JSON.stringify({ version: "1.0.0", contents: {} }));
  const extensions = [{ extensionIdentifier: { id: "askfirst.chinese-for-tests" }, version: "0.0.1" }];
  const pack = { hash: "tests", label: "中文", extensions, translations: { vscode: translations } };
  writeFileSync(join(data, "languagepacks.json"), JSON.stringify({ "zh-cn": pack }));
}

/** VS Code in Chinese: what the manifest and the extension say, and the server without being told. */
async function chineseDisplay(bench: Bench, code: Code): Promise<void> {
  const window = await code.open(bench.project());
  await window.ready();
  await window.statusItem().click();
  await window.quickPick("检查项目").waitFor();
  await window.shot("18-chinese-display", bench.out);
  await window.close();
}

export const otherwise: Record<string, (bench: Bench) => Promise<void>> = {
  untrusted: (bench) => {
    const settings = { "security.workspace.trust.startupPrompt": "never" };
    return bench.otherwise("untrusted", { trust: true, settings }, (code) => untrusted(bench, code));
  },
  trusted: (bench) => bench.otherwise("trusted", {}, (code) => trusted(bench, code)),
  "chinese-display": (bench) => {
    speakChinese(bench.code.data);
    return bench.otherwise("chinese-display", { locale: "zh-cn" }, (code) => chineseDisplay(bench, code));
  },
};
