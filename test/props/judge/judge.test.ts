import type { ClaimName } from "../../../model/claim.ts";
import { ALLOCATION_CLAIMS, CLAIM_NAMES, MAPPING_CLAIMS } from "../../../model/claim.ts";
import { afterAll, describe, expect, it } from "vitest";
import type { JudgeOptions } from "../../../props/judge/context.ts";
import { judgeRule } from "../../../props/judge/judge.ts";
import { openProver } from "../../../props/prove/prover.ts";
import type { Prover } from "../../../props/prove/prover.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import type { Engine, Judgement } from "../../../props/judge/verdict.ts";
import { exitCode } from "../../../props/judge/verdict.ts";
import type { Setting } from "../../../sim/setting.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";

const book = await openRulebook();
let prover: Promise<Prover> | undefined;
afterAll(async () => {
  await (await prover)?.close();
});

const ALL: readonly Engine[] = ["hunt", "exhaust", "prove"];

const options = (over: Partial<JudgeOptions> = {}): JudgeOptions => ({
  setting: DEFAULT_SETTING,
  claims: CLAIM_NAMES,
  engines: ALL,
  seed: 1,
  numRuns: 3000,
  ruleById: book.byId,
  prover: () => (prover ??= openProver()),
  ...over,
});

async function judged(id: string, over: Partial<JudgeOptions> = {}): Promise<Map<ClaimName, Judgement>> {
  const { judgements } = await judgeRule(book.byId(id), options(over));
  return new Map(judgements.map((judgement) => [judgement.claim, judgement]));
}

const setting = (over: Partial<Setting>): { setting: Setting } => ({ setting: { ...DEFAULT_SETTING, ...over } });

describe("the rules of the thread", () => {
  it.each(["ctz", "fls64", "ffs64", "size_level", "size_level_capped", "congruent_2m"])(
    "%s lets a folio start below the slot, in three ops",
    async (id) => {
      const judgement = (await judged(id, { claims: ["folio_starts_in_slot"] })).get("folio_starts_in_slot");
      expect(judgement?.verdict).toBe("refuted");
      expect(judgement?.counterexample?.ops.map(({ op }) => op)).toEqual(["bind_memslot", "set_order", "fault"]);
    },
  );

  it("multiples of the largest folio keep every allocation inside, for every 64-bit input", async () => {
    const verdicts = await judged("offset_and_size_1g", { claims: ALLOCATION_CLAIMS });
    expect([...verdicts.values()].map(({ verdict }) => verdict)).toEqual(["proved", "proved", "proved"]);
  });

  it("multiples of 2 MiB do while 2 MiB is the largest folio", async () => {
    const small = await judged("offset_and_size_2m", { claims: ALLOCATION_CLAIMS, ...setting({ orders: [0, 9] }) });
    expect([...small.values()].map(({ verdict }) => verdict)).toEqual(["proved", "proved", "proved"]);
  });

  it("the folio size of now is a good check where the size never changes", async () => {
    const fixed = await judged("file_folio", { claims: ALLOCATION_CLAIMS, ...setting({ resize: "never" }) });
    expect(fixed.get("folio_starts_in_slot")?.verdict).toBe("proved");
    // Nobody looks at the size.
    expect(fixed.get("folio_ends_in_slot")?.verdict).toBe("refuted");
  });

  it("an aligned offset says nothing of the gpa, and the guest reads the wrong page", async () => {
    const verdicts = await judged("size_level", { claims: ["mapping_translates"] });
    expect(verdicts.get("mapping_translates")?.verdict).toBe("refuted");
  });

  it("forbidding levels by the distance of gfn and pgoff makes every mapping right", async () => {
    const verdicts = await judged("offset_congruent", { claims: MAPPING_CLAIMS });
    expect(new Set([...verdicts.values()].map(({ verdict }) => verdict))).toEqual(new Set(["proved"]));
  });

  it("ALIGN where ALIGN_DOWN was meant lets the mapping start below the binding", async () => {
    const verdicts = await judged("round_up_contained", { claims: ["mapping_starts_in_binding"] });
    expect(verdicts.get("mapping_starts_in_binding")?.verdict).toBe("refuted");
  });

  it("a hole of one address is not found by chance nor in the grid, but by the solver", async () => {
    const parsed = book.parse("IS_ALIGNED(offset | size, SZ_1G) || offset == 0x123456789000", { id: "hole" });
    if (!parsed.ok || parsed.rules[0] === undefined) throw new Error("this is C");
    const claims: readonly ClaimName[] = ["folio_starts_in_slot"];
    const searched = await judgeRule(parsed.rules[0], options({ claims, engines: ["hunt", "exhaust"] }));
    expect(searched.judgements).toMatchObject([{ verdict: "exhausted" }]);
    const proved = await judgeRule(parsed.rules[0], options({ claims }));
    expect(proved.judgements).toMatchObject([{ verdict: "refuted", engine: "prove" }]);
    expect(proved.judgements[0]?.counterexample?.ops[0]).toMatchObject({ pgoff: 0x123456789 });
  });
});

