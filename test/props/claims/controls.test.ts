/** A report may say of its control that it keeps the claim for every input: the prover says so of each. */

import { ALLOCATION_CLAIMS, CLAIM_NAMES, MAPPING_CLAIMS } from "../../../model/claim.ts";
import { afterAll, describe, expect, it, vi } from "vitest";
import type { RuleKind } from "../../../model/rule/parameters.ts";
import { controlFor } from "../../../props/claims/controls.ts";
import { claimsOf } from "../../../props/judge/context.ts";
import { judgeRule } from "../../../props/judge/judge.ts";
import { openProver } from "../../../props/prove/prover.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";

// A solver shares its machine with other tests: what ends is right, however late.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

const book = await openRulebook();
const prover = openProver();
afterAll(async () => {
  await (await prover).close();
});

const SETTINGS = [
  { largest: "2 MiB", orders: [0, 9] },
  { largest: "1 GiB", orders: [0, 9, 18] },
];
const cells = SETTINGS.flatMap(({ largest, orders }) =>
  (["bind", "map", "level"] as const).flatMap((kind: RuleKind) => {
    const all = kind === "bind" ? CLAIM_NAMES : MAPPING_CLAIMS;
    return [...new Set(all.map((claim) => controlFor(kind, claim, { orders })))].map((id) => {
      return { largest, orders, id, claims: all.filter((claim) => controlFor(kind, claim, { orders }) === id) };
    });
  }),
);

describe.each(cells)("$id, with folios of up to $largest", ({ orders, id, claims }) => {
  it("keeps its claims for every input", async () => {
    const { judgements } = await judgeRule(book.byId(id), {
      setting: { ...DEFAULT_SETTING, orders },
      claims,
      engines: ["prove"],
      seed: 1,
      numRuns: 1,
      ruleById: book.byId,
      prover: () => prover,
    });
    expect(judgements.map(({ claim, verdict }) => [claim, verdict])).toEqual(claims.map((claim) => [claim, "proved"]));
  });
});

it("asks of a rule of each kind only what it has a say in", () => {
  expect(claimsOf(book.byId("folio_order"), CLAIM_NAMES)).toEqual(MAPPING_CLAIMS);
  expect(claimsOf(book.byId("none"), CLAIM_NAMES)).toEqual([...ALLOCATION_CLAIMS, ...MAPPING_CLAIMS]);
});
