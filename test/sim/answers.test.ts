/** What ops were given answers what their rules read and no model knows. */

import { describe, expect, it } from "vitest";
import { brokenAt } from "../../props/claims/run.ts";
import { newVm } from "../../model/abstract/machine.ts";
import type { Given } from "../../model/given.ts";
import { compareOps } from "../../sim/op-order.ts";
import type { Op } from "../../sim/op.ts";
import { bind, fault, giving, givenOf, opText, opToJson, setOrder } from "../../sim/op.ts";
import { opFromJson } from "../../sim/schema/op.ts";
import { apply } from "../../sim/step.ts";
import type { CompiledWorld, Rules } from "../../sim/world.ts";
import { withAllGiven, worldOf } from "../../sim/world.ts";
import { byId, parse, SMALL } from "../support/prove-models.ts";
import { ruleWith } from "../support/unknown-rules.ts";

const SETTING = { orders: [0, 2, 4], resize: "any" } as const;
const worldWith = (rules: Partial<Rules>): CompiledWorld =>
  worldOf({ bind: byId("none"), map: byId("folio_order"), level: byId("stock"), ...rules }, SETTING, SMALL);

/** What each op of a list came to: its refusal, or the order at which it mapped. */
function came(compiled: CompiledWorld, ops: readonly Op[]): (string | number)[] {
  const vm = newVm(compiled.world);
  return ops.map((op) => {
    apply(vm, op);
    return vm.saw.refusal?.check ?? (op.op === "fault" ? vm.saw.mapped_order : "done");
  });
}

const given = (at: string, text: string, value: bigint, more: Partial<Given> = {}): Given => ({
  at,
  text,
  times: 1,
  value,
  ...more,
});

/** Taken where f() is 0. */
const bound = ruleWith("userspace_addr == 0", { userspace_addr: { text: "f()" } });
const F1 = given("1:1", "f()", 1n);

describe("a bind rule's unknown", () => {
  it("is what its op was given, else as where nothing goes wrong", () => {
    const slots = [bind({ npages: 1 }), bind({ npages: 1, pgoff: 1, slot: 1, base_gfn: 1, given: [F1] })];
    expect(came(worldWith({ bind: bound }), slots)).toEqual(["done", "rule"]);
  });

  it("is told by place, text and how often it was reached", () => {
    const twice = ruleWith("userspace_addr == 0 && userspace_addr == 1", { userspace_addr: { text: "f()" } });
    const cameWith = (...all: Given[]) => came(worldWith({ bind: twice }), [bind({ npages: 1, given: all })]);
    expect(cameWith()).toEqual(["rule"]);
    expect(cameWith(given("1:1", "f()", 1n, { times: 2 }))).toEqual(["done"]);
    expect(cameWith(given("1:2", "f()", 1n, { times: 2 }))).toEqual(["rule"]);
    expect(cameWith(given("1:1", "g()", 1n, { times: 2 }))).toEqual(["rule"]);
    expect(cameWith(given("1:1", "f()", 1n, { times: 2 }), F1)).toEqual(["rule"]);
  });

  it("is answered otherwise where the world says so, and all answers are told", () => {
    const compiled = worldWith({ bind: bound });
    if (compiled.answers === undefined) throw new Error("no answers");
    compiled.answers.otherwise = ({ op }) => BigInt(op);
    const slots = [bind({ npages: 1 }), bind({ npages: 1, pgoff: 1, base_gfn: 1, slot: 1 }), setOrder(2)];
    expect(came(compiled, slots)).toEqual(["done", "rule", "done"]);
    expect(withAllGiven(slots, compiled).map(givenOf)).toEqual([[given("1:1", "f()", 0n)], [F1], []]);
  });
});

describe("a level rule's unknown", () => {
  /** Forbids a level where f() says so. */
  const level = ruleWith("userspace_addr != 0", { userspace_addr: { text: "f()" } }, "level");
  const ops = (...all: Given[]) => [setOrder(4), bind({ npages: 16, given: all }), fault(0), fault(1)];

  it("stands on the bind, level by level, and stays with the slot", () => {
    const compiled = worldWith({ level });
    expect(came(compiled, ops())).toEqual(["done", "done", 4, 4]);
    expect(came(compiled, ops({ ...F1, order: 4 }))).toEqual(["done", "done", 2, 2]);
    expect(came(compiled, ops({ ...F1, order: 2 }))).toEqual(["done", "done", 4, 4]);
    expect(came(compiled, ops({ ...F1, order: 4 }, { ...F1, order: 2 }))).toEqual(["done", "done", 0, 0]);
    came(compiled, ops({ ...F1, order: 4 }));
    expect(withAllGiven(ops({ ...F1, order: 4 }), compiled)[1]).toEqual(
      bind({
        npages: 16,
        given: [
          { ...F1, order: 4 },
          { ...F1, value: 0n, order: 2 },
        ],
      }),
    );
  });

  it("is another slot's where that was bound, and a refused bind changes none", () => {
    const taken = bind({ npages: 16, given: [{ ...F1, order: 4 }] });
    const free = bind({ npages: 16, base_gfn: 16, pgoff: 16, slot: 1 });
    const list = [setOrder(4), taken, free, bind({ npages: 16, base_gfn: 32, slot: 2 }), fault(0), fault(16)];
    expect(came(worldWith({ level }), list)).toEqual(["done", "done", "done", "pgoff_already_bound", 2, 4]);
  });
});

