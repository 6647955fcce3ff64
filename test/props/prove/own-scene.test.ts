/**
 * Claims of the user's own against the simulated machine: after every fault of random sequences of ops, the formulas of some case
 * say of a random claim what the machine says. What no case says, no proof would have looked at.
 */

/* oxlint-disable vitest/no-conditional-expect -- what is expected depends on what the fault did */

import * as fc from "fast-check";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { x86_64 } from "../../../model/arch.ts";
import type { OwnClaim } from "../../../model/claim.ts";
import { isMapping } from "../../../model/claim.ts";
import type { FileName } from "../../../model/abstract/behaviour.ts";
import { PRESENT } from "../../../model/abstract/file.ts";
import type { Memslot } from "../../../model/kvm/memslots.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import type { Resize, Vm } from "../../../model/abstract/machine.ts";
import { newVm } from "../../../model/abstract/machine.ts";
import { excess } from "../../../props/claims/always.ts";
import { withOwnClaims } from "../../../props/judge/own-claims.ts";
import type { Rulebook } from "../../../props/judge/rulebook.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import type { Case } from "../../../props/prove/case.ts";
import { casesOf } from "../../../props/prove/claims.ts";
import type { Question } from "../../../props/prove/question.ts";
import { valuation } from "../../../props/prove/smt/value.ts";
import { opsArbitrary } from "../../../props/search/arb.ts";
import type { Op } from "../../../sim/op.ts";
import { setISize, setOrder } from "../../../sim/op.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";
import { apply } from "../../../sim/step.ts";
import { worldOf } from "../../../sim/world.ts";
import type { AtBind } from "../../support/scene-state.ts";
import { modelOf } from "../../support/scene-state.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let book: Rulebook;
beforeAll(async () => {
  book = await openRulebook();
});

const FILE_WORDS = ["folio_start", "folio_end", "binding_start", "binding_end", "index"];
const OTHER_WORDS = [...FILE_WORDS, "other_start", "other_end"];
const MAP_WORDS = [...FILE_WORDS, "map_pgoff", "slot_start", "slot_end", "gfn", "map_gfn", "map_npages"];

const compared = (words: readonly string[]): fc.Arbitrary<string> => {
  const word = fc.constantFrom(...words);
  const said = fc.oneof(
    word,
    fc.tuple(word, word).map(([a, b]) => `${a} - ${b}`),
    fc.tuple(word, fc.constantFrom("7", "512", "513", "(1ULL << order)")).map(([a, by]) => `${a} % ${by}`),
  );
  const side = fc.oneof(
    { weight: 3, arbitrary: said },
    fc.constantFrom("0", "1", "2", "511", "512", "order", "1ULL << 18"),
  );
  const one = fc
    .tuple(said, fc.constantFrom("<", "<=", "==", "!="), side)
    .map(([a, how, b]) => `0ULL + (${a}) ${how} 0ULL + (${b})`);
  return fc.tuple(one, fc.constantFrom("&&", "||"), one).map(([a, how, b]) => `${a} ${how} ${b}`);
};
const CLAIMS = fc.oneof(compared(FILE_WORDS), compared(OTHER_WORDS), compared(MAP_WORDS));

interface Tally {
  faults: number;
  broken: number;
  present: number;
  base: number;
}

/** The cases that the state can be one of. */
function fits({ name, scene }: Case, vm: Vm, slot: Memslot, other: Memslot | undefined, isOfMap: boolean) {
  if (scene.folio !== vm.saw.folio_order) return false;
  if (scene.now.name === "file_order" && !scene.now.orders.includes(vm.file.order)) return false;
  const level = isOfMap ? `-as-${["4K", "2M", "1G"][vm.saw.mapped_order / 9] ?? ""}` : "";
  const side = other === undefined ? "" : other.pgoff < slot.pgoff ? "-below" : "-above";
  return name.replace(/-(granted|allowed)/, "").endsWith(`${side}${level}`);
}

