/** What each engine's word makes of a verdict: findings and proofs given, so that no search has to come upon them. */

import type { ClaimName } from "../../../model/claim.ts";
import { CLAIM_NAMES, MAPPING_CLAIMS } from "../../../model/claim.ts";
import { describe, expect, it } from "vitest";
import type { Rule } from "../../../model/rule/tree.ts";
import type { Hunt } from "../../../props/search/blocks.ts";
import { NOTHING_HUNTED } from "../../../props/search/blocks.ts";
import { perform } from "../../../props/judge/jobs/task.ts";
import type { Work } from "../../../props/judge/jobs/task.ts";
import type { JudgeOptions } from "../../../props/judge/context.ts";
import { residualRate } from "../../../props/judge/passed.ts";
import { claimsOf, planOf, rulesOf } from "../../../props/judge/context.ts";
import { concludeRule, huntRule, judgeRule } from "../../../props/judge/judge.ts";
import type { Prover } from "../../../props/prove/prover.ts";
import type { Proof, Query, Smallest, Undefinedness } from "../../../props/prove/question.ts";
import type { Judgement } from "../../../props/judge/verdict.ts";
import { bind, fault, opText, setOrder } from "../../../sim/op.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";
import { byId, parse } from "../../support/prove-models.ts";

const START: ClaimName = "folio_starts_in_slot";
const END: ClaimName = "folio_ends_in_slot";
const SETTING = { ...DEFAULT_SETTING, orders: [0, 9] };
const BELOW = [bind({ npages: 1, pgoff: 1 }), setOrder(9), fault(0)];
/** The same and more: what a search finds is made small before it is told. */
const LONG_BELOW = [bind({ npages: 9, pgoff: 3, base_gfn: 5 }), setOrder(9), setOrder(0), setOrder(9), fault(7)];

const PROVED: Proof = { status: "proved", premises: { slot_accepted: true }, queries: [] };
const query = (name: string): Query => ({ name, text: "", answer: "unsat" });

interface Told {
  readonly asked: string[];
  readonly prover: () => Promise<Prover>;
}

/** A prover that says of each claim what it is told to, and of undefined C that there is none. */
function prover(
  proofs: Partial<Record<ClaimName, Proof>>,
  undefinedness: Undefinedness = { status: "defined", queries: [] },
  smaller: Smallest[] = [],
): Told {
  const asked: string[] = [];
  const not = (): never => {
    throw new Error("not asked");
  };
  const made: Prover = {
    prove: (question, claim) => {
      asked.push(`${claim} of ${question.rules.bind.id}, ${question.arch.name}, ${question.setting.orders.join("-")}`);
      return Promise.resolve(proofs[claim] ?? PROVED);
    },
    undefined: (question, kind) => {
      asked.push(`undefined ${kind} of ${question.rules[kind]?.id}, ${question.arch.name}`);
      return Promise.resolve(undefinedness);
    },
    ask: () => Promise.reject(new Error("not asked")),
    leastGiven: () => Promise.reject(new Error("no rule has unknowns")),
    general: () => Promise.resolve({ freed: [], queries: [] }),
    smallest: (question, claim, ops) => {
      asked.push(`smaller than ${ops.map(opText).join("; ")} for ${claim} of ${question.rules.bind.id}`);
      return Promise.resolve(smaller.shift() ?? { status: "smallest", queries: [] });
    },
    compare: not,
    fixes: not,
    solver: "none",
    close: () => Promise.resolve(),
  };
  return { asked, prover: () => Promise.resolve(made) };
}

const noProver = (): Promise<Prover> => Promise.reject(new Error("no prover"));

const options = (over: Partial<JudgeOptions> = {}): JudgeOptions => ({
  setting: SETTING,
  claims: [START],
  engines: ["hunt"],
  seed: 1,
  numRuns: 3000,
  ruleById: byId,
  prover: noProver,
  ...over,
});

/** Everything that a pass of a claim on one slot needs was met. */
const WITNESSES = {
  bind_accepted: 4,
  folio_of_2M: 3,
  fault_on_first_page: 2,
  fault_on_last_page: 1,
};
const hunted = (over: Partial<Hunt> = {}): Hunt => ({
  ...NOTHING_HUNTED,
  blocks: 3,
  runs: 3000,
  witnesses: WITNESSES,
  ...over,
});

const conclude = async (over: Partial<JudgeOptions>, hunt: Hunt | undefined, rule: Rule = byId("none")) =>
  (await concludeRule(rule, options(over), hunt)).judgements;

