/**
 * One rule, every asked claim, one verdict each: the strongest that an engine earned. The hunt is asked first, because
 * most rules fall at once; what it could not refute goes to the exhaustive search and to the prover.
 */

import type { ClaimName } from "../../model/claim.ts";
import { MAPPING_CLAIMS } from "../../model/claim.ts";
import { x86_64 } from "../../model/arch.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { newVm } from "../../model/abstract/machine.ts";
import type { Op } from "../../sim/op.ts";
import type { Setting } from "../../sim/setting.ts";
import type { Exhausted } from "../search/exhaust.ts";
import { exhaust } from "../search/exhaust.ts";
import type { Hunt, HuntPlan, Shard, Stretch } from "../search/blocks.ts";
import { firstMet, huntStretch, ownBlocks, ownRuns } from "../search/blocks.ts";
import type { Bound } from "../search/grid.ts";
import type { Templates } from "../shrink/minimise.ts";
import { minimise, templatesOf } from "../shrink/minimise.ts";
import { compareOps } from "../../sim/op-order.ts";
import type { Prover } from "../prove/prover.ts";
import type { Proof, Query, Question } from "../prove/question.ts";
import { tellCounterexample } from "./finding.ts";
import type { Small } from "./given.ts";
import { minimiseGiven } from "./given.ts";
import type { Found } from "./found.ts";
import { foundOf, isOfPlain, proverOf } from "./found.ts";
import type { Came } from "./passed.ts";
import { passed } from "./passed.ts";
import type { Engine, Judgement } from "./verdict.ts";
import { proves } from "./verdict.ts";
import { smallestUndefined } from "./undefined-input.ts";
import type { CompiledWorld, Rules, UndefinedInput } from "../../sim/world.ts";
import { worldOf } from "../../sim/world.ts";

export interface JudgeOptions {
  readonly setting: Setting;
  readonly claims: readonly ClaimName[];
  readonly engines: readonly Engine[];
  readonly seed: number;
  readonly numRuns: number;
  /** How far the exhaustive search goes. */
  readonly bound?: Bound;
  readonly path?: string;
  /** Of the hunt, run this shard's part only. */
  readonly shard?: Shard;
  readonly examples?: readonly (readonly Op[])[];
  /** Have the prover show that no smaller counterexample exists, or find it. */
  readonly smallest?: boolean;
  /** A catalogue rule by its id. */
  readonly ruleById: (id: string) => Rule;
  /** The prover, loaded when it is first needed. */
  readonly prover: () => Promise<Prover>;
  readonly stop?: () => boolean;
  /** Told before each engine starts on a claim. */
  readonly onProgress?: (rule: string, engine: Engine, claim?: ClaimName) => void;
  /** Told of each query that the prover answered. */
  readonly onQuery?: (rule: string, claim: ClaimName, query: Query) => void;
}

export interface Judged {
  readonly rule: Rule;
  readonly judgements: readonly Judgement[];
  readonly undefinedInputs: readonly UndefinedInput[];
}

/** The judged rule in the world that the setting completes. */
export function rulesOf(rule: Rule, { setting, ruleById }: Pick<JudgeOptions, "setting" | "ruleById">): Rules {
  const rules = {
    bind: ruleById(setting.bind_rule),
    map: ruleById(setting.map_rule),
    level: ruleById(setting.level_rule),
  };
  return { ...rules, [rule.kind]: rule };
}

interface Context {
  readonly rule: Rule;
  readonly rules: Rules;
  readonly compiled: CompiledWorld;
  readonly options: JudgeOptions;
  readonly plan: HuntPlan;
}

const questionOf = ({ rules, options }: Context): Question => ({ rules, setting: options.setting, arch: x86_64 });

/** The smallest counterexample by our moves, and on which values of what no model knows it rests. */
async function minimised(
  context: Context,
  claim: ClaimName,
  found: readonly Op[],
  templates: Templates,
): Promise<Small> {
  const { rule, compiled, options, plan } = context;
  if (compiled.answers === undefined) {
    return { ops: minimise(newVm(compiled.world), claim, found, plan.withISize, templates) };
  }
  const question = questionOf(context);
  return minimiseGiven(question, claim, found, plan.withISize, async (ops) => {
    if (!options.engines.includes("prove"))
      return { status: "unknown", ops, reason: "no solver was asked", queries: [] };
    const said = await (await options.prover()).leastGiven(question, claim, ops);
    for (const query of said.queries) options.onQuery?.(rule.id, claim, query);
    return said;
  });
}

