import { beforeAll, describe, expect, it } from "vitest";
import { arm64_64k } from "../../../model/arch.ts";
import { compileRule } from "../../../model/rule/wasm/module.ts";
import type { ParameterName } from "../../../model/rule/parameters.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import type { Grammar } from "../../../sim/c/syntax/parser-store.ts";
import { type ParseOptions, parseRules } from "../../../sim/c/parse.ts";

let grammar: Grammar;
beforeAll(async () => {
  grammar = await loadGrammar();
});

function rulesOf(text: string, options?: ParseOptions): readonly Rule[] {
  const result = parseRules(grammar, text, options);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.rules;
}

function errorOf(text: string): string {
  const result = parseRules(grammar, text);
  return result.ok ? "ok" : `${result.error.line}:${result.error.column} ${result.error.message}`;
}

function outcome(text: string, values: Partial<Record<ParameterName, bigint>>): number {
  const [rule] = rulesOf(text);
  if (!rule) throw new Error("no rule");
  return compileRule(rule).bytes(values);
}

const inside = (body: string): string => `static bool f(u64 offset)\n{\n\t${body}\n}`;

describe("an order that is handed out", () => {
  const limit = (body: string): string =>
    `static void limit(struct kvm_memory_slot *slot, gfn_t gfn, int *max_order)\n{\n\t${body}\n}`;

  it.each([
    ["*max_order = 9;", 9n, 1],
    ["*max_order = 9;", 18n, 0],
    ["*max_order = 18; while (*max_order > 0 && gfn & ((1ULL << *max_order) - 1)) *max_order -= 9;", 9n, 1],
    ["*max_order = 18; while (*max_order > 0 && gfn & ((1ULL << *max_order) - 1)) *max_order -= 9;", 18n, 0],
  ] as const)("is what the text left there: %s", (body, order, allowed) => {
    expect(outcome(limit(body), { order, gfn: 512n })).toBe(allowed);
  });

  it("is at first any that a folio can have", () => {
    const [rule] = rulesOf(limit("if (gfn & 511) *max_order = 0;"));
    expect(rule?.unknowns[0]).toMatchObject({ text: "*max_order at first (0 to 31)", type: "u8" });
  });
});

