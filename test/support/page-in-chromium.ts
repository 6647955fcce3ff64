/** The page, built and opened in Chromium: what the browser tests share. */

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { chromium } from "playwright-core";
import { build } from "vite";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);

/** Why the browser tests are skipped, if they are. */
export const whyNot = CHROMIUM === undefined ? "no /usr/bin/chromium: apt-get install chromium" : undefined;

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface Opened {
  readonly page: Page;
  /** Errors on the console, uncaught ones, and requests for anything that is not in the page. */
  readonly trouble: readonly string[];
}

export interface InChromium {
  /** The built page. */
  readonly path: string;
  readonly url: string;
  readonly open: (url: string, options?: BrowserContextOptions) => Promise<Opened>;
  /** Pages judge beside themselves: those of a test are closed when it ends. */
  readonly closePages: (except?: Page) => Promise<void>;
  readonly close: () => Promise<void>;
}

async function openIn(browser: Browser, url: string, options: BrowserContextOptions): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, offline: true, ...options });
  const page = await context.newPage();
  const trouble: string[] = [];
  page.on("console", (message) => {
    if (message.type() !== "log") trouble.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => trouble.push(`uncaught: ${error.message}`));
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== url.split("#")[0] && !/^(data|blob):/.test(request.url())) {
      trouble.push(`request: ${request.url()}`);
    }
  });
  await page.goto(url);
  await page.waitForSelector("html[data-ready]");
  return { page, trouble };
}

/** Builds the page into a directory of its own and starts the browser. */
export async function inChromium(): Promise<InChromium> {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const own = mkdtempSync(join(tmpdir(), "foliofence-page-"));
  // As it is shipped, whatever this process is run for.
  process.env["NODE_ENV"] = "production";
  await build({
    mode: "production",
    configFile: join(root, "vite.page.config.ts"),
    logLevel: "silent",
    build: { outDir: join(own, "page") },
  });
  const path = join(own, "page", "index.html");
  // Its profile is a fresh directory of playwright's.
  const browser = await chromium.launch({ executablePath: CHROMIUM ?? "", args: FLAGS });
  return {
    path,
    url: pathToFileURL(path).href,
    open: (url, options = {}) => openIn(browser, url, options),
    closePages: async (except) => {
      for (const context of browser.contexts()) {
        if (context !== except?.context()) await context.close(); // oxlint-disable-line no-await-in-loop -- one browser
      }
    },
    close: async () => {
      await browser.close();
      rmSync(own, { recursive: true, force: true });
    },
  };
}

export const bytesOf = (path: string): number => readFileSync(path).byteLength;
