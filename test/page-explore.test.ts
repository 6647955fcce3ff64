/** `explore`: the page written with a finding in it, and served on this machine. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { explore, pageWith } from "../props/explore.ts";
import { givenOf } from "../props/page/given.ts";
import { toJson } from "../sim/script/json.ts";
import { CASES } from "./script-cases.ts";

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
});
