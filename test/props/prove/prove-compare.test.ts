/** How two rules relate and where C is undefined, with a solver that knows a few inputs. */

import { describe, expect, it } from "vitest";
import type { RuleKind } from "../../../model/rule/parameters.ts";
import { compareRules } from "../../../props/prove/compare.ts";
import { findUndefined, inputsOf } from "../../../props/prove/undefined.ts";
import type { Answer } from "../../../props/prove/smt/answer.ts";
import { bits, variable } from "../../../props/prove/smt/term.ts";
import type { Model } from "../../support/prove-models.ts";
import { knowing, model, parse, question, SMALL } from "../../support/prove-models.ts";

const unknown = (): Answer => ({ answer: "unknown", reason: "gave up" });
const LOOPS = "a loop that depends on the inputs was not followed to its end";
const LONG = "the rule is too long to unroll";
const long = `bool f(u64 offset) { u64 x = 0; for (int i = 0; i < 900; i++) { ${"x++; ".repeat(100)} } return x == offset; }`;
const loop = "bool f(u64 offset) { while (!(offset & 1)) offset >>= 1; return true; }";

/** Slots of one page at every small offset. */
const SLOTS: readonly Model[] = [0, 1, 2, 3, 4, 512].map((slot_pgoff) => model({ slot_pgoff, slot_npages: 1 }));

const related = (one: string, two: string, kind: RuleKind = "bind", models = SLOTS, otherwise?: (name: string) => Answer) => {
  const { ask, asked } = knowing(models, otherwise);
  const world = { setting: { orders: [0, 2, 4], resize: "any" as const }, arch: SMALL };
  return compareRules(ask, parse(one, kind, "one"), parse(two, kind, "two"), world).then((said) => ({ said, asked }));
}; // prettier-ignore

