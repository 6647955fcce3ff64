/**
 * The templates in order of weight. What does not depend on a rule is made once for a setting, and all claims that a rule
 * breaks are looked for in one walk: most of a rule's counterexamples are the same few lists.
 */

import type { Op } from "../../sim/op.ts";
import { bind, bindAt, fault } from "../../sim/op.ts";
import type { Weight } from "../../sim/op-order.ts";
import { compareOps, weigh } from "../../sim/op-order.ts";
import type { Shape, Sizes, Slot, Try } from "./templates.ts";
import { addresses, has, lead, others, SHAPES, sizesOf, touches, users } from "./templates.ts";

/** The same for several claims: an op is refused, or bit i is set where claim i breaks at the last op and not before. */
export type TryAll = (ops: readonly Op[]) => "refused" | number;

export interface TemplateOptions {
  /** Try lists with a set_i_size too: the rule reads i_size. */
  readonly withISize: boolean;
  /** How many slots are bound. */
  readonly slots: number;
  /** No slot with fewer pages can break the claim. */
  readonly leastNpages: number;
}

/** The weight of a choice whose addresses are all 0. */
const weightOf = (sizes: Sizes): Weight => {
  const at0 = { base_gfn: 0, pgoff: 0 };
  const [slot, other] = [bind({ ...at0, npages: sizes.npages }), bind({ ...at0, npages: sizes.other })];
  return weigh([...lead(sizes, slot, other), fault(0)]);
};

interface Choice {
  readonly sizes: Sizes;
  readonly weight: Weight;
}

/** Where a slot can be: how many bits its first frame and its file page have, and its userspace addresses once asked for. */
interface Placed extends Pick<Slot, "base_gfn" | "pgoff"> {
  readonly bits: number;
  ugfns?: readonly number[];
}

/** All that does not depend on a rule: made once for a setting, since every rule of a judging asks for the same. */
interface Lists {
  readonly choices: readonly Choice[];
  readonly places: readonly Placed[];
  /** Frames worth touching, by the slot's pages and its file page. */
  readonly touches: Map<number, Map<number, readonly number[]>>;
}

function listsOf(numOps: number, orders: readonly number[], options: TemplateOptions): Lists {
  const { withISize, slots, leastNpages } = options;
  // While every folio is a base page, nothing breaks.
  const large = (shape: Shape): boolean => has(shape, "order") || (orders[0] ?? 0) > 0;
  const shapes = SHAPES.filter(
    (shape) =>
      shape.length + 1 === numOps &&
      (slots === 2) === has(shape, "other") &&
      (withISize || !has(shape, "size")) &&
      large(shape),
  );
  const choices = shapes
    .flatMap((shape) => sizesOf(shape, orders, leastNpages))
    .map((sizes) => ({ sizes, weight: weightOf(sizes) }))
    .toSorted((a, b) => a.weight[2] - b.weight[2] || a.weight[4] - b.weight[4]);
  return { choices, places: addresses(orders, slots === 2), touches: new Map() };
}

const KNOWN = new Map<string, Lists>();

function listsOnce(numOps: number, orders: readonly number[], options: TemplateOptions): Lists {
  const key = [numOps, options.slots, options.leastNpages, options.withISize, ...orders].join(" ");
  const lists = KNOWN.get(key) ?? listsOf(numOps, orders, options);
  KNOWN.set(key, lists);
  return lists;
}

/** The templates of one number of ops, walked once for several claims, lightest first and no further than is asked. */
export interface TemplateWalk {
  /** The smallest template that breaks this claim, or undefined. */
  readonly least: (claim: number) => Op[] | undefined;
}

/**
 * @param numOps from 2 to 5; other lengths have no template
 * @param claims how many claims `tryOps` speaks of
 */
export function templateWalk(
  numOps: number,
  orders: readonly number[],
  options: TemplateOptions,
  claims: number,
  tryOps: TryAll,
): TemplateWalk {
  const { choices, places, touches: known } = listsOnce(numOps, orders, options);
  const best: (Op[] | undefined)[] = Array.from({ length: claims });
  /** Bits in sizes and in addresses of the best. */
  const sizeBits = best.map(() => Infinity);
  const addressBits = best.map(() => Infinity);
  let next = 0;

  const ended = (claim: number): boolean => {
    const choice = choices[next];
    return choice === undefined || choice.weight[2] > (sizeBits[claim] ?? 0);
  };

  const touchesOf = (npages: number, pgoff: number): readonly number[] => {
    const same = known.get(npages) ?? new Map<number, readonly number[]>();
    const list = same.get(pgoff) ?? touches(npages, pgoff, orders);
    known.set(npages, same.set(pgoff, list));
    return list;
  };

  function take(claim: number, ops: readonly Op[]): void {
    const before = best[claim];
    if (before !== undefined && compareOps(ops, before) >= 0) return;
    const weight = weigh(ops);
    best[claim] = [...ops];
    [sizeBits[claim], addressBits[claim]] = [weight[2], weight[3]];
  }

  /** Try the lists of one choice of sizes, for the claims that it may have the smallest of. */
  function walk({ sizes }: Choice, open: readonly number[]): void {
    const two = has(sizes.shape, "other");
    const bindsAt = sizes.shape.indexOf("bind");
    const otherAt = sizes.shape.indexOf("other");
    const nothing = bind({ npages: 1 });
    const list = [...lead(sizes, nothing, nothing), fault(0)];
    const last = list.length - 1;
    const asked = function* (): Generator<Required<Slot>> {
      for (const place of places) {
        const { base_gfn, pgoff, bits } = place;
        if (open.every((claim) => bits > (addressBits[claim] ?? 0))) return;
        place.ugfns ??= users(base_gfn, pgoff, options.leastNpages > 1 ? orders : []);
        for (const ugfn of place.ugfns) yield { base_gfn, npages: sizes.npages, pgoff, ugfn };
      }
    };
    for (const slot of asked()) {
      const { base_gfn, pgoff } = slot;
      list[bindsAt] = bindAt(0, 0, base_gfn, slot.npages, pgoff, slot.ugfn);
      // Most rules refuse most slots: then no neighbour is worth a try, and no second touch.
      if (two && tryOps(lead(sizes, list[bindsAt], undefined)) === "refused") continue;
      const ats = touchesOf(sizes.npages, pgoff);
      for (const other of two ? others(slot, sizes.other, orders) : [undefined]) {
        if (other !== undefined) list[otherAt] = other;
        for (const at of ats) {
          list[last] = fault(base_gfn + at);
          const said = tryOps(list);
          if (said === "refused") break;
          if (said === 0) continue;
          for (const claim of open) if (((said >>> claim) & 1) === 1) take(claim, list);
        }
      }
    }
  }

  return {
    least: (claim) => {
      for (let choice = choices[next]; choice !== undefined && !ended(claim); choice = choices[++next]) {
        walk(
          choice,
          [...best.keys()].filter((one) => !ended(one)),
        );
      }
      return best[claim];
    },
  };
}

/** The smallest template of this many ops that breaks the claim, or undefined. */
export const leastTemplate = (
  numOps: number,
  orders: readonly number[],
  options: TemplateOptions,
  tryOps: Try,
): Op[] | undefined =>
  templateWalk(numOps, orders, options, 1, (ops) => {
    const said = tryOps(ops);
    return said === "refused" ? said : Number(said === "breaks");
  }).least(0);
