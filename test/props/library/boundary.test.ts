/** No promise lives in the command line only: what the library is given is refused as a word of the command line is. */

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { World } from "../../../model/abstract/machine.ts";
import { x86World } from "../../../model/abstract/machine.ts";
import { checkOps, claims, witnessed, witnesses } from "../../../props/library/check-ops.ts";
import { arbitraries } from "../../../props/library/arbitraries.ts";
import { exhaust, hunt, judgeRule, minimise, run, step, worldOf } from "../../../props/library/engines.ts";
import { judge } from "../../../props/library/judge-text.ts";
import { openWorld } from "../../../props/library/open-world.ts";
import { newVm } from "../../../props/library/worlds.ts";
import type { JudgeOptions } from "../../../props/judge/context.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import { bind, fault, setOrder } from "../../../sim/op.ts";

/** What nobody's compiler has looked at. */
const any = (value: unknown): never => value as never; // oxlint-disable-line typescript/no-unsafe-type-assertion -- what plain JavaScript passes

const book = await openRulebook();
const RULE = "fls64(offset) >= fls64(gpa)";
const LOW = "folio_starts_in_slot";

describe("a request to judge", () => {
  it.each([
    [{ setting: { resize: "Any" } }, 'judge.setting.resize: "Any" is none of any, before-bind, never'],
    [{ setting: { orders: [18, 0] } }, "judge.setting.orders: [18,0] is not ascending, each once"],
    [{ setting: { orders: [9, 9] } }, "judge.setting.orders: [9,9] is not ascending, each once"],
    [{ setting: { orders: [] } }, "judge.setting.orders: empty: at least one order is wanted"],
    [{ setting: { orders: [19] } }, "judge.setting.orders[0]: 19 is no whole number from 0 to 18"],
    [{ setting: { order: [9] } }, "judge.setting.order: unknown in setting"],
    [{ setting: { map_rule: "stock" } }, 'setting.map_rule: "stock" is no map rule of the catalogue'],
    [{ setting: null }, "judge.setting: null is no setting"],
    [{ engines: ["guess"] }, 'judge.engines[0]: "guess" is none of '],
    [{ engines: [] }, "judge.engines: empty: at least one engine is wanted"],
    [{ claims: ["folio_starts"] }, 'judge.claims[0]: "folio_starts" is none of folio_starts_in_slot, '],
    [{ claims: [] }, "judge.claims: empty: at least one claim is wanted"],
    [{ claim: [LOW] }, "judge.claim: unknown in request"],
    [{ kind: "frob" }, 'judge.kind: "frob" is none of bind, map, level'],
    [{ seed: 1.5 }, "judge.seed: 1.5 is no whole number from -2147483648 to 2147483647"],
    [{ numRuns: 0 }, "judge.numRuns: 0 is no whole number from 1 to 2147483647"],
    [{ numRuns: "100" }, 'judge.numRuns: "100" is no whole number from 1 to 2147483647'],
    [{ path: "last" }, 'judge.path: "last" is no path of fast-check, such as 57 or 57:0:1'],
    [{ examples: [[{ op: "frob" }]] }, 'judge.examples[0][0]: unknown op "frob": bind_memslot, '],
    [{ examples: [[{ op: "fault", gfn: -1 }]] }, "judge.examples[0][0].gfn: -1 is no whole number from 0 to "],
    [{ rule: undefined }, "judge.rule: missing"],
    [{ rule: 7 }, "judge.rule: 7 is no text"],
  ])("with %j is refused", async (wrong, message) => {
    const told = judge(any({ rule: RULE, engines: ["hunt"], numRuns: 10, ...wrong }));
    await expect(told).rejects.toThrow(RangeError);
    await expect(told).rejects.toThrow(new RegExp(`^${message.replaceAll(/[[\]()]/g, "\\$&")}`));
  });

  it("that is none is refused", async () => {
    await expect(judge(any(undefined))).rejects.toThrow("judge: undefined is no request");
    await expect(judge(any([RULE]))).rejects.toThrow(/^judge\./);
  });

  it("may say undefined for what it does not say", async () => {
    const request = {
      rule: RULE,
      engines: ["hunt"],
      numRuns: 1000,
      claims: [LOW],
      seed: undefined,
      setting: undefined,
    };
    const [judged] = await judge(any(request));
    expect(judged?.judgements).toMatchObject([{ claim: LOW, verdict: "refuted" }]);
  });

  it("of a parsed rule is looked at too", () => {
    const options = {
      setting: { orders: [0, 9], resize: "Any", bind_rule: "none", map_rule: "folio_order", level_rule: "stock" },
      claims: [LOW],
      engines: ["hunt"],
      seed: 1,
      numRuns: 10,
    };
    expect(() => judgeRule(book.byId("ctz"), any(options) as JudgeOptions)).toThrow('setting.resize: "Any" is none of');
  });
});

