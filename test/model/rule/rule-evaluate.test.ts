import { beforeAll, describe, expect, it } from "vitest";
import { compileRule, type Evaluator } from "../../../model/rule/wasm/module.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import type { Grammar } from "../../../sim/c/syntax/parser-store.ts";
import { parseRules } from "../../../sim/c/parse.ts";
import { toJavaScript } from "../../../sim/script/mjs/rule.ts";

let grammar: Grammar;
beforeAll(async () => {
  grammar = await loadGrammar();
});

function evaluator(text: string): Evaluator {
  const result = parseRules(grammar, text);
  const rule = result.ok ? result.rules[0] : undefined;
  if (!rule) throw new Error(JSON.stringify(result));
  return compileRule(rule);
}

describe("what is undefined in C", () => {
  it.each([
    ["size >> offset", { offset: 64n }, 8, 6, "shift of a 64-bit value by 64 or more, or by less than 0"],
    ["1 << offset", { offset: 32n }, 8, 3, "shift of a 32-bit value by 32 or more, or by less than 0"],
    [
      "size << (int)offset",
      { offset: (1n << 64n) - 1n },
      8,
      6,
      "shift of a 64-bit value by 64 or more, or by less than 0",
    ],
    ["size / offset", {}, 8, 6, "division by 0"],
    ["size % offset == 0", {}, 8, 6, "remainder of a division by 0"],
    [
      "i_size / (loff_t)offset",
      { i_size: 1n << 63n, offset: (1n << 64n) - 1n },
      8,
      8,
      "division by 0, or of the least value by -1",
    ],
    ["__ffs(offset)", {}, 8, 1, "__ffs(0)"],
    ["ilog2(offset) < 12", {}, 8, 1, "ilog2(0)"],
    ["rounddown_pow_of_two(offset)", {}, 8, 1, "rounddown_pow_of_two(0)"],
    ["roundup_pow_of_two(offset)", {}, 8, 1, "roundup_pow_of_two of 0, or of more than 1 << 63"],
    ["BIT(offset)", { offset: 64n }, 8, 1, "shift of a 64-bit value by 64 or more, or by less than 0"],
  ])("%j names its place", (text, values, line, column, what) => {
    // Seven lines above, so that a line is no accident.
    const judged = evaluator("\n".repeat(7) + text);
    expect(judged.bytes(values)).toBe(2);
    expect(judged.undefinedAt()).toEqual({ line, column, what });
    expect(judged.bytes({ offset: 1n, size: 1n })).not.toBe(2);
    expect(judged.undefinedAt()).toBeUndefined();
  });

  it("is found in a helper, behind a call, and only when it is reached", () => {
    const judged = evaluator(
      "static int h(u64 x) { return __ffs(x); }\nbool f(u64 offset) { return gpa || h(offset) + 1; }",
    );
    expect([judged.bytes({}), judged.bytes({ gpa: 1n }), judged.bytes({ offset: 1n })]).toEqual([2, 1, 1]);
  });

  it.each([
    ["divides by 0", "return h(offset) + 6 / offset > 0;"],
    ["divides by 0 in a helper", "return h(offset) + k(offset) > 0;"],
    ["never ends", "if (h(offset)) return true; while (!offset) size++; return false;"],
  ])("is told of the place that is met first, where what comes later %s", (_what, body) => {
    const helpers = "static int h(u64 x) { return __ffs(x); }\nstatic u64 k(u64 x) { return 6 / x; }";
    const judged = evaluator(`${helpers}\nbool f(u64 offset, u64 size)\n{\n\t${body}\n}`);
    expect([judged.bytes({ offset: 2n }), judged.undefinedAt()]).toEqual([1, undefined]);
    expect(judged.bytes({})).toBe(2);
    expect(judged.undefinedAt()).toMatchObject({ line: 1, what: "__ffs(0)" });
  });

  it("has no site where it cannot happen", () => {
    expect(evaluator("offset % SZ_2M == offset >> PAGE_SHIFT << 3").rule.sites).toEqual([]);
  });
});