describe("what a kernel developer pastes", () => {
  const M = 1n << 20n;
  const G = 1n << 30n;

  it.each([
    ["offset % SZ_2M == 0", { offset: 4n * M }],
    ["offset % SZ_2M == 0;", { offset: 4n * M }],
    ["return IS_ALIGNED(mem->guest_memfd_offset, SZ_2M);", { offset: 4n * M }],
    ["if (!offset)\n\treturn true;\nreturn gpa == 0;", { offset: 0n, gpa: 1n }],
    ["!!(count_trailing_zeros(restricted_offset) >= count_trailing_zeros(guest_phys_addr))", { offset: 2n, gpa: 1n }],
    ["IS_ALIGNED(region->gmem_offset, min_t(unsigned long, memory_size, SZ_1G))", { offset: G, size: 2n * G }],
    ["(u64)-1 == U64_MAX && (unsigned long long) offset == 1", { offset: 1n }],
    ["likely(!WARN_ON_ONCE(slot->gmem.pgoff & (HPAGE_PMD_NR - 1)))", { pgoff: 512n }],
    ["#define HUGE\tSZ_2M\n#define MASK (HUGE - 1)\n(offset & MASK) == (gpa & MASK)", { offset: M, gpa: 3n * M }],
    ["(is_power_of_2(size)) && offset == 0 && (fls64(gpa)) && pgoff", { size: 4n, gpa: 1n, pgoff: 1n }],
    ["3 < (size) && (u64)(gpa) && (offset) < 2", { size: 4n, gpa: 1n, offset: 1n }],
    ["offset /* bytes */ == \\\n 1 // one", { offset: 1n }],
    ["\u{feff}offset\r\n== 1", { offset: 1n }],
    ["PAGE_ALIGNED(offset) && offset + size <= i_size_read(file_inode(file))", { size: 1n, i_size: 1n }],
    [
      inside("switch (offset) { case 1: case 2: return true; case 3: break; default: return false; } return true;"),
      { offset: 3n },
    ],
    [
      "static __always_inline bool f(const struct kvm_userspace_memory_region2 *mem)\n{ return mem->memory_size == 1; }",
      { size: 1n },
    ],
    [inside("lockdep_assert_held(&kvm->slots_lock); BUILD_BUG_ON(PAGE_SIZE != SZ_4K); return offset;"), { offset: 1n }],
    [inside('pr_debug("%s: %llx\\n", __func__, offset); fput(file); return offset;'), { offset: 1n }],
    [inside('if (WARN_ONCE(offset > 2, "%llx is " "large", offset)) return false; return true;'), { offset: 2n }],
    [
      "bool f(struct kvm *kvm, struct kvm_memory_slot *slot) { if (KVM_BUG_ON(!slot, kvm)) return false; return slot->base_gfn; }",
      { base_gfn: 1n },
    ],
    [
      "bool f(struct kvm_memory_slot *slot) { if (slot == NULL || !slot) return false; return slot && (slot ? slot->base_gfn : 0); }",
      { base_gfn: 1n },
    ],
    [
      "int f(struct file *file, u64 offset) { if (IS_ERR(file)) return PTR_ERR(file); return offset ? 0 : -EINVAL; }",
      { offset: 1n },
    ],
    [
      "int trace_me(int x) { return x + 1; } bool f(u64 offset) { trace_me(1); return trace_me(offset) == 2; }",
      { offset: 1n },
    ],
    [
      "int h(int x);\nstatic int h(int x) { return x + 1; }\nbool f(u64 offset) { return h(offset) == 2; }",
      { offset: 1n },
    ],
  ] satisfies [string, Partial<Record<ParameterName, bigint>>][])("accepts %j", (text, values) => {
    expect(outcome(text, values)).toBe(1);
  });

  it.each([
    [
      "a goto out of a loop",
      "bool ok = false; while (offset) { if (offset & 4) goto out; offset >>= 1; } ok = true; out: return ok;",
    ],
    [
      "two labels, one of which the other falls into",
      "u64 x = 1; if (!offset) goto one; if (offset & 4) goto two; return true; two: x--; one: return x;",
    ],
    [
      "two labels of one statement",
      "if (offset & 4) goto a; goto b; a: offset = 4; goto c; c: b: return !(offset & 4);",
    ],
    [
      "a goto out of a block that hides a name",
      "bool r = false; if (offset & 4) { bool r = true; if (r) goto out; } r = true; out: return r;",
    ],
    [
      "a case that falls through",
      "u64 n = 0; switch (offset & 4) { case 4: n++; fallthrough; case 9: n++; } return n != 2;",
    ],
    [
      "a break in the middle of a case",
      "switch (offset & 4) { case 4: if (offset) break; return true; default: return true; } return false;",
    ],
    [
      "blocks with names of their own",
      "switch (offset & 4) { case 4: { u64 t = 1; offset += t; } case 3: { u64 t = offset; return !(t & 1); } } return true;",
    ],
    [
      "a break at the end of a block",
      "u64 n = 0; switch (offset & 4) { case 4: n = 1; { n++; break; } default: n = 5; } return n != 2;",
    ],
    ["a goto back", "u64 n = 0; again: n++; if (n < 3) goto again; return !(offset & 4) && n == 3;"],
    [
      "a goto to the end of a loop's body, out of an inner one",
      "u64 n = 0; while (n < 3) { for (;;) { if (offset & 4) goto next; n += 2; goto next; } next: n++; } return n == 3 && !(offset & 4);",
    ],
    [
      "a continue behind a break in the middle of a case",
      "u64 n = 0; while (n++ < 3) { switch (offset & 4) { case 4: if (n == 9) break; continue; } return true; } return false;",
    ],
    [
      "a continue in a switch of a loop",
      "u64 n = 0; while (n++ < 3) { switch (offset & 4) { case 4: continue; } return true; } return false;",
    ],
  ])("follows %s", (_name, body) => {
    const text = inside(body);
    expect([0n, 1n, 4n, 6n].map((offset) => outcome(text, { offset }))).toEqual([1, 1, 0, 0]);
  });

  it("tells an undefined place once, however often it is reached", () => {
    const [rule] = rulesOf(inside("if (offset) goto out; offset++; out: return 1 << offset;"));
    expect(rule?.sites).toHaveLength(1);
  });

  it("keeps a rule's text with what it needs, its line and its name", () => {
    const text =
      "#define H SZ_2M\n#define UNUSED 1\n\nstatic u64 h(u64 x)\n{\n\treturn x & (H - 1);\n}\n\nbool one(u64 offset)\n{\n\treturn h(offset);\n}\n\nbool two(u64 gpa) { return gpa; }\n";
    expect(rulesOf(text, { file: "a.c" }).map(({ id, file, line, text: kept }) => ({ id, file, line, kept }))).toEqual([
      {
        id: "one",
        file: "a.c",
        line: 9,
        kept: "#define H SZ_2M\n\nstatic u64 h(u64 x)\n{\n\treturn x & (H - 1);\n}\n\nbool one(u64 offset)\n{\n\treturn h(offset);\n}",
      },
      { id: "two", file: "a.c", line: 14, kept: "bool two(u64 gpa) { return gpa; }" },
    ]);
    expect(rulesOf(" offset == 1 ", { id: "mine" })[0]).toMatchObject({ id: "mine", text: "offset == 1", line: 1 });
  });

  it("keeps the #defines that a rule's #defines use", () => {
    const defines = "#define HUGE SZ_2M\n#define OTHER 1\n#define MASK (HUGE - 1)\n";
    const [rule] = rulesOf(`${defines}bool a(u64 gpa) { return gpa & MASK; } bool b(u64 gpa) { return gpa; }`);
    expect(rule?.text).toBe("#define HUGE SZ_2M\n\n#define MASK (HUGE - 1)\n\nbool a(u64 gpa) { return gpa & MASK; }");
  });

  it.each([
    ["offset == gpa", "bind", ["offset", "gpa"]],
    ["index + nr_pages > pgoff", "map", ["pgoff", "index", "nr_pages"]],
    ["true", "bind", []],
    ["bool f(int order) { return true; }", "map", []],
    ["(base_gfn ^ ugfn) & (nr_pages - 1)", "level", ["base_gfn", "nr_pages", "ugfn"]],
    ["(slot->userspace_addr >> PAGE_SHIFT) & (KVM_PAGES_PER_HPAGE(level) - 1)", "level", ["userspace_addr", "order"]],
  ])("%j is a rule of its kind", (text, kind, reads) => {
    expect(rulesOf(text)[0]).toMatchObject({ kind, reads });
  });

  it("takes page sizes from the architecture", () => {
    const [rule] = rulesOf("PAGE_SIZE == SZ_64K && PMD_SIZE == SZ_512M", { arch: arm64_64k });
    expect(rule?.functions[0]?.body).toEqual([{ stmt: "return", value: { node: "const", type: "bool", value: 1n } }]);
  });
});

