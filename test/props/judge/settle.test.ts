/** The prover is asked before anything is searched; the searches have what it leaves open, and never contradict it. */

import { expect, it, vi } from "vitest";
import { ownBlocks } from "../../../props/search/blocks.ts";
import { concludeRule, huntRule, judgeRule } from "../../../props/judge/judge.ts";
import type { JudgeOptions } from "../../../props/judge/context.ts";
import { planOf } from "../../../props/judge/context.ts";
import { provesFirst, settleRule } from "../../../props/judge/settle.ts";
import type { Row } from "../../../props/judge/jobs/schedule.ts";
import { runRows } from "../../../props/judge/jobs/schedule.ts";
import type { Task, Work } from "../../../props/judge/jobs/task.ts";
import { perform } from "../../../props/judge/jobs/task.ts";
import type { Prover } from "../../../props/prove/prover.ts";
import type { Proof, Query } from "../../../props/prove/question.ts";
import { openProver } from "../../../props/prove/prover.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";
import { byId, parse } from "../../support/prove-models.ts";

const LOW = "folio_starts_in_slot";
const HIGH = "folio_ends_in_slot";
const own = await openProver();
const GAVE_UP = { status: "unknown", reason: "too hard", premises: {}, queries: [] } as const;

/** The real prover, but for its answers about one claim. */
const saying = (claim: string, proof: Proof) => (): Promise<Prover> =>
  Promise.resolve({
    ...own,
    prove: (question, of) => (of === claim ? Promise.resolve(proof) : own.prove(question, of)),
  });

const options = (over: Partial<JudgeOptions> = {}): JudgeOptions => ({
  setting: DEFAULT_SETTING,
  claims: [LOW, HIGH],
  engines: ["hunt", "exhaust", "prove"],
  seed: 1,
  numRuns: 2000,
  ruleById: byId,
  prover: () => Promise.resolve(own),
  ...over,
});

it.each([
  ["none", "refuted"],
  ["offset_and_size_1g", "proved"],
] as const)("searches nothing of %s, which is %s", async (id, verdict) => {
  const progress: string[] = [];
  const onProgress = (_: string, engine: string): void => void progress.push(engine);
  const { judgements } = await judgeRule(byId(id), options({ onProgress }));
  expect(judgements.map((one) => [one.verdict, one.engine, one.runs, one.witnesses])).toEqual([
    [verdict, "prove", undefined, {}],
    [verdict, "prove", undefined, {}],
  ]);
  expect(progress).toEqual(["prove"]);
});

it("ends at the counterexample that a hunt ends at", async () => {
  const idsBy = async (engines: JudgeOptions["engines"]) =>
    (await judgeRule(byId("ctz"), options({ engines }))).judgements.map(({ counterexample }) => counterexample?.id);
  expect(await idsBy(["hunt", "prove"])).toEqual(await idsBy(["hunt"]));
});

it("hunts for what the prover gave up on, and for nothing else", async () => {
  const given = options({ prover: saying(HIGH, GAVE_UP) });
  expect((await settleRule(byId("none"), given)).open).toEqual([HIGH]);
  const { judgements } = await judgeRule(byId("none"), given);
  expect(judgements.map(({ claim, engine }) => [claim, engine])).toEqual([
    [LOW, "prove"],
    [HIGH, "hunt"],
  ]);
  expect(judgements[1]?.runs).toBeGreaterThan(0);
});

it("hunts where it is not known that a premise can be", async () => {
  const open = { status: "proved", premises: {}, undecided: ["slot_accepted"], queries: [] } as const;
  const { judgements } = await judgeRule(byId("offset_and_size_1g"), options({ prover: saying(LOW, open) }));
  expect(judgements[0]).toMatchObject({ verdict: "proved", engine: "prove" });
  expect(judgements[0]?.witnesses).toMatchObject({ bind_accepted: expect.any(Number) });
});

it("hunts for every claim of C that is undefined for some input: there may be more such places", async () => {
  const shifts = parse("(offset >> (gpa >> 12)) == 0", "bind", "shifts");
  const { open, undefinedness } = await settleRule(shifts, options());
  expect([open, undefinedness.status]).toEqual([[LOW, HIGH], "undefined"]);
});

it("is not asked first where runs are named, nor where it is no engine", () => {
  expect(provesFirst(options())).toBe(true);
  const others = [{ path: "3" }, { examples: [] }, { engines: ["hunt"] }] as const;
  expect(others.map((over) => provesFirst(options(over)))).toEqual([false, false, false]);
});

it("is an error where a search breaks what was proved", async () => {
  const rule = byId("none");
  const proofs = new Map([[LOW, { status: "proved", premises: {}, queries: [] }]] as const);
  const settled = { proofs, undefinedness: { status: "undefined", inputs: [] }, open: [LOW] } as const;
  const one = options({ claims: [LOW] });
  const hunted = await huntRule(rule, one, { from: 0, to: ownBlocks(planOf(rule, one)), open: [LOW] });
  await expect(concludeRule(rule, one, hunted, settled)).rejects.toThrow(`none: ${LOW} was proved, and hunt breaks it`);
});

it("hands out a rule's proof before its hunt, keeps the queries of both, and sends no text to a thread", async () => {
  const rule = byId("none");
  const text = vi.fn<() => string>(() => "(check-sat)");
  const query: Query = { name: "q", answer: "unknown", get text() { return text(); } }; // prettier-ignore
  const asks = { ruleById: byId, prover: saying(HIGH, { ...GAVE_UP, queries: [query] }) };
  const { setting, claims, seed, numRuns } = options();
  const work: Work = { rules: [rule], options: { setting, claims, seed, numRuns }, keepQueries: true };
  const tasks: Task[] = [];
  const row: Row = { plan: planOf(rule, options()), claims, engines: ["hunt", "prove"], provesFirst: true };
  const run = (task: Task) => {
    tasks.push(task);
    return perform(work, task, asks);
  };
  const executor = { width: 1, run, close: () => Promise.resolve() };
  const never = () => false;
  const [outcome] = await runRows([row], executor, { inTurns: false, timeIsUp: never, interrupted: never });
  expect(tasks.map(({ task }) => task)).toEqual(["settle", "hunt", "conclude"]);
  expect(tasks[1]).toMatchObject({ stretch: { open: [HIGH] } });
  const { judged, queries } = outcome?.concluded ?? {};
  expect(judged?.judgements.map(({ engine }) => engine)).toEqual(["prove", "hunt"]);
  expect(queries?.filter(({ query: { name } }) => name === "q").length).toBe(1);
  structuredClone(outcome?.settled);
  expect(text).not.toHaveBeenCalled();
});
