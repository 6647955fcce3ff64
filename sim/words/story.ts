/** What the ops of a finding did, in words. */

import { saidText } from "./said.ts";
import { refusalWords } from "./refusal.ts";
import { claimOf, filled, isBinding, isMapping, isOwn, nameOf, textOf } from "../../model/claim.ts";
import type { Rule } from "../../model/rule/tree.ts";
import type { Counterexample } from "../counterexample.ts";
import { amount, hex, pageCount } from "./amount.ts";
import { bindingsOf, clip, end, faultOf, outsideOf, slotName } from "./geometry.ts";
import type { Effect, Range } from "../step.ts";
import { visible } from "../visible.ts";

/** Half-open, in bytes. */
export const interval = (range: Range): string => `[${hex(range.start)}, ${hex(end(range))})`;

export function describeEffect(effect: Effect): string {
  switch (effect.effect) {
    case "done":
      return "ok";
    case "refused":
      return `${effect.errno}: ${refusalWords(effect.check)}`;
    case "no_slot":
      return "no slot there";
    case "faulted":
      return `asks for file offset ${hex(effect.index)}, gets folio ${interval(effect.folio)}`;
    default:
      return effect satisfies never;
  }
}

/** What the control makes of the first step that goes another way with it. */
export function withControl(ce: Counterexample): string {
  const { trace } = ce.control;
  const step = trace.findIndex(({ effect }, i) => JSON.stringify(effect) !== JSON.stringify(ce.trace[i]?.effect));
  const effect = trace[step]?.effect;
  if (ce.control.fails) return "it does not hold either";
  if (effect === undefined) throw new Error("the control changes nothing");
  if (ce.claim === "accepts") return `it takes operation ${step + 1}`;
  if (effect.effect === "refused") return `it refuses operation ${step + 1} (${effect.errno})`;
  if (effect.effect !== "faulted") return `operation ${step + 1} ends otherwise: ${describeEffect(effect)}`;
  const { gfns } = effect.mapping;
  return `operation ${step + 1} maps ${amount(gfns.npages)} at gpa ${interval(gfns)}`;
}

/** "0x1000 bytes (1 page)" of what a claim objects to. */
export const excessOf = (ce: Pick<Counterexample, "violation">): string =>
  `${hex(ce.violation.excess)} bytes (${pageCount(ce.violation.excess)})`;

/** What is wrong, and by how much. */
export const offText = (ce: Counterexample): string =>
  isOwn(ce.claim) ? saidText(ce, ce.claim) : ce.claim === "accepts" ? "a slot refused" : `${excessOf(ce)} off`;

/** The slots that are bound when the fault happens, or the file that a slot is bound to. */
function slots(ce: Counterexample): string {
  if (ce.claim === "accepts") return fileNow(ce);
  if (isBinding(ce.claim)) return `The file has ${hex(end(ce.violation.expected))} bytes.`;
  const bound = bindingsOf(ce.trace.slice(0, ce.violation.at)).map(({ vm, slot, frames, pages }) => {
    return `${slotName(ce, vm, slot)} has gpa ${interval(frames)} in file ${interval(pages)}`;
  });
  const text = `${bound.join("; ")}.`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The file as it is when a slot is refused, as far as it plays a part. */
function fileNow({ ops }: Counterexample): string {
  const said = ops.flatMap((op) => {
    if (op.op === "set_order") return [`folios of ${amount(2 ** op.order)}`];
    return op.op === "set_i_size" ? [`${hex(op.npages)} bytes`] : [];
  });
  return said.length === 0
    ? "The file has its first folio size, and the largest size."
    : `The file has ${said.join(" and ")}.`;
}

/** The bind that broke the claim. */
function binds({ claim, ops, violation }: Counterexample): string {
  const op = ops[violation.at];
  if (op?.op !== "bind_memslot") throw new Error(`step ${violation.at} is no bind`);
  const frames = { start: op.base_gfn, npages: op.npages };
  const [what, pages] = claim === "accepts" ? ["refuses", violation.expected] : ["takes", violation.actual];
  return `The check ${what} a slot of gpa ${interval(frames)} at file ${interval(pages)}.`;
}

function happens(ce: Counterexample): string {
  if (isBinding(ce.claim)) return binds(ce);
  const { index, folio, mapping } = faultOf(ce);
  const op = ce.ops[ce.violation.at];
  const touched = `The guest touches gpa ${hex(op?.op === "fault" ? op.gfn : 0)}`;
  if (isMapping(ce.claim)) {
    return (
      `${touched}; KVM maps gpa ${interval(mapping.gfns)} to file ${interval(mapping.pages)} ` +
      `as one ${amount(mapping.gfns.npages)} page.`
    );
  }
  return (
    `${touched}, which is file offset ${hex(index)}; the file allocates the ${amount(folio.npages)} ` +
    `folio ${interval(folio)}.`
  );
}

/** Both sides of what leaves the slot, the claim's own first. */
function outside(ce: Counterexample): string {
  const { expected, actual, excess } = ce.violation;
  const { side } = claimOf(ce.claim);
  if (side === "distance") {
    const way = expected.start > actual.start ? "further on" : "further back";
    return `Its own pages are file ${interval(expected)}, ${hex(excess)} bytes (${pageCount(excess)}) ${way}.`;
  }
  if (side === "others") {
    const ranges = outsideOf(ce).map(interval).join(" and ");
    return `Of that, file ${ranges}, ${pageCount(excess)}, ${excess === 1 ? "is" : "are"} another slot's.`;
  }
  if (isOwn(ce.claim))
    return `Then ${nameOf(ce.claim)}, ${textOf(ce.claim)}, does not hold: ${saidText(ce, ce.claim)}.`;
  if (side === "refused") return "It is one of the slots that must be taken.";
  if (isBinding(ce.claim)) return `It ends ${hex(excess)} bytes (${pageCount(excess)}) past the file's end.`;
  const unit = ce.violation.unit === "file pages" ? "file" : "gpa";
  const sides = [
    { range: clip(actual, actual.start, expected.start), where: "below" },
    { range: clip(actual, end(expected), end(actual)), where: "past" },
  ].filter(({ range }) => range.npages > 0);
  if (side === "end") sides.reverse();
  const parts = sides.map(({ range, where }, i) => {
    return `${unit} ${interval(range)} (${pageCount(range.npages)}) is ${where} ${i === 0 ? "the slot's range" : "it"}`;
  });
  return `Of that, ${parts.join(", and ")}.`;
}

/** The finding in three sentences: where, what happens, which pages, and what was taken for granted. */
export const opening = (ce: Counterexample): readonly [string, string, string] => [
  slots(ce),
  happens(ce),
  outside(ce).replace(/\.$/, () => `${assumingText(ce.rule)}.`),
];

/** ", assuming size > 3"; nothing where nobody said so. */
export const assumingText = ({ assumed = [] }: Pick<Rule, "assumed">): string =>
  assumed.length === 0 ? "" : `, assuming ${assumed.map((each) => visible(each)).join(" and ")}`;

/** What would have been right. */
export function expectedOf(ce: Counterexample): string {
  const { expected } = ce.violation;
  const blanks = { start: hex(expected.start), end: hex(end(expected)), range: interval(expected) };
  return filled(claimOf(ce.claim).expected, blanks);
}