describe("loops", () => {
  it("end for want of fuel after 4096 iterations, not before", () => {
    const judged = evaluator("bool f(u64 offset) { while (offset) offset--; return true; }");
    expect([4096n, 4097n].map((offset) => judged.bytes({ offset }))).toEqual([1, 3]);
    expect(judged.undefinedAt()).toBeUndefined();
    const nested = evaluator(
      "int n = 0; for (int i = 0; i < 64; i++) for (int j = 0; j < 64; j++) n++; return n == 64 * 64;",
    );
    expect(nested.bytes({})).toBe(3);
  });

  it.each([
    ["under an if", "bool f(u64 offset) { if (gpa) { while (offset) offset--; } return true; }"],
    ["under an else", "bool f(u64 offset) { if (!gpa) return false; else { while (offset) offset--; } return true; }"],
    [
      "two ifs deep",
      "bool f(u64 offset) { if (gpa) if (size) return false; else while (offset) offset--; return true; }",
    ],
  ])("%s end for want of fuel too", (_where, text) => {
    const judged = evaluator(text);
    expect([1n, 4096n, 4097n].map((offset) => judged.bytes({ gpa: 1n, offset }))).toEqual([1, 1, 3]);
  });

  // Each counts in n: its iterations, and a hundred for each body that was run to its end.
  it.each([
    ["for", "for (i = 0; i < 6; i++) { n++; if (i == offset) continue; if (i == gpa) break; n += 100; }", 506, 204],
    ["while", "while (i < 6) { i++; n++; if (i == offset) continue; if (i == gpa) break; n += 100; }", 506, 103],
    ["do", "do { n++; if (i == offset) continue; if (i == gpa) break; n += 100; } while (++i < 6);", 506, 204],
  ])("continue in %s goes on with the next iteration, break leaves", (_loop, text, skips, leaves) => {
    const judged = evaluator(`bool f(u64 offset, u64 gpa, u64 size) { int i = 0, n = 0; ${text} return n == size; }`);
    const never = 99n;
    expect(judged.bytes({ offset: 2n, gpa: never, size: BigInt(skips) })).toBe(1);
    expect(judged.bytes({ offset: 1n, gpa: 3n, size: BigInt(leaves) })).toBe(1);
    expect(judged.bytes({ offset: never, gpa: never, size: 606n })).toBe(1);
  });

  it("have all their fuel again at the next evaluation, by bytes or by pages", () => {
    const judged = evaluator("bool f(u64 pgoff) { while (pgoff) pgoff--; return true; }");
    for (let times = 0; times < 3; times++) {
      expect(judged.bytes({ pgoff: 4000n })).toBe(1);
      expect([4000, 5000].map((pgoff) => judged.bind(pgoff, 0, 0, 0, 0, 0))).toEqual([1, 3]);
    }
  });
});

describe("the page-level entries", () => {
  it("hand out bytes and pages of one slot", () => {
    const text = `offset == (u64)pgoff << 12 && gpa == base_gfn << 12 && size == npages << 12 && pgoff == 3 && base_gfn == 5
      && npages == 7 && userspace_addr == 11 << 12 && folio_size == SZ_2M && i_size == 13 << 12`;
    expect(evaluator(text).bind(3, 5, 7, 11, 9, 13)).toBe(1);
    expect(
      evaluator(`${text} && gfn == 17 && index == 19 && order == 9 && nr_pages == 512`).map(
        3,
        5,
        7,
        11,
        9,
        13,
        17,
        19,
        9,
      ),
    ).toBe(1);
    expect(
      evaluator(`${text} && ugfn == 11 && order == 18 && nr_pages == 1 << 18 && level == 3`).level(
        3,
        5,
        7,
        11,
        9,
        13,
        18,
      ),
    ).toBe(1);
  });

  it("give 0 for what they do not take: a fault's place in a bind rule's, the frame in a level rule's", () => {
    const map = evaluator("gfn == 0 && index == 0 && order == 0 && nr_pages == 1");
    expect([map.bind(3, 5, 7, 11, 9, 13), map.map(3, 5, 7, 11, 9, 13, 0, 0, 0)]).toEqual([1, 1]);
    expect(map.level(3, 5, 7, 11, 9, 13, 0)).toBe(1);
    expect(evaluator("gfn == 0 && index == 0 && nr_pages == 512").level(3, 5, 7, 11, 9, 13, 9)).toBe(1);
    expect(evaluator("ugfn == 11 && order == 0").bind(3, 5, 7, 11, 9, 13)).toBe(1);
  });

  it("wrap as the kernel's u64 does", () => {
    const last = 2 ** 52 - 1;
    expect(evaluator("offset + size == 0 && offset == U64_MAX - 4095").bind(last, 0, 1, 0, 0, 0)).toBe(1);
    expect(evaluator("i_size < 0").bind(0, 0, 1, 0, 0, 2 ** 51)).toBe(1);
  });
});

describe("as JavaScript", () => {
  it("reads like the C beside it", () => {
    const text = `static bool sane(u64 offset, u64 new)
{
	u64 end;

	if (check_add_overflow(offset, SZ_2M, &end))
		return false;
	else if (new >> 3 == end)
		return true;
	while (--end & 1)
		new = ALIGN_DOWN(new, SZ_2M);
	return end % new == 0;
}`;
    const result = parseRules(grammar, text.replaceAll("new", "gpa"));
    expect(result.ok && result.rules[0] && toJavaScript(result.rules[0], "check")).toBe(`\
function check({ offset, gpa }) {
  const SZ_2M = 0x200000n;
  const u64 = (n) => BigInt.asUintN(64, n);
  const undefined_at = (where) => { throw new Error(\`undefined in C, \${where}\`); };
  let fuel = 4096;
  const burn = () => { if (fuel-- === 0) throw new Error("the loops do not end within 4096 iterations"); };
  const remainder = (a, b, least, where) => (b === 0n || (a === least && b === -1n) ? undefined_at(where) : a % b);
  let end;
  if (end = u64(offset + SZ_2M), end < offset) {
    return false;
  } else if (gpa >> 3n === end) {
    return true;
  }
  while (((end = u64(end - 1n)) & 1n) !== 0n) {
    burn();
    gpa = (gpa - 0x1fffffn + 0x1fffffn) & 0xffffffffffe00000n;
  }
  return remainder(end, gpa, -1n, "line 11, column 13: remainder of a division by 0") === 0n;
}`);
  });
});
