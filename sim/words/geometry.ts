/** What there is to draw of a finding, in page numbers; ruler.ts and svg.ts draw the same scene. */

import { claimOf, isBinding, isMapping } from "../../model/claim.ts";
import type { Shown } from "../counterexample.ts";
import type { Effect, Range } from "../step.ts";
import type { Trace } from "../trace.ts";

export type Ink = "slot" | "other" | "folio" | "mapped" | "meant" | "outside";

/** One line of a picture. Ranges are half-open, ascending and apart. */
export interface Bar {
  readonly label: string;
  readonly ink: Ink;
  readonly ranges: readonly Range[];
}

export interface Ruler {
  readonly unit: "file pages" | "guest frames";
  readonly bars: readonly Bar[];
  /** The page that the fault asks for, or the frame that the guest touched; none where a bind is what broke the claim. */
  readonly fault?: number;
}

export type Faulted = Extract<Effect, { effect: "faulted" }>;

/** A slot that is bound to the file at the end of a trace. */
interface Binding {
  readonly vm: number;
  readonly slot: number;
  readonly frames: Range;
  readonly pages: Range;
}

export const end = (range: Range): number => range.start + range.npages;

/** The pages of `range` between two page numbers. */
export function clip(range: Range, from: number, to: number): Range {
  const start = Math.max(range.start, from);
  return { start, npages: Math.max(0, Math.min(end(range), to) - start) };
}

/** The fault that broke the claim. */
export function faultOf(ce: Shown): Faulted {
  const effect = ce.trace[ce.violation.at]?.effect;
  if (effect?.effect !== "faulted") throw new Error(`step ${ce.violation.at} is no fault`);
  return effect;
}

export function bindingsOf(trace: Trace): readonly Binding[] {
  let bound: readonly Binding[] = [];
  for (const { op, effect } of trace) {
    if (effect.effect !== "done") continue;
    if (op.op === "bind_memslot") {
      const { vm, slot, base_gfn, pgoff, npages } = op;
      bound = [...bound, { vm, slot, frames: { start: base_gfn, npages }, pages: { start: pgoff, npages } }];
    } else if (op.op === "delete_memslot") {
      bound = bound.filter(({ vm, slot }) => vm !== op.vm || slot !== op.slot);
    }
  }
  return bound;
}

/** The pages that the claim objects to; empty where it objects to a distance. */
export function outsideOf(ce: Shown): readonly Range[] {
  const { expected, actual, others } = ce.violation;
  const below = clip(actual, actual.start, expected.start);
  const past = clip(actual, end(expected), end(actual));
  const { side } = claimOf(ce.claim);
  if (side === "distance" || side === "said") return [];
  if (side === "refused") return [expected];
  if (side === "start") return [below];
  if (side === "end") return [past];
  return others
    .flatMap((other) => [below, past].map((part) => clip(part, other.start, end(other))))
    .filter(({ npages }) => npages > 0)
    .toSorted((a, b) => a.start - b.start);
}

export const vmOf = (ce: Shown): number => {
  const op = ce.trace[ce.violation.at]?.op;
  return op?.op === "fault" ? op.vm : 0;
};

/** Slots are named with their VM only where the ops use more than one. */
export function slotName(ce: Shown, vm: number, slot: number): string {
  const vms = new Set(ce.ops.flatMap((op) => ("vm" in op ? [op.vm] : [])));
  return vms.size > 1 ? `vm ${vm} slot ${slot}` : `slot ${slot}`;
}

function fileRuler(ce: Shown): Ruler {
  const { slot, folio, mapping, index } = faultOf(ce);
  const vm = vmOf(ce);
  const { violation } = ce;
  const bars: Bar[] = [
    { label: slotName(ce, vm, slot.id), ink: "slot", ranges: [{ start: slot.pgoff, npages: slot.npages }] },
  ];
  for (const other of bindingsOf(ce.trace.slice(0, violation.at))) {
    if (other.vm === vm && other.slot === slot.id) continue;
    bars.push({ label: slotName(ce, other.vm, other.slot), ink: "other", ranges: [other.pages] });
  }
  bars.push({ label: "folio", ink: "folio", ranges: [folio] });
  if (isMapping(ce.claim)) bars.push({ label: "mapped", ink: "mapped", ranges: [mapping.pages] });
  if (violation.unit === "file pages") bars.push(...judgement(ce));
  return { unit: "file pages", bars, fault: index };
}

function guestRuler(ce: Shown): Ruler {
  const { slot, mapping } = faultOf(ce);
  const op = ce.trace[ce.violation.at]?.op;
  const bars: Bar[] = [
    {
      label: slotName(ce, vmOf(ce), slot.id),
      ink: "slot",
      ranges: [{ start: slot.base_gfn, npages: slot.npages }],
    },
    { label: "mapped", ink: "mapped", ranges: [mapping.gfns] },
  ];
  if (ce.violation.unit === "guest frames") bars.push(...judgement(ce));
  return { unit: "guest frames", bars, fault: op?.op === "fault" ? op.gfn : 0 };
}

/** The bar that says what is wrong. */
function judgement(ce: Shown): readonly Bar[] {
  if (claimOf(ce.claim).side === "distance") {
    return [{ label: "should map", ink: "meant", ranges: [ce.violation.expected] }];
  }
  if (claimOf(ce.claim).side === "said") return [];
  const label = claimOf(ce.claim).side === "refused" ? "refused" : "outside";
  return [{ label, ink: "outside", ranges: outsideOf(ce) }];
}

/** The file, and the slot's range of it. */
function boundRuler(ce: Shown): Ruler {
  const op = ce.trace[ce.violation.at]?.op;
  const { actual, expected } = ce.violation;
  const slot = op?.op === "bind_memslot" ? slotName(ce, op.vm, op.slot) : "slot";
  if (claimOf(ce.claim).side === "refused") {
    return { unit: "file pages", bars: [{ label: slot, ink: "slot", ranges: [expected] }, ...judgement(ce)] };
  }
  return {
    unit: "file pages",
    bars: [
      { label: slot, ink: "slot", ranges: [actual] },
      expected.npages === 0
        ? { label: "empty file", ink: "meant", ranges: [] }
        : { label: "file", ink: "meant", ranges: [expected] },
      ...judgement(ce),
    ],
  };
}

/** The file, and for a claim about mappings the guest's frames below it. */
export const sceneOf = (ce: Shown): readonly Ruler[] =>
  isBinding(ce.claim) ? [boundRuler(ce)] : isMapping(ce.claim) ? [fileRuler(ce), guestRuler(ce)] : [fileRuler(ce)];

/** Every page number of a ruler that needs a position. */
export const pointsOf = ({ bars, fault }: Ruler): readonly number[] => [
  ...(fault === undefined ? [] : [fault]),
  ...bars.flatMap(({ ranges }) => ranges.flatMap((range) => [range.start, end(range)])),
];
