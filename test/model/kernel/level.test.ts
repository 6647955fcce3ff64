/** The level at which KVM maps a page on the kernel machine, and that its rules are the catalogue's. */

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CONGRUENT_ORDER, STOCK } from "../../../model/kernel/level.ts";
import { FAMILIES } from "../../../model/kernel/family.ts";
import { emptyMachine } from "../../../model/kernel/machine.ts";
import { defaultKnobs } from "../../../model/kernel/orders.ts";
import { compileRule } from "../../../model/rule/wasm/module.ts";
import { mapping, PROBE } from "../../../props/conform/mapping.ts";
import { mappedByAbstract } from "../../../props/conform/abstract-mapping.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import type { LinuxOp } from "../../../sim/kernel/op.ts";
import { stepLinux } from "../../../sim/kernel/step.ts";

const book = await openRulebook();
const page = fc.oneof(fc.nat(1 << 20), fc.nat(1023), fc.constantFrom(0, 512, 1 << 18));

describe("the rules of the level", () => {
  it("are the catalogue's stock and congruent_order", () => {
    const { level } = compileRule(book.byId("stock"));
    const { map } = compileRule(book.byId("congruent_order"));
    fc.assert(
      fc.property(page, page, page, fc.constantFrom(9, 18), (base, user, at, order) => {
        expect(STOCK(at, base, 1, user, 0, 0, order)).toBe(level(at, base, 1, user, 0, 0, order));
        const asked = [at, base, 1, user, 0, 0, base, at, order] as const;
        expect(CONGRUENT_ORDER(...asked)).toBe(map(...asked));
      }),
      { seed: 1, numRuns: 1_000 },
    );
  });
});

const run = (ops: readonly LinuxOp[]) => {
  const machine = emptyMachine(FAMILIES["6.18"], defaultKnobs());
  return { machine, results: ops.map((op) => stepLinux(machine, op)) };
};

describe("a mapping case", () => {
  it("maps 2 MiB where all is aligned", () => {
    expect(run(PROBE).results.find(({ order }) => order !== undefined)).toEqual({ exit: "done", order: 9 });
  });

  it("is mapped alike by both machines, large and small", () => {
    const seen = { 0: 0, 9: 0 };
    fc.assert(
      fc.property(mapping, (ops) => {
        const { machine, results } = run(ops);
        const folios = machine.files.get("f")?.folios;
        for (const [at, op] of ops.entries()) {
          const { order } = results[at] ?? {};
          if (op.op !== "guest_map" || folios === undefined) continue;
          expect(mappedByAbstract(FAMILIES["6.18"], ops.slice(0, at), op.gpa, folios)).toBe(order);
          seen[order === 9 ? 9 : 0]++;
        }
      }),
      { seed: 2, numRuns: 40 },
    );
    expect(seen[9]).toBeGreaterThan(20);
    expect(seen[0]).toBeGreaterThan(20);
  });
});
