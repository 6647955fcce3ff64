/**
 * The ways down from a counterexample: an op left out, an argument made smaller, several made smaller together, a slot
 * cut short at its front, a second VM's slot taken into the first, two ops in the other order.
 */

import { PAGE_NUMBER_LIMIT } from "../../model/units.ts";
import type { Op } from "../../sim/op.ts";
import { bindAt, fault, punchHole, setISize, setOrder, unbind } from "../../sim/op.ts";
import { bitLength } from "../../sim/op-order.ts";

/** An op list as one list of numbers, each with the name of the argument it is. */
interface Flat {
  readonly names: readonly string[];
  readonly values: readonly number[];
}

function flatten(ops: readonly Op[]): Flat {
  const names: string[] = [];
  const values: number[] = [];
  for (const op of ops) {
    for (const [name, value] of Object.entries(op)) {
      if (typeof value !== "number") continue;
      names.push(name);
      values.push(value);
    }
  }
  return { names, values };
}

function unflatten(ops: readonly Op[], values: readonly number[]): Op[] {
  let at = 0;
  const next = (): number => values[at++] as number;
  // In the order of the keys, which is the constructors' own.
  return ops.map((op): Op => {
    switch (op.op) {
      case "bind_memslot": {
        const vm = next();
        const slot = next();
        const base_gfn = next();
        const npages = next();
        const pgoff = next();
        return bindAt(vm, slot, base_gfn, npages, pgoff, next());
      }
      case "delete_memslot": {
        const vm = next();
        return unbind(next(), vm);
      }
      case "set_order":
        return setOrder(next());
      case "set_i_size":
        return setISize(next());
      case "punch_hole": {
        const start = next();
        return punchHole(start, next());
      }
      case "fault": {
        const vm = next();
        return fault(next(), vm);
      }
      default:
        return op satisfies never;
    }
  });
}

/** Smaller numbers worth trying in a number's place, boldest first. */
export function smaller(value: number): number[] {
  const tries = new Set<number>([0, 1, 2, 3]);
  for (let step = value; step >= 1; step = Math.floor(step / 2)) tries.add(value - step);
  for (let power = 2; power < value; power *= 2) {
    tries.add(power);
    if (power >= 8) tries.add(power - 1).add(power + 1);
    // Without one of its bits.
    if (Math.floor(value / power) % 2 === 1) tries.add(value - power);
  }
  // Its lowest bit further down: aligned to less, as what lies behind a large alignment may be.
  const lowest = lowestBit(value);
  for (let power = 4; power < lowest; power *= 2) tries.add(value - lowest + power);
  return [...tries].filter((v) => v < value).toSorted((a, b) => a - b);
}

/** Up to 2^52, which is past what `&` takes. */
function lowestBit(value: number): number {
  let bit = value > 0 ? 1 : 0;
  while (bit > 0 && value % (2 * bit) === 0) bit *= 2;
  return bit;
}

/** Distances by which several numbers can go down together: to 0, by halves, to the next power of two. */
export function distances(least: number): number[] {
  const tries = new Set<number>();
  for (let step = least; step >= 1; step = Math.floor(step / 2)) tries.add(step);
  for (let bits = 0; bits < bitLength(least); bits++) tries.add(2 ** bits).add(least - 2 ** bits);
  return [...tries].filter((d) => d > 0).toSorted((a, b) => b - a);
}

/**
 * Groups of arguments that are moved together: every pair of page numbers, all of the slots' addresses, and all page
 * numbers from one of them on, which cuts pages out below it and leaves what lies behind as it was.
 */
function groups({ names, values }: Flat): number[][] {
  const addresses = names.flatMap((name, at) => (["base_gfn", "pgoff", "ugfn", "gfn"].includes(name) ? [at] : []));
  const frames = addresses.filter((at) => names[at] !== "pgoff");
  const pairs = addresses.flatMap((a, i) => addresses.slice(i + 1).map((b) => [a, b]));
  const sized = names.flatMap((name, at) => (name === "npages" ? addresses.map((b) => [at, b]) : []));
  const vms = names.flatMap((name, at) => (name === "vm" ? [at] : []));
  const pages = names.flatMap((name, at) => (name === "npages" || addresses.includes(at) ? [at] : []));
  const cuts = [...new Set(pages.map((at) => values[at] as number))].map((from) =>
    pages.filter((at) => (values[at] as number) >= from),
  );
  return [addresses, frames, vms, ...pairs, ...sized, ...cuts].filter((group) => group.length > 1);
}

