/** Why a check lets a finding happen: what it reads, and what it would have to compare. */

import { FILE_WORDS } from "../../model/abstract/behaviour.ts";
import { isBinding, isMapping, isOwn } from "../../model/claim.ts";
import type { Rule } from "../../model/rule/tree.ts";
import type { Counterexample } from "../counterexample.ts";
import { amount, hex } from "./amount.ts";
import { end, faultOf, vmOf } from "./geometry.ts";
import { archOf, NONE, orderText } from "../setting.ts";
import { needsMappings, rulesOf } from "./claim.ts";
import { called, entryOf } from "./name.ts";

const list = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;

/** Only what a rule uses is counted: a parameter that it ignores is not read. */
function reads(rule: Rule): string {
  if (rule.reads.length === 0) return `${called(rule)} reads nothing of the slot or the file`;
  return `${called(rule)} reads only ${list(rule.reads)}`;
}

/** Folio order when the slot of the fault was bound. */
function orderAtBind(ce: Counterexample): number {
  const { slot } = faultOf(ce);
  let now = ce.setting.orders[0] ?? 0;
  let atBind = now;
  for (const { op, effect } of ce.trace) {
    if (effect.effect !== "done") continue;
    if (op.op === "set_order") now = op.order;
    if (op.op === "bind_memslot" && op.slot === slot.id && op.vm === vmOf(ce)) atBind = now;
  }
  return atBind;
}

function allocation(ce: Counterexample): string {
  const { folio, index } = faultOf(ce);
  const size = amount(folio.npages);
  const atBind = orderAtBind(ce);
  const asked =
    ce.rule.reads.includes("folio_size") && atBind !== folio.order
      ? `, and folio_size was ${amount(2 ** atBind)} when the slot was bound`
      : "";
  return (
    `${reads(ce.rule)}${asked}. The folio's size comes from the file (${size} at the fault), its start from ` +
    `rounding ${hex(index)} down to that size: nothing looks at the slot's range again.`
  );
}

const GUEST = new Set(["gpa", "base_gfn", "gfn"]);
const FILE = new Set(["offset", "pgoff", "index"]);

function compares(rule: Rule): string {
  const guest = rule.reads.filter((name) => GUEST.has(name));
  const file = rule.reads.filter((name) => FILE.has(name));
  if (guest.length > 0 && file.length > 0) return `${reads(rule)}, and lets this difference through.`;
  return `${reads(rule)}, so it cannot compare them.`;
}

function mapping(ce: Counterexample): string {
  const { slot, mapping: got } = faultOf(ce);
  const { npages } = got.gfns;
  const apart = (((slot.base_gfn - slot.pgoff) % npages) + npages) % npages;
  return (
    `The slot's gpa and offset differ by ${hex(apart)} modulo the ${amount(npages)} that are mapped. ` +
    compares(ce.rule)
  );
}

/** One more than the largest loff_t, in pages. */
const LOFF_PAGES = 2 ** 51;

function binding({ rule, violation, claim }: Counterexample): string {
  if (claim === "accepts") return `${reads(rule)}, and is stricter than what is asked of it.`;
  const last = end(violation.actual);
  const sign = last >= LOFF_PAGES ? `; as an loff_t that is ${last === 2 * LOFF_PAGES ? "0" : "negative"}` : "";
  const looks = rule.reads.includes("i_size") ? "lets this end through" : "does not look at the file's size";
  return `The slot ends at file offset ${hex(last)}${sign}. ${reads(rule)}, and ${looks}.`;
}

export const why = (ce: Counterexample): string =>
  isOwn(ce.claim)
    ? `${reads(ce.rule)}, and lets this through.`
    : isBinding(ce.claim)
      ? binding(ce)
      : isMapping(ce.claim)
        ? mapping(ce)
        : allocation(ce);

export const largest = (ce: Counterexample): string => orderText(Math.max(...ce.setting.orders));

const ROLE = {
  bind: "for which slots may be bound",
  map: "for which pages may be mapped",
  level: "for which page sizes a slot never gets",
  order: "for which folio sizes a fault may get",
};

/** What beside the check decides in this finding; empty where nothing does. */
function others(ce: Counterexample): string {
  const parts = rulesOf(ce)
    .slice(2)
    .filter(({ id, kind }) => kind !== "level" || ce.setting.level_rule !== NONE || id === ce.rule.id)
    .map((rule) => `${called(rule)} ${ROLE[rule.kind]} (${entryOf(rule)?.intent ?? "text in the .c"})`);
  return parts.length === 0 ? "" : `Beside the check, the model has ${list(parts)}.`;
}

const RESIZE = {
  any: "may change at any time",
  "before-bind": "may change until the first slot is bound",
  never: "is chosen when the file is made",
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Where a level rule looks at the address that the slot has in the process. */
function addressMatters(ce: Counterexample): readonly string[] {
  if (!ce.userspaceAddrMatters) return [];
  const { npages } = faultOf(ce).mapping.gfns;
  return [`userspace_addr matters: with 0, ${called(ce.rules.level)} forbids ${amount(npages)} pages for this slot.`];
}

/** What a reader must grant to believe the finding. */
export function assumptions(ce: Counterexample): readonly string[] {
  const orders = ce.setting.orders.map(orderText);
  if (isBinding(ce.claim)) {
    return [
      "x86-64, 4 KiB pages; slots that KVM binds to a file at an offset, as guest_memfd does.",
      ...(ce.claim === "accepts" ? ['A slot must be taken where the text under "must accept" is true of it.'] : []),
      "The file's size is the one at the bind: what a later truncation leaves bound is another question.",
      "Sums are exact: none wraps, and none has a sign.",
    ];
  }
  const { folio } = faultOf(ce);
  const backend =
    folio.order > 9 && ce.setting.resize !== "never"
      ? " No backend has both today: tmpfs can change huge= but has no 1 GiB folios; hugetlb has them, of one size."
      : ce.setting.resize === "any"
        ? " A tmpfs does that when it is remounted with another huge=."
        : "";
  return [
    "x86-64, 4 KiB pages; slots that KVM backs from a file with no VMA in between: restrictedmem, or guest_memfd once it has large folios (up to 7.x it has none).",
    `New folios are of ${list(orders).replace(" and ", " or ")}, at first ${orders[0] ?? ""}. The size ${RESIZE[ce.setting.resize]}.${backend}`,
    "A folio is allocated at the file offset rounded down to the folio size, or 4 KiB where a page of it is there already. Real shmem also falls back to 4 KiB when it finds no memory.",
    ...(ce.setting.file === undefined ? [] : [`${capital(FILE_WORDS[ce.setting.file])}.`]),
    ...(needsMappings(ce)
      ? [
          archOf(ce.setting).maps_cut_blocks === true
            ? "The largest of 1 GiB, 2 MiB, 4 KiB is mapped that the folio fills and that no check forbids, whether or not the slot holds all of it (level rule none); gpa and file offset are both rounded down to it."
            : "KVM maps the largest of 1 GiB, 2 MiB, 4 KiB that the folio fills, that lies in the slot's gpa range and that no check forbids; gpa and file offset are both rounded down to it. " +
              "From the source: with CONFIG_DEBUG_VM, a VM_BUG_ON fires there when gfn and pfn disagree below that size; without it, the mapping is made.",
        ]
      : []),
    ...(others(ce) === "" ? [] : [others(ce)]),
    ...(needsMappings(ce)
      ? [...addressMatters(ce), "The real layouts are taken with userspace_addr equal to the offset of each slot."]
      : []),
  ];
}
