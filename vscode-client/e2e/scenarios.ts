/** What a person does with the extension, in the order in which it is done; the first makes what the others run with. */

import { equal, ok } from "node:assert/strict";
import { existsSync } from "node:fs";
import type { Bench } from "./bench.ts";

type Scenario = (bench: Bench) => Promise<void>;

export const ANALYTICS = "tracking/src/main/java/com/example/trailmate/tracking/Analytics.kt";
const MANIFEST = "app/src/main/AndroidManifest.xml";
export const START = { line: 11, column: 12 }; // of UMConfigure.init in ANALYTICS

async function firstRun(bench: Bench): Promise<void> {
  const window = await bench.code.open(bench.project());
  const offer = window.notification("Askfirst needs its engine");
  await offer.waitFor();
  await window.until("status says that something is missing", async () =>
    (await window.statusItem().getAttribute("aria-label"))?.includes("Askfirst"),
  );
  await window.shot("01-install", bench.out);
  ok(!existsSync(`${bench.code.storage}/engine`), "nothing is installed before it was asked");
  const began = Date.now();
  await offer.getByRole("button", { name: "Install" }).click();
  await window.notification("installing the engine").waitFor();
  await window.shot("02-installing", bench.out);
  const [errors] = await window.ready(180_000);
  bench.measure("first run: from the click on Install to the project checked", Date.now() - began);
  ok(errors > 0, "the leaking example has errors");
  await window.close();
}

/** The engine is there; a window is opened on the project, and later a file in it. */
async function findings(bench: Bench): Promise<void> {
  const began = Date.now();
  const window = await bench.code.open(bench.project());
  bench.measure("window: from its address to the explorer", Date.now() - began);
  const [errors, warnings, notes] = await window.ready();
  bench.measure("window: from its address to the project checked", Date.now() - began);
  ok(errors >= 5 && warnings >= 8 && notes >= 2, `${errors} ${warnings} ${notes}`);

  for (const file of [ANALYTICS, "app/src/main/java/com/example/trailmate/MainActivity.kt"]) {
    const enter = await window.find(file);
    const opened = Date.now();
    await enter();
    await window.squiggles("error").first().waitFor();
    bench.measure(`running: from opening ${file.split("/").at(-1)} to its first squiggle`, Date.now() - opened);
  }
  await window.open(ANALYTICS);
  await window.pointAt(window.squiggles("error").first());
  const hover = window.page.locator(".monaco-hover-content", { hasText: "before the user has agreed" });
  await hover.first().waitFor();
  const own = window.page.locator(".monaco-hover-content .rendered-markdown", { hasText: "Before consent" });
  await own.filter({ hasText: "runs at every start" }).first().waitFor(); // what the engine knows of the call, beside the finding
  await window.page.waitForTimeout(600);
  await window.shot("03-hover", bench.out);

  await window.problems("READ_CONTACTS");
  await window.problem("READ_CONTACTS").first().waitFor(); // of a file that is not open
  await window.problems("");
  await window.page.waitForTimeout(300);
  await window.shot("04-problems", bench.out);
  await window.close();
}

async function quickFix(bench: Bench): Promise<void> {
  const window = await bench.code.open(bench.project());
  const before = await window.ready();
  await window.open(MANIFEST);
  await window.squiggles("warning").first().waitFor();
  await window.goTo(7, 42);
  await window.page.keyboard.press("Control+.");
  const offers = window.page.locator(".action-widget .monaco-list-row.action");
  await offers.first().waitFor();
  const titles = (await offers.allTextContents()).map((title) => title.trim());
  await window.page.waitForTimeout(300);
  await window.shot("05-quick-fix", bench.out);
  ok(
    titles.some((title) => /allow .permissions\/unused./i.test(title)),
    titles.join("\n"),
  );
  const fix = titles.findIndex((title) => /^(delete|remove)/i.test(title));
  ok(fix >= 0, `a fix that takes the permission out: ${titles.join(" | ")}`);
  for (let press = 0; press < fix; press += 1) {
    await window.page.keyboard.press("ArrowDown");
  }
  await window.page.keyboard.press("Enter");
  await window.until("the text without the permission", async () => !(await window.text()).includes("READ_CONTACTS"));
  const after = await window.until("one warning less", async () => {
    const counts = await window.ready();
    return counts[1] < before[1] && counts;
  });
  equal(after[1], before[1] - 1);
  await window.shot("06-mended", bench.out);
  await window.page.keyboard.press("Control+z");
  await window.until("the permission again", async () => (await window.text()).includes("READ_CONTACTS"));
  await window.until("the warning again", async () => (await window.ready())[1] === before[1]);
  await window.close();
}