async function refuted(
  context: Context,
  claim: ClaimName,
  { engine, ops: found, witnesses, figures }: Found,
  templates: Templates,
): Promise<Judgement> {
  const { rule, rules, options } = context;
  const { ops, inFull } = await minimised(context, claim, found, templates);
  const counterexample = tellCounterexample(rule, claim, rules, options.setting, ops, options.ruleById);
  const why = inFull === undefined ? {} : { givenInFull: inFull };
  return { rule: rule.id, claim, verdict: "refuted", engine, ...figures, witnesses, counterexample, ...why };
}

/**
 * Ask the prover for a smaller counterexample until there is none. What the searches end at is small by their moves; this
 * is small by proof, and whoever had found another one ends here too.
 */
async function toSmallest(context: Context, judgement: Judgement, templates: Templates): Promise<Judgement> {
  const { rule, rules, compiled, options, plan } = context;
  const { claim, counterexample } = judgement;
  const asked = options.smallest === true && proves(options.engines);
  // A model depends on the solver, and our moves may not lead far from it: what is smallest does not.
  const byModel = judgement.engine !== "hunt" && judgement.engine !== "exhaust" && compiled.answers === undefined;
  if ((!asked && !byModel) || counterexample === undefined) return judgement;
  const prover = await options.prover();
  const question = questionOf(context);
  let { ops } = counterexample;
  for (;;) {
    const answer = await prover.smallest(question, claim, ops); // oxlint-disable-line no-await-in-loop -- each asks below the one before
    for (const query of answer.queries) options.onQuery?.(rule.id, claim, query);
    if (answer.status !== "smaller") {
      const told =
        ops === counterexample.ops
          ? counterexample
          : tellCounterexample(rule, claim, rules, options.setting, ops, options.ruleById);
      if (!asked) return { ...judgement, counterexample: told };
      const smallest = answer.status === "smallest" ? "proved" : `unknown: ${answer.reason}`;
      return { ...judgement, counterexample: told, smallest };
    }
    if (compareOps(answer.ops, ops) >= 0) throw new Error(`the prover's smaller counterexample to ${claim} is none`);
    const moved = minimise(newVm(compiled.world), claim, answer.ops, plan.withISize, templates);
    ops = compareOps(moved, answer.ops) < 0 ? moved : answer.ops;
  }
}

/** Ask the prover about each of the claims; at once, because it may have several threads. */
async function prove(
  { rule, rules, options }: Context,
  claims: readonly ClaimName[],
): Promise<ReadonlyMap<ClaimName, Proof>> {
  if (!proves(options.engines) || claims.length === 0) return new Map();
  options.onProgress?.(rule.id, "prove");
  const prover = await options.prover();
  const question = { rules, setting: options.setting, arch: x86_64 };
  const proofs = await Promise.all(claims.map(async (claim) => [claim, await prover.prove(question, claim)] as const));
  for (const [claim, { queries }] of proofs) for (const query of queries) options.onQuery?.(rule.id, claim, query);
  return new Map(proofs);
}

/** The claims that a rule of this kind has a say in: what may be mapped has none in what is allocated. */
export const claimsOf = (rule: Rule, claims: readonly ClaimName[]): readonly ClaimName[] =>
  rule.kind === "bind" ? claims : claims.filter((claim) => MAPPING_CLAIMS.includes(claim));

function contextOf(rule: Rule, options: JudgeOptions): Context {
  const rules = rulesOf(rule, options);
  return { rule, rules, compiled: worldOf(rules, options.setting), options, plan: planOf(rule, options) };
}

/** The hunt of a rule, as its blocks are numbered. */
export function planOf(rule: Rule, options: JudgeOptions): HuntPlan {
  const { seed, numRuns, path, examples, shard } = options;
  const { bind, map, level } = rulesOf(rule, options);
  return {
    seed,
    numRuns,
    withISize: [bind, map, level].some(({ reads }) => reads.includes("i_size")),
    ...(path === undefined ? {} : { path }),
    ...(examples === undefined ? {} : { examples }),
    ...(shard === undefined ? {} : { shard }),
  };
}

