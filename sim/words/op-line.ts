/**
 * One op as one line of a report, in bytes and hex as the ioctl takes it, and back. The words are the same in every
 * format: `bind_memslot slot=0 gpa=0x0 …` in a mail, `{ op: "bind_memslot", slot: 0, gpa: 0x0n, … }` in JavaScript,
 * `{ .op = BIND_MEMSLOT, .slot = 0, .gpa = 0x0, … }` in C.
 */

import { toPages } from "../../model/units.ts";
import type { Op } from "../op.ts";
import { bind, fault, punchHole, setISize, setOrder, u32, unbind } from "../op.ts";
import { hex } from "./amount.ts";

type Field = readonly [name: string, value: string];

export const usesVms = (ops: readonly Op[]): boolean => ops.some((op) => "vm" in op && op.vm !== 0);

/** Fields that are 0 in every op are left out where a format allows it. */
export interface Columns {
  readonly vm: boolean;
  readonly userspace_addr: boolean;
}

function fieldsOf(op: Op, columns: Columns): readonly Field[] {
  const vm: readonly Field[] = "vm" in op && columns.vm ? [["vm", `${op.vm}`]] : [];
  switch (op.op) {
    case "bind_memslot":
      return [
        ...vm,
        ["slot", `${op.slot}`],
        ["gpa", hex(op.base_gfn)],
        ["size", hex(op.npages)],
        ["offset", hex(op.pgoff)],
        ...(columns.userspace_addr ? [["userspace_addr", hex(op.ugfn)] as const] : []),
      ];
    case "delete_memslot":
      return [...vm, ["slot", `${op.slot}`]];
    case "set_order":
      return [["order", `${op.order}`]];
    case "set_i_size":
      return [["size", hex(op.npages)]];
    case "punch_hole":
      return [
        ["offset", hex(op.pgoff)],
        ["size", hex(op.npages)],
      ];
    case "fault":
      return [...vm, ["gpa", hex(op.gfn)]];
    default:
      return op satisfies never;
  }
}

const isHex = (value: string): boolean => value.startsWith("0x");

/** `all`: the ops it stands among; where they are of two VMs, each says of which. */
export const inText = (op: Op, all: readonly Op[]): string => lineOf(op, usesVms(all));

/** A line for each of the ops; a list can be long, and is looked through once. */
export function linesOf(ops: readonly Op[]): readonly string[] {
  const vm = usesVms(ops);
  return ops.map((op) => lineOf(op, vm));
}

function lineOf(op: Op, vm: boolean): string {
  const columns = { vm, userspace_addr: op.op === "bind_memslot" && op.ugfn !== 0 };
  return [op.op, ...fieldsOf(op, columns).map((field) => field.join("="))].join(" ");
}

export function inJavaScript(op: Op, columns: Columns): string {
  const values = fieldsOf(op, columns).map(([name, value]) => `${name}: ${value}${isHex(value) ? "n" : ""}`);
  return `{ ${[`op: "${op.op}"`, ...values].join(", ")} },`;
}

export function inC(op: Op, columns: Columns): string {
  const values = fieldsOf(op, columns).map(([name, value]) => `.${name} = ${value}`);
  return `{ ${[`.op = ${op.op.toUpperCase()}`, ...values].join(", ")} },`;
}

const NAME = /\b(bind_memslot|delete_memslot|set_order|set_i_size|punch_hole|fault)\b/i;

const uncommented = (line: string): string => line.replaceAll(/(\/\/|#|\/\*)[^\n]*/g, "");

export const hasOp = (line: string): boolean => NAME.test(uncommented(line));

/** Every number of a line by its field's name, in any of the three spellings. */
function fieldsIn(code: string): Map<string, bigint> {
  const fields = new Map<string, bigint>();
  for (const [, field = "", text = ""] of code.matchAll(/(?<!\w)(\w+)\s*[=:]\s*([^\s,}]*)/g)) {
    if (field === "op") continue;
    const [, digits] = /^(0x[\da-f]+|\d+)n?$/i.exec(text) ?? [];
    if (digits === undefined) throw new RangeError(`${field} is no number: "${text}"`);
    fields.set(field, BigInt(digits));
  }
  return fields;
}

/** The op of a line in any of the three spellings. @throws RangeError that says what is wrong with it */
export function opFromLine(line: string): Op {
  const code = uncommented(line);
  const name = NAME.exec(code)?.[1]?.toLowerCase();
  if (name === undefined) throw new RangeError(`no op in "${line.trim()}"`);
  const fields = fieldsIn(code);
  const given = (field: string): bigint => {
    const value = fields.get(field);
    if (value === undefined) throw new RangeError(`${name} without ${field}`);
    return value;
  };
  const pages = (field: string): number => {
    const bytes = given(field);
    if (bytes % 4096n !== 0n) throw new RangeError(`${field} is no multiple of 0x1000`);
    return toPages(bytes);
  };
  const vm = u32("vm", Number(fields.get("vm") ?? 0n));
  const slot = (): number => u32("slot", Number(given("slot")));
  if (name === "bind_memslot") {
    return bind({
      vm,
      slot: slot(),
      base_gfn: pages("gpa"),
      npages: pages("size"),
      pgoff: pages("offset"),
      ugfn: fields.has("userspace_addr") ? pages("userspace_addr") : 0,
    });
  }
  if (name === "delete_memslot") return unbind(slot(), vm);
  if (name === "set_order") return setOrder(Number(given("order")));
  if (name === "set_i_size") return setISize(pages("size"));
  if (name === "punch_hole") return punchHole(pages("offset"), pages("size"));
  return fault(pages("gpa"), vm);
}
