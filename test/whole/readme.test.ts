/** What the README and the documents show is what happens. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { foliofence, scratch } from "../support/cli.ts";

const readme = readFileSync("README.md", "utf8");

/** FOLIOFENCE_GOLDEN=write puts what is printed now into the documents. */
const WRITES = process.env["FOLIOFENCE_GOLDEN"] === "write";
const block = (args: string, out: string): string =>
  `\`\`\`console\n$ npx foliofence${args === "" ? "" : ` ${args}`}\n${out}\`\`\``;

const put = (file: string, args: string, out: string, said: string): void =>
  writeFileSync(
    file,
    readFileSync(file, "utf8").replace(block(args, out), () => block(args, said)),
  );

/** Words of a shell line with single quotes only. */
const words = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");

const blocks = ["README.md", "docs/CATALOGUE.md", "docs/LAYOUTS.md"].flatMap((file) =>
  [...readFileSync(file, "utf8").matchAll(/```console\n\$ npx foliofence ?(.*)\n([^]*?)```/g)].map(
    ([, args = "", out = ""]) => ({ file, args, out }),
  ),
);

it("is short", () => {
  expect(readme.split("\n").length).toBeLessThanOrEqual(151);
});

describe("every command that is shown prints what is shown", () => {
  it("shows several", () => {
    expect(blocks.length).toBeGreaterThanOrEqual(4);
  });

  it.each(blocks)("$file: foliofence $args", ({ file, args, out }) => {
    const said = `${foliofence(words(args)).out.trimEnd()}\n`;
    if (WRITES) put(file, args, out, said);
    expect(WRITES ? out : said).toBe(out);
  });
});

it("shows the example that is run as a test", () => {
  const [, example] = /```ts\n([^]*?)```/.exec(readme) ?? [];
  expect(example).toBe(readFileSync("test/whole/example.test.ts", "utf8"));
});

it("shows the picture that is drawn", () => {
  const cwd = scratch();
  const args = ["judge", "-e", "fls64(offset) >= fls64(gpa)", "--claims", "folio_starts_in_slot", "--engine", "hunt"];
  foliofence(args, { cwd });
  const picture = readdirSync(join(cwd, "counterexamples")).find((name) => name.endsWith(".svg"));
  expect(readFileSync("docs/fls64.svg", "utf8")).toBe(
    readFileSync(join(cwd, "counterexamples", picture ?? ""), "utf8"),
  );
});

it("leads to files that are there", () => {
  const pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...readdirSync("docs").map((name) => `docs/${name}`)];
  const links = pages
    .filter((page) => page.endsWith(".md"))
    .flatMap((page) =>
      [...readFileSync(page, "utf8").matchAll(/\]\(([^):#]+)(?:#[^)]*)?\)/g)].map(([, path = ""]) =>
        join(page, "..", path),
      ),
    );
  expect(links.length).toBeGreaterThan(15);
  expect(links.filter((path) => !existsSync(path))).toEqual([]);
});
