/** What a person does in a window of VS Code, and sees. */

import type { Locator, Page } from "playwright-core";

const PATIENCE = 60_000;

export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async close(): Promise<void> {
    await this.page.close();
  }

  /** Waits until `look` answers with something; answers that. */
  async until<T>(what: string, look: () => Promise<T | undefined | false | "">, patience = PATIENCE): Promise<T> {
    const end = Date.now() + patience;
    while (Date.now() < end) {
      const seen = await look();
      if (seen) {
        return seen;
      }
      await this.page.waitForTimeout(20);
    }
    throw new Error(`waited in vain for: ${what}`);
  }

  /** Runs a command by its title in the palette. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press("F1");
    await this.#input(`>${title}`);
    await this.page.locator(".quick-input-widget .monaco-list-row").first().waitFor();
    await this.page.waitForTimeout(150);
    await this.page.keyboard.press("Enter");
  }

  /** Types the name of a file, or `name:line`, into quick open; `enter` opens it, so that a clock can be started before. */
  async find(name: string): Promise<() => Promise<void>> {
    await this.page.keyboard.press("Control+P");
    await this.#input(name);
    const [, file = name] = /([^/:]+)(:\d+)?$/.exec(name) ?? [];
    await this.quickPick(file).first().waitFor();
    await this.page.waitForTimeout(200);
    return () => this.page.keyboard.press("Enter");
  }

  async open(name: string): Promise<void> {
    await (await this.find(name))();
    await this.page.locator(".tab.active", { hasText: name.split("/").at(-1) ?? name }).waitFor();
  }

  /** Puts the cursor there; both numbers as a person counts. */
  async goTo(line: number, column: number): Promise<void> {
    await this.page.keyboard.press("Control+G");
    await this.#input(`:${line}:${column}`);
    await this.page.keyboard.press("Enter");
    await this.page.waitForTimeout(200);
  }

  quickPick(text: string): Locator {
    return this.page.locator(".quick-input-widget .monaco-list-row", { hasText: text });
  }

  squiggles(kind: "error" | "warning" | "info"): Locator {
    return this.page.locator(`.monaco-editor .squiggly-${kind}`);
  }

  /** Moves the mouse onto the middle of something that other layers of the editor may cover. */
  async pointAt(what: Locator): Promise<void> {
    const box = await what.boundingBox();
    if (box === null) {
      throw new Error("it cannot be seen");
    }
    await this.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 5 });
  }

  notification(text: string): Locator {
    return this.page.locator(".notifications-toasts .notification-list-item", { hasText: text });
  }

  /** The status bar item's text, codicons left out. */
  async status(): Promise<string> {
    const item = this.page.locator('[id="askfirst.askfirst.askfirst.status"]');
    return (await item.count()) === 0 ? "" : ((await item.first().textContent()) ?? "").replace(/\s+/g, " ").trim();
  }

  statusItem(): Locator {
    return this.page.locator('[id="askfirst.askfirst.askfirst.status"] a');
  }

  /** Whether the project's findings are shown, although what edits build on may still be made. */
  async counted(): Promise<boolean> {
    return /(\d+) (\d+) (\d+)$/.test(await this.status());
  }

  /** The counts of errors, warnings and notes, once the project is checked. */
  async ready(patience = PATIENCE): Promise<[number, number, number]> {
    return this.until(
      "status ready",
      async () => {
        const busy = await this.page.locator('[id="askfirst.askfirst.askfirst.status"] .codicon-modifier-spin').count();
        const counts = /(\d+) (\d+) (\d+)$/.exec(await this.status());
        return busy === 0 && counts !== null && ([Number(counts[1]), Number(counts[2]), Number(counts[3])] as const);
      },
      patience,
    ) as Promise<[number, number, number]>;
  }

  async widenSideBar(): Promise<void> {
    const box = await this.page.locator(".part.sidebar").boundingBox();
    if (box !== null) {
      const edge = box.x + box.width;
      await this.page.mouse.move(edge, 500);
      await this.page.mouse.down();
      await this.page.mouse.move(edge + 220, 500, { steps: 5 });
      await this.page.mouse.up();
    }
  }

  /** A row of a tree in the side bar. */
  treeItem(text: string): Locator {
    return this.page.locator(".sidebar .monaco-list-row", { hasText: text });
  }

  /** Opens a row of a tree in the side bar. */
  async unfold(text: string): Promise<void> {
    await this.treeItem(text).first().locator(".monaco-tl-twistie").click();
  }

  /** Opens the problems view, with only what has this text: rows that are not in sight are not drawn. */
  async problems(filter: string): Promise<void> {
    await this.command("Problems: Focus on Problems View");
    const input = this.page.locator(".viewpane-filter input").first();
    await this.until("the filter stays", async () => {
      await input.fill(filter); // a view that is just being made forgets it
      await this.page.waitForTimeout(300);
      return (await input.inputValue()) === filter;
    });
  }

  /** A row of the problems view. */
  problem(text: string): Locator {
    return this.page.locator(".markers-panel .monaco-list-row", { hasText: text });
  }

  /** The lines of the editor that can be seen. */
  async text(): Promise<string> {
    const lines = await this.page.locator(".monaco-editor .view-lines").first().textContent();
    return (lines ?? "").replaceAll("\u00a0", " ");
  }

  async shot(name: string, folder: string): Promise<void> {
    await this.page.screenshot({ path: `${folder}/${name}.png` });
  }

  async #input(text: string): Promise<void> {
    const input = this.page.locator(".quick-input-widget input.input");
    await input.waitFor();
    await input.fill(text);
  }
}
