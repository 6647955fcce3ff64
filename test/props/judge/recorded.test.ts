/** The recorded verdicts: docs/CATALOGUE.md shows the same, and every rule has its own. */

import type { ClaimName } from "../../../model/claim.ts";
import { ALLOCATION_CLAIMS, CLAIM_NAMES, MAPPING_CLAIMS } from "../../../model/claim.ts";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CATALOGUE } from "../../../model/rule/catalogue/catalogue.ts";
import { recordedVerdict } from "../../../props/judge/recorded.ts";

const CATALOGUE_MD = readFileSync(new URL("../../../docs/CATALOGUE.md", import.meta.url), "utf8");

/** The document's table of these claims: a line a rule, a word a claim. */
function tableOf(heading: string): Map<string, string[]> {
  const [, after = ""] = CATALOGUE_MD.split(`\n${heading}`);
  const [table = ""] = after.split("\n\n");
  return new Map(
    table
      .split("\n")
      .slice(2)
      .map((line) => line.trim().split(/\s+/))
      .map(([rule = "", ...words]) => [rule, words.map((word) => (word === "proved" ? "holds" : word))]),
  );
}

describe.each<[string, readonly ClaimName[], string[]]>([
  ["allocation: ", ALLOCATION_CLAIMS, ["bind", "order"]],
  ["mapping (mapping_*): ", MAPPING_CLAIMS, ["bind", "map", "level"]],
])("the document's table of %s", (heading, claims, kinds) => {
  const table = tableOf(heading);
  const ids = CATALOGUE.filter(({ kind }) => kinds.includes(kind)).map(({ id }) => id);

  it("has every rule of its kinds", () => {
    expect([...table.keys()]).toEqual(ids);
  });

  it.each(ids)("says what is recorded of %s", (id) => {
    expect(claims.map((claim) => recordedVerdict(id, claim))).toEqual(table.get(id));
  });
});

it("has nothing to say of what a map or a level rule allocates, or of a rule that nobody proposed", () => {
  for (const claim of ALLOCATION_CLAIMS) {
    for (const id of ["folio_order", "stock", "offset_congruent"]) {
      expect(() => recordedVerdict(id, claim)).toThrow(`no recorded verdict for ${id}, ${claim}`);
    }
  }
  for (const claim of CLAIM_NAMES)
    expect(() => recordedVerdict("nobody", claim)).toThrow("no recorded verdict for nobody");
});