describe("an error is one line that points at the place", () => {
  it.each([
    ["", "1:1 no C here: nothing but blanks and comments"],
    [
      "offset == ofset",
      "1:11 unknown name 'ofset'; did you mean offset? a rule reads offset, gpa, size, userspace_addr, base_gfn, pgoff, npages, folio_size, i_size, gfn, index, order, nr_pages, ugfn",
    ],
    [
      "IS_ALIGND(offset, 2)",
      "1:1 unknown function 'IS_ALIGND'; known: ALIGN, IS_ALIGNED, PAGE_ALIGN, PAGE_ALIGNED, IS_ERR, fls_long, ilog2, in_range and 101 more",
    ],
    ["IS_ALIGNED(offset)", "1:1 IS_ALIGNED() takes 2 arguments, not 1"],
    [
      "slot->flags == 1",
      "1:7 unknown member 'flags'; known: npages, pgoff, base_gfn, gmem.pgoff, gmem.index, gmem_offset, private_offset, userspace_addr and 4 more",
    ],
    ["offset &&", "1:8 an operand is missing between '&&' and the end"],
    ["(offset & ) == 1", "1:11 an operand is missing between '&' and ')'"],
    ["offset size", "1:8 an operator is missing between 'offset' and 'size'"],
    ["((offset)", "1:1 '(' is never closed"],
    ["offset)", "1:7 ')' closes nothing"],
    ["offset == 1; size = 2", "1:21 a ';' is missing at '2'"],
    ["\toffset @ 2", "1:9 stray '@'"],
    ["gr\u00f6sse == 1", "1:3 stray character U+00F6"],
    ["/* offset", "1:1 this comment is never closed"],
    ["size = 1", "1:1 'size' is the rule's input: copy it to a variable to change it"],
    [
      "pr_debug(1) == offset",
      "1:1 unknown function 'pr_debug'; known: PTR_ERR, IS_ERR, PFN_DOWN, PFN_UP, roundup, BIT, PFN_PHYS, PHYS_PFN and 101 more",
    ],
    ["*offset", "1:1 a pointer's * or & is not supported"],
    ["offset[1]", "1:1 an array is not supported"],
    ["offset * 1.5", "1:10 '1.5' is no integer literal"],
    ["(double)offset > 1", "1:2 type 'double' is not supported: only integers of up to 64 bits are"],
    ["offset == 0x1ffffffffffffffff", "1:11 '0x1ffffffffffffffff' does not fit 64 bits"],
    ["min(offset, -1) == 1", "1:1 min() of a signed and an unsigned value does not build: use min_t(type, \u2026)"],
    [
      "gfn == ugfn",
      "1:1 a level rule cannot read 'gfn'; it reads offset, gpa, size, userspace_addr, base_gfn, pgoff, npages, folio_size, i_size, order, nr_pages, ugfn",
    ],
    ["#ifdef X\noffset", "1:1 #ifdef is never closed by an #endif"],
    ["#endif\noffset", "1:1 #endif without an #if"],
    ["#elsif X\noffset", "1:1 #elsif is no directive"],
    ["#if (1 +\noffset\n#endif", "1:8 this condition ends too early"],
    ["#if 1 2\noffset\n#endif", "1:7 '2' does not belong in this condition"],
    ["#define A(x) x\nA(offset, 1)", "2:1 macro A takes 1 argument, not 2"],
    ["#define A(x) x\nA(offset", "2:1 the arguments of macro A are never closed"],
    ["#define A(x offset\noffset", "1:10 the parameters of macro A are never closed"],
    ["#define A(1) 2\nA(2)", "1:11 '1' is no parameter of macro A"],
    ["#define A(x) x##+\nA(1) == offset", "2:1 '1' and '+' do not make one token"],
    [inside("if (offset) return true;"), "1:13 f() can end without a return"],
    [inside("while (1) ; return true;"), "3:2 this loop never ends: it has neither a break nor a return"],
    [inside("u64 x; if (offset) x = 1; return x;"), "3:35 'x' may be read before it is set"],
    [
      inside("if (offset) goto mid; again: offset--; mid: if (size) goto again; return true;"),
      "3:56 goto again goes back to before its loop, which is not supported",
    ],
    [
      inside("if (offset) goto out; return true; out: offset++;"),
      "3:37 what stands behind 'out:' can end without a return",
    ],
    [inside("if (offset) goto out; { out: return true; }"), "3:19 goto out leads into a block, which is not supported"],
    [inside("out: goto out;"), "3:2 this loop never ends: it has neither a break nor a return"],
    [inside("break; return true;"), "3:2 break outside of a loop"],
    [
      inside("switch (offset) { u64 x; case 1: return true; } return true;"),
      "3:20 a statement outside of a case is not supported",
    ],
    ["bool f(u64 offset) { return f(offset); }", "1:6 f() is recursive"],
    ["bool a(u64 x) { return b(x); } bool b(u64 offset) { return a(offset); }", "1:6 a() is recursive"],
    [
      "static int f(u64 offset) { return offset; }",
      "1:12 no rule: no function here returns bool, nor 0 or an errno such as -EINVAL",
    ],
    ["void f(u64 offset) { }", "1:6 no rule: no function here returns bool, nor 0 or an errno such as -EINVAL"],
    ["if (!offset) return false;", "1:1 this can end without a return: add what it returns then"],
    ["bool f(u64 offst) { return offst; }", "1:12 unknown parameter 'offst'; did you mean offset?"],
  ])("%j", (text, message) => {
    expect(errorOf(text)).toBe(message);
  });

  it("knows what is set where a condition holds", () => {
    expect(errorOf(inside("u64 x; if (check_add_overflow(offset, 1, &x)) return false; return x;"))).toBe("ok");
    expect(errorOf(inside("u64 x; if (offset && (x = 3)) return x; return true;"))).toBe("ok");
    expect(errorOf(inside("u64 x; for (;;) { if (offset++ > 3) { x = 1; break; } } return x;"))).toBe("ok");
  });
});