function follow(question: Question, claim: OwnClaim, cases: readonly Case[], ops: readonly Op[], tally: Tally): void {
  const vm = newVm(worldOf(question.rules, { ...DEFAULT_SETTING, ...question.setting }, question.arch).world);
  const atBind = new Map<Memslot, AtBind>();
  const isOfMap = isMapping(claim);
  const isOfOthers = cases.some(({ other }) => other !== undefined);
  for (const op of ops) {
    apply(vm, op);
    const { saw, file, bindings } = vm;
    for (const slot of bindings) {
      if (!atBind.has(slot)) atBind.set(slot, { order: file.order, i_size: file.i_size_npages });
    }
    const { slot } = saw;
    if (op.op !== "fault" || slot === undefined) continue;
    tally.faults += 1;
    if (saw.got === PRESENT) tally.present += 1;
    if (saw.folio_order === 0) tally.base += 1;
    const isBroken = excess(claim, vm) > 0;
    if (isBroken) tally.broken += 1;
    if (!isOfMap && saw.got === PRESENT) {
      expect(isBroken).toBe(false);
      continue;
    }
    const others = isOfOthers ? bindings.filter((bound) => bound !== slot) : [undefined];
    const said = others.some((other) => {
      const model = modelOf(question, vm, slot, other, atBind);
      const fitting = cases.filter((c) => fits(c, vm, slot, other, isOfMap));
      expect(fitting.length, `${claim}: no case for order ${saw.folio_order}`).toBeGreaterThan(0);
      return fitting.some((c) => {
        const { name: which, orders } = c.scene.now;
        if (which === "file_order") model.set(which, BigInt(orders.indexOf(file.order)));
        return valuation(model)(c.broken) === 1n;
      });
    });
    expect({ claim, broken: said }).toEqual({ claim, broken: isBroken });
  }
}

interface World {
  /** Ids, or C. */
  readonly bind: string;
  readonly order?: string;
  readonly map?: string;
  readonly resize: Resize;
  readonly orders: readonly number[];
  readonly file?: FileName;
  /** Blocks that a slot's ends cut are mapped large, too. */
  readonly cut?: true;
}

const ruleOf = (kind: "bind" | "order", text: string): Rule => {
  if (book.has(text, kind)) return book.byId(text);
  const parsed = book.parse(text, { id: "theirs", kind });
  const [rule] = parsed.ok ? parsed.rules : [];
  if (rule === undefined) throw new Error(`no ${kind} rule: ${text}`);
  return rule;
};

const WORLDS: readonly World[] = [
  { bind: "none", resize: "any", orders: [0, 9, 18] },
  { bind: "none", resize: "never", orders: [9, 18] },
  { bind: "file_folio", resize: "before-bind", orders: [0, 9, 18] },
  { bind: "file_folio", resize: "any", orders: [9] },
  { bind: "size_level", map: "round_up_contained", resize: "any", orders: [0, 9, 18] },
  { bind: "signed_end", resize: "any", orders: [0, 9, 18], file: "folio_in_file" },
  { bind: "folio_size != SZ_2M", order: "order == 9", resize: "never", orders: [0, 9, 18] },
  { bind: "folio_size != SZ_4K", order: "within_size", resize: "before-bind", orders: [0, 9, 18] },
  { bind: "none", resize: "any", orders: [0, 9, 18], cut: true },
  { bind: "none", order: "bound_at_get_page", resize: "any", orders: [9, 18] },
  { bind: "folio_size != SZ_2M", order: "order == 18", resize: "never", orders: [0, 9, 18], file: "folio_in_file" },
];

/** How a file is made whose size stays. */
const MADE: fc.Arbitrary<Op[]> = fc
  .tuple(fc.constantFrom(0, 9, 18), fc.constantFrom(511, 513, 2 ** 18 + 512, 0))
  .map(([order, size]) => [setOrder(order), ...(size === 0 ? [] : [setISize(size)])]);

const RUNS = { seed: 0x0c1a13, numRuns: 500, endOnFailure: true };

describe("a claim of one's own", () => {
  it.each(WORLDS)(
    "has a case for every fault: $bind $order $map $resize $orders $file $cut",
    ({ bind, order, map, resize, orders, file, cut }) => {
      const tally: Tally = { faults: 0, broken: 0, present: 0, base: 0 };
      const lists = fc.array(fc.oneof(opsArbitrary(orders, true), opsArbitrary(orders)), {
        minLength: 1,
        maxLength: 2,
      });
      fc.assert(
        fc.property(CLAIMS, lists, MADE, (text, parts, made) => {
          const claim: OwnClaim = `mine: ${text}`;
          const own = withOwnClaims(book, [claim]).byId(claim);
          const rules = {
            bind: ruleOf("bind", bind),
            map: book.byId(map ?? "folio_order"),
            level: book.byId("stock"),
            ...(order !== undefined && { order: ruleOf("order", order) }),
          };
          const question: Question = {
            rules: { ...rules, own: [own] },
            setting: { orders, resize, ...(file && { file }) },
            arch: cut ? { ...x86_64, maps_cut_blocks: true } : x86_64,
          };
          follow(
            question,
            claim,
            casesOf(question, claim),
            [...(file === undefined && resize === "any" ? [] : made), ...parts.flat()],
            tally,
          );
        }),
        RUNS,
      );
      expect(tally.faults).toBeGreaterThan(RUNS.numRuns / 2);
      expect(tally.broken).toBeGreaterThan(RUNS.numRuns / 10);
      expect(tally.present).toBeGreaterThan(0);
    },
  );
});