describe("a world", () => {
  const good = x86World({
    bind_rule: () => 1,
    map_rule: () => 1,
    level_rule: () => 0,
    orders: [0, 9],
    resize: "any",
  });
  const OPS = [bind({ npages: 1, pgoff: 1 }), setOrder(9), fault(0)];

  it.each([
    [{ resize: "Any" }, 'world.resize: "Any" is none of any, before-bind, never'],
    [{ orders: [9, 0] }, "world.orders: [9,0] is not ascending, each once"],
    [{ bind_rule: undefined }, "world.bind_rule: undefined is no function"],
    [{ map_rules: 1 }, "world.map_rules: unknown in world"],
  ])("with %j is refused by all that runs in it", (wrong, message) => {
    const world = any({ ...good, ...wrong }) as World;
    const uses = [
      () => checkOps(world, OPS),
      () => claims.folio_starts_in_slot(world, OPS),
      () => hunt(world, [LOW], { seed: 1, numRuns: 1 }),
      () => exhaust(world, [LOW]),
      () => run(world, OPS),
      () => newVm(world),
    ];
    for (const use of uses) expect(use).toThrow(message);
  });

  it.each([
    ["bind_rule", true, "bind_rule returned true: 1 accepts the slot, 0 refuses it"],
    ["bind_rule", undefined, "bind_rule returned undefined: 1 accepts"],
    ["bind_rule", 7, "bind_rule returned 7: 1 accepts"],
    ["bind_rule", 1n, "bind_rule returned 1n: 1 accepts"],
    ["map_rule", true, "map_rule returned true: 1 allows the order, 0 does not"],
    ["level_rule", false, "level_rule returned false: 1 forbids the level, 0 does not"],
  ])("whose %s answers %s is not taken for one that refuses", (name, answer, message) => {
    const world = any({ ...good, [name]: () => answer }) as World;
    const large = [bind({ npages: 1024, pgoff: 512 }), setOrder(9), fault(512)];
    for (const use of [
      () => checkOps(world, large),
      () => hunt(world, [LOW], { seed: 1, numRuns: 100 }),
      () => exhaust(world, ["mapping_translates"]),
      () => run(world, large),
    ]) {
      expect(use).toThrow(TypeError);
      expect(use).toThrow(message);
    }
  });

  it("is made of a setting that is one", async () => {
    await expect(openWorld(RULE, any({ resize: "Any" }))).rejects.toThrow('setting.resize: "Any" is none of');
    await expect(openWorld(RULE, { level_rule: "ctz" })).rejects.toThrow('"ctz" is no level rule of the catalogue');
    const rules = { bind: book.byId("ctz"), map: book.byId("folio_order"), level: book.byId("stock") };
    expect(() => worldOf(rules, any({ orders: [18, 0] }))).toThrow("setting.orders: [18,0] is not ascending");
    expect(worldOf(rules).world.orders).toEqual([0, 9, 18]);
    expect(() => arbitraries.ops(any({ orders: [0.5] }))).toThrow("setting.orders[0]: 0.5 is no whole number");
  });

  it("runs ops that are ops, written as literals too", () => {
    expect(
      checkOps(good, [
        { op: "bind_memslot", base_gfn: 0, npages: 1, pgoff: 1 },
        { op: "set_order", order: 9 },
        { op: "fault", gfn: 0 },
      ]),
    ).toEqual(checkOps(good, OPS));
    expect(checkOps(good, OPS)).not.toEqual([]);
    expect(() => checkOps(good, [{ op: "fault", gfn: -1 }])).toThrow("ops[0].gfn: -1 is no whole number");
    expect(() => checkOps(good, any([{ op: "frob" }]))).toThrow('ops[0]: unknown op "frob"');
    expect(() => run(good, any({}))).toThrow("ops: {} is no list");
    expect(() => step(newVm(good), any({ op: "fault" }))).toThrow("gfn: missing");
    expect(() => checkOps(good, OPS, any(["folio"]))).toThrow('claims[0]: "folio" is none of');
    expect(() => minimise(newVm(good), LOW, OPS.slice(1))).toThrow("these ops do not break folio_starts_in_slot");
    expect(() => hunt(good, [LOW], any({ seed: 1 }))).toThrow("hunt.numRuns: missing");
    expect(() => exhaust(good, [LOW], any(4))).toThrow("bound: 4 is no whole number from 1 to 3");
  });
});