describe("two rules", () => {
  it("are equivalent where neither takes what the other does not", async () => {
    const { said, asked } = await related("offset % 8192 == 0", "!(offset & 0x1fff)");
    expect(said).toMatchObject({ relation: "equivalent" });
    expect(asked.map(({ name, answer }) => [name, answer])).toEqual([
      ["only-first", "unsat"],
      ["only-second", "unsat"],
    ]);
    expect(asked[0]?.about).toEqual([
      "sat if one rule takes what the other does not",
      "bind rule one:",
      "offset % 8192 == 0",
      "bind rule two:",
      "!(offset & 0x1fff)",
    ]);
    expect(said.queries.map(({ name }) => name)).toEqual(["only-first", "only-second"]);
  });

  it("are one within the other where only one takes more, with an input of what either reads", async () => {
    const [first, second] = [await related("offset < 0x1000", "pgoff < 3"), await related("pgoff < 3", "offset < 0x1000")];
    expect(first.said).toMatchObject({ relation: "first_implies_second", only_second: { offset: 0x1000n, pgoff: 1n } });
    expect(second.said).toMatchObject({ relation: "second_implies_first", only_first: { offset: 0x1000n, pgoff: 1n } });
    expect(Object.keys(first.said)).not.toContain("only_first");
    expect(first.said).toHaveProperty("only_second", { offset: 0x1000n, pgoff: 1n });
  }); // prettier-ignore

  it("are neither where each takes what the other does not", async () => {
    const { said } = await related("offset < 0x2000", "offset > 0");
    expect(said).toMatchObject({ relation: "neither", only_first: { offset: 0n }, only_second: { offset: 0x2000n } });
  });

  it("are unknown where the solver gives up on either", async () => {
    for (const which of ["only-first", "only-second"]) {
      const { said } = await related("offset < 0x3000", "offset < 0x3000", "bind", SLOTS, (name) =>
        name === which ? unknown() : { answer: "unsat" },
      );
      expect(said).toMatchObject({ relation: "unknown", reason: "gave up" });
      expect(said.queries.length).toBe(2);
    }
  });

  it("are not told apart by inputs that a loop still holds, nor called the same", async () => {
    const held = await related(loop, "true", "bind", [model({ slot_pgoff: 0, slot_npages: 1 })]);
    expect(held.said).toMatchObject({ relation: "unknown", reason: LOOPS });
    expect(held.asked.map(({ name, answer }) => [name, answer])).toEqual([
      ["only-first", "unsat"],
      ["only-second", "unsat"],
      ["loops", "sat"],
    ]);
    const other = await related("true", loop, "bind", [model({ slot_pgoff: 0, slot_npages: 1 })]);
    expect(other.said).toMatchObject({ relation: "unknown", reason: LOOPS });
    // No such input is known to the solver: then they are the same.
    expect((await related(loop, "true", "bind", [])).said).toMatchObject({ relation: "equivalent" });
    // What tells them apart both ways needs no loop.
    const both = `bool f(u64 offset, u64 gpa) { while (!(offset & 1)) offset >>= 1; return gpa == 0; }`;
    const frames = [0, 1].map((slot_base_gfn) => model({ slot_pgoff: 1, slot_npages: 1, slot_base_gfn }));
    expect((await related(both, "gpa > 0", "bind", frames)).said).toMatchObject({ relation: "neither" });
    // But what implies what is said of all inputs.
    const one = [...frames.slice(1), model({ slot_pgoff: 0, slot_npages: 1 })];
    expect((await related(both, "gpa > 0", "bind", one)).said).toMatchObject({ relation: "unknown", reason: LOOPS });
  });

  it("are unknown where one is too long", async () => {
    expect((await related(long, "true")).said).toEqual({ relation: "unknown", reason: LONG, queries: [] });
  });

  it("are asked about slots only that the ioctl lets through, and pages in them", async () => {
    const empty = [model({ slot_pgoff: 1, slot_npages: 0 })];
    expect((await related("offset > 0", "false", "bind", empty)).said).toMatchObject({ relation: "equivalent" });
    const within = [model({ slot_npages: 3, touched: 2 })];
    const behind = [model({ slot_npages: 3, touched: 3 })];
    const differ = (models: Model[]) => related("true", "index < pgoff + npages - 1", "map", models);
    expect((await differ(within)).said).toMatchObject({ relation: "second_implies_first" });
    expect((await differ(behind)).said).toMatchObject({ relation: "equivalent" });
  });

  it("of maps are asked about the frame, its page and the level", async () => {
    const at = [model({ slot_pgoff: 7, slot_base_gfn: 40, slot_npages: 9, touched: 2, level: 1, slot_file_order: 1, slot_i_size: 99, slot_ugfn: 3 })];
    const { said } = await related("gfn + index + order + nr_pages + folio_size + i_size + userspace_addr > 0", "false", "map", at);
    expect(said).toMatchObject({
      relation: "second_implies_first",
      only_first: { gfn: 42n, index: 9n, order: 2n, nr_pages: 4n, folio_size: 0x4000n, i_size: 99n * 4096n, userspace_addr: 3n * 4096n },
    });
    const levels = await related("order == 4 && nr_pages == 16", "false", "map", [model({ slot_npages: 1, level: 0 })]);
    expect(levels.said).toMatchObject({ relation: "second_implies_first", only_first: { order: 4n, nr_pages: 16n } });
  }); // prettier-ignore

  it("of levels take what they do not refuse, which is to forbid", async () => {
    // The first is undefined for offset 0 and so forbids; the second says so.
    const { said } = await related("__ffs64(pgoff) > 0", "!pgoff || !(pgoff & 1)", "level");
    expect(said).toMatchObject({ relation: "equivalent" });
    const differ = await related("__ffs64(pgoff) > 0", "pgoff && !(pgoff & 1)", "level");
    expect(differ.said).toMatchObject({ relation: "second_implies_first", only_first: { pgoff: 0n } });
    // A bind rule that is undefined takes nothing.
    const bind = await related("__ffs64(pgoff) > 0", "pgoff && !(pgoff & 1)", "bind");
    expect(bind.said).toMatchObject({ relation: "equivalent" });
  });

  it("of two kinds do not compare", async () => {
    const { ask } = knowing([]);
    const world = { setting: { orders: [0], resize: "any" as const }, arch: SMALL };
    await expect(compareRules(ask, parse("true"), parse("true", "map"), world)).rejects.toThrow(
      "a bind rule and a map rule do not compare",
    );
  });

  it("fail where the ask fails", async () => {
    const failing = (): Promise<never> => Promise.reject(new Error("no solver"));
    const world = { setting: { orders: [0], resize: "any" as const }, arch: SMALL };
    await expect(compareRules(failing, parse("true"), parse("offset > 0"), world)).rejects.toThrow("no solver");
  });
});

