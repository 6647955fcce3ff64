/** The lemmas on which "one fault stands for every sequence" rests: our solver, z3, and the machine itself say the same. */

import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newVm, x86World } from "../../../model/abstract/machine.ts";
import { PLAIN } from "../../../model/abstract/behaviour.ts";
import { foliosOf } from "../../../props/conform/abstract-machine.ts";
import { abstractOps } from "../../../props/conform/abstract-arb.ts";
import { lemmaTexts, REDUCTION } from "../../../props/prove/reduction.ts";
import { decide } from "../../../props/prove/sat/decide.ts";
import { apply } from "../../../sim/step.ts";
import { openZ3 } from "../../support/z3.ts";

const z3 = await openZ3();

describe("lemma", () => {
  it.each(REDUCTION)("$name", (lemma) => {
    for (const text of lemmaTexts(lemma)) expect(z3.check(text).answer).toBe(lemma.expected);
    // Ours takes longer over comparisons: of every order, the first, the base of a level, and the last.
    const few = lemma.formulas.filter((_, at, { length }) => length < 3 || at === 0 || at === 8 || at === length - 1);
    for (const formula of few) expect(decide(formula).answer).toBe(lemma.expected);
  });

  it("is listed in the docs, each with what it covers", () => {
    const doc = readFileSync(new URL("../../../docs/REDUCTION.md", import.meta.url), "utf8").replaceAll(/\s+/g, " ");
    for (const { name, covers } of REDUCTION) expect(doc).toContain(`\`${name}\` | ${covers}`);
  });
});

describe("the invariant that they keep", () => {
  const worlds = [
    PLAIN,
    { ...PLAIN, fallback: "next_lower", split: "buddy", past_i_size: "extends" } as const,
    { ...PLAIN, split: "uniform", folio_in_i_size: true, collapse: "said" } as const,
  ];

  // Each folio is the block of its order around each of its pages, and no larger than the largest order there is.
  it.each(worlds)("holds after every op of the machine: $fallback, $split", (file) => {
    let folios = 0;
    fc.assert(
      fc.property(abstractOps("write"), (ops) => {
        const vm = newVm(
          x86World({ bind_rule: () => 1, map_rule: () => 1, level_rule: () => 0, orders: [0, 9], resize: "any", file }),
        );
        for (const op of ops) {
          apply(vm, op);
          let end = 0;
          for (const [start, order] of foliosOf(vm.file.folios)) {
            folios++;
            expect([start % 2 ** order, order <= 9, start >= end]).toEqual([0, true, true]);
            end = start + 2 ** order;
          }
        }
      }),
      { seed: 3, numRuns: 60 },
    );
    expect(folios).toBeGreaterThan(500);
  });
});
