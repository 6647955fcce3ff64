/** Which functions of a text call themselves, against a search of every path of calls. */

import fc from "fast-check";
import { expect, it } from "vitest";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import { parseRules } from "../../../sim/c/parse.ts";

const grammar = await loadGrammar();
const NAMES = ["a0", "b1", "c2", "d3", "e4", "f5", "g6"];
type Calls = ReadonlyMap<string, readonly string[]>;

/** Function -> those that it calls. */
const calls: fc.Arbitrary<Calls> = fc
  .array(fc.subarray(NAMES, { maxLength: 2 }), { minLength: NAMES.length, maxLength: NAMES.length })
  .map((each) => new Map(NAMES.map((name, i) => [name, each[i] ?? []] as const)));

function comesTo(from: string, to: string, called: Calls, seen = new Set<string>()): boolean {
  return (called.get(from) ?? []).some((each) => {
    if (each === to) return true;
    if (seen.has(each)) return false;
    seen.add(each);
    return comesTo(each, to, called, seen);
  });
}

it("follows just those that never come to call themselves", () => {
  fc.assert(
    fc.property(calls, (called) => {
      const helpers = [...called].map(
        ([name, to]) => `static int ${name}(int n) { return ${["n", ...to.map((each) => `${each}(n)`)].join(" + ")}; }`,
      );
      const all = NAMES.map((name) => `${name}(1)`).join(" + ");
      const parsed = parseRules(grammar, `${helpers.join("\n")}\nstatic bool fits(int size) { return ${all} > size; }`);
      if (!parsed.ok) throw new Error(parsed.error.message);
      const unfollowed = parsed.rules[0]?.takenNotToChange ?? [];
      expect([...unfollowed].toSorted()).toEqual(NAMES.filter((name) => comesTo(name, name, called)));
    }),
    { numRuns: 100, seed: 7 },
  );
});

it("refuses the one that is asked for, beside another", () => {
  const text = "static bool bad(int n) { return n ? bad(n - 1) : true; }\nstatic bool good(int size) { return size; }";
  const parsed = parseRules(grammar, text, { functions: ["bad"] });
  expect(parsed).toMatchObject({ ok: false, error: { line: 1, column: 13, message: "bad() is recursive" } });
});
