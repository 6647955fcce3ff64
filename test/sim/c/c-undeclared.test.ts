/** A name that nothing declares: of a whole function it is the kernel's, of a piece it is a variable from above. */

import { expect, it } from "vitest";
import type { Rule } from "../../../model/rule/tree.ts";
import { compileRule } from "../../../model/rule/wasm/module.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import { parseRules } from "../../../sim/c/parse.ts";

const grammar = await loadGrammar();

function ruleOf(text: string): Rule {
  const parsed = parseRules(grammar, text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const [rule] = parsed.rules;
  if (rule === undefined) throw new Error("no rule");
  return rule;
}

/** What the rule can come to, whatever its unknowns are, of 0 and 1. */
function outcomes(rule: Rule): Set<number> {
  const found = new Set<number>();
  for (let bits = 0; bits < 2 ** 8; bits++) {
    let drawn = 0;
    const answer = (): bigint => BigInt(Math.floor(bits / 2 ** drawn++) % 2);
    found.add(compileRule(rule, answer).bytes({}));
  }
  return found;
}

const BODY = "last_seen = 1;\n\tpoke(kvm);\n\treturn last_seen == 1 && offset == 0;";

it("may be changed by whatever is called, in a whole function", () => {
  const rule = ruleOf(`static bool check(struct kvm *kvm, u64 offset)\n{\n\t${BODY}\n}\n`);
  expect(outcomes(rule)).toEqual(new Set([0, 1]));
  expect(rule.unknowns.map(({ text }) => text)).toEqual(expect.arrayContaining([expect.stringMatching(/^last_seen/)]));
});

it("keeps its value in a piece, and the report says what it was taken for", () => {
  const rule = ruleOf(BODY);
  expect(outcomes(rule)).toEqual(new Set([1]));
  expect(rule.readAs).toContainEqual({ text: "last_seen", as: "a variable of the function, declared above" });
});

it("is a macro that only comes to a value, where it is one of the kernel's that do", () => {
  const body = "if (!S_ISREG(inode->i_mode))\n\t\treturn false;\n\treturn gfp != 0 && offset == 0;";
  const head = "static bool check(struct inode *inode, gfp_t gfp, u64 offset)";
  const rule = ruleOf(`${head}\n{\n\t${body}\n}\n`);
  expect(rule.unknowns.map(({ text }) => text)).toEqual(expect.arrayContaining(["S_ISREG(inode->i_mode)", "gfp"]));
  expect(rule.takenNotToChange).toBeUndefined();
  expect(outcomes(rule)).toEqual(new Set([0, 1]));
  expect(() => ruleOf(body.replace("S_ISREG", "S_PUTREG"))).toThrow("what S_PUTREG() does is not shown");
});

it("is a function in upper case, which may keep what it is handed", () => {
  const rule = ruleOf(
    "static bool check(struct kvm *kvm, u64 offset)\n{\n\tINIT_LIST_HEAD(&kvm->list);\n\treturn offset == 0;\n}\n",
  );
  expect(rule.takenNotToChange).toEqual(["INIT_LIST_HEAD"]);
});

it("tells an errno in an unsigned long by its value", () => {
  const rule = ruleOf("static bool check(u64 offset)\n{\n\treturn IS_ERR_VALUE(offset);\n}\n");
  const asked = [0n, 4095n, 2n ** 64n - 4096n, 2n ** 64n - 4095n, 2n ** 64n - 1n];
  expect(asked.map((offset) => compileRule(rule).bytes({ offset }))).toEqual([0, 0, 0, 1, 1]);
});
