/** What one operand may change, another that stands beside it may see before or after the change. */

import { expect, it } from "vitest";
import { compileRule } from "../../../model/rule/wasm/module.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import { parseRules } from "../../../sim/c/parse.ts";

const grammar = await loadGrammar();

/** What the rule can come to, whatever its unknowns are, of 0 and 1. */
function outcomes(body: string): Set<number> {
  const text = `struct foo {\n\tint n;\n};\n\nstatic bool check(struct foo *p, u64 offset)\n{\n\tif (p->n)\n\t\treturn false;\n\t${body}\n}\n`;
  const parsed = parseRules(grammar, text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const [rule] = parsed.rules;
  if (rule === undefined) throw new Error("no rule");
  const found = new Set<number>();
  for (let bits = 0; bits < 2 ** 8; bits++) {
    let drawn = 0;
    const answer = (): bigint => BigInt(Math.floor(bits / 2 ** drawn++) % 2);
    found.add(compileRule(rule, answer).bytes({}));
  }
  return found;
}

it.each([
  ["an operator's left side", "return (p->n == 1) & (poke(p) == 0);"],
  ["an operator's right side", "return (poke(p) == 0) & (p->n == 1);"],
  ["an argument of an unknown function", "return look(p->n == 1, poke(p)) != 0 && p->n;"],
  ["an argument of a helper", "return min(p->n, poke(p)) == 1;"],
])("%s", (_where, body) => {
  expect(outcomes(body)).toEqual(new Set([0, 1]));
});

it("keeps what nothing may change", () => {
  expect(outcomes("return p->n == 1;")).toEqual(new Set([0]));
  expect(outcomes("return (p->n == 1) & (offset == 0);")).toEqual(new Set([0]));
});

it("keeps the order of && and ||", () => {
  expect(outcomes("return p->n == 1 && poke(p) == 0;")).toEqual(new Set([0]));
});