describe("a map rule's unknown", () => {
  const map = ruleWith("userspace_addr == 0", { userspace_addr: { text: "f()" } }, "map");

  it("stands on the fault, order by order", () => {
    const list = (...all: Given[]) => [setOrder(4), bind({ npages: 16 }), fault(0, 0, all), fault(0)];
    expect(came(worldWith({ map }), list())).toEqual(["done", "done", 4, 4]);
    expect(came(worldWith({ map }), list({ ...F1, order: 4 }))).toEqual(["done", "done", 2, 4]);
  });
});

describe("what keeps its value for a run", () => {
  const macro = { text: "LIMIT", lifetime: "run" } as const;
  const rules = {
    bind: ruleWith("userspace_addr == 0", { userspace_addr: macro }),
    map: ruleWith("userspace_addr == 0", { userspace_addr: macro }, "map"),
  };

  it("has the value that it had first, in every rule", () => {
    const limit = given("1:1", "LIMIT", 1n, { times: 0 });
    const second = bind({ npages: 4, pgoff: 4, base_gfn: 4, slot: 1 });
    expect(came(worldWith(rules), [bind({ npages: 4, given: [limit] }), second])).toEqual(["rule", "rule"]);
    expect(came(worldWith(rules), [second, bind({ npages: 4, given: [limit] })])).toEqual(["done", "done"]);
    const mapped = [setOrder(2), bind({ npages: 4 }), fault(0, 0, [{ ...limit, order: 2 }])];
    expect(came(worldWith(rules), mapped)).toEqual(["done", "done", 2]);
    const onlyMap = worldWith({ map: rules.map });
    expect(came(onlyMap, mapped)).toEqual(["done", "done", 0]);
  });

  it("is told once, where it was read first", () => {
    const compiled = worldWith(rules);
    const list = [setOrder(2), bind({ npages: 4 }), fault(0)];
    came(compiled, list);
    expect(withAllGiven(list, compiled).map((op) => givenOf(op).length)).toEqual([0, 1, 0]);
  });
});

it("forgets one list before the next, and serves one machine at a time", () => {
  const compiled = worldWith({ bind: bound });
  const vm = newVm(compiled.world);
  const list = [bind({ npages: 1, given: [F1] }), setOrder(2), fault(0)];
  expect(brokenAt(vm, "folio_ends_in_slot", list)).toBe(-1);
  expect(brokenAt(vm, "folio_ends_in_slot", list.map((op) => giving(op, [])))).toBe(2);
  newVm(compiled.world);
  expect(() => apply(vm, setOrder(2))).toThrow("another machine");
}); // prettier-ignore

it("is none of a rule that reads what the models know", () => {
  const { world, answers } = worldWith({ bind: parse("userspace_addr == 0") });
  expect([world.answers, answers]).toEqual([undefined, undefined]);
});

it("is text, JSON and order of its op, with the order that a map or level rule was asked about", () => {
  const op = bind({ npages: 1, given: [{ ...F1, order: 4 }] });
  expect(opText(op)).toMatch(/ given=1:1#1@4 "f\(\)" 0x1$/);
  expect(opFromJson(JSON.parse(JSON.stringify(opToJson(op))))).toEqual(op);
  expect(compareOps([op], [bind({ npages: 1, given: [F1] })])).not.toBe(0);
  expect(() => opFromJson({ ...opToJson(op), given: [{ at: "1:1", text: "", times: 1, value: "0x0", order: -1 }] })).toThrow("order");
}); // prettier-ignore

describe("an undefined result", () => {
  const shift = ruleWith("(1ULL << userspace_addr) != 0", { userspace_addr: { text: "f()" } });

  it("says what it was given", () => {
    const { world, undefinedInputs } = worldWith({ bind: shift });
    const vm = newVm(world);
    apply(vm, bind({ npages: 1, given: [{ ...F1, value: 64n }] }));
    expect([...undefinedInputs.values()]).toMatchObject([{ given: [{ ...F1, value: 64n }], inputs: {} }]);
  });

  it("needs none where it had read none, and that is told instead", () => {
    const both = ruleWith("(1ULL << (offset ? 64 : userspace_addr)) != 0", { userspace_addr: { text: "f()" } });
    const { world, undefinedInputs } = worldWith({ bind: both });
    const vm = newVm(world);
    apply(vm, bind({ npages: 1, given: [{ ...F1, value: 64n }] }));
    expect([...undefinedInputs.values()][0]?.given).toHaveLength(1);
    apply(vm, bind({ npages: 1, pgoff: 1 }));
    expect([...undefinedInputs.values()]).toEqual([expect.not.objectContaining({ given: expect.anything() })]);
  });
});
