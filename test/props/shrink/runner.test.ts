/** A machine that goes on from where it stands says of every list what an empty one says. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FileBehaviour } from "../../../model/abstract/behaviour.ts";
import { FILES, PLAIN } from "../../../model/abstract/behaviour.ts";
import type { Resize, World } from "../../../model/abstract/machine.ts";
import { newVm, RESIZES, x86World } from "../../../model/abstract/machine.ts";
import { runner } from "../../../props/shrink/runner.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, punchHole, setISize, setOrder, unbind } from "../../../sim/op.ts";
import { apply } from "../../../sim/step.ts";

const among = (...numbers: number[]): fc.Arbitrary<number> => fc.constantFrom(...numbers);
const slot = fc
  .record({
    slot: among(0, 1, 40_000),
    base_gfn: among(0, 1, 600, 2 ** 40 - 1),
    npages: among(1, 3, 513),
    pgoff: among(0, 1, 2, 2 ** 30 + 1),
    ugfn: among(0, 5),
  })
  .map((at): Op => bind(at));
const led: fc.Arbitrary<Op> = fc.oneof(
  { weight: 5, arbitrary: slot },
  { weight: 2, arbitrary: among(4, 9, 18).map(setOrder) },
  { weight: 2, arbitrary: among(0, 1, 2, 2 ** 51).map(setISize) },
  among(0, 1).map((id) => unbind(id)),
  fc.constant(punchHole(0, 4)),
);
const touch = among(0, 1, 2, 3, 601).map((gfn): Op => fault(gfn));

/** Lists of a handful of ops, which therefore often begin alike. */
const lists = fc
  .record({
    pool: fc.array(led, { minLength: 3, maxLength: 3 }),
    touches: fc.array(touch, { minLength: 2, maxLength: 2 }),
  })
  .chain(({ pool, touches }) =>
    fc.array(
      fc
        .tuple(fc.array(fc.constantFrom(...pool), { maxLength: 3 }), fc.option(fc.constantFrom(...touches)))
        .map(([ops, end]): readonly Op[] => (end === null ? ops : [...ops, end])),
      { minLength: 8, maxLength: 16 },
    ),
  );

const files = {
  plain: PLAIN,
  ...FILES,
  extends: { ...PLAIN, past_i_size: "extends" },
  refuses: { ...PLAIN, past_i_size: "refused" },
} as const;

const worldOf = (file: FileBehaviour, resize: Resize): World =>
  x86World({
    bind_rule: (pgoff, base_gfn) => (pgoff % 2 === base_gfn % 2 ? 1 : 0),
    map_rule: () => 1,
    level_rule: () => 0,
    orders: [0, 4, 9],
    resize,
    file,
  });

const worlds = Object.entries(files).flatMap(([name, file]) =>
  RESIZES.map((resize): [string, World] => [`${name}, ${resize}`, worldOf(file, resize)]),
);

describe("a machine that goes on from where it stands", () => {
  it.each(worlds)("%s: says what an empty one says", (_, world) => {
    const seen = { refused: 0, touched: 0 };
    const told = fc.property(lists, (all) => {
      const { vm, isRefused } = runner(world);
      for (const ops of all) {
        const fresh = newVm(world);
        const refused = ops.some((op) => {
          apply(fresh, op);
          return fresh.saw.refusal !== undefined;
        });
        expect(isRefused(ops)).toBe(refused);
        expect(vm.file.order).toBe(fresh.file.order);
        expect(vm.file.i_size_npages).toBe(fresh.file.i_size_npages);
        expect(vm.bindings).toEqual(fresh.bindings);
        expect(vm.file.folios.count).toBe(fresh.file.folios.count);
        if (refused) seen.refused++;
        if (ops.length === 0) continue;
        expect([vm.saw.refusal, vm.saw.got]).toEqual([fresh.saw.refusal, fresh.saw.got]);
        // What else is said of a fault is left as it was where there was none.
        if (fresh.saw.got < 0) continue;
        expect({ ...vm.saw, bound: undefined }).toEqual({ ...fresh.saw, bound: undefined });
        seen.touched++;
      }
    });
    fc.assert(told, { seed: 17, numRuns: 400 });
    expect(seen.refused).toBeGreaterThan(100);
    expect(seen.touched).toBeGreaterThan(20);
  });

  it("takes back the file's end that a touch moved", () => {
    const { vm, isRefused } = runner(worldOf(files.extends, "any"));
    const before = [setISize(2), bind({ npages: 8 })];
    const ends = [7, 4, 0].map((gfn) => {
      expect(isRefused([...before, fault(gfn)])).toBe(false);
      return vm.file.i_size_npages;
    });
    expect(ends).toEqual([8, 5, 2]);
  });
});
