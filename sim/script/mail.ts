/** A counterexample as a mail: plain text, ASCII, at most 72 columns but for the quoted C. */

import type { Counterexample } from "../counterexample.ts";
import type { Op } from "../op.ts";
import { amount, hex } from "../picture/amount.ts";
import { ruler } from "../picture/ruler.ts";
import { faultOf, outsideOf } from "../picture/scene.ts";
import { orderText } from "../setting.ts";
import type { Effect, Range } from "../step.ts";
import { operationsBlock, ruleBlock, settingBlock } from "./block.ts";
import { claimText, needsMappings, rulesOf } from "./claim.ts";
import { called, calledInFull, fileStem, origin } from "./name.ts";
import { inText } from "./op-line.ts";
import { difference, excessOf, finding, interval, told } from "./tell.ts";
import { ascii, COLUMNS, remarked, wrap } from "./wrap.ts";

function subject(ce: Counterexample): string {
  const what = claimText(ce).subject;
  const whole = `Subject: KVM: ${called(ce.rule)}: ${what}`;
  return whole.length <= COLUMNS ? whole : `Subject: KVM: ${what}`;
}

function remark(op: Op, effect: Effect): string {
  if (effect.effect === "refused" || effect.effect === "no_slot") return told(effect);
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

const RESIZE = {
  any: "may change at any time, as when a tmpfs is remounted with another huge= option",
  "before-bind": "may change until the first slot is bound",
  never: "is chosen when the file is made",
};

const WHERE = {
  bind: "It is asked when a slot is bound to the file; false refuses the slot with EINVAL.",
  map: "It is asked whether a fault may map a page of 2^order base pages; false makes KVM try the next smaller size.",
  level: "It is asked for each slot and each large page size; true forbids that size for the whole slot.",
};

/** What a reader must know of the model to check the finding by hand. */
function environment(ce: Counterexample): readonly string[] {
  const orders = ce.setting.orders.map(orderText);
  const { slot } = faultOf(ce);
  const points = [
    "x86-64, 4 KiB base pages; memslots that KVM backs straight from a file, with no VMA in between: restrictedmem, or guest_memfd once its folios are larger than a page (up to 7.x they are not).",
    `The file's folios are of one size at a time, out of ${orders.join(", ")}; at first ${orders[0] ?? ""}. It ${RESIZE[ce.setting.resize]}.${
      ce.setting.orders.includes(18) ? " (No shmem has 1 GiB folios; hugetlb has.)" : ""
    }`,
    "A fault at gpa asks the file for gpa - slot gpa + slot offset. If that page is not there, a folio is allocated that starts at this offset rounded down to the folio size. The slot's ends are not looked at; only a page that is there already makes it a 4 KiB folio.",
  ];
  if (needsMappings(ce)) {
    points.push(
      "KVM then maps the largest of 1 GiB, 2 MiB and 4 KiB that fits the folio and whose block of guest addresses lies in the slot, unless " +
        `the per-slot test "${ce.rules.level.id}" or the per-page test "${ce.rules.map.id}" forbids it. Block of guest addresses and block of file pages are both aligned to their size.`,
    );
  }
  if (slot.npages === 0) throw new Error("a slot has pages");
  return points.flatMap((text) => wrap(text, "  - ", "    "));
}

/** A range as the claim speaks of it: of the file, of the guest, or what is behind which guest addresses. */
function place(ce: Counterexample, range: Range): string {
  const { unit } = ce.violation;
  if (ce.family === "allocation") return `file ${interval(range)}`;
  if (unit === "guest frames") return `gpa ${interval(range)}`;
  return `gpa ${interval(faultOf(ce).mapping.gfns)} maps file ${interval(range)}`;
}

function verdict(ce: Counterexample): readonly string[] {
  const { violation, claim } = ce;
  const isShift = claim === "mapping_translates";
  const unit = violation.unit === "file pages" ? "file" : "gpa";
  const expected = isShift ? place(ce, violation.expected) : `within ${unit} ${interval(violation.expected)}`;
  const outside = outsideOf(ce).map(interval).join(" and ");
  const excess = `${excessOf(ce)} ${claimText(ce).excess}`;
  const lines = [
    ["Expected:", expected],
    ["Actual:", place(ce, violation.actual)],
    isShift ? ["Apart:", excess] : ["Outside:", `${unit} ${outside}: ${excess}`],
  ];
  return lines.flatMap(([name = "", value = ""]) => wrap(value, name.padEnd(10), " ".repeat(10)));
}

function control(ce: Counterexample): readonly string[] {
  const { rule } = ce.control;
  const { step, words } = difference(ce);
  return [
    ...wrap(`Does not happen with ${calledInFull(rule)}: operation ${step} then gives "${words}".`),
    "",
    ...rule.text.replace(/\n+$/, "").split("\n"),
  ];
}

/** The rules beside the judged one, where they have a say. */
const others = (ce: Counterexample): readonly string[] =>
  rulesOf(ce)
    .slice(2)
    .flatMap(({ id, kind, text }) => [
      ...wrap(`The ${kind} check "${id}", which has its say too:`),
      "",
      ...text.split("\n"),
      "",
    ]);

function running(ce: Counterexample): readonly string[] {
  const stem = fileStem(ce);
  return [
    "To run it (each file stands alone):",
    "",
    "cc -std=gnu11 -O2 -Wall -Wextra -Werror -o reproducer \\",
    `${stem}.c`,
    "./reproducer",
    "node \\",
    `${stem}.mjs`,
    "",
    ...wrap(
      "Each exits with 1 while the check lets this happen and with 0 when it does not, so both serve git bisect run. " +
        "The C program also tries the same on the running kernel where that can be done (as root), and says so where it cannot.",
    ),
  ];
}

export function toMail(ce: Counterexample): string {
  const text = claimText(ce);
  const at = ce.violation.at + 1;
  const lines = [
    subject(ce),
    "",
    ...wrap(`${finding(ce)}. So this claim, ${ce.claim}, is false:`),
    "",
    ...wrap(ce.sentence, "    ", "    "),
    "",
    ...wrap(text.hurts),
    "",
    ...wrap(`The check. ${WHERE[ce.rule.kind]} ${origin(ce.rule)}`),
    "",
    ...ruleBlock(ce),
    "",
    ...wrap(
      "Environment: a model of KVM and of the file, not a running kernel; the C program attached tries a running one. In the model",
    ),
    "",
    ...environment(ce),
    "",
    ...wrap(
      `Operations, on an empty machine; the claim breaks at number ${at}. Numbers are bytes; size and offset are KVM_SET_USER_MEMORY_REGION2's memory_size and guest_memfd_offset:`,
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
    ...verdict(ce),
    "",
    ...ruler(ce),
    "",
    ...wrap('"[" is the first byte of a range, ")" the first one after it, "//" a stretch that is not to scale.'),
    "",
    ...control(ce),
    "",
    ...others(ce),
    ...running(ce),
    "",
    ...wrap('The setting, for "foliofence replay", which reads this mail:'),
    "",
    ...settingBlock(ce),
  ];
  return `${lines.map(ascii).join("\n")}\n`;
}
