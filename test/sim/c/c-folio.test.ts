/** What is drawn when a rule is asked is one value, however often it is read. */

import { expect, it } from "vitest";
import { compileRule } from "../../../model/rule/wasm/module.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import { parseRules } from "../../../sim/c/parse.ts";

const grammar = await loadGrammar();

it("is the order of a folio that a pointer leads to", () => {
  const text =
    "static bool f(struct folio *folio, u64 offset)\n{\n\treturn folio_order(folio) == folio_order(folio);\n}\n";
  const parsed = parseRules(grammar, text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const [rule] = parsed.rules;
  if (rule === undefined) throw new Error("no rule");
  let drawn = 0n;
  expect(compileRule(rule, () => drawn++).bytes({ offset: 0n })).toBe(1);
  expect(Number(drawn)).toBe(rule.unknowns.length);
});
