/** A counterexample as a mail: plain text, ASCII, at most 72 columns but for the quoted C and the Link: line. */

import { orderText } from "../setting.ts";
import { PMD_ORDER } from "../../model/arch.ts";
import { claimOf, isBinding, isMapping, isOwn } from "../../model/claim.ts";
import type { Counterexample } from "../counterexample.ts";
import type { Op } from "../op.ts";
import { amount, hex } from "../words/amount.ts";
import { ruler } from "../picture/ruler.ts";
import { faultOf } from "../words/geometry.ts";
import type { Effect } from "../step.ts";
import { givenBlock, askedBlocks, operationsBlock, ruleBlock, settingBlock } from "../words/block.ts";
import { allGiven, givenInText } from "../words/given-line.ts";
import { callsOnSlot, ifGiven } from "../words/given.ts";
import type { LayoutHits } from "../words/hits.ts";
import { costText, hitText } from "../words/hits.ts";
import { called, entryOf, origin } from "../words/name.ts";
import { inText } from "../words/op-line.ts";
import { describeEffect, opening, withControl } from "../words/story.ts";
import { assumptions, why } from "../words/why.ts";
import { ascii, remarked, wrap } from "../words/wrap.ts";

/** A long one goes on in the next line, which starts with a space. */
const subject = (ce: Counterexample): readonly string[] =>
  wrap(`Subject: [RFC] KVM: ${called(ce.rule)}: ${claimOf(ce.claim).broken} (model)`, "", " ");

function remark(op: Op, effect: Effect): string {
  if (effect.effect === "refused" || effect.effect === "no_slot") return describeEffect(effect);
  switch (op.op) {
    case "set_order":
      return `${amount(2 ** op.order)} folios from now on`;
    case "fault":
      return effect.effect === "faulted" ? `KVM asks for file offset ${hex(effect.index)}` : "";
    case "bind_memslot":
    case "delete_memslot":
    case "set_i_size":
    case "punch_hole":
      return "";
    default:
      return op satisfies never;
  }
}

/** What was found with which check, and where that was proposed. */
function finding(ce: Counterexample): readonly string[] {
  const { citation = "" } = entryOf(ce.rule) ?? {};
  const url = /https:\S+/.exec(citation)?.[0];
  const source = url === undefined && citation !== "" ? `, source: ${citation}` : "";
  const [slots, happens, outside] = opening(ce);
  const model = `In a model of KVM with the check ${called(ce.rule)}${origin(ce.rule)}${source}:`;
  return [
    ...wrap(`${model} ${slots.charAt(0).toLowerCase()}${slots.slice(1)} ${happens} ${outside}`),
    ...(url === undefined ? [] : [`Link: ${url}${citation === url ? "" : " (in a reply)"}`]),
  ];
}

function whenAsked({ rule: { kind, givesErrno, polarity } }: Counterexample): string {
  if (kind === "level") {
    return `asked for each slot and each large page size; ${polarity?.use === "level-allows" ? "false" : "true"} forbids that size`;
  }
  const isInverted = polarity?.use === "bind-refuses" || polarity?.use === "map-forbids";
  const no = givesErrno ? "an errno" : isInverted ? "true" : "false";
  if (kind === "order") {
    return `asked at a fault if a folio of 2^order pages may be allocated; ${polarity?.use === "order-forbids" ? "true" : "false"}: try a smaller one`;
  }
  return kind === "bind"
    ? `asked when a slot is bound; ${no} refuses it${givesErrno ? "" : " with EINVAL"}`
    : `asked at a fault if 2^order pages may be mapped; ${no}: try a smaller size`;
}

/** Does somebody run into this today? */
function released(ce: Counterexample): string {
  if (ce.claim === "accepts") return "KVM has a check of its own, so nothing is tried there.";
  if (isBinding(ce.claim)) return "the -live.c asks the running KVM with these numbers.";
  const none = "guest_memfd has 4 KiB folios only, up to 7.x";
  if (isOwn(ce.claim)) return `${none}.`;
  if (isMapping(ce.claim)) return `${none}, and KVM maps it at 4 KiB.`;
  const sizes = faultOf(ce).folio.order > PMD_ORDER ? ", with 2 MiB folios" : "";
  return `${none}. tmpfs allocates alike for a write() without a VMA: the -live.c shows it (as root${sizes}).`;
}

