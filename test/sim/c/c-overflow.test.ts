/** check_*_overflow of every width, against exact integers. */

import { beforeAll, describe, expect, it } from "vitest";
import { compileRule } from "../../../model/rule/wasm/module.ts";
import { wrapTo } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import type { Grammar } from "../../../sim/c/syntax/parser-store.ts";
import { parseRules } from "../../../sim/c/parse.ts";

let grammar: Grammar;
beforeAll(async () => {
  grammar = await loadGrammar();
});

const TYPES = ["u8", "s8", "u16", "s16", "u32", "s32", "u64", "s64"] as const satisfies readonly IntType[];
const OPS = {
  add: (a: bigint, b: bigint) => a + b,
  sub: (a: bigint, b: bigint) => a - b,
  mul: (a: bigint, b: bigint) => a * b,
};

/** The ends of every width, and what is beside them. */
const ENDS = [0n, 7n, 8n, 15n, 16n, 31n, 32n, 63n].flatMap((width) => [(1n << width) - 1n, 1n << width]);
const BELOW_ZERO = [1n, 3n, 128n, 129n, 1n << 31n, 1n << 32n].map((each) => BigInt.asUintN(64, -each));
const VALUES = [...ENDS, ...BELOW_ZERO, 3n, 0x5555_5555n];

describe.each(["add", "sub", "mul"] as const)("check_%s_overflow", (op) => {
  it.each(TYPES)("into %s gives the exact result, or says that it does not", (into) => {
    let wrong = "";
    for (const left of TYPES) {
      for (const right of TYPES) {
        const call = `check_${op}_overflow((${left})offset, (${right})size, &d)`;
        const text = `${into} d; bool is = ${call}; return is == (gpa & 1) && (u64)d == userspace_addr;`;
        const parsed = parseRules(grammar, text);
        const [rule] = parsed.ok ? parsed.rules : [];
        if (!rule) throw new Error(JSON.stringify(parsed));
        const { bytes } = compileRule(rule);
        for (const offset of VALUES) {
          for (const size of VALUES) {
            const exact = OPS[op](wrapTo(left, offset), wrapTo(right, size));
            const kept = wrapTo(into, exact);
            const given = { offset, size, userspace_addr: BigInt.asUintN(64, kept) };
            const right_answer = bytes({ ...given, gpa: BigInt(kept !== exact) });
            const wrong_answer = bytes({ ...given, gpa: BigInt(kept === exact) });
            if (right_answer !== 1 || wrong_answer !== 0) wrong = `${call} of ${offset} and ${size} into ${into}`;
          }
        }
      }
    }
    expect(wrong).toBe("");
  });

  it("may write over one of its operands", () => {
    const parsed = parseRules(grammar, `s8 d = offset; return check_${op}_overflow(d, size, &d) && d == (s8)gpa;`);
    const [rule] = parsed.ok ? parsed.rules : [];
    if (!rule) throw new Error(JSON.stringify(parsed));
    const exact = OPS[op](100n, 3000n);
    expect(compileRule(rule).bytes({ offset: 100n, size: 3000n, gpa: BigInt.asUintN(64, exact) })).toBe(1);
    expect(compileRule(rule).bytes({ offset: 100n, size: 3000n, gpa: BigInt.asUintN(64, exact + 1n) })).toBe(0);
  });
});