async function status(bench: Bench): Promise<void> {
  const window = await bench.code.open(bench.project());
  await window.ready();
  await window.statusItem().hover();
  await window.page.locator(".monaco-hover", { hasText: /errors: \d+/ }).waitFor();
  await window.shot("07-status", bench.out);
  await window.statusItem().click();
  await window.quickPick("Check the project").waitFor();
  await window.shot("08-menu", bench.out);
  await window.quickPick("Check the project").click();
  await window.ready();
  await window.close();
}

async function views(bench: Bench): Promise<void> {
  const window = await bench.code.open(bench.project());
  await window.ready();
  await window.command("View: Show Askfirst");
  await window.widenSideBar();
  const entry = window.treeItem("App.onCreate").first();
  await entry.waitFor();
  await window.treeItem("READ_CONTACTS").first().waitFor();
  await window.unfold("Startup.run → Analytics.start");
  await window.treeItem("UMConfigure.init · Analytics.kt:11").waitFor(); // entry → way → what is collected
  await window.unfold("ACCESS_ADSERVICES_AD_ID");
  await window.treeItem("brought by com.facebook.android:facebook-core").first().waitFor();
  await window.unfold("READ_CONTACTS");
  await window.treeItem("declared").first().waitFor();
  await entry.click();
  for (let press = 0; press < 12; press += 1) {
    await window.page.keyboard.press("ArrowRight"); // opens, then goes to the first below
    await window.page.waitForTimeout(60);
  }
  await window.page.keyboard.press("Enter"); // opens the finding that is in focus
  await window.page.locator(".tab.active", { hasText: "Installation.kt" }).waitFor();
  await window.page.waitForTimeout(500);
  await window.shot("09-views", bench.out);
  await window.close();
}

async function path(bench: Bench): Promise<void> {
  const window = await bench.code.open(bench.project());
  await window.ready();
  await window.open(ANALYTICS);
  await window.squiggles("error").first().waitFor();
  await window.goTo(START.line, START.column);
  await window.command("Askfirst: Show the path");
  await window.quickPick("App.onCreate").waitFor();
  await window.until("the first hop is open", () =>
    window.page.locator(".tab.active", { hasText: "App.kt" }).count().then(Boolean),
  );
  await window.page.waitForTimeout(300);
  await window.shot("11-path", bench.out);
  await window.page.keyboard.press("ArrowDown");
  await window.page.locator(".tab.active", { hasText: "Startup.kt" }).waitFor();
  await window.page.keyboard.press("Escape");
  await window.page.locator(".tab.active", { hasText: "Analytics.kt" }).waitFor();
  await window.command("Askfirst: Show the path");
  await window.quickPick("App.onCreate").waitFor();
  await window.page.locator('.quick-input-widget [aria-label="Peek at all places"]').click();
  await window.page.locator(".peekview-widget").waitFor();
  await window.page.waitForTimeout(500);
  await window.shot("12-peek", bench.out);
  await window.close();
}

async function explain(bench: Bench): Promise<void> {
  const window = await bench.code.open(bench.project());
  await window.ready();
  await window.open(ANALYTICS);
  await window.squiggles("error").first().waitFor();
  const preview = (name: string) => window.page.locator(".tab", { hasText: new RegExp(`Preview .*${name}`) });
  await window.pointAt(window.squiggles("error").first());
  await window.page.locator(".monaco-hover a", { hasText: "consent/sdk-before-consent" }).click();
  await preview("sdk-before-consent").waitFor();
  await window.page.locator(".monaco-editor .view-lines").first().click();
  await window.goTo(START.line, START.column);
  await window.command("Askfirst: Explain");
  await window.quickPick("consent/sdk-before-consent").first().waitFor(); // the rule at the cursor comes first
  await window.page.keyboard.type("READ_CONTACTS");
  await window.quickPick("READ_CONTACTS").first().click();
  await preview("READ_CONTACTS").waitFor();
  await window.page.waitForTimeout(2500); // the preview is a page of its own
  await window.shot("13-explain", bench.out);
  await window.close();
}

async function chinese(bench: Bench): Promise<void> {
  const project = bench.project();
  const window = await bench.code.open(project);
  await window.ready();
  await window.open(ANALYTICS);
  await window.problems("UMConfigure");
  await window.problem("before the user has agreed").first().waitFor();
  bench.settle(project, { "askfirst.lang": "zh" });
  await window.problem("用户同意").first().waitFor();
  await window.until("no English left", async () => (await window.problem("before the user has agreed").count()) === 0);
  await window.pointAt(window.squiggles("error").first());
  await window.page.locator(".monaco-hover-content", { hasText: "同意之前" }).first().waitFor();
  await window.page.waitForTimeout(600);
  await window.shot("15-chinese", bench.out);
  bench.settle(project, {});
  await window.problem("before the user has agreed").first().waitFor();
  await window.close();
}

export const scenarios: Record<string, Scenario> = {
  "first-run": firstRun,
  findings,
  "quick-fix": quickFix,
  status,
  views,
  path,
  explain,
  chinese,
};