/** One after the other: each answer goes on two columns in. */
const asked = (question: string, answer: string): readonly string[] => wrap(`${question} ${answer}`, "", "  ");

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Of a claim that is the user's own nothing is known but what these operations come to. */
function keepingText({ claim, control, setting }: Counterexample): string {
  const name = `${called(control.rule)}, below,`;
  if (control.fails) return `Not by a check of this kind. ${name} is the strictest`;
  if (isOwn(claim)) return `${name} keeps it with these operations`;
  const most = orderText(Math.max(...setting.orders));
  return `${name} keeps it${isBinding(claim) ? "" : ` with folios of up to ${most}`}`;
}

/** What a maintainer asks. */
function answers(ce: Counterexample, hits: LayoutHits | undefined): readonly string[] {
  const cost = hits === undefined ? "" : `; ${costText(hits)}`;
  return [
    ...asked("Why?", why(ce)),
    ...asked(isBinding(ce.claim) ? "In the running kernel?" : "In a released kernel? No:", released(ce)),
    ...(hits === undefined || isBinding(ce.claim) || isOwn(ce.claim)
      ? []
      : asked("Real layouts?", capital(`${hitText(hits, ce.claim)}.`))),
    ...asked("A fix?", `${keepingText(ce)}; here ${withControl(ce)}${cost}.`),
  ];
}

/** The files have long names that end with the id. */
const running = (ce: Counterexample): readonly string[] => [
  "To run it (exits with 1 while the check in it lets this happen):",
  `  cc -fwrapv *-${ce.id}.c && ./a.out  # or node *-${ce.id}.mjs`,
];

/** What the operations were given of what the check reads and the model does not know. */
function givenLines(ce: Counterexample): readonly string[] {
  if (allGiven(ce.ops).length === 0) return [];
  const elsewhere = callsOnSlot(ce.rule, ce.ops).map((name) => `${name}() is not here, and decides. `);
  const words = `${elsewhere.join("")}The check reads what this model does not know. It breaks ${ifGiven(ce.ops)}, whatever else it reads.`;
  return [...wrap(words.replaceAll("\u2026", "...")), ""];
}

/** The same for foliofence replay, behind everything that a reader needs. */
function givenBlockOf(ce: Counterexample): readonly string[] {
  const all = allGiven(ce.ops);
  return all.length === 0 ? [] : ["", ...givenBlock(ce, all.map(givenInText))];
}

/** @param hits what the check does to the slots of real layouts, where that is known */
export function toMail(ce: Counterexample, hits?: LayoutHits): string {
  const lines = [
    ...subject(ce),
    "",
    ...finding(ce),
    "",
    ...operationsBlock(
      ce,
      remarked(
        ce.trace.map(({ op, effect }) => [inText(op, ce.ops), remark(op, effect)] as const),
        "#",
      ),
    ),
    "",
    ...givenLines(ce),
    ...ruler(ce),
    "",
    ...answers(ce, hits),
    "",
    ...running(ce),
    "",
    ...wrap(`The check, ${whenAsked(ce)}:`),
    "",
    ...ruleBlock(ce),
    "",
    ...wrap(
      `${ce.control.fails ? "A stricter check" : "A check that keeps it"}, ${called(ce.control.rule)}${origin(ce.control.rule)}:`,
    ),
    "",
    ...ce.control.rule.text.replace(/(?<!\n)\n+$/, "").split("\n"),
    "",
    ...wrap(
      'gpa, size (memory_size) and offset (guest_memfd_offset) are in bytes. In the picture "[" is the first byte, ")" the first one after, "//" not to scale.',
    ),
    "",
    "Assumptions of the model:",
    ...assumptions(ce).flatMap((text) => wrap(text, "- ", "  ")),
    "",
    'For "foliofence replay", which reads this mail:',
    "",
    ...settingBlock(ce),
    ...askedBlocks(ce),
    ...givenBlockOf(ce),
  ];
  return `${lines.map(ascii).join("\n")}\n`;
}
