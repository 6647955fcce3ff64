/** Judging C text in one call: what is judged, how, and what is refused. The solver is a stand-in. */

import type { ClaimName } from "../../../model/claim.ts";
import { CLAIM_NAMES, MAPPING_CLAIMS } from "../../../model/claim.ts";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { judge } from "../../../props/library/judge-text.ts";
import type { Proof } from "../../../props/prove/question.ts";
import { bind, fault, setOrder } from "../../../sim/op.ts";

const solver = vi.hoisted(() => ({ opened: 0, closed: 0, asked: [] as string[], fails: false, gives_up: false }));
vi.mock("../../../props/prove/prover.ts", () => ({
  openProver: () => {
    solver.opened++;
    return Promise.resolve({
      prove: ({ rules }: { rules: { bind: { id: string } } }, claim: string): Promise<Proof> => {
        const common = { premises: {}, queries: [] };
        if (rules.bind.id === "canary") return Promise.resolve({ status: "refuted", ops: [], ...common });
        solver.asked.push(claim);
        if (solver.gives_up) return Promise.resolve({ status: "unknown", reason: "too hard", ...common });
        if (solver.fails) return Promise.reject(new Error("no solver"));
        return Promise.resolve({ status: "proved", ...common });
      },
      close: () => {
        solver.closed++;
        return Promise.resolve();
      },
    });
  },
}));
beforeEach(() => Object.assign(solver, { opened: 0, closed: 0, asked: [], fails: false, gives_up: false }));

const LOW: ClaimName = "folio_starts_in_slot";
const NEVER: ClaimName = "mapping_starts_in_slot";
const quick = { claims: [LOW], engines: ["hunt"], numRuns: 1000 } as const;

describe("what is judged", () => {
  it("is an expression", async () => {
    const [judged, ...more] = await judge({ rule: "fls64(offset) >= fls64(gpa)", ...quick });
    expect(more).toEqual([]);
    expect([judged?.rule.id, judged?.rule.kind]).toEqual(["expression", "bind"]);
    expect(judged?.judgements).toMatchObject([{ claim: LOW, verdict: "refuted", engine: "hunt", seed: 1 }]);
    expect(judged?.judgements[0]?.counterexample?.ops).toHaveLength(3);
  });

  it("is a rule of the catalogue, by its id", async () => {
    const [judged] = await judge({ rule: "ctz", ...quick });
    expect(judged?.rule.id).toBe("ctz");
  });

  it("is every function that returns bool", async () => {
    const rule = "bool one(void) { return IS_ALIGNED(offset, SZ_1G); } bool two(void) { return true; }";
    const judged = await judge({ rule, ...quick });
    expect(judged.map(({ rule: { id }, judgements }) => [id, judgements[0]?.verdict])).toEqual([
      ["one", "sampled"],
      ["two", "refuted"],
    ]);
  });

  it("is a rule of the kind that is given", async () => {
    const [judged] = await judge({ rule: "offset == 0", kind: "map", ...quick, claims: MAPPING_CLAIMS });
    expect(judged?.rule.kind).toBe("map");
  });

  it("has a say in what its kind has: a map rule in no allocation", async () => {
    const [judged] = await judge({ rule: "folio_order", ...quick, claims: [LOW, NEVER] });
    expect(judged?.judgements.map(({ claim }) => claim)).toEqual([NEVER]);
    await expect(judge({ rule: "folio_order", ...quick })).rejects.toThrow(
      new RangeError("folio_order is a map rule and has no say in what is allocated"),
    );
  });

  it("has to be C", async () => {
    const told = judge({ rule: "offset == 0 &&\n  gpa ==", ...quick });
    await expect(told).rejects.toThrow(SyntaxError);
    await expect(told).rejects.toThrow(/^2:\d+: ./);
  });
});

describe("how it is judged", () => {
  it("is by every engine on every claim, where nothing else is said", async () => {
    const [judged] = await judge({ rule: "offset_and_size_1g" });
    expect(judged?.judgements.map(({ claim }) => claim)).toEqual(CLAIM_NAMES);
    const verdicts = Object.fromEntries(judged?.judgements.map(({ claim, verdict }) => [claim, verdict]) ?? []);
    expect(verdicts).toMatchObject({ [LOW]: "proved", mapping_translates: "proved" });
    expect(solver).toMatchObject({ opened: 1, closed: 1, asked: CLAIM_NAMES });
  });

  it("is by proof first, then by the hunt, then by exhausting", async () => {
    const ask = { rule: "offset_and_size_1g", claims: ["mapping_translates"] } as const;
    const [proved] = await judge(ask);
    expect(proved?.judgements[0]).toMatchObject({ verdict: "proved", engine: "prove", witnesses: {} });
    solver.gives_up = true;
    const [[hunted], [exhausted]] = [await judge(ask), await judge({ ...ask, numRuns: 1 })];
    expect(hunted?.judgements[0]).toMatchObject({ verdict: "refuted", engine: "hunt" });
    expect(exhausted?.judgements[0]).toMatchObject({ verdict: "refuted", engine: "exhaust" });
    expect(solver.asked).toEqual(["mapping_translates", "mapping_translates", "mapping_translates"]);
  });

  it("is with one solver for all rules, which is closed whatever happens", async () => {
    const rule =
      "bool one(void) { return IS_ALIGNED(offset, SZ_1G); } bool two(void) { return IS_ALIGNED(offset, SZ_1G); }";
    await judge({ rule, ...quick, engines: ["prove"] });
    expect(solver).toMatchObject({ opened: 1, closed: 1, asked: [LOW, LOW] });
    solver.fails = true;
    await expect(judge({ rule, ...quick, engines: ["prove"] })).rejects.toThrow("no solver");
    expect(solver).toMatchObject({ opened: 2, closed: 2 });
  });

  it("is without a solver where none is asked", async () => {
    await judge({ rule: "offset_and_size_1g", ...quick });
    expect(solver).toMatchObject({ opened: 0, closed: 0 });
  });

  it("is in the setting given, and in the default one for what that does not say", async () => {
    const [judged] = await judge({ rule: "IS_ALIGNED(offset, SZ_2M)", ...quick, setting: { orders: [0, 9] } });
    expect(judged?.judgements[0]).toMatchObject({ verdict: "sampled", runs: 1000 });
    const [larger] = await judge({ rule: "IS_ALIGNED(offset, SZ_2M)", ...quick });
    expect(larger?.judgements[0]?.verdict).toBe("refuted");
  });

  it("is by 10,000 runs, or as many as are asked for", async () => {
    const [judged] = await judge({ rule: "none", claims: [NEVER], engines: ["hunt"] });
    expect(judged?.judgements[0]).toMatchObject({ verdict: "sampled", runs: 10_000 });
  });

  it("can be done again from a finding's seed and path", async () => {
    const [judged] = await judge({ rule: "ctz", ...quick, seed: 11 });
    const { seed = 0, path = "", runs = 0 } = judged?.judgements[0] ?? {};
    expect([seed, path]).toEqual([11, `${runs - 1}`]);
    const [again] = await judge({ rule: "ctz", ...quick, seed, path, numRuns: 1 });
    expect(again?.judgements[0]).toMatchObject({ verdict: "refuted", runs: 1, path });
  });

  it("begins with the op lists that are given", async () => {
    const examples = [[bind({ npages: 1, pgoff: 1 }), setOrder(9), fault(0)]];
    const [judged] = await judge({ rule: "none", ...quick, numRuns: 1, examples });
    expect(judged?.judgements[0]).toMatchObject({ verdict: "refuted", runs: 1 });
  });
});
