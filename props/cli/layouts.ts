/** `foliofence layouts`: real memory layouts, slot by slot, against every bind rule. */

import type { Rule } from "../../model/rule/tree.ts";
import { toPages } from "../../model/units.ts";
import { parseCapture } from "../../sim/layout/capture.ts";
import type { LayoutSlot } from "../../sim/layout/layout.ts";
import { layoutOf } from "../../sim/layout/layout.ts";
import { amount } from "../../sim/words/amount.ts";
import { orderFromText, orderText } from "../../sim/setting.ts";
import { slotsOf, VMM_LAYOUTS } from "../../sim/layout/vmm-layouts.ts";
import type { AcceptedLayout } from "../judge/layouts.ts";
import { acceptedSlots } from "../judge/layouts.ts";
import type { Rulebook } from "../judge/rulebook.ts";
import { readInput } from "./terminal/files.ts";
import type { Io } from "./terminal/io.ts";
import { EXIT, UsageError } from "./terminal/io.ts";
import type { Paint } from "./terminal/paint.ts";
import { paint } from "./terminal/paint.ts";
import { rulesFrom } from "./terminal/sources.ts";
import { table } from "./terminal/table.ts";

export interface LayoutFlags {
  readonly rule?: readonly string[];
  readonly expression?: readonly string[];
  readonly folioSize?: string;
  readonly json?: boolean;
}

/** Bind rules: those asked for, else the catalogue's. */
function bindRules(book: Rulebook, flags: LayoutFlags): Rule[] {
  const rules = rulesFrom(book, { words: flags.rule ?? [], expressions: flags.expression ?? [] });
  const binds = rules.filter(({ kind }) => kind === "bind");
  const asked = (flags.rule ?? []).length + (flags.expression ?? []).length > 0;
  const other = rules.find(({ kind }) => kind !== "bind");
  if (asked && other !== undefined) throw new UsageError(`${other.id} is a ${other.kind} rule: it accepts no slots`);
  return binds;
}

const captured = (file: string): LayoutSlot[] => {
  const parsed = parseCapture(readInput(file));
  if (!parsed.ok) throw new UsageError(`${file === "-" ? "stdin" : file}:${parsed.line}: ${parsed.message}`);
  return layoutOf(parsed.regions);
};

const builtIn = (): { file: string; slots: LayoutSlot[] }[] =>
  VMM_LAYOUTS.map((layout) => ({ file: layout.name, slots: slotsOf(layout) }));

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
    lines.push(...table([header, ...rows], 2).map((line) => `  ${line}`));
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

export function layoutsCommand(captures: readonly string[], flags: LayoutFlags, io: Io, book: Rulebook): number {
  const folioOrder = orderFromText(flags.folioSize ?? "2M");
  if (folioOrder === undefined) {
    throw new UsageError(`--folio-size: "${flags.folioSize ?? ""}" is no power of two from 4K to 1G`);
  }
  const rules = bindRules(book, flags);
  const sources = captures.length === 0 ? builtIn() : captures.map((file) => ({ file, slots: captured(file) }));
  const layouts = sources.map(({ file, slots }) => ({ file, slots: acceptedSlots(slots, rules, folioOrder) }));
  if (flags.json === true) io.out(`${JSON.stringify({ captures: layouts }, undefined, 2)}\n`);
  else io.out(`${told(layouts, rules, orderText(folioOrder), paint(io.color)).join("\n")}\n`);
  return EXIT.holds;
}