describe("a claim that nothing refuted", () => {
  const base = { rule: "none", claim: START };

  it("is sampled by a whole hunt that met what it needs: fewer than 3 of its runs in 1 break it", async () => {
    expect(await conclude({}, hunted())).toEqual([
      { ...base, engine: "hunt", runs: 3000, witnesses: WITNESSES, verdict: "sampled", residual_rate: 0.001 },
    ]);
    expect(residualRate(100)).toBe(0.03);
  });

  it("is not settled where the hunt did not meet what it needs", async () => {
    const { fault_on_last_page: _, ...some } = WITNESSES;
    expect(await conclude({}, hunted({ witnesses: some }))).toEqual([
      {
        ...base,
        engine: "hunt",
        runs: 3000,
        witnesses: some,
        verdict: "sampled",
        unmet: ["fault_on_last_page"],
        inconclusive: "never met: fault_on_last_page",
      },
    ]);
    expect((await conclude({}, undefined))[0]).toMatchObject({
      verdict: "sampled",
      runs: 0,
      witnesses: {},
      inconclusive: expect.stringMatching(/^never met: bind_accepted, /),
    });
  });

  it("is inconclusive where the hunt ended early, and nobody proved it", async () => {
    expect((await conclude({}, hunted({ runs: 2999 })))[0]).toMatchObject({ verdict: "sampled", inconclusive: "time is up" }); // prettier-ignore
    expect((await conclude({}, hunted({ runs: 3000 })))[0]).not.toHaveProperty("inconclusive");
    const both = { engines: ["hunt", "prove"] as const, prover: prover({}).prover };
    expect((await conclude(both, hunted({ runs: 5 })))[0]).toEqual({
      ...base, engine: "prove", premises: PROVED.premises, witnesses: WITNESSES, verdict: "proved",
    }); // prettier-ignore
  });

  it("is proved, or vacuous where a premise is impossible", async () => {
    const only = (proof: Proof) => conclude({ engines: ["prove"], prover: prover({ [START]: proof }).prover }, undefined);
    expect(await only(PROVED)).toEqual([
      { ...base, engine: "prove", premises: PROVED.premises, witnesses: {}, verdict: "proved" },
    ]);
    const premises = { slot_accepted: true, large_folio: false };
    expect(await only({ ...PROVED, premises })).toEqual([
      { ...base, engine: "prove", premises, witnesses: {}, verdict: "vacuous", unmet: ["large_folio"] },
    ]);
  }); // prettier-ignore

  it("is not settled where the solver cannot say whether a premise is possible, unless the hunt met it", async () => {
    const open: Proof = { ...PROVED, undecided: ["large_mapping"] };
    const asked = (hunt?: Hunt) => conclude({ engines: ["prove"], prover: prover({ [START]: open }).prover }, hunt);
    expect((await asked())[0]).toMatchObject({ verdict: "sampled", engine: "prove", inconclusive: expect.stringMatching(/large_mapping/) });
    expect((await asked(hunted()))[0]).toMatchObject({ verdict: "proved" });
  }); // prettier-ignore

  it("is vacuous where a premise is shown to be impossible, though the claim is not decided", async () => {
    const premises = { slot_accepted: false };
    const unsure: Proof = { status: "unknown", reason: "gave up", premises, queries: [] };
    const [said] = await conclude({ engines: ["prove"], prover: prover({ [START]: unsure }).prover }, undefined);
    expect(said).toMatchObject({ verdict: "vacuous", unmet: ["slot_accepted"] });
  });

  it("that the solver cannot decide is what the hunt made of it, and inconclusive", async () => {
    const unsure: Proof = { status: "unknown", reason: "gave up", premises: {}, queries: [] };
    const both = { engines: ["hunt", "prove"] as const, prover: prover({ [START]: unsure }).prover };
    expect((await conclude(both, hunted()))[0]).toMatchObject({
      verdict: "sampled", engine: "hunt", inconclusive: "gave up",
    }); // prettier-ignore
  });

  it("is exhausted where all states were visited, and not settled where none was of use", async () => {
    const rule = byId("offset_and_size_2m");
    const [done] = await conclude({ engines: ["exhaust"] }, undefined, rule);
    expect(done).toMatchObject({ rule: rule.id, claim: START, verdict: "exhausted", engine: "exhaust" });
    expect(done?.states).toBe(560);
    expect(done?.bound).toEqual(expect.any(String));
    expect(done?.witnesses["bind_accepted"]).toBeGreaterThan(0);
    const [none] = await conclude({ engines: ["exhaust"] }, undefined, parse("false"));
    expect(none).toMatchObject({
      verdict: "sampled",
      engine: "exhaust",
      states: 0,
      inconclusive: expect.stringMatching(/^never met/),
    });
    expect(none?.unmet).toContain("bind_accepted");
  });
});

