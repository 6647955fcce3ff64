/**
 * `foliofence layouts`: real memory layouts, slot by slot: which pages can back them, with no rule asked, and which of
 * them each bind rule takes. --orders asks for the one, --rule for the other; without either, both are told.
 */

import { append } from "../../sim/append.ts";
import { aRule } from "../../model/rule/parameters.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { toPages } from "../../model/units.ts";
import type { LayoutSlot } from "../../sim/layout/layout.ts";
import { amount } from "../../sim/words/amount.ts";
import { DEFAULT_SETTING, orderFromText, orderText } from "../../sim/setting.ts";
import { slotsOf, VMM_LAYOUTS } from "../../sim/layout/vmm-layouts.ts";
import type { AcceptedLayout } from "../judge/layouts.ts";
import { acceptedSlots, acceptsSlot } from "../judge/layouts.ts";
import { pagesJson, placedSlots } from "../judge/layout-pages.ts";
import type { Rulebook } from "../judge/rulebook.ts";
import { pagesFooter, tellPages } from "./layout-text.ts";
import { readLayout } from "./layout-log.ts";
import type { Io } from "./terminal/io.ts";
import { readingOnly, EXIT, UsageError } from "./terminal/io.ts";
import type { Paint } from "./terminal/paint.ts";
import { paint } from "./terminal/paint.ts";
import { ordersFrom } from "./terminal/setting.ts";
import { rulesFrom } from "./terminal/sources.ts";
import { table } from "./terminal/table.ts";

export interface LayoutFlags {
  readonly rule?: readonly string[];
  readonly expression?: readonly string[];
  readonly orders?: string;
  readonly folioSize?: string;
  readonly json?: boolean;
}

/** Bind rules: those asked for, else the catalogue's. */
function bindRules(book: Rulebook, flags: LayoutFlags): Rule[] {
  const rules = rulesFrom(book, { words: flags.rule ?? [], expressions: flags.expression ?? [] });
  const binds = rules.filter(({ kind }) => kind === "bind");
  const asked = (flags.rule ?? []).length + (flags.expression ?? []).length > 0;
  const other = rules.find(({ kind }) => kind !== "bind");
  if (asked && other !== undefined) throw new UsageError(`${other.id} is ${aRule(other.kind)}: it accepts no slots`);
  return binds;
}

interface Source {
  readonly file: string;
  readonly slots: readonly LayoutSlot[];
}

const builtIn = (): Source[] => VMM_LAYOUTS.map((layout) => ({ file: layout.name, slots: slotsOf(layout) }));

/** A rule a column is too wide for a terminal: rules are numbered, and the numbers head the columns. */
function told(layouts: readonly AcceptedLayout[], rules: readonly Rule[], folio: string, ink: Paint): string[] {
  const lines = rules.map(({ id }, at) => `  ${String(at + 1).padStart(2)} ${ink.name(id)}`);
  for (const { file, slots } of layouts) {
    lines.push("", ink.strong(file));
    const header = ["slot", "gpa", "offset", "size", ...rules.map((_, at) => String(at + 1))];
    const rows = slots.map(({ slot, gpa, offset, size, accepted }) => [
      `${slot}`,
      gpa,
      offset,
      amount(toPages(BigInt(size))),
      ...rules.map(({ id }) => (accepted[id] === true ? "Y" : ink.bad("n"))),
    ]);
    append(
      lines,
      table([header, ...rows], 2).map((line) => `  ${line}`),
    );
    const all = rules.filter(({ id }) => slots.every(({ accepted }) => accepted[id] === true)).map(({ id }) => id);
    lines.push(`  every slot is taken by: ${all.join(", ") || "no rule"}`);
  }
  lines.push(
    "",
    `Y accepted, n refused; the file has ${folio} folios when a slot is bound.`,
    "A log tells userspace addresses: ranges that touch are taken to be one RAM block with one file behind it, and a",
    "slot's offset is its distance from the block's start, unless the log tells a guest_memfd offset.",
  );
  return lines;
}

/** One object, entry by entry: nobody holds a long log's answer as one text. */
function jsonOut(
  io: Io,
  sources: readonly Source[],
  answers: (source: Source) => Iterable<Readonly<Record<string, unknown>>>,
): void {
  const indented = (value: unknown, by: string): string =>
    JSON.stringify(value, undefined, 2).replaceAll("\n", `\n${by}`);
  io.out('{\n  "captures": [');
  for (const [at, source] of sources.entries()) {
    io.out(`${at === 0 ? "" : ","}\n    {\n      "file": ${JSON.stringify(source.file)},\n      "slots": [`);
    let text = "";
    let first = true;
    for (const answer of answers(source)) {
      text += `${first ? "" : ","}\n        ${indented(answer, "        ")}`;
      first = false;
      if (text.length > 65_536) {
        io.out(text);
        text = "";
      }
    }
    io.out(`${text}${first ? "" : "\n      "}]\n    }`);
  }
  io.out("\n  ]\n}\n");
}

/** Which slots each rule takes, and with sizes to ask about, what pages of them can do. */
function* answersOf(
  slots: readonly LayoutSlot[],
  rules: readonly Rule[],
  folioOrder: number,
  orders: readonly number[] | undefined,
): Generator<Readonly<Record<string, unknown>>> {
  const ask = acceptsSlot(rules, folioOrder);
  if (orders === undefined) {
    for (const slot of slots) yield { ...ask(slot), ...(slot.moved && { moved: true }) };
    return;
  }
  for (const { slot, pages } of placedSlots(slots, orders)) yield { ...ask(slot), ...pagesJson(slot, pages) };
}

export const layoutsCommand = (captures: readonly string[], flags: LayoutFlags, io: Io, book: Rulebook): number =>
  readingOnly(io, () => tellLayouts(captures, flags, io, book));

function tellLayouts(captures: readonly string[], flags: LayoutFlags, io: Io, book: Rulebook): number {
  const folioOrder = orderFromText(flags.folioSize ?? "2M");
  if (folioOrder === undefined) {
    throw new UsageError(`--folio-size: "${flags.folioSize ?? ""}" is no power of two from 4K to 1G`);
  }
  const rules = bindRules(book, flags);
  const asked = (flags.rule ?? []).length + (flags.expression ?? []).length > 0;
  const orders = flags.orders === undefined ? (asked ? undefined : DEFAULT_SETTING.orders) : ordersFrom(flags.orders);
  const isBuiltIn = captures.length === 0;
  const sources = isBuiltIn ? builtIn() : captures.map((file) => ({ file, slots: readLayout(file) }));
  if (flags.json === true) {
    jsonOut(io, sources, ({ slots }) => answersOf(slots, rules, folioOrder, orders));
    return EXIT.holds;
  }
  const ink = paint(io.color);
  if (orders !== undefined) {
    for (const { file, slots } of sources) {
      tellPages(file, slots, orders, ink, (line) => io.out(`${line}\n`));
      io.out("\n");
    }
    io.out(`${pagesFooter(isBuiltIn).join("\n")}\n`);
  }
  if (orders === undefined || flags.orders === undefined || asked) {
    if (orders !== undefined) io.out("\n");
    const layouts = sources.map(({ file, slots }) => ({ file, slots: acceptedSlots(slots, rules, folioOrder) }));
    io.out(`${told(layouts, rules, orderText(folioOrder), ink).join("\n")}\n`);
  }
  return EXIT.holds;
}
