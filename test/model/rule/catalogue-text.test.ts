import { beforeAll, describe, expect, it } from "vitest";
import { CANARY, CATALOGUE } from "../../../model/rule/catalogue/catalogue.ts";
import { compileRule, type Evaluator } from "../../../model/rule/wasm/module.ts";
import { PARAMETERS, READABLE } from "../../../model/rule/parameters.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import type { Grammar } from "../../../sim/c/syntax/parser-store.ts";
import { parseRules } from "../../../sim/c/parse.ts";

let grammar: Grammar;
beforeAll(async () => {
  grammar = await loadGrammar();
});

/** Compiled when it is asked for, so that a text that is no rule fails the tests of its rule. */
function of(id: string): Evaluator {
  const entry = [...CATALOGUE, CANARY].find((each) => each.id === id);
  if (!entry) throw new Error(`no rule ${id}`);
  const result = parseRules(grammar, entry.text, { id, kind: entry.kind });
  const rule = result.ok ? result.rules[0] : undefined;
  if (!rule) throw new Error(`${id}: ${JSON.stringify(result)}`);
  return compileRule(rule);
}

describe("the catalogue", () => {
  it("has every fixed id once", () => {
    expect(CATALOGUE.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      ..."none ctz lowest_bit fls64 ffs64 gpa_no_less_aligned ctz_levels size_level size_level_capped file_folio offset_and_size_2m offset_and_size_1g congruent_2m congruent_1g congruent_mask_typo congruent_unit_typo signed_end"
        .split(" ")
        .map((id) => `bind ${id}`),
      ..."folio_order binding_aligned round_down_contained round_up_contained align_down_contained congruent_order order_zero"
        .split(" ")
        .map((id) => `map ${id}`),
      ..."stock or_offset add_offset offset_congruent".split(" ").map((id) => `level ${id}`),
      ..."bound_at_get_page folio_in_file within_size within_size_unit".split(" ").map((id) => `order ${id}`),
    ]);
  });

  it("is one rule a text, of a kind that could be told without being said", () => {
    // An order rule reads what a map rule may: which one it is has to be said.
    const told = CATALOGUE.filter(({ kind }) => kind !== "order");
    const found = told.map(({ id, text }) => {
      const result = parseRules(grammar, text);
      return [id, ...(result.ok ? result.rules.map((rule) => rule.kind) : [])];
    });
    expect(found).toEqual(told.map(({ id, kind }) => [id, kind]));
  });

  it.each([...CATALOGUE, CANARY])("says of $id who wanted what, when, and what it really does", (entry) => {
    for (const key of ["who", "when", "intent", "does"] as const) expect(entry[key]).toMatch(/^[A-Za-z0-9]/);
  });

  it.each(CATALOGUE)(
    "says where $id was proposed: a mail in the archive, a place in the tree, or a thread",
    (entry) => {
      expect(entry.citation).toMatch(
        /^((reply to )?https:\/\/lore\.kernel\.org\/all\/[^\s/]+@[\w.-]+\/|(virt|arch)\/\S+\.c kvm_\w+.*|mm\/\S+\.c shmem_\w+|(thread|RFC) .+)$/,
      );
    },
  );

  it("has a canary that nobody proposed", () => {
    expect(CANARY).toMatchObject({ id: "canary", kind: "bind", who: "foliofence", citation: "", text: "true" });
  });

  it("fits a mail", () => {
    const lines = CATALOGUE.flatMap(({ text }) => text.split("\n"));
    expect(lines.filter((line) => line.replaceAll("\t", "        ").length > 80)).toEqual([]);
  });
});

describe("what a rule may read", () => {
  it.each([
    ["bind", ""],
    ["map", "gfn index order nr_pages"],
    ["level", "order nr_pages ugfn"],
    ["order", "index order nr_pages"],
  ] as const)("a %s rule: the slot and its file, and %s", (kind, more) => {
    const readable = PARAMETERS.filter((name) => parseRules(grammar, `${name} != 3`, { kind }).ok);
    const ofSlot = "offset gpa size userspace_addr base_gfn pgoff npages folio_size i_size";
    expect(readable).toEqual(`${ofSlot} ${more}`.trim().split(" "));
  });

  it.each(PARAMETERS)(
    "%s is 64 bits wide and unsigned, but for a signed i_size and the int that is an order",
    (name) => {
      const kind = READABLE.level.includes(name) ? "level" : "map";
      const says = (text: string): boolean => {
        const result = parseRules(grammar, text, { kind });
        const rule = result.ok ? result.rules[0] : undefined;
        return rule !== undefined && compileRule(rule).bytes({ [name]: 2n ** 64n - 1n }) === 1;
      };
      const isSigned = name === "i_size" || name === "order";
      expect([says(`${name} < 0`), says(`sizeof(${name}) == 8`)]).toEqual([isSigned, name !== "order"]);
    },
  );
});

