/** What the README shows is what happens. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { foliofence, scratch } from "../support/cli.ts";

const readme = readFileSync("README.md", "utf8");

/** Words of a shell line with single quotes only. */
const words = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");

const blocks = [...readme.matchAll(/```console\n\$ npx foliofence ?(.*)\n([^]*?)```/g)].map(([, args, out]) => ({
  args: args ?? "",
  out: out ?? "",
}));

describe("every command that the README shows prints what it shows", () => {
  it("shows several", () => {
    expect(blocks.length).toBeGreaterThanOrEqual(4);
  });

  it.each(blocks)("foliofence $args", ({ args, out }) => {
    expect(`${foliofence(words(args)).out.trimEnd()}\n`).toBe(out);
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
  const links = [...readme.matchAll(/\]\((docs\/[^)]+)\)/g)].map(([, path]) => path ?? "");
  expect(links.length).toBeGreaterThan(4);
  for (const path of links) expect(readFileSync(path).length).toBeGreaterThan(0);
});
