/* oxlint-disable no-await-in-loop -- one question after the other: the answers come from one solver */

/** Claims about a bind: what the prover and the hunt say of random rules, gcc says too, slot by slot. */

import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { BindingClaim } from "../../../model/claim.ts";
import { MAX_I_SIZE_NPAGES } from "../../../model/abstract/file.ts";
import type { Judgement } from "../../../props/judge/verdict.ts";
import { withMustAccept } from "../../../props/judge/must-accept.ts";
import { judgeRule } from "../../../props/judge/judge.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, setISize, setOrder } from "../../../sim/op.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";
import { worldOf } from "../../../sim/world.ts";
import { newVm } from "../../../model/abstract/machine.ts";
import { brokenAt } from "../../../props/claims/run.ts";
import { bindBodies } from "../../support/bind-rules.ts";
import { boundBy, brute, TAKES } from "../../support/c-brute.ts";
import type { Bench } from "../../support/prove-bench.ts";
import { openBench } from "../../support/prove-bench.ts";

vi.setConfig({ testTimeout: 600_000 });

const WHOLE = process.env["FOLIOFENCE_FULL"] === "1";
/** The others take two minutes: FOLIOFENCE_FULL=1. */
const RULES = WHOLE ? 300 : 12;
const hasGcc = spawnSync("gcc", ["--version"]).status === 0;

const MUST = "size >= SZ_2M && offset + size <= (u64)i_size";

/** The same as MUST, with i_size in pages. */
const BROKEN: Readonly<Record<BindingClaim, string>> = {
  binding_in_file: "taken[0] && past(pgoff, npages, i_size)",
  accepts: "size >= SZ_2M && offset + size <= i_size << 12 && !taken[0]",
};

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.prover.close());

const ruleOf = (body: string): ReturnType<Bench["parse"]> =>
  bench.parse(`static bool proposed(${TAKES})\n{\n${body}\n}`);

async function judged(claim: BindingClaim, body: string, engine: "hunt" | "prove"): Promise<Judgement> {
  const { judgements } = await judgeRule(ruleOf(body), {
    setting: { ...DEFAULT_SETTING, must_accept: MUST },
    claims: [claim],
    engines: [engine],
    seed: 1,
    numRuns: 1000,
    ruleById: withMustAccept(bench.book, { must_accept: MUST }).byId,
    prover: () => Promise.resolve(bench.prover),
  });
  const [one] = judgements;
  if (one === undefined) throw new Error("no verdict");
  return one;
}

describe.skipIf(!hasGcc)(`${RULES} random rules (skipped without gcc)`, () => {
  it.each(["binding_in_file", "accepts"] as const)("%s is refuted and proved where gcc says so", async (claim) => {
    const bodies = bindBodies(7, RULES);
    const proofs: Judgement[] = [];
    const hunts: Judgement[] = [];
    for (const body of bodies) {
      proofs.push(await judged(claim, body, "prove"));
      hunts.push(await judged(claim, body, "hunt"));
    }
    const named = proofs.map(({ counterexample }) => counterexample && boundBy(counterexample.ops));
    const came = brute(bodies, BROKEN[claim], named);
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
        [(taken > 0 || claim === "accepts") && verdict === "vacuous", "gcc takes a slot"],
        [hunts[at]?.verdict === "refuted" && verdict !== "refuted", "the hunt finds a slot"],
      ] as const;
      disagreements.push(...wrong.flatMap(([isSo, what]) => (isSo ? [`${what}: ${where}`] : [])));
      tally[verdict] = (tally[verdict] ?? 0) + 1;
    }
    expect(disagreements).toEqual([]);
    expect(tally["refuted"]).toBeGreaterThan(RULES / 6);
    expect(tally["proved"]).toBeGreaterThan(0);
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

describe("accepts", () => {
  const verdictOf = async (text: string, must_accept: string): Promise<Judgement> => {
    const rule = bench.book.has(text) ? bench.book.byId(text) : bench.parse(text);
    const { judgements } = await judgeRule(rule, {
      setting: { ...DEFAULT_SETTING, must_accept },
      claims: ["accepts"],
      engines: ["prove"],
      seed: 1,
      numRuns: 1,
      ruleById: withMustAccept(bench.book, { must_accept }).byId,
      prover: () => Promise.resolve(bench.prover),
    });
    return judgements[0] ?? Promise.reject(new Error("no verdict"));
  };

  it.each([
    ["none", "layouts", "proved"],
    ["ctz", "layouts", "refuted"],
    ["ctz", "offset == gpa", "proved"],
    ["ctz", "offset != offset", "vacuous"],
    // Above the largest guest frame nobody can take a slot.
    ["base_gfn < (1ULL << 40)", "true", "proved"],
    ["npages < 0x7fffffff", "true", "refuted"],
  ])("%s, of %s: %s", async (text, must, verdict) => {
    expect((await verdictOf(text, must)).verdict).toBe(verdict);
  });

  it("wants an expression over what a bind rule reads", () => {
    expect(() => withMustAccept(bench.book, { must_accept: "gfn == 0" })).toThrow(RangeError);
    expect(() => withMustAccept(bench.book, { must_accept: "offest == 0" })).toThrow("--must-accept");
  });
});