describe("a pass that would mean nothing", () => {
  const RUNS = { seed: 1, numRuns: 100 };

  it.each([
    ["offset != offset", LOW, /^vacuous: .* never met bind_accepted, folio_of_2M, /],
    ["order_zero", "mapping_translates", /^vacuous: mapping_translates: .* never met large_mapping: /],
  ] as const)("over %s fails as vacuous", async (rule, claim, message) => {
    const world = await openWorld(rule);
    const property = fc.property(arbitraries.ops(), (ops) => claims[claim](world, ops));
    const { failed, errorInstance, counterexample } = fc.check(property, RUNS);
    expect(failed).toBe(true);
    expect(errorInstance).toMatchObject({ message: expect.stringMatching(message) });
    expect(fc.stringify(counterexample?.[0])).toMatch(/\nvacuous: /);
  });

  it("is none where a rule accepts only what a file with a size holds", async () => {
    const world = await openWorld("offset + size <= i_size && IS_ALIGNED(offset | size, SZ_1G)");
    const property = fc.property(arbitraries.ops({}, true), (ops) => claims.folio_ends_in_slot(world, ops));
    expect(fc.check(property, RUNS)).toMatchObject({ failed: false });
  });

  it("is one where one's own lists never touch the slot", async () => {
    const world = await openWorld("IS_ALIGNED(offset | size, SZ_1G)");
    const mine = fc.constant([bind({ npages: 2 ** 18 })]);
    const test = (holds: (ops: readonly ReturnType<typeof bind>[]) => true): void =>
      fc.assert(fc.property(mine, holds), RUNS);
    expect(() => witnessed(LOW, world, test)).toThrow(
      "vacuous: folio_starts_in_slot: 100 lists of ops never met folio_of_2M, folio_of_1G, fault_on_first_page, fault_on_last_page",
    );
    const all = fc.asyncProperty(mine, (ops) => Promise.resolve(claims.folio_starts_in_slot(world, ops)));
    await expect(witnessed(LOW, world, () => fc.assert(all, RUNS))).rejects.toThrow("vacuous: ");
    expect(witnesses(world)).toMatchObject({ bind_accepted: 100, fault_on_first_page: 0 });
    witnessed(LOW, world, (holds) => fc.assert(fc.property(arbitraries.ops(), holds), { seed: 1, numRuns: 2000 }));
    expect(() => witnessed(any("folio"), world, () => 1)).toThrow('claims[0]: "folio" is none of');
  });
});
