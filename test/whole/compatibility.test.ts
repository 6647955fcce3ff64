/** What version 0.1.0 found is found again, under the same ids but for one (see CHANGELOG.md), and its files are still read. */

import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { idOf } from "../../sim/counterexample.ts";
import { importScript } from "../../sim/script/import.ts";
import { foliofence } from "../support/cli.ts";

const FOLDER = new URL("../golden/0.1.0/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, FOLDER), "utf8");
const written = readdirSync(FOLDER).filter((name) => name !== "verdicts.txt");

it("ends at the verdicts and ids of 0.1.0", () => {
  const { out } = foliofence(["--json", "--no-out"]);
  const report: { verdicts: { rule: string; claim: string; verdict: string; counterexample?: { id: string } }[] } =
    JSON.parse(out);
  const lines = report.verdicts.map(({ rule, claim, verdict, counterexample }) =>
    [rule, claim, verdict, ...(counterexample ? [counterexample.id] : [])].join(" "),
  );
  expect(lines.length).toBeGreaterThanOrEqual(191);
  expect(lines).toEqual(expect.arrayContaining(read("verdicts.txt").trim().split("\n")));
});

it.each(written)("reads %s", (name) => {
  const result = importScript(
    read(name),
    name.replace(/\.txt$/, (end) => (name.endsWith(".mjs.txt") ? "" : end)),
  );
  if (!result.ok) throw new Error(result.message);
  expect(name).toContain(idOf(result.ops));
});