describe("a claim that an engine refuted", () => {
  it("is told by the hunt, with the run that met it and what replays it", async () => {
    const finding = { run: 42, seed: 7, path: "41", ops: LONG_BELOW };
    const [judgement] = await conclude({}, hunted({ findings: new Map([[START, finding]]) }));
    expect(judgement).toMatchObject({ verdict: "refuted", engine: "hunt", runs: 42, seed: 7, path: "41", witnesses: WITNESSES });
    expect(judgement?.counterexample?.ops).toEqual(BELOW);
    expect(judgement?.counterexample?.control.rule.id).toBe("offset_and_size_2m");
    expect(judgement).not.toHaveProperty("residual_rate");
  }); // prettier-ignore

  it("is told by the exhaustive search", async () => {
    const [judgement] = await conclude({ engines: ["exhaust"] }, undefined);
    expect(judgement).toMatchObject({ verdict: "refuted", engine: "exhaust", states: expect.any(Number) });
    expect(judgement?.counterexample?.ops).toEqual(BELOW);
    expect(Object.keys(judgement?.witnesses ?? {})).toContain("bind_accepted");
  });

  it("is told by the solver, the hunt's witnesses beside it", async () => {
    const broke: Proof = { status: "refuted", ops: LONG_BELOW, premises: {}, queries: [query("not told")] };
    const told = prover({ [START]: broke });
    const [judgement] = await conclude({ engines: ["hunt", "prove"], prover: told.prover }, hunted());
    expect(judgement).toMatchObject({ verdict: "refuted", engine: "prove", witnesses: WITNESSES });
    expect(judgement?.counterexample?.ops).toEqual(BELOW);
    expect(judgement).not.toHaveProperty("runs");
    const [alone] = await conclude({ engines: ["prove"], prover: told.prover }, undefined);
    expect(alone?.witnesses).toEqual({});
  });
});

describe("the engines", () => {
  it("are asked about what those before them left open, each claim once, in order", async () => {
    const progress: string[] = [];
    const told = prover({});
    const finding = { run: 1, seed: 1, path: "0", ops: BELOW };
    const judgements = await conclude(
      {
        claims: [END, START],
        engines: ["hunt", "prove"],
        prover: told.prover,
        onProgress: (rule, engine) => progress.push(`${rule} ${engine}`),
      },
      hunted({ findings: new Map([[START, finding]]) }),
    );
    expect(judgements.map(({ claim, verdict }) => [claim, verdict])).toEqual([[END, "proved"], [START, "refuted"]]); // prettier-ignore
    expect(told.asked).toEqual([`${END} of none, x86-64, 0-9`]);
    expect(progress).toEqual(["none prove"]);
  });

  it("are not started where nothing is open", async () => {
    const progress: string[] = [];
    const finding = { run: 1, seed: 1, path: "0", ops: BELOW };
    await conclude(
      { engines: ["hunt", "exhaust", "prove"], onProgress: (_, engine) => progress.push(engine) },
      hunted({ findings: new Map([[START, finding]]) }),
    );
    expect(progress).toEqual([]);
  });

  it("leave to the solver what the exhaustive search did not find", async () => {
    const told = prover({});
    const progress: string[] = [];
    const judgements = await conclude(
      { claims: [START, "mapping_starts_in_slot"], engines: ["exhaust", "prove"], prover: told.prover, onProgress: (_, engine) => progress.push(engine) },
      undefined,
    );
    expect(judgements.map(({ engine, verdict }) => [engine, verdict])).toEqual([["exhaust", "refuted"], ["prove", "proved"]]);
    expect(told.asked).toEqual(["mapping_starts_in_slot of none, x86-64, 0-9"]);
    expect(progress).toEqual(["exhaust", "prove"]);
  }); // prettier-ignore

  it("tell each query that was asked, with its rule and claim", async () => {
    const queries = { ...PROVED, queries: [query("one"), query("two")] };
    const said: string[] = [];
    const { prover: asked } = prover({ [START]: queries, [END]: { ...PROVED, queries: [query("three")] } });
    const onQuery: JudgeOptions["onQuery"] = (rule, claim, { name }) => void said.push(`${rule} ${claim} ${name}`);
    await conclude({ claims: [START, END], engines: ["prove"], prover: asked, onQuery }, undefined);
    expect(said).toEqual([`none ${START} one`, `none ${START} two`, `none ${END} three`]);
  });
});