const undefinedIn = (text: string, kind: RuleKind, models: readonly Model[], otherwise?: (name: string) => Answer) => {
  const { ask, asked } = knowing(models, otherwise);
  const rule = parse(text, kind);
  const rules = { bind: parse("true"), [kind]: rule };
  return findUndefined(ask, question(rules, { orders: [0, 2, 4] }), kind).then((said) => ({ said, asked }));
};

describe("undefined C", () => {
  it("of a bind rule is an input that the ioctl's earlier checks let through, with its place", async () => {
    const models = [model({ slot_pgoff: 0, slot_base_gfn: 5, slot_npages: 0 }), model({ slot_pgoff: 0, slot_base_gfn: 6, slot_npages: 1 })]; // prettier-ignore
    const { said, asked } = await undefinedIn("gpa / offset > 1", "bind", models);
    expect(said).toMatchObject({
      status: "undefined",
      site: { line: 1, what: "division by 0" },
      inputs: { offset: 0n, gpa: 0x6000n },
    });
    expect(asked).toMatchObject([{ name: "undefined", answer: "sat" }]);
    expect(asked[0]?.about.slice(0, 2)).toEqual(["sat if the bind rule can be undefined", "orders 4K,16K,64K, resize any"]);
    expect(said.queries.length).toBe(1);
  }); // prettier-ignore

  it("counts for frames that only a later check refuses", async () => {
    const { said } = await undefinedIn("1 / (gpa != 0x20000000000000) > 0", "bind", [model({ slot_base_gfn: 2 ** 41, slot_npages: 1 })]);
    expect(said).toMatchObject({ status: "undefined", inputs: { gpa: 2n ** 53n } });
  }); // prettier-ignore

  it("is the first of the places that the input meets", async () => {
    const text = "bool f(u64 offset, u64 gpa) {\n  u64 x = 8 / gpa;\n  return x / offset > 1;\n}";
    const at = async (slot_pgoff: number, slot_base_gfn: number) => {
      const { said } = await undefinedIn(text, "bind", [model({ slot_pgoff, slot_base_gfn, slot_npages: 1 })]);
      return said.status === "undefined" ? said.site.line : said.status;
    };
    expect([await at(0, 0), await at(0, 1), await at(1, 0), await at(1, 1)]).toEqual([2, 3, 2, "defined"]);
  });

  it("of a map or level rule is asked for every folio and level that it comes to", async () => {
    const slot = model({ slot_npages: 16, slot_pgoff: 3 });
    const map = await undefinedIn("1 / (pgoff - 3) > 0", "map", []);
    expect(map.said.status).toBe("defined");
    expect(map.asked.map(({ name }) => name)).toEqual(["undefined-2-as-2", "undefined-4-as-4", "undefined-4-as-2"]);
    const met = await undefinedIn("1 / (pgoff - 3) > 0", "map", [slot]);
    expect(met.said).toMatchObject({ status: "undefined", inputs: { pgoff: 3n } });
    const level = await undefinedIn("ugfn / (order - 4) > 0", "level", [slot]);
    expect(level.said).toMatchObject({ status: "undefined", inputs: { ugfn: 0n, order: 4n } });
    expect(level.asked.map(({ name, answer }) => [name, answer])).toEqual([["undefined-4-as-4", "sat"]]);
    expect(level.asked[0]?.about[0]).toBe("sat if the level rule can be undefined");
  });

  it("of a map rule is not met where the level is forbidden, of a level rule where no block lies in the slot", async () => {
    const slot = model({ slot_npages: 16, slot_pgoff: 3 });
    const { ask } = knowing([slot]);
    const forbidden = question({ bind: parse("true"), map: parse("1 / (pgoff - 3) > 0", "map"), level: parse("order > 0", "level") });
    expect((await findUndefined(ask, forbidden, "map")).status).toBe("defined");
    const small = await undefinedIn("1 / (pgoff - 3) > 0", "level", [model({ slot_npages: 3, slot_pgoff: 3 })]);
    expect(small.said.status).toBe("defined");
  }); // prettier-ignore

  it("is found with the folio size that the file has at the bind", async () => {
    const model4 = model({ slot_npages: 1, slot_file_order: 1 });
    const { said } = await undefinedIn("1 / (folio_size - 0x4000) > 0", "bind", [model4]);
    expect(said).toMatchObject({ status: "undefined", inputs: { folio_size: 0x4000n } });
  });

  it("is unknown where the solver gave up on one of the levels, although it is sure of the next", async () => {
    const { said } = await undefinedIn("1 / (pgoff - 3) > 0", "map", [], (name) =>
      name === "undefined-2-as-2" ? unknown() : { answer: "unsat" },
    );
    expect(said).toMatchObject({ status: "unknown", reason: "gave up" });
    expect(said.queries.length).toBe(3);
  });

  it("is absent where nothing can be, and nothing is asked", async () => {
    const { said, asked } = await undefinedIn("offset > 5", "bind", []);
    expect([said, asked]).toEqual([{ status: "defined", queries: [] }, []]);
  });

  it("is unknown where the solver gives up, a loop is not followed or the rule is too long", async () => {
    const gaveUp = await undefinedIn("gpa / offset > 1", "bind", [], unknown);
    expect(gaveUp.said).toMatchObject({ status: "unknown", reason: "gave up" });
    const held = await undefinedIn(loop, "bind", [model({ slot_npages: 1 })]);
    expect(held.said).toMatchObject({ status: "unknown", reason: LOOPS });
    expect(held.asked.map(({ name, about }) => [name, about[0]])).toEqual([["undefined-loops", "unsat if every loop ends"]]);
    expect(held.said.queries.length).toBe(1);
    expect((await undefinedIn(loop, "bind", [model({ slot_npages: 0 })])).said.status).toBe("defined");
    expect((await undefinedIn(loop, "bind", [], unknown)).said).toMatchObject({ status: "unknown", reason: LOOPS });
    expect((await undefinedIn(long, "bind", [])).said).toEqual({ status: "unknown", reason: LONG, queries: [] });
  }); // prettier-ignore

  it("of what a loop still holds is not said", async () => {
    const text = "bool f(u64 offset, u64 gpa) { u64 x = 1 / gpa; while (!(offset & 1)) offset >>= 1; return x; }";
    const at = (slot_pgoff: number) => undefinedIn(text, "bind", [model({ slot_pgoff, slot_npages: 1 })]);
    expect((await at(1)).said).toMatchObject({ status: "undefined", inputs: { gpa: 0n } });
    expect((await at(0)).said).toMatchObject({ status: "unknown", reason: LOOPS });
  });

  it("fails where the ask fails", async () => {
    const failing = (): Promise<never> => Promise.reject(new Error("no solver"));
    await expect(findUndefined(failing, question({ bind: parse("1 / offset > 0") }), "bind")).rejects.toThrow("no solver");
  }); // prettier-ignore

  it("that the evaluator does not meet is an error", async () => {
    const lying = knowing([], () => ({ answer: "sat", model: model({ slot_pgoff: 1, slot_npages: 1 }) }));
    await expect(findUndefined(lying.ask, question({ bind: parse("1 / offset > 0") }), "bind")).rejects.toThrow(
      "rule is not undefined where the proof says: undefined",
    );
  });
});

describe("inputs of a model", () => {
  it("are the values of those that there are", () => {
    const inputs = { offset: variable("x", 64), gpa: bits(64, 7) };
    expect(inputsOf(["offset", "gpa", "size"], inputs, new Map([["x", 3n]]))).toEqual({ offset: 3n, gpa: 7n });
  });
});