/** Hunt through some blocks. */
export function huntRule(rule: Rule, options: JudgeOptions, stretch: Stretch): Hunt {
  options.onProgress?.(rule.id, "hunt");
  const { compiled, plan } = contextOf(rule, options);
  return huntStretch(compiled, plan, stretch, options.stop);
}

/** An input that no search met and for which C leaves the rule's result undefined, if the solver knows one. */
async function undefinedByProof(context: Context): Promise<UndefinedInput[]> {
  const { rule, rules, options } = context;
  if (!proves(options.engines) || rule.sites.length === 0) return [];
  const prover = await options.prover();
  const answer = await prover.undefined({ rules, setting: options.setting, arch: x86_64 }, rule.kind);
  if (answer.status !== "undefined") return [];
  const { site, inputs, given } = answer;
  return [{ rule: rule.id, site, inputs, ...(given !== undefined && { given }) }];
}

/** Ask the other engines about what the hunt left open, and tell what was found. Claims keep their order. */
export async function concludeRule(rule: Rule, options: JudgeOptions, hunted: Hunt | undefined): Promise<Judged> {
  const { engines } = options;
  const claims = claimsOf(rule, options.claims);
  const context = contextOf(rule, options);
  const open = claims.filter((claim) => {
    const finding = hunted?.findings.get(claim);
    return finding === undefined || !isOfPlain(finding.ops);
  });
  let exhausted: Exhausted | undefined;
  // Its states would be those of one choice of values only.
  const exhausts = engines.includes("exhaust") && context.compiled.answers === undefined;
  if (exhausts && open.length > 0) {
    options.onProgress?.(rule.id, "exhaust");
    exhausted = exhaust(context.compiled.world, open, options.bound);
  }
  const proofs = await prove(
    context,
    open.filter((claim) => exhausted?.found.has(claim) !== true),
  );
  const came = (claim: ClaimName): Came => {
    const proof = proofs.get(claim);
    const endedEarly = hunted !== undefined && hunted.runs < ownRuns(context.plan);
    return { hunted, endedEarly, exhausted, proof, prover: proof === undefined ? "prove" : proverOf(proof) };
  };
  const notRun: Pick<Judgement, "notRun"> = engines.includes("exhaust") && !exhausts ? { notRun: ["exhaust"] } : {};
  const found = new Map(
    claims.flatMap((claim): [ClaimName, Found][] => {
      const one = foundOf(claim, hunted, exhausted, proofs.get(claim));
      return one === undefined ? [] : [[claim, one]];
    }),
  );
  const { compiled, plan } = context;
  const breaking = new Map([...found].map(([claim, { ops }]) => [claim, ops]));
  // With unknowns each claim has values of its own, and so a world of its own.
  const templates = templatesOf(
    newVm(compiled.world),
    compiled.answers === undefined ? breaking : new Map(),
    plan.withISize,
  );
  const judgements = await Promise.all(
    claims.map(async (claim) => {
      const one = found.get(claim);
      return one === undefined
        ? { ...passed(rule.id, claim, options.setting.orders, came(claim)), ...notRun }
        : toSmallest(context, await refuted(context, claim, one, templates), templates);
    }),
  );
  const met = [...(hunted?.undefinedInputs ?? []), ...context.compiled.undefinedInputs.values()];
  const surely = met.some(({ given }) => given === undefined);
  const undefinedInputs = firstMet(surely ? met : [...(await undefinedByProof(context)), ...met]);
  const { orders } = options.setting;
  return { rule, judgements, undefinedInputs: undefinedInputs.map((each) => smallestUndefined(rule, each, orders)) };
}

/** Judge one rule on every asked claim that it has a say in, in the order of `claims`. */
export async function judgeRule(rule: Rule, options: JudgeOptions): Promise<Judged> {
  if (!options.engines.includes("hunt")) return concludeRule(rule, options, undefined);
  const stretch = { from: 0, to: ownBlocks(planOf(rule, options)), open: claimsOf(rule, options.claims) };
  return concludeRule(rule, options, huntRule(rule, options, stretch));
}