describe("undefined C", () => {
  const shifts = parse("(offset >> (gpa >> 60) >> 63 >> (size >> 35)) == 0", "bind", "shift");
  const site = { line: 3, column: 4, what: "a shift" };
  const found: Undefinedness = { status: "undefined", site, inputs: { offset: 5n }, queries: [] };

  it("is asked of the solver where no search met any, and the rule has a place for it", async () => {
    const told = prover({}, found);
    const judged = await concludeRule(shifts, options({ engines: ["prove"], prover: told.prover }), undefined);
    expect(judged.undefinedInputs).toEqual([{ rule: "shift", site, inputs: { offset: 5n } }]);
    expect(told.asked).toContain("undefined bind of shift, x86-64");
    const defined = await concludeRule(shifts, options({ engines: ["prove"], prover: prover({}).prover }), undefined);
    expect(defined.undefinedInputs).toEqual([]);
  });

  it("is not asked of a rule without such a place, nor without the solver", async () => {
    const told = prover({}, found);
    const judged = await concludeRule(byId("none"), options({ engines: ["prove"], prover: told.prover }), undefined);
    expect([judged.undefinedInputs, told.asked.filter((text) => text.startsWith("undefined"))]).toEqual([[], []]);
    const hunt = await concludeRule(shifts, options({ engines: ["hunt"] }), hunted());
    expect(hunt.undefinedInputs).toEqual([]);
  });

  it("that the hunt met is told, and the solver is not asked", async () => {
    const met = { rule: "shift", site: { line: 1, column: 1, what: "met" }, inputs: {} };
    const told = prover({}, found);
    const both = options({ engines: ["hunt", "prove"], prover: told.prover });
    const judged = await concludeRule(shifts, both, hunted({ undefinedInputs: [met, met] }));
    expect(judged.undefinedInputs).toEqual([met]);
    expect(told.asked.filter((text) => text.startsWith("undefined"))).toEqual([]);
  });
});

describe("the world of a rule", () => {
  it("has it in place of the setting's rule of its kind", () => {
    const ids = (rule: Rule) => Object.values(rulesOf(rule, options())).map(({ id }) => id);
    expect(ids(byId("ctz"))).toEqual(["ctz", "folio_order", "stock"]);
    expect(ids(byId("order_zero"))).toEqual(["none", "order_zero", "stock"]);
    expect(ids(byId("or_offset"))).toEqual(["none", "folio_order", "or_offset"]);
  });

  it("asks a map or level rule about mappings only", () => {
    expect(claimsOf(byId("ctz"), CLAIM_NAMES)).toEqual(CLAIM_NAMES);
    expect(claimsOf(byId("order_zero"), CLAIM_NAMES)).toEqual(MAPPING_CLAIMS);
    expect(claimsOf(byId("or_offset"), [START, "mapping_translates"])).toEqual(["mapping_translates"]);
  });

  it("is hunted with changes of i_size where a rule of it reads that", () => {
    expect(planOf(parse("offset > 0"), options())).toStrictEqual({ seed: 1, numRuns: 3000, withISize: false });
    expect(planOf(parse("i_size > 0"), options()).withISize).toBe(true);
    expect(planOf(parse("i_size > 0", "map"), options({ setting: { ...SETTING, bind_rule: "ctz" } })).withISize).toBe(true);
    const more = { path: "3:1", examples: [BELOW], shard: { index: 1, of: 2 } };
    expect(planOf(parse("offset > 0"), options(more))).toEqual({ seed: 1, numRuns: 3000, withISize: false, ...more });
  }); // prettier-ignore
});

describe("a rule judged whole", () => {
  it("is hunted through all its blocks first, if the hunt is asked for", async () => {
    const progress: string[] = [];
    const onProgress: JudgeOptions["onProgress"] = (rule, engine) => void progress.push(`${rule} ${engine}`);
    const judged = await judgeRule(byId("none"), options({ numRuns: 1000, onProgress }));
    expect(judged.judgements).toMatchObject([{ verdict: "refuted", engine: "hunt" }]);
    expect(progress).toEqual(["none hunt"]);
    const proved = await judgeRule(
      byId("none"),
      options({ engines: ["prove"], prover: prover({}).prover, onProgress }),
    );
    expect(proved.judgements).toMatchObject([{ verdict: "proved" }]);
    expect(progress).toEqual(["none hunt", "none prove"]);
  });

  it("is asked about its own claims, by every block", async () => {
    const strict = byId("order_zero");
    const judged = await judgeRule(strict, options({ claims: [START, "mapping_translates"], numRuns: 1500 }));
    expect(judged.judgements).toMatchObject([{ claim: "mapping_translates", unmet: ["large_mapping"], runs: 1500 }]);
    expect(judged.judgements.length).toBe(1);
  });

  it("can be stopped between two blocks", async () => {
    const strict = byId("offset_and_size_2m");
    const judged = await judgeRule(strict, options({ numRuns: 5000, stop: () => true }));
    expect(judged.judgements).toMatchObject([{ runs: 1000, inconclusive: "time is up" }]);
  });
});