describe("hostile text", () => {
  const deep = "nested deeper than";
  // Each stands for twice the next.
  const doubling = Array.from({ length: 15 }, (_, i) => `#define M${i} M${i + 1} M${i + 1}\n`).join("");
  it.each([
    ["a NUL", "offset\0", "1:7 not text: a NUL byte"],
    ["bytes that were no UTF-8", "offset\u{fffd}", "1:7 not UTF-8 text"],
    ["five megabytes", "1+".repeat(2_500_000), "1:1 too long to be C: 5000000 characters, at most 4194304"],
    ["many tokens", "a\n".repeat(30_000), "20001:1 too long to be a rule: more than 20000 tokens"],
    ["deep brackets", "(".repeat(10_000), `1:201 ${deep} 200 brackets`],
    ["a long sum", `1${"+1".repeat(9_000)}`, `1:1 ${deep} 500 levels`],
    ["many signs", `${"!".repeat(9_000)}offset`, `1:495 ${deep} 500 levels`],
    ["a long choice", `${"offset?1:".repeat(3_000)}0`, `1:4447 ${deep} 500 levels`],
    ["macros that explode", `${doubling}M0`, "16:1 the #defines expand to too much text"],
  ])("%s", (_name, text, message) => {
    // What is refused is refused before it is read: text that is read as a whole would end at this test's time limit.
    expect(errorOf(text)).toBe(message);
  });

  it("does not grow with nested macros", () => {
    const [rule] = rulesOf(`${"ALIGN(offset, ".repeat(150)}8${")".repeat(150)} == 8`);
    expect(rule && compileRule(rule).bytes({ offset: 3n })).toBe(1);
  });
});

