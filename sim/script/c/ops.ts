/** The ops in a C program: their type, the list, and what each does as it is printed. */

import type { Counterexample } from "../../counterexample.ts";
import type { Op } from "../../op.ts";
import { operationsBlock } from "../../words/block.ts";
import { readsUserspaceAddr } from "../../words/claim.ts";
import { inC, usesVms } from "../../words/op-line.ts";

const KINDS: readonly Op["op"][] = ["bind_memslot", "delete_memslot", "set_order", "set_i_size", "punch_hole", "fault"];

const PRINT: Readonly<Record<Op["op"], readonly [string, string]>> = {
  bind_memslot: ["slot=%d gpa=0x%llx size=0x%llx offset=0x%llx", "op.slot, op.gpa, op.size, op.offset"],
  delete_memslot: ["slot=%d", "op.slot"],
  set_order: ["order=%d", "op.order"],
  set_i_size: ["size=0x%llx", "op.size"],
  punch_hole: ["offset=0x%llx size=0x%llx", "op.offset, op.size"],
  fault: ["gpa=0x%llx", "op.gpa"],
};

/** Words that go on in the next line where they are too many. */
function fill(words: readonly string[], between: string, first: string, hang: string): string {
  const lines: string[] = [];
  let line = first;
  for (const [i, word] of words.entries()) {
    const next = `${word}${i < words.length - 1 ? between : ""}`;
    if (line.replaceAll("\t", " ".repeat(8)).length + next.trimEnd().length > 78) {
      lines.push(line.trimEnd());
      line = hang;
    }
    line += next;
  }
  return [...lines, line].join("\n");
}

/** A printf; a format that is too long goes on in a second string. */
function call(format: readonly string[], values: string): string {
  const text = fill([...format.slice(0, -1), `${format.at(-1) ?? ""}\\n",`], " ", '\t\t\tprintf("', '\t\t\t       "');
  // A string ends where its line does, with the space that comes next.
  const lines = text.split("\n").map((line, i, all) => (i < all.length - 1 ? `${line} "` : line));
  const last = `\t\t\t       ${values});`;
  const joined = `${lines.join("\n")} ${values});`;
  return `${joined.includes("\n") || joined.length + 21 > 80 ? `${lines.join("\n")}\n${last}` : joined}\n`;
}

export function opsInC(ce: Counterexample, numbered = false): string {
  const used = KINDS.filter((kind) => ce.ops.some(({ op }) => op === kind));
  const columns = { vm: usesVms(ce.ops), userspace_addr: readsUserspaceAddr(ce) };
  const lines = ce.ops.flatMap((op) => fill(inC(op, columns).split(/(?<=,) (?=\.)/), " ", "\t", "\t  ").split("\n"));
  const [first = "", ...rest] = operationsBlock(ce, lines);
  const last = rest.pop() ?? "";
  const has = (...kinds: readonly Op["op"][]): boolean => kinds.some((kind) => used.includes(kind));
  const numbers = [
    ...(columns.vm ? ["vm"] : []),
    ...(has("bind_memslot", "delete_memslot") ? ["slot"] : []),
    ...(has("set_order") ? ["order"] : []),
    ...(numbered ? ["number"] : []),
  ];
  const kinds = used.map((kind) => kind.toUpperCase());
  const order = has("set_order") ? ["/* Order 9 is 2 MiB, 18 is 1 GiB; the rest is in bytes. */"] : [];
  return [
    "struct op {",
    `\tenum { ${fill(kinds, ", ", "", "\t       ")} } op;`,
    `\tint ${numbers.join(", ")};`,
    `\tu64 gpa, size, offset${columns.userspace_addr ? ", userspace_addr" : ""};`,
    "};",
    "#define NR_OPS ((int)(sizeof(ops) / sizeof(ops[0])))",
    "",
    ...order,
    "static const struct op ops[] = {",
    `\t/* ${first} */`,
    ...rest,
    `\t/* ${last} */`,
    "};",
    "",
  ].join("\n");
}

/**
 * The cases of a switch over all ops.
 * @param does what each comes to: lines, and for a binding or a deletion an expression that is printed
 */
export function casesInC(
  ce: Counterexample,
  does: (kind: Op["op"]) => readonly string[],
  answer: (kind: Op["op"]) => string,
): string {
  const hasVms = usesVms(ce.ops);
  return KINDS.filter((kind) => ce.ops.some(({ op }) => op === kind))
    .map((kind) => {
      const [format, args] = PRINT[kind];
      const vm = hasVms && ["bind_memslot", "delete_memslot", "fault"].includes(kind);
      const address = kind === "bind_memslot" && readsUserspaceAddr(ce);
      const said = answer(kind);
      const words = `${kind} ${vm ? "vm=%d " : ""}${format}${address ? " userspace_addr=0x%llx" : ""}${said === "" ? "" : ": %s"}`;
      const values = `${vm ? "op.vm, " : ""}${args}${address ? ", op.userspace_addr" : ""}${said === "" ? "" : `,\n\t\t\t       ${said}`}`;
      const lines = does(kind).map((line) => `\t\t\t${line}\n`);
      return `\t\tcase ${kind.toUpperCase()}:\n${call(words.split(" "), values)}${lines.join("")}\t\t\tbreak;\n`;
    })
    .join("");
}