describe("a piece of a judging", () => {
  const work = (over: Partial<Work> = {}): Work => ({
    rules: [byId("none"), byId("offset_and_size_2m")],
    options: { setting: SETTING, claims: [START], seed: 1, numRuns: 2000 },
    keepQueries: true,
    ...over,
  });
  const asks = { ruleById: byId, prover: prover({ [START]: { ...PROVED, queries: [query("one")] } }).prover };

  it("is a stretch of a rule's hunt", async () => {
    const done = await perform(work(), { task: "hunt", rule: 1, stretch: { from: 0, to: 1, open: [START] } }, asks);
    const wanted = await huntRule(byId("offset_and_size_2m"), options({ numRuns: 2000 }), {
      from: 0,
      to: 1,
      open: [START],
    });
    expect(done).toEqual({ task: "hunt", part: wanted });
    expect(wanted.runs).toBe(1000);
  });

  it("is a conclusion by the engines it names, with the queries if they are kept", async () => {
    const task = { task: "conclude", rule: 0, engines: ["prove"], hunted: NOTHING_HUNTED } as const;
    const done = await perform(work(), task, asks);
    expect(done).toMatchObject({
      task: "conclude",
      judged: { judgements: [{ verdict: "proved", engine: "prove" }] },
      queries: [{ rule: "none", claim: START, query: { name: "one" } }],
    });
    expect(await perform(work({ keepQueries: false }), task, asks)).toMatchObject({ queries: [] });
  });

  it("of a rule that is not there is an error", async () => {
    const task = { task: "hunt", rule: 2, stretch: { from: 0, to: 1, open: [START] } } as const;
    await expect(perform(work(), task, asks)).rejects.toThrow("there is no rule 2 to judge");
  });
});

describe("that a counterexample is the smallest", () => {
  const judged = async (
    smaller: Smallest[],
    over: Partial<JudgeOptions> = {},
  ): Promise<{ judgement: Judgement | undefined; asked: readonly string[]; names: readonly string[] }> => {
    const told = prover({}, undefined, smaller);
    const names: string[] = [];
    const { judgements } = await judgeRule(byId("none"), {
      // Runs that are named come first.
      ...options({ engines: ["hunt", "prove"], examples: [], smallest: true, prover: told.prover, ...over }),
      onQuery: (rule, claim, { name }) => names.push(`${rule} ${claim} ${name}`),
    });
    return { judgement: judgements[0], asked: told.asked, names };
  };
  const found = (judgement: Judgement | undefined): string | undefined =>
    judgement?.counterexample?.ops.map(opText).join("; ");

  it("is asked for, and told with its queries", async () => {
    const { judgement, asked, names } = await judged([{ status: "smallest", queries: [query("q")] }]);
    expect(judgement).toMatchObject({ verdict: "refuted", engine: "hunt", smallest: "proved" });
    expect(asked).toEqual([`smaller than ${found(judgement)} for ${START} of none`]);
    expect(found(judgement)).toBe(BELOW.map(opText).join("; "));
    expect(names).toEqual([`none ${START} q`]);
  });

  it("is an error of ours where the smaller one is none", async () => {
    const longer = [setOrder(9), bind({ npages: 1, pgoff: 1 }), fault(0)];
    await expect(judged([{ status: "smaller", ops: longer, queries: [] }])).rejects.toThrow("is none");
  });

  it("is unknown for a reason, which is told", async () => {
    const { judgement } = await judged([{ status: "unknown", reason: "time is up", queries: [] }]);
    expect(judgement?.smallest).toBe("unknown: time is up");
  });

  it.each([
    ["where nobody asks", { smallest: false }],
    ["where the prover is no engine", { engines: ["hunt"] as const }],
  ])("is not asked for %s", async (_where, over) => {
    const { judgement, asked } = await judged([], over);
    expect(judgement?.verdict).toBe("refuted");
    expect([judgement?.smallest, ...asked]).toEqual([undefined]);
  });
});