describe("a value in brackets", () => {
  // gcc's values for npages = 6, pgoff = 3.
  it.each([
    ["(npages * (pgoff)) & 3", 2],
    ["(npages * (int)(pgoff)) & 3", 2],
    ["(npages * (pgoff)) - 3", 15],
    ["(fls((int)(npages))) & 3", 3],
    ["sizeof(fls((int)(npages)))", 4],
    ["sizeof(npages * (pgoff)) - 2", 6],
    ["!(npages * (pgoff)) & 3", 0],
    ["2 < (npages * (pgoff)) && (pgoff)", 1],
    ["(int)(npages) & 3", 2],
    ["(u8)-(npages) & 3", 2],
    ["(int)(u8)(-npages) * (pgoff)", 750],
  ])("%s is no cast", (text, value) => {
    expect(outcome(`(${text}) == ${value}`, { npages: 6n, pgoff: 3n })).toBe(1);
  });

  it("is cast to a type that the text declares", () => {
    const check =
      "typedef unsigned char small_t;\n" + inside("return (small_t)(offset) == 0x34 && ((small_t)(offset) & 7) == 4;");
    expect(outcome(check, { offset: 0x1234n })).toBe(1);
    const [rule] = rulesOf(check);
    expect(rule?.unknowns).toEqual([]);
  });

  it("may be a function that nobody shows, which may change what it is handed", () => {
    const [rule] = rulesOf(
      "static bool f(struct kvm_memory_slot *slot)\n{\n\tu64 n = slot->npages;\n\n\treturn (adjust)(slot) && n == slot->npages;\n}",
    );
    expect(rule?.unknowns.map(({ text }) => text)).toContain("slot->npages");
  });
});

describe("a pointer to another struct", () => {
  const text = (body: string, before = ""): string =>
    `struct x { u64 a; u64 npages; };\n${before}static bool f(struct kvm_memory_slot *slot, u64 offset)\n{\n\tvoid *p = slot;\n\t${body}\n}`;
  const read = (body: string, before?: string) => {
    const rule = rulesOf(text(body, before)).at(-1);
    return { unknowns: rule?.unknowns.map((each) => each.text) ?? [], doubts: rule?.doubts?.length ?? 0 };
  };

  it("reads nothing of the slot's, whichever way it is set", () => {
    const of = "return q->npages == 1;";
    expect(read(`struct x *q = p;\n\n\t${of}`).unknowns).toEqual(["q->npages"]);
    expect(read(`struct x *q;\n\n\tq = p;\n\t${of}`).unknowns).toEqual(["q->npages"]);
    expect(read(`struct x *q = slot;\n\n\t${of}`).unknowns).toEqual(["q->npages"]);
    expect(read("return big(p);", `static bool big(struct x *q)\n{\n\t${of}\n}\n`).unknowns).toEqual(["q->npages"]);
  });

  it("may store where the slot's members are", () => {
    expect(read("struct x *q = p;\n\n\tq->npages = 1;\n\treturn !offset;").doubts).toBe(1);
    expect(read("struct x *q;\n\n\tq = p;\n\tq->a = 1;\n\treturn !offset;").doubts).toBe(1);
  });

  it("is none where it leads to what it is", () => {
    expect(read("struct kvm_memory_slot *q = p;\n\n\treturn q->npages == 1;")).toEqual({ unknowns: [], doubts: 0 });
  });
});