describe("slots that VMMs really make", () => {
  const K = 1024;
  const M = 1024 * K;
  const G = 1024 * M;
  const RULES =
    "none ctz lowest_bit fls64 ffs64 gpa_no_less_aligned ctz_levels size_level size_level_capped file_folio offset_and_size_2m congruent_2m".split(
      " ",
    );

  // Folios of 2 MiB in a file of 1 TiB.
  it.each([
    ["QEMU, 2G below 4G", 4 * G, 2 * G, 2 * G, "Y n n n Y Y Y Y Y Y Y Y"],
    ["QEMU pc, 2.5G below 4G", 4 * G, 2.5 * G, 1.5 * G, "Y n n n Y Y n n n Y Y Y"],
    ["QEMU pc, 2.75G below 4G", 4 * G, 2.75 * G, 2 * G, "Y n n n Y Y n n n Y Y Y"],
    ["QEMU pc, 3G below 4G", 4 * G, 3 * G, G, "Y n n n Y Y Y Y Y Y Y Y"],
    ["QEMU pc-1.7, 3.5G below 4G", 4 * G, 3.5 * G, 512 * M, "Y n n n Y Y n Y Y Y Y Y"],
    ["QEMU, above the BIOS", M, M, 2 * G - M, "Y Y Y Y Y Y Y n n n n Y"],
    ["QEMU, low memory", 0, 0, 768 * K, "Y Y Y Y Y Y Y Y Y Y n Y"],
    ["arm64 virt", G, 0, 4 * G, "Y Y n Y Y n Y Y Y Y Y Y"],
    ["offset 1M at gpa 2M", 2 * M, M, 2 * M, "Y n n n Y Y n n n n n n"],
    ["offset 0x4000 at gpa 0", 0, 0x4000, G, "Y n Y n n Y n n n n n n"],
    ["gpa 8K at offset 0", 8 * K, 0, 8 * M, "Y Y n Y Y n Y Y Y Y Y n"],
  ])("%s", (_name, gpa, offset, size, expected) => {
    const found = RULES.map((id) => of(id).bind(offset / 4096, gpa / 4096, size / 4096, 0, 9, 2 ** 28));
    expect(found.map((outcome) => (outcome === 1 ? "Y" : "n")).join(" ")).toBe(expected);
  });
});

describe("what single rules are known for", () => {
  it("signed_end lets a wrapped sum in, none does not", () => {
    const slot = { offset: 0x7fffffffffffe000n, size: 0x4000n, i_size: 0x10000n };
    expect([of("signed_end").bytes(slot), of("none").bytes(slot)]).toEqual([1, 0]);
    const wrapped = { offset: 0xfffffffffffff000n, size: 0x2000n, i_size: 0x10000n };
    expect(of("none").bytes(wrapped)).toBe(0);
  });

  it("size_level_capped takes one page at 4K, whatever the folio", () => {
    expect(of("size_level_capped").bind(1, 0, 1, 0, 9, 2 ** 28)).toBe(1);
  });

  it("congruent_mask_typo wants equal blocks, congruent_unit_typo mixes pages with bytes", () => {
    // offset 4M, gpa 2M: congruent, in different blocks.
    expect(["congruent_2m", "congruent_mask_typo"].map((id) => of(id).bind(1024, 512, 512, 0, 9, 4096))).toEqual([
      1, 0,
    ]);
    // offset 2M (512 pages), gpa 2M.
    expect(["congruent_2m", "congruent_unit_typo"].map((id) => of(id).bind(512, 512, 512, 0, 9, 4096))).toEqual([1, 0]);
  });

  it("round_up_contained maps the folio below the slot, and refuses one that fits", () => {
    const ids = ["round_down_contained", "round_up_contained", "align_down_contained"];
    // offset 2M - 4K, 2M + 4K long: page 511 of the file is its first; the folio around it is [0, 512).
    expect(ids.map((id) => of(id).map(511, 0, 513, 0, 9, 4096, 0, 511, 9))).toEqual([0, 1, 0]);
    // offset 0, 2M long, page 1.
    expect(ids.map((id) => of(id).map(0, 0, 512, 0, 9, 4096, 1, 1, 9))).toEqual([1, 0, 1]);
  });

  it("map rules on QEMU's slot at 1M", () => {
    const ids = ["folio_order", "binding_aligned", "congruent_order", "order_zero"];
    expect(ids.map((id) => of(id).map(256, 256, 2 ** 19 - 256, 0, 9, 2 ** 20, 512, 512, 9))).toEqual([1, 0, 1, 0]);
    expect(ids.map((id) => of(id).map(256, 256, 2 ** 19 - 256, 0, 9, 2 ** 20, 512, 512, 0))).toEqual([1, 1, 1, 1]);
  });

  it("level rules where the offset's bits hide or cancel", () => {
    const ids = ["stock", "or_offset", "add_offset", "offset_congruent"];
    // gpa 1M, user address 1M, offset 0: no guest frame agrees with its file page.
    expect(ids.map((id) => of(id).level(0, 256, 768, 256, 9, 4096, 9))).toEqual([0, 0, 0, 1]);
    // gpa 0, user address 1.5M, offset 512K.
    expect(ids.map((id) => of(id).level(128, 0, 512, 384, 9, 4096, 9))).toEqual([1, 1, 0, 1]);
    // All agree.
    expect(ids.map((id) => of(id).level(512, 512, 512, 1024, 9, 4096, 9))).toEqual([0, 0, 0, 0]);
  });

  it("the canary takes everything", () => {
    expect(of("canary").bind(1, 2, 3, 4, 5, 6)).toBe(1);
  });
});
