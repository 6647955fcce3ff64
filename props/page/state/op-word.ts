/**
 * An op as a link holds it: "bind_memslot,slot:0,gpa:0x0,size:0x1000,offset:0x0", in bytes, with marks that need no
 * escape in an address. Links are kept and sent on, so this is no other format's business: it changes with the link's
 * version only.
 */

import { PAGE_SIZE } from "../../../model/units.ts";
import type { Op } from "../../../sim/op.ts";
import { opFromJson } from "../../../sim/schema/op.ts";

/** Byte fields by the op's own page fields. */
const IN_BYTES: Readonly<Record<string, string>> = {
  base_gfn: "gpa",
  gfn: "gpa",
  npages: "size",
  pgoff: "offset",
  ugfn: "userspace_addr",
};
/** Left out where they are 0. */
const OPTIONAL = new Set(["vm", "ugfn"]);

const hex = (pages: number): string => `0x${(BigInt(pages) * PAGE_SIZE).toString(16)}`;

export function opWord(op: Op): string {
  const fields = Object.entries(op).flatMap(([name, value]) => {
    if (typeof value !== "number" || (value === 0 && OPTIONAL.has(name))) return [];
    const inBytes = IN_BYTES[name];
    return [inBytes === undefined ? `${name}:${value}` : `${inBytes}:${hex(value)}`];
  });
  return [op.op, ...fields].join(",");
}

function fieldOf(name: string, text: string): readonly [string, number] {
  if (!/^(0x[\da-f]{1,16}|\d{1,16})$/i.test(text)) throw new RangeError(`"${name}:${text}" is no number`);
  const value = BigInt(text);
  const inBytes = Object.values(IN_BYTES).includes(name);
  if (inBytes && value % PAGE_SIZE !== 0n) throw new RangeError(`${name} ${text} is no multiple of 0x1000`);
  return [name, Number(inBytes ? value / PAGE_SIZE : value)];
}

/** @throws RangeError that says what is wrong */
export function opOfWord(word: string): Op {
  const [op = "", ...rest] = word.split(",");
  const given = new Map(
    rest.map((field) => {
      const at = field.indexOf(":");
      return fieldOf(field.slice(0, Math.max(at, 0)), field.slice(at + 1));
    }),
  );
  // A gpa is told by two names; each op takes its own.
  const own = Object.entries(IN_BYTES).flatMap(([name, inBytes]) => {
    const value = given.get(inBytes);
    const others = name === (op === "fault" ? "base_gfn" : "gfn");
    return value === undefined || others ? [] : [[name, value]];
  });
  const plain = [...given].filter(([name]) => !Object.values(IN_BYTES).includes(name));
  return opFromJson({ ...Object.fromEntries(plain), ...Object.fromEntries(own), op });
}
