/** A counterexample as a mail: plain text, ASCII, at most 72 columns but for the quoted C and the Link: line. */

import { PMD_ORDER } from "../../model/arch.ts";
import { CLAIMS, isMapping } from "../../model/claim.ts";
import type { Counterexample } from "../counterexample.ts";
import type { Op } from "../op.ts";
import { amount, hex } from "../words/amount.ts";
import { ruler } from "../picture/ruler.ts";
import { faultOf } from "../words/geometry.ts";
import type { Effect } from "../step.ts";
import { givenBlock, operationsBlock, ruleBlock, settingBlock } from "../words/block.ts";
import { allGiven, givenInText } from "../words/given-line.ts";
import { callsOnSlot, ifGiven } from "../words/given.ts";
import { called, entryOf, fileStem, origin } from "../words/name.ts";
import { inText } from "../words/op-line.ts";
import { actualOf, expectedOf, opening, describeEffect, withControl } from "../words/story.ts";
import { assumptions, largest, why } from "../words/why.ts";
import { ascii, remarked, wrap } from "../words/wrap.ts";

/** A long one goes on in the next line, which starts with a space. */
const subject = (ce: Counterexample): readonly string[] =>
  wrap(`Subject: [RFC] KVM: ${called(ce.rule)}: ${CLAIMS[ce.claim].broken} (model)`, "", " ");

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

/** That it is a model, and where the check was proposed. */
function whatItIs(ce: Counterexample): readonly string[] {
  const text = `This is a model of KVM and of the file with the check ${called(ce.rule)} in it${origin(ce.rule)}, not a running kernel.`;
  const { citation = "" } = entryOf(ce.rule) ?? {};
  const url = /https:\S+/.exec(citation)?.[0];
  if (url === undefined) return wrap(citation === "" ? text : `${text} Source: ${citation}.`);
  return [...wrap(text), `Link: ${url}${citation === url ? "" : " (in a reply)"}`];
}

function whenAsked({ rule: { kind, givesErrno } }: Counterexample): string {
  if (kind === "level") return "asked for each slot and each large page size; true forbids that size";
  const no = givesErrno ? "an errno" : "false";
  return kind === "bind"
    ? `asked when a slot is bound; ${no} refuses it${givesErrno ? "" : " with EINVAL"}`
    : `asked at a fault if 2^order pages may be mapped; ${no}: try a smaller size`;
}

function control(ce: Counterexample): readonly string[] {
  const { rule } = ce.control;
  const text = `${called(rule)} prevents this for every input of the model, with folios of up to ${largest(ce)}; here ${withControl(ce)}:`;
  return [...wrap(text), "", ...rule.text.replace(/\n+$/, "").split("\n")];
}

function running(ce: Counterexample): readonly string[] {
  const stem = fileStem(ce);
  const huge = faultOf(ce).folio.order > PMD_ORDER ? " (with 2 MiB folios; tmpfs has no larger ones)" : "";
  const kernel = isMapping(ce.claim)
    ? "What KVM maps cannot be seen from user space, so test 3 of the C program is skipped; test 4 asks the running KVM whether it binds this slot to a guest_memfd, and makes no fault."
    : `On the running kernel, test 3 of the C program (as root) writes one byte at that offset of a private tmpfs file${huge} and looks at what is allocated; test 4 asks KVM whether it binds this slot to a guest_memfd, and makes no fault.`;
  return [
    "To run it (each file stands alone):",
    "",
    "cc -std=gnu11 -O2 -fwrapv -Wall -Wextra -Werror -o reproducer \\",
    `${stem}.c`,
    "./reproducer",
    "node \\",
    `${stem}.mjs`,
    "",
    ...wrap(
      "Both exit with 1 if the check in the file lets this happen, with 0 if not, whatever kernel runs. They can bisect a tree in which " +
        `the check changes, if its text is taken from there. ${kernel}`,
    ),
  ];
}

/** What the operations were given of what the check reads and the model does not know. */
function givenLines(ce: Counterexample): readonly string[] {
  const all = allGiven(ce.ops);
  if (all.length === 0) return [];
  const elsewhere = callsOnSlot(ce.rule, ce.ops).map((name) => `${name}() is not here, and decides. `);
  const words = `${elsewhere.join("")}The check reads what this model does not know. It breaks ${ifGiven(ce.ops)}, whatever else it reads:`;
  return [...wrap(words), "", ...givenBlock(ce, all.map(givenInText)), ""];
}

export function toMail(ce: Counterexample): string {
  const lines = [
    ...subject(ce),
    "",
    ...opening(ce).flatMap((sentence) => wrap(sentence)),
    "",
    ...whatItIs(ce),
    "",
    ...wrap(
      "Operations, from an empty machine (gpa, size and offset in bytes; size is memory_size, offset is guest_memfd_offset):",
    ),
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
    ...wrap(expectedOf(ce), "Expected: ", " ".repeat(10)),
    ...wrap(actualOf(ce), "Actual:   ", " ".repeat(10)),
    "",
    ...ruler(ce),
    "",
    ...wrap('"[" is the first byte, ")" the first one after, "//" not to scale.'),
    "",
    ...wrap(`Why: ${why(ce)}`),
    "",
    ...control(ce),
    "",
    ...running(ce),
    "",
    ...wrap(`The check, ${whenAsked(ce)}:`),
    "",
    ...ruleBlock(ce),
    "",
    "Assumptions of the model:",
    ...assumptions(ce).flatMap((text) => wrap(text, "- ", "  ")),
    "",
    'For "foliofence replay", which reads this mail:',
    "",
    ...settingBlock(ce),
  ];
  return `${lines.map(ascii).join("\n")}\n`;
}
