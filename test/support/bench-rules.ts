/** The rules that the benchmarks share with other tools, as C, in worlds where nothing else forbids anything. */

import { x86_64 } from "../../model/arch.ts";
import { compileRule } from "../../model/rule/wasm/module.ts";
import type { World } from "../../model/abstract/machine.ts";
import type { Rulebook } from "../../props/judge/rulebook.ts";

/** P is the largest folio size that does not exceed the slot's. */
function textsFor(orders: readonly number[]): Readonly<Record<string, string>> {
  const [middle = 0, top = 0] = orders.slice(1).map((order) => 4096 * 2 ** order);
  const p = `(size >= ${top}ULL ? ${top}ULL : size >= ${middle}ULL ? ${middle}ULL : 4096ULL)`;
  return {
    none: "true",
    ctz: "offset == 0 || (gpa != 0 && count_trailing_zeros(offset) >= count_trailing_zeros(gpa))",
    fls: "fls64(offset) >= fls64(gpa)",
    ffs: "(offset ? __ffs64(offset) + 1 : 0) <= (gpa ? __ffs64(gpa) + 1 : 0)",
    congruent: `offset % ${p} == gpa % ${p}`,
    size: `offset % ${p} == 0`,
    "size+mult": `offset % ${p} == 0 && size % ${p} == 0`,
    curorder: "offset % folio_size == 0",
  };
}

export const BENCH_RULES: readonly string[] = Object.keys(textsFor([]));

export function benchWorld(book: Rulebook, name: string, orders: readonly number[]): World {
  const parsed = book.parse(textsFor(orders)[name] ?? "", { id: name, kind: "bind" });
  if (!parsed.ok) throw new Error(`${name}: ${parsed.error.message}`);
  const [rule] = parsed.rules;
  if (rule === undefined) throw new Error(`${name} is no rule`);
  const bind_rule = compileRule(rule).bind;
  return { arch: x86_64, bind_rule, map_rule: () => 1, level_rule: () => 0, orders, resize: "any" };
}