describe("undefined C", () => {
  it("is found by the solver where no search comes upon it", async () => {
    const text = "offset == 0x123456789000 ? offset >> (gpa >> 60) >> 63 >> (size >> 35) : true";
    const parsed = book.parse(text, { id: "shift" });
    if (!parsed.ok || parsed.rules[0] === undefined) throw new Error("this is C");
    const claims: readonly ClaimName[] = ["mapping_starts_in_slot"];
    const searched = await judgeRule(parsed.rules[0], options({ claims, engines: ["hunt"] }));
    expect(searched.undefinedInputs).toEqual([]);
    const solved = await judgeRule(parsed.rules[0], options({ claims, engines: ["hunt", "prove"] }));
    expect(solved.undefinedInputs).toMatchObject([
      { rule: "shift", site: { line: 1 }, inputs: { offset: 0x123456789000n } },
    ]);
  });
});

describe("a pass that means nothing", () => {
  it("is vacuous without a large folio", async () => {
    const verdicts = await judged("none", { claims: ["folio_starts_in_slot"], ...setting({ orders: [0] }) });
    expect(verdicts.get("folio_starts_in_slot")?.verdict).toBe("vacuous");
  });

  const NEVER_MET = { verdict: "sampled", inconclusive: expect.stringMatching(/^never met: bind_accepted/) as unknown };

  it.each<[Engine, object]>([
    ["hunt", NEVER_MET],
    ["exhaust", NEVER_MET],
    ["prove", { verdict: "vacuous" }],
  ])("says for %s that the rule takes nothing, which a search cannot show", async (engine, said) => {
    const parsed = book.parse("false", { id: "nothing" });
    if (!parsed.ok || parsed.rules[0] === undefined) throw new Error("false is C");
    const asked = options({ claims: ["folio_ends_in_slot"], engines: [engine] });
    const { judgements } = await judgeRule(parsed.rules[0], asked);
    expect(judgements).toMatchObject([{ ...said, engine }]);
    expect(judgements[0]?.unmet?.length).toBeGreaterThan(0);
  });

  it("is vacuous where nothing large is ever mapped", async () => {
    const verdicts = await judged("order_zero", { claims: MAPPING_CLAIMS });
    expect(new Set([...verdicts.values()].map(({ verdict }) => verdict))).toEqual(new Set(["vacuous"]));
  });
});

describe("the strength of a pass", () => {
  it.each<[Engine[], string]>([
    [["hunt"], "sampled"],
    [["hunt", "exhaust"], "exhausted"],
    [["hunt", "exhaust", "prove"], "proved"],
    [["prove"], "proved"],
  ])("of %s is %s", async (engines, expected) => {
    const verdicts = await judged("offset_and_size_1g", { claims: ["folio_starts_in_slot"], engines });
    expect(verdicts.get("folio_starts_in_slot")?.verdict).toBe(expected);
  });

  it("of a sample is its residual rate", async () => {
    const verdicts = await judged("offset_and_size_1g", { claims: ["folio_starts_in_slot"], engines: ["hunt"] });
    expect(verdicts.get("folio_starts_in_slot")).toMatchObject({ runs: 3000, residual_rate: 0.001 });
  });

  it("is inconclusive where a hunt was stopped", async () => {
    const verdicts = await judged("offset_and_size_1g", {
      claims: ["folio_starts_in_slot"],
      engines: ["hunt"],
      numRuns: 100_000,
      stop: () => true,
    });
    const judgement = verdicts.get("folio_starts_in_slot");
    if (judgement === undefined) throw new Error("the claim was asked");
    expect(judgement.inconclusive).toBe("time is up");
    expect(exitCode([{ ...judgement, verdict: "sampled" }])).toBe(3);
  });
});

describe("exit codes", () => {
  const base = { rule: "r", claim: "folio_starts_in_slot", engine: "hunt", witnesses: {} } as const;
  it.each([
    [0, ["proved", "exhausted", "sampled"]],
    [1, ["proved", "vacuous", "refuted"]],
    [4, ["proved", "vacuous"]],
    [0, []],
  ] as const)("%i for %s", (code, verdicts) => {
    expect(exitCode(verdicts.map((verdict) => ({ ...base, verdict })))).toBe(code);
  });
});
