/** `explore`: the page written with a finding in it, and served on this machine. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, describe, expect, it, vi } from "vitest";
import { explore, pageWith } from "../../../props/cli/explore/serve.ts";
import { UsageError } from "../../../props/cli/terminal/io.ts";
import { givenOf } from "../../../props/page/state/given.ts";
import { toJson } from "../../../sim/script/json.ts";
import { CASES } from "../../support/script-cases.ts";

/** Whether a built page is there: at none of its places, or at the one that ends so. */
const built = vi.hoisted(() => ({ at: "" }));
vi.mock("node:fs", async (original) => ({
  ...(await original<object>()),
  existsSync: (path: string) => built.at !== "" && path.endsWith(built.at),
}));

const PAGE = '<html><script type="application/json" id="given">null</script></html>';

const givenIn = (html: string): unknown => givenOf(/id="given">(.*)<\/script>/s.exec(html)?.[1] ?? "");

describe("explore", () => {
  const own = mkdtempSync(join(tmpdir(), "foliofence-explore-"));
  afterAll(() => rmSync(own, { recursive: true, force: true }));
  const page = join(own, "index.html");
  writeFileSync(page, PAGE);
  const finding = join(own, "finding.json");
  const found = CASES["below"];
  if (found === undefined) throw new Error("no such case");
  writeFileSync(finding, toJson(found));

  it("puts a file into the page that no text can break out of", () => {
    const given = { name: "a</script>.json", text: '<!-- </script><script>alert("$&")</script>' };
    const html = pageWith(PAGE, given);
    expect(html.match(/<\/script>/g)).toHaveLength(1);
    expect(givenIn(html)).toEqual(given);
  });

  it("writes the page with a finding", async () => {
    const out = join(own, "out.html");
    const made = await explore({ file: finding, out, page });
    expect(made).toEqual({ is: "written", path: out, url: expect.stringMatching(/^file:\/\/.*out\.html$/) });
    expect(givenIn(readFileSync(out, "utf8"))).toEqual({ name: "finding.json", text: toJson(found) });
  });

  it("names the built page where there is nothing to put in", async () => {
    expect(await explore({ page })).toMatchObject({ is: "written", path: page });
  });

  it("serves the page on the loopback address, and nothing else", async () => {
    const made = await explore({ file: finding, port: 0, page });
    if (made.is !== "served") throw new Error("not served");
    expect(made.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const got = await fetch(made.url);
    expect(got.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(givenIn(await got.text())).toMatchObject({ name: "finding.json" });
    expect((await fetch(`${made.url}etc/passwd`)).status).toBe(404);
    expect((await fetch(made.url, { method: "POST" })).status).toBe(405);
    await expect(explore({ port: Number(new URL(made.url).port), page })).rejects.toThrow(/EADDRINUSE/);
    await made.close();
    await expect(fetch(made.url)).rejects.toThrow("fetch failed");
  });

  it("says what is wrong with a file that is no finding", async () => {
    await expect(explore({ file: "x.json", text: "{}", page })).rejects.toThrow(/^x\.json:1: /);
    await expect(explore({ file: join(own, "none.json"), page })).rejects.toThrow("no such file");
  });

  it("finds the place for a finding whatever stands around it, and there is none in another page", () => {
    const given = { name: "a.json", text: "{}" };
    const wide = PAGE.replace("null", "\n   null\n  ");
    expect(givenIn(pageWith(wide, given))).toEqual(given);
    expect(pageWith(wide, given)).toBe(pageWith(PAGE, given));
    for (const html of ["", PAGE.replace("null", "0"), PAGE.replace("given", "taken")]) {
      expect(() => pageWith(html, given)).toThrow("the page has no place for a finding");
    }
  });

  it("takes a finding that need not be read, and calls it one", async () => {
    const out = join(own, "told.html");
    await explore({ text: toJson(found), out, page });
    expect(givenIn(readFileSync(out, "utf8"))).toEqual({ name: "finding", text: toJson(found) });
    await explore({ text: toJson(found), file: "/nowhere/mine.json", out, page });
    expect(givenIn(readFileSync(out, "utf8"))).toEqual({ name: "mine.json", text: toJson(found) });
  });

  it("writes the page beside where it runs, by the finding's name", async () => {
    const here = vi.spyOn(process, "cwd").mockReturnValue(own);
    try {
      const path = join(own, "finding.json.html");
      expect(await explore({ file: finding, page })).toEqual({ is: "written", path, url: pathToFileURL(path).href });
      expect(givenIn(readFileSync(path, "utf8"))).toMatchObject({ name: "finding.json" });
    } finally {
      here.mockRestore();
    }
  });

  it("writes the page without a finding where it is told to", async () => {
    const out = join(own, "empty.html");
    expect(await explore({ out, page })).toMatchObject({ is: "written", path: out });
    expect(readFileSync(out, "utf8")).toBe(PAGE);
  });

  it("names a page that is there already by its address, and does not copy it", async () => {
    expect(await explore({ page })).toEqual({ is: "written", path: page, url: pathToFileURL(page).href });
  });

  it("serves both names of the page, asked for in whatever way, and HEAD without it", async () => {
    const made = await explore({ port: 0, page });
    if (made.is !== "served") throw new Error("not served");
    try {
      for (const path of ["", "?from=mail", "index.html", "index.html?x=/etc"]) {
        const got = await fetch(made.url + path);
        expect([got.status, await got.text()]).toEqual([200, PAGE]);
        expect(got.headers.get("cache-control")).toBe("no-store");
      }
      const head = await fetch(made.url, { method: "HEAD" });
      expect([head.status, await head.text()]).toEqual([200, ""]);
      expect(head.headers.get("content-type")).toBe("text/html; charset=utf-8");
      const posted = await fetch(made.url, { method: "POST", body: "x" });
      expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
      const other = await fetch(`${made.url}index.htm`, { method: "POST" });
      expect(other.status).toBe(404);
    } finally {
      await made.close();
    }
  });

  it("is served on one address of this machine alone", async () => {
    const made = await explore({ port: 0, page });
    if (made.is !== "served") throw new Error("not served");
    await expect(fetch(made.url.replace("127.0.0.1", "127.0.0.2"))).rejects.toThrow("fetch failed");
    await made.close();
  });

  it("says which port is taken", async () => {
    const made = await explore({ port: 0, page });
    if (made.is !== "served") throw new Error("not served");
    const port = Number(new URL(made.url).port);
    await expect(explore({ port, page })).rejects.toThrow(new RegExp(`^port ${port}: .*EADDRINUSE`));
    await expect(explore({ port, page })).rejects.toThrow(UsageError);
    await expect(explore({ port, page })).rejects.toHaveProperty("cause.code", "EADDRINUSE");
    await made.close();
  });

  describe("the built page", () => {
    const at = (place: string): string =>
      fileURLToPath(new URL(place, new URL("../../../props/cli/explore/serve.ts", import.meta.url)));

    it.each(["../page/index.html", "../../../dist/page/index.html"])("is found at %s", async (place) => {
      built.at = `${sep}${at(place).split(sep).slice(-3).join(sep)}`;
      const path = at(place);
      expect(await explore()).toEqual({ is: "written", path, url: pathToFileURL(path).href });
    });

    it("has to be built", async () => {
      built.at = "";
      await expect(explore()).rejects.toThrow(new UsageError("the page is not built: run `npm run build:page`"));
      expect(existsSync(page)).toBe(false);
    });
  });
});
