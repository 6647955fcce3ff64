/** `foliofence explore`: the page as a file to open, or served on this machine, with a finding in it if one is named. */

import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { basename, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { importScript } from "../../../sim/script/import.ts";
import { readText, writeWhole } from "../terminal/files.ts";
import { UsageError } from "../terminal/io.ts";

export interface ExploreOptions {
  /** A finding that we wrote, in any of its formats: the page opens with it. */
  readonly file?: string;
  /** What the file holds, where it need not be read. */
  readonly text?: string;
  /** Where the page is written; a page without a finding is there already and is written only if this is given. */
  readonly out?: string;
  /** The built page, where it is not at its place. */
  readonly page?: string;
  /** Serve the page on this port of the loopback address instead of writing it; 0 takes a free one. */
  readonly port?: number;
}

export type Explored =
  | { readonly is: "written"; readonly path: string; readonly url: string }
  | { readonly is: "served"; readonly url: string; readonly close: () => Promise<void> };

/** Beside the built command, or in the build of a checkout. */
const BUILT = ["../page/index.html", "../../../dist/page/index.html"];

function builtPage(): string {
  const path = BUILT.map((each) => fileURLToPath(new URL(each, import.meta.url))).find(existsSync);
  if (path === undefined) throw new UsageError("the page is not built: run `npm run build:page`");
  return path;
}

const PLACE = /(<script type="application\/json" id="given">)\s*null\s*(<\/script>)/;

/** The page with a finding in it. */
export function pageWith(html: string, given: { readonly name: string; readonly text: string }): string {
  if (!PLACE.test(html)) throw new Error("the page has no place for a finding");
  // No "</script>" and no "<!--" may stand in a script.
  const json = JSON.stringify({ name: given.name, text: given.text }).replaceAll("<", String.raw`\u003c`);
  return html.replace(PLACE, (_place, before: string, after: string) => before + json + after);
}

/** @throws UsageError where the file is none of ours */
function givenOf({ file, text }: ExploreOptions): { name: string; text: string } | undefined {
  if (file === undefined && text === undefined) return undefined;
  const name = basename(file ?? "finding");
  const given = { name, text: text ?? readText(file ?? "") };
  const imported = importScript(given.text, name);
  if (!imported.ok) throw new UsageError(imported.message);
  return given;
}

function serve(html: string, port: number): Promise<Explored> {
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?")[0];
    if (path !== "/" && path !== "/index.html") {
      response.writeHead(404).end();
    } else if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { allow: "GET, HEAD" }).end();
    } else {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
      // Of an answer to HEAD, only the headers are sent.
      response.end(html);
    }
  });
  const close = (): Promise<void> =>
    new Promise((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return new Promise((done, failed) => {
    server.once("error", (error) => failed(new UsageError(`port ${port}: ${error.message}`, { cause: error })));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      const taken = typeof address === "object" && address !== null ? address.port : port;
      done({ is: "served", url: `http://127.0.0.1:${taken}/`, close });
    });
  });
}

/**
 * Makes the page ready to be looked at.
 * @throws UsageError for a file that is no finding, a place that cannot be written, a port that is taken
 */
export async function explore(options: ExploreOptions = {}): Promise<Explored> {
  const given = givenOf(options);
  const built = options.page ?? builtPage();
  const html = (): string => (given === undefined ? readText(built) : pageWith(readText(built), given));
  if (options.port !== undefined) return serve(html(), options.port);
  const out = options.out ?? (given === undefined ? undefined : `${given.name}.html`);
  if (out === undefined) return { is: "written", path: built, url: pathToFileURL(built).href };
  const path = resolve(out);
  writeWhole(path, html());
  return { is: "written", path, url: pathToFileURL(path).href };
}
