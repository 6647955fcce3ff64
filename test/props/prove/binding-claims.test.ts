/* oxlint-disable no-await-in-loop -- one question after the other: the answers come from one solver */

/** Claims about a bind: what the prover and the hunt say of random rules, gcc says too, slot by slot. */

import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { MAX_I_SIZE_NPAGES } from "../../../model/abstract/file.ts";
import type { Judgement } from "../../../props/judge/verdict.ts";
import { judgeRule } from "../../../props/judge/judge.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, setISize, setOrder } from "../../../sim/op.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";
import { worldOf } from "../../../sim/world.ts";
import { newVm } from "../../../model/abstract/machine.ts";
import { brokenAt } from "../../../props/claims/run.ts";
import { bindBodies } from "../../support/bind-rules.ts";
import type { Bound } from "../../support/c-brute.ts";
import { brute, TAKES } from "../../support/c-brute.ts";
import type { Bench } from "../../support/prove-bench.ts";
import { openBench } from "../../support/prove-bench.ts";

vi.setConfig({ testTimeout: 600_000 });

const WHOLE = process.env["FOLIOFENCE_FULL"] === "1";
/** The others take two minutes: FOLIOFENCE_FULL=1. */
const RULES = WHOLE ? 300 : 12;
const hasGcc = spawnSync("gcc", ["--version"]).status === 0;

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.prover.close());

const ruleOf = (body: string): ReturnType<Bench["parse"]> =>
  bench.parse(`static bool proposed(${TAKES})\n{\n${body}\n}`);

async function judged(body: string, engine: "hunt" | "prove"): Promise<Judgement> {
  const { judgements } = await judgeRule(ruleOf(body), {
    setting: DEFAULT_SETTING,
    claims: ["binding_in_file"],
    engines: [engine],
    seed: 1,
    numRuns: 1000,
    ruleById: bench.book.byId,
    prover: () => Promise.resolve(bench.prover),
  });
  const [one] = judgements;
  if (one === undefined) throw new Error("no verdict");
  return one;
}

/** What the last op's rule was asked about. */
function boundBy(ops: readonly Op[]): Bound {
  let [order, i_size] = [0, MAX_I_SIZE_NPAGES];
  for (const op of ops) {
    if (op.op === "set_order") order = op.order;
    if (op.op === "set_i_size") i_size = op.npages;
  }
  const last = ops.at(-1);
  if (last?.op !== "bind_memslot") throw new Error("the last op is no bind");
  const { pgoff, npages, base_gfn } = last;
  return { pgoff, npages, base_gfn, order, i_size };
}

describe.skipIf(!hasGcc)(`${RULES} random rules (skipped without gcc)`, () => {
  it("binding_in_file is refuted, proved and vacuous where gcc says so", async () => {
    const bodies = bindBodies(7, RULES);
    const proofs: Judgement[] = [];
    const hunts: Judgement[] = [];
    for (const body of bodies) {
      proofs.push(await judged(body, "prove"));
      hunts.push(await judged(body, "hunt"));
    }
    const named = proofs.map(({ counterexample }) => counterexample && boundBy(counterexample.ops));
    const came = brute(bodies, "taken[0] && past(pgoff, npages, i_size)", named);
    const tally: Record<string, number> = {};
    const disagreements: string[] = [];
    for (const [at, { taken, broken, named: is }] of came.entries()) {
      const proof = proofs[at];
      const verdict = proof?.verdict ?? "";
      const where = `${bodies[at] ?? ""}\n${verdict} ${JSON.stringify(proof?.counterexample?.ops)}`;
      const wrong = [
        [proof?.inconclusive !== undefined, "the prover gives up"],
        // A slot that gcc finds is one that the prover must know of; what the prover names, gcc takes too.
        [broken > 0 && verdict !== "refuted", "gcc finds a slot"],
        [verdict === "refuted" && !is, "gcc refuses what is named"],
        [taken > 0 && verdict === "vacuous", "gcc takes a slot"],
        [hunts[at]?.verdict === "refuted" && verdict !== "refuted", "the hunt finds a slot"],
      ] as const;
      disagreements.push(...wrong.flatMap(([isSo, what]) => (isSo ? [`${what}: ${where}`] : [])));
      tally[verdict] = (tally[verdict] ?? 0) + 1;
    }
    expect(disagreements).toEqual([]);
    expect(tally["refuted"]).toBeGreaterThan(RULES / 6);
    expect(tally["proved"]).toBeGreaterThan(RULES / 6);
  });
});

describe("binding_in_file", () => {
  const breaks = (id: string, ops: readonly Op[]): number => {
    const { rules, setting } = bench.question(bench.book.byId(id));
    return brokenAt(newVm(worldOf(rules, setting).world), "binding_in_file", ops);
  };
  const PAST = bind({ npages: 1, pgoff: MAX_I_SIZE_NPAGES });

  it("is broken by the bind, and by no fault after it", () => {
    expect(breaks("signed_end", [PAST, fault(0)])).toBe(0);
    expect(breaks("none", [PAST, fault(0)])).toBe(-1);
    const within = bind({ npages: 1 });
    expect(breaks("ctz", [within, setISize(0), fault(0), fault(5)])).toBe(-1);
    expect(breaks("ctz", [setOrder(9), setISize(0), within])).toBe(2);
  });

  it.each([
    ["signed_end", "bind_memslot at the last page of a file of the largest size", [PAST]],
    ["ctz", "the same, where the gpa is as aligned", [bind({ base_gfn: 1, npages: 1, pgoff: MAX_I_SIZE_NPAGES })]],
  ] as const)("%s: %s, whoever looks for it", async (id, _what, ops) => {
    for (const engines of [["prove"], ["hunt", "prove"]] as const) {
      const { judgements } = await judgeRule(bench.book.byId(id), {
        setting: DEFAULT_SETTING,
        claims: ["binding_in_file"],
        engines,
        seed: 5,
        numRuns: 1000,
        ruleById: bench.book.byId,
        prover: () => Promise.resolve(bench.prover),
      });
      expect(judgements[0]?.counterexample?.ops).toEqual(ops);
    }
  });

  it("is proved of the check without the sign", async () => {
    expect(await bench.statusOf(bench.book.byId("none"), "binding_in_file")).toBe("proved");
    expect(await bench.statusOf(bench.book.byId("none"), "binding_in_file", { resize: "never" })).toBe("proved");
    expect(await bench.statusOf(bench.parse("offset + size <= i_size || folio_size == SZ_2M"), "binding_in_file", { resize: "never" })).toBe("refuted"); // prettier-ignore
  });
});