/** Ordered pairs of page numbers, of which the first goes down by what the second goes up. */
function trades({ names }: Flat): [number, number][] {
  const addresses = names.flatMap((name, at) => (["base_gfn", "pgoff", "ugfn", "gfn"].includes(name) ? [at] : []));
  return addresses.flatMap((down) => addresses.flatMap((up): [number, number][] => (up === down ? [] : [[down, up]])));
}

/** A slot without its first pages, its addresses left where they were or moved along, and so the touched frames. */
function shortened(ops: readonly Op[]): Op[][] {
  const found: Op[][] = [];
  for (const [at, op] of ops.entries()) {
    if (op.op !== "bind_memslot") continue;
    for (const distance of distances(op.npages - 1)) {
      for (const [base, start, touch] of SHORTENED) {
        const [base_gfn, pgoff] = [op.base_gfn + base * distance, op.pgoff + start * distance];
        const shorter = bindAt(op.vm, op.slot, base_gfn, op.npages - distance, pgoff, op.ugfn, op.given);
        found.push(ops.map((each, i) => (i === at ? shorter : touchedUp(each, touch * distance))));
      }
    }
  }
  return found;
}

/** A fault so many frames up, if there are so many. */
function touchedUp(op: Op, frames: number): Op {
  if (op.op !== "fault") return op;
  const gfn = op.gfn + frames;
  return gfn >= 0 ? fault(gfn, op.vm) : op;
}

/** By how many of the pages that go base_gfn, pgoff and the faults move up. */
const SHORTENED = [
  [0, 1, -1],
  [1, 0, 0],
  [1, 0, 1],
  [0, 1, 0],
  [1, 1, 0],
  [1, 1, 1],
] as const;

const POWERS = Array.from({ length: 31 }, (_, exponent) => 2 ** exponent);

/** A slot of the second VM, taken into the first one, to where an aligned one can be or behind a slot of that. */
function joined(ops: readonly Op[]): Op[][] {
  const ends = ops.flatMap((op) => (op.op === "bind_memslot" && op.vm === 0 ? [op.base_gfn + op.npages] : []));
  return ops.flatMap((op, at) =>
    op.op !== "bind_memslot" || op.vm === 0
      ? []
      : [op.base_gfn, 0, ...POWERS, ...ends].map((base_gfn) =>
          ops.with(at, bindAt(0, 1, base_gfn, op.npages, op.pgoff, op.ugfn, op.given)),
        ),
  );
}

/** One number smaller, or several by the same distance. */
function lessened(ops: readonly Op[], flat: Flat): Op[][] {
  const { values } = flat;
  const found: Op[][] = [];
  for (const [at, value] of values.entries())
    for (const less of smaller(value)) found.push(unflatten(ops, values.with(at, less)));
  for (const group of groups(flat)) {
    const least = Math.min(...group.map((at) => values[at] as number));
    for (const distance of distances(least)) {
      const less = [...values];
      for (const at of group) less[at] = (values[at] as number) - distance;
      found.push(unflatten(ops, less));
    }
  }
  return found;
}

/** One number smaller by what another grows. */
function traded(ops: readonly Op[], flat: Flat): Op[][] {
  const { values } = flat;
  const found: Op[][] = [];
  for (const [down, up] of trades(flat)) {
    for (const distance of distances(values[down] as number)) {
      const [less, more] = [(values[down] as number) - distance, (values[up] as number) + distance];
      if (more < PAGE_NUMBER_LIMIT) found.push(unflatten(ops, values.with(down, less).with(up, more)));
    }
  }
  return found;
}

/** The candidates of one round, in a fixed order. Each is smaller than `ops` in some argument or has fewer ops. */
export function moves(ops: readonly Op[]): readonly Op[][] {
  const flat = flatten(ops);
  return [
    ...ops.map((_, at) => ops.toSpliced(at, 1)),
    ...lessened(ops, flat),
    ...traded(ops, flat),
    ...shortened(ops),
    ...joined(ops),
    ...ops.slice(1).map((next, at) => ops.toSpliced(at, 2, next, ops[at] as Op)),
  ];
}
