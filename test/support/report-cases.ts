/** A result of judging that was never judged: of every kind of verdict, with every field there is. */

import type { Rule } from "../../model/rule/tree.ts";
import type { Report } from "../../props/cli/format/json.ts";
import { openRulebook } from "../../props/judge/rulebook.ts";
import { tellCounterexample } from "../../props/judge/finding.ts";
import type { Judgement } from "../../props/judge/verdict.ts";
import type { Op } from "../../sim/op.ts";
import { bind, fault, setOrder } from "../../sim/op.ts";
import type { Setting } from "../../sim/setting.ts";

export const book = await openRulebook();

const parsed = book.parse("bool odd_check(u64 offset, u64 size)\n{\n\treturn (1ULL << (offset >> 12)) < size;\n}\n", {
  file: "checks/odd.c",
});
if (!parsed.ok) throw new Error(parsed.error.message);
const [odd] = parsed.rules;
if (odd === undefined) throw new Error("no rule");

/** Of the catalogue, and named from a file of the reader's. */
const none = { ...book.byId("none"), file: "catalogue.c", line: 9 };

export const SETTING: Setting = {
  orders: [0, 9],
  resize: "before-bind",
  bind_rule: "none",
  map_rule: "folio_order",
  level_rule: "stock",
};

export const SHORT: readonly Op[] = [setOrder(9), bind({ npages: 1, pgoff: 1 }), fault(0)];
export const LONG: readonly Op[] = [setOrder(9), bind({ npages: 3, pgoff: 2 }), fault(0)];

/** `odd` and the catalogue's `none` are judged. */
export const refutedBy = (ops: readonly Op[], rest: Partial<Judgement> = {}, rule: Rule = none): Judgement => ({
  rule: "none",
  claim: "folio_starts_in_slot",
  verdict: "refuted",
  engine: "hunt",
  runs: 7,
  seed: 5,
  path: "6:1",
  witnesses: { bind_accepted: 2 },
  counterexample: tellCounterexample(
    rule,
    "folio_starts_in_slot",
    { bind: rule, map: book.byId("folio_order"), level: book.byId("stock") },
    SETTING,
    ops,
    book.byId,
  ),
  ...rest,
});

const ofOdd = { rule: "odd_check", engine: "hunt", witnesses: { bind_accepted: 3, folio_of_2M: 1 } } as const;

export const sampled = (runs: number): Judgement => ({
  ...ofOdd,
  claim: "folio_starts_in_slot",
  verdict: "sampled",
  runs,
  residual_rate: 3 / runs,
});

export const FIRST = refutedBy(SHORT, { smallest: "proved" });

export const REPORT: Report = {
  version: "1.2.3",
  seed: 5,
  setting: SETTING,
  asked: {
    claims: ["folio_starts_in_slot", "folio_ends_in_slot"],
    engines: ["hunt", "exhaust", "prove"],
    runs: 100,
    path: "6:1",
    bound: 2,
    smallest: true,
  },
  canary: "refuted",
  judged: [
    {
      rule: odd,
      judgements: [
        sampled(100),
        { ...ofOdd, claim: "folio_ends_in_slot", verdict: "vacuous", runs: 100, unmet: ["folio_of_2M"] },
      ],
      undefinedInputs: [
        {
          rule: "odd_check",
          site: { line: 3, column: 15, what: "shift of a 64-bit value by 64 or more" },
          inputs: { offset: 0x40000n, size: 0n },
        },
      ],
    },
    {
      rule: none,
      judgements: [
        FIRST,
        {
          rule: "none",
          claim: "folio_ends_in_slot",
          verdict: "exhausted",
          engine: "exhaust",
          states: 12,
          bound: "one slot",
          witnesses: {},
          inconclusive: "the solver's time is used up",
        },
      ],
      undefinedInputs: [],
    },
  ],
  shard: {
    of: 3,
    has: [2],
    hunts: [
      { rule: "odd_check", runs: 100, witnesses: { bind_accepted: 3, folio_of_2M: 1 } },
      { rule: "none", runs: 7, witnesses: { bind_accepted: 2 } },
    ],
  },
  interrupted: true,
  filesOf: (judgement) => (judgement === FIRST ? ["out/a.c", "out/a.json"] : []),
};
