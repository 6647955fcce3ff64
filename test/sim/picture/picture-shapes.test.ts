/** Pictures of many shapes, to the letter: where numbers, breaks and words find room. */

import type { ClaimName } from "../../../model/claim.ts";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import { brokenAt } from "../../../props/claims/run.ts";
import { tellCounterexample } from "../../../props/judge/finding.ts";
import { worldOf } from "../../../sim/world.ts";
import { newVm } from "../../../model/abstract/machine.ts";
import type { Counterexample } from "../../../sim/counterexample.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, setOrder, unbind } from "../../../sim/op.ts";
import { bindingsOf, clip, outsideOf, slotName } from "../../../sim/words/geometry.ts";
import { ruler } from "../../../sim/picture/ruler.ts";
import { toSvg } from "../../../sim/script/svg.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";
import type { Trace } from "../../../sim/trace.ts";
import { CASES } from "../../support/script-cases.ts";

const book = await openRulebook();
const setting = { ...DEFAULT_SETTING, level_rule: "stock" };
const rules = { bind: book.byId("none"), map: book.byId("folio_order"), level: book.byId("stock") };
const { world } = worldOf(rules, setting);

const CLAIMS: readonly ClaimName[] = [
  "folio_starts_in_slot",
  "folio_ends_in_slot",
  "folio_avoids_other_slots",
  "mapping_translates",
];

function found(claim: ClaimName, ops: readonly Op[]): Counterexample | undefined {
  return brokenAt(newVm(world), claim, ops) === ops.length - 1
    ? tellCounterexample(book.byId("none"), claim, rules, setting, ops, book.byId)
    : undefined;
}

/** What of these shapes breaks a claim: slots of all sizes at all distances from the borders of a folio. */
const SHAPES = [9, 18].flatMap((order) =>
  [1, 3, 300, 2 ** order - 4, 2 ** order, 2 ** 19 + 4].flatMap((npages) =>
    [1, 3, 2 ** order - 4, 2 ** order + 2, 2 ** 35 + 4].flatMap((pgoff) =>
      [0, 2 ** 36 + 8].flatMap((base_gfn) => {
        const one = bind({ base_gfn, npages, pgoff });
        const other = bind({ slot: 1, base_gfn: base_gfn + 2 ** 20, npages: 2, pgoff: pgoff + npages + 1 });
        return [base_gfn, base_gfn + npages - 1].flatMap((gfn) =>
          CLAIMS.flatMap((claim) => {
            const ops = claim === "folio_avoids_other_slots" ? [one, other] : [one];
            const ce = found(claim, [...ops, setOrder(order), fault(gfn)]);
            return ce === undefined ? [] : [ce];
          }),
        );
      }),
    ),
  ),
);

const nameOf = ({ claim, ops }: Counterexample): string =>
  [claim, ...ops.flatMap((op) => (op.op === "bind_memslot" ? [op.base_gfn, op.npages, op.pgoff] : []))].join(" ");

it("covers the claims", () => {
  expect(new Set(SHAPES.map(({ claim }) => claim)).size).toBe(CLAIMS.length);
  expect(SHAPES.length).toBeGreaterThan(100);
});

it("in ASCII", async () => {
  const told = SHAPES.filter((_, at) => at % 13 === 0).flatMap((ce) => [nameOf(ce), ...ruler(ce), ""]);
  await expect(`${told.join("\n")}\n`).toMatchFileSnapshot("../../golden/picture-shapes.txt");
});

it("in ASCII, of every case", async () => {
  const told = Object.entries(CASES).flatMap(([name, ce]) => [name, ...ruler(ce), ""]);
  await expect(`${told.join("\n")}\n`).toMatchFileSnapshot("../../golden/picture-cases.txt");
});

/** The whole of some stands in golden/*.svg; of these many a hash each. */
it("in SVG", async () => {
  const hash = (ce: Counterexample): string => createHash("sha256").update(toSvg(ce)).digest("hex").slice(0, 12);
  const told = [
    ...Object.entries(CASES).map(([name, ce]) => `${hash(ce)} ${name}`),
    ...SHAPES.filter((_, at) => at % 4 === 0).map((ce) => `${hash(ce)} ${nameOf(ce)}`),
  ];
  await expect(`${told.join("\n")}\n`).toMatchFileSnapshot("../../golden/picture-svg.txt");
});

describe("a scene", () => {
  it("has the slots that are bound at its end", () => {
    const done = [
      bind({ npages: 2 }),
      bind({ slot: 1, base_gfn: 8, npages: 2, pgoff: 4 }),
      bind({ vm: 1, slot: 1, npages: 3, pgoff: 5 }),
      setOrder(9),
      unbind(1),
      unbind(0, 1),
    ].map((op): Trace[number] => ({ op, effect: { effect: "done" } }));
    const refused = bind({ slot: 2, base_gfn: 9, npages: 2, pgoff: 4 });
    const effect = { effect: "refused", errno: "EEXIST", check: "overlap" } as const;
    const trace: Trace = [...done, { op: refused, effect }];
    const at = (start: number, npages: number) => ({ start, npages });
    expect(bindingsOf(trace)).toEqual([
      { vm: 0, slot: 0, frames: at(0, 2), pages: at(0, 2) },
      { vm: 1, slot: 1, frames: at(0, 3), pages: at(5, 3) },
    ]);
  });

  it("names a slot's VM where there are two", () => {
    const [one, two] = [CASES["one_vm"], CASES["two_vms"]];
    expect([one && slotName(one, 0, 3), two && slotName(two, 1, 3)]).toEqual(["slot 3", "vm 1 slot 3"]);
  });

  it("clips a range", () => {
    expect([clip({ start: 4, npages: 4 }, 2, 6), clip({ start: 4, npages: 4 }, 6, 20)]).toEqual([
      { start: 4, npages: 2 },
      { start: 6, npages: 2 },
    ]);
    expect(clip({ start: 4, npages: 4 }, 9, 12).npages).toBe(0);
  });

  it("has the pages that the claim objects to, in their order", () => {
    const ce = CASES["neighbour"];
    if (ce === undefined) throw new Error("no case");
    const violation = {
      ...ce.violation,
      expected: { start: 100, npages: 10 },
      actual: { start: 0, npages: 512 },
      others: [
        { start: 300, npages: 4 },
        { start: 20, npages: 4 },
        { start: 510, npages: 4 },
        { start: 600, npages: 4 },
      ],
    };
    const at = (start: number, npages: number) => ({ start, npages });
    const of = (claim: ClaimName) => outsideOf({ ...ce, claim, violation });
    expect(of("folio_avoids_other_slots")).toEqual([at(20, 4), at(300, 4), at(510, 2)]);
    expect(of("folio_starts_in_slot")).toEqual([at(0, 100)]);
    expect(of("folio_ends_in_slot")).toEqual([at(110, 402)]);
    expect(of("mapping_translates")).toEqual([]);
  });
});
