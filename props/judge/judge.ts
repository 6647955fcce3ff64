/**
 * One rule, every asked claim, one verdict each: the strongest that an engine earned. The prover is asked first, because
 * it settles most claims either way; what it leaves open goes to the hunt and to the exhaustive search.
 */

import type { ClaimName } from "../../model/claim.ts";
import { isBinding, isOfFault } from "../../model/claim.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { newVm } from "../../model/abstract/machine.ts";
import type { Op } from "../../sim/op.ts";
import { compareOps } from "../../sim/op-order.ts";
import type { UndefinedInput } from "../../sim/world.ts";
import { decidingIn, hasUnknowns } from "../../sim/world.ts";
import type { Exhausted } from "../search/exhaust.ts";
import { exhaust } from "../search/exhaust.ts";
import type { Hunt, Stretch } from "../search/blocks.ts";
import { firstMet, ownBlocks, ownRuns } from "../search/blocks.ts";
import type { Templates } from "../shrink/minimise.ts";
import { descendFrom, hasTemplate, minimise, templatesOf } from "../shrink/minimise.ts";
import type { Proof } from "../prove/question.ts";
import { doubtOf } from "../prove/question.ts";
import type { Context, JudgeOptions } from "./context.ts";
import { claimsOf, contextOf, planOf, questionOf } from "./context.ts";
import { tellCounterexample } from "./finding.ts";
import type { Small } from "./given.ts";
import { minimiseGiven } from "./given.ts";
import type { Found } from "./found.ts";
import { foundOf, isOfPlain, proverOf } from "./found.ts";
import type { Came } from "./passed.ts";
import { passed } from "./passed.ts";
import type { Settled } from "./settle.ts";
import { isOpen, prove, provesFirst, settleRule, undefinedByProof } from "./settle.ts";
import type { Judgement } from "./verdict.ts";
import { proves } from "./verdict.ts";
import { smallestUndefined } from "./undefined-input.ts";

export interface Judged {
  readonly rule: Rule;
  readonly judgements: readonly Judgement[];
  readonly undefinedInputs: readonly UndefinedInput[];
}

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
  if (counterexample === undefined) return judgement;
  const { engine } = judgement;
  const searched = engine === "hunt" || engine === "exhaust";
  // A model depends on the solver, and our moves may not lead far from it: a template does not, nor what is smallest. Of
  // binds there are no templates that any search would start from.
  const byModel =
    compiled.answers === undefined &&
    (isBinding(claim)
      ? !searched || proves(options.engines)
      : !searched && !hasTemplate(newVm(compiled.world), claim, counterexample.ops, plan.withISize, templates));
  if (!asked && !byModel) return judgement;
  const prover = await options.prover();
  const question = questionOf(context);
  const vm = newVm(compiled.world);
  let { ops } = counterexample;
  /** What the searches end at is known of these ops: they are where one ended. */
  let isSearched = true;
  for (;;) {
    const answer = await prover.smallest(question, claim, ops); // oxlint-disable-line no-await-in-loop -- each asks below the one before
    for (const query of answer.queries) options.onQuery?.(rule.id, claim, query);
    if (answer.status !== "smaller" && !isSearched) {
      isSearched = true;
      const moved = minimise(vm, claim, ops, plan.withISize, templates);
      if (compareOps(moved, ops) < 0) {
        ops = moved;
        continue;
      }
    }
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
    // The prover finds the next one sooner than all of what is tried where the moves have ended.
    ops = descendFrom(vm, claim, answer.ops);
    isSearched = false;
  }
}

/** The templates of all claims that were broken. */
function templatesAmong({ compiled, plan }: Context, found: ReadonlyMap<ClaimName, Found>): Templates {
  // With unknowns each claim has values of its own, and so a world of its own.
  const breaking = compiled.answers === undefined ? [...found].map(([claim, { ops }]) => [claim, ops] as const) : [];
  return templatesOf(newVm(compiled.world), new Map(breaking), plan.withISize);
}

/** Hunt through some blocks. */
export async function huntRule(rule: Rule, options: JudgeOptions, stretch: Stretch): Promise<Hunt> {
  options.onProgress?.(rule.id, "hunt");
  // fast-check is loaded where something is hunted.
  const { huntStretch } = await import("../search/stretch.ts");
  const { compiled, plan } = contextOf(rule, options);
  return huntStretch(compiled, plan, stretch, options.stop);
}

/** Two engines that contradict one another: one of them is wrong, and nothing that they said counts. */
function agree(rule: string, claim: ClaimName, found: Found, proof: Proof | undefined): void {
  if (proof?.status === "proved" && (found.engine === "hunt" || found.engine === "exhaust")) {
    throw new Error(`${rule}: ${claim} was proved, and ${found.engine} breaks it`);
  }
}

/**
 * Ask the other engines about what is open, and tell what was found. Claims keep their order.
 * @param hunted what the hunt came to, if it was asked
 * @param settled what the prover said before; otherwise it is asked about what the searches leave open
 */
export async function concludeRule(
  rule: Rule,
  options: JudgeOptions,
  hunted: Hunt | undefined,
  settled?: Settled,
): Promise<Judged> {
  const { engines } = options;
  const claims = claimsOf(rule, options.claims);
  const context = contextOf(rule, options);
  const { plan } = context;
  const open = claims.filter((claim) => {
    const finding = hunted?.findings.get(claim);
    const unsettled = settled === undefined || isOpen(settled.proofs.get(claim));
    return unsettled && (finding === undefined || !isOfPlain(finding.ops));
  });
  let exhausted: Exhausted | undefined;
  // Its states would be those of one choice of values only, and they are faults.
  const exhausts = engines.includes("exhaust") && !decidingIn(context.rules).some(hasUnknowns);
  const walked = exhausts ? open.filter(isOfFault) : [];
  if (walked.length > 0) {
    options.onProgress?.(rule.id, "exhaust");
    exhausted = exhaust(context.compiled.world, walked, options.bound);
  }
  const left = open.filter((claim) => exhausted?.found.has(claim) !== true);
  const proofs = settled?.proofs ?? (await prove(context, left));
  const doubt = doubtOf(context);
  const came = (claim: ClaimName): Came => {
    const proof = proofs.get(claim);
    const endedEarly = hunted !== undefined && hunted.runs < ownRuns(plan);
    const walk = isOfFault(claim) ? exhausted : undefined;
    return {
      hunted,
      endedEarly,
      exhausted: walk,
      proof,
      prover: proof === undefined ? "prove" : proverOf(proof),
      doubt,
    };
  };
  const notRun = (claim: ClaimName): Pick<Judgement, "notRun"> =>
    engines.includes("exhaust") && !(exhausts && isOfFault(claim)) ? { notRun: ["exhaust"] } : {};
  const found = new Map(
    claims.flatMap((claim): [ClaimName, Found][] => {
      const one = foundOf(claim, hunted, exhausted, proofs.get(claim));
      if (one !== undefined) agree(rule.id, claim, one, proofs.get(claim));
      return one === undefined ? [] : [[claim, one]];
    }),
  );
  const templates = found.size === 0 ? undefined : templatesAmong(context, found);
  const judgements = await Promise.all(
    claims.map(async (claim) => {
      const one = found.get(claim);
      return one === undefined || templates === undefined
        ? { ...passed(rule.id, claim, options.setting.orders, came(claim)), ...notRun(claim) }
        : toSmallest(context, await refuted(context, claim, one, templates), templates);
    }),
  );
  const met = [...(hunted?.undefinedInputs ?? []), ...context.met];
  const surely = met.some(({ given }) => given === undefined);
  const shown = surely ? [] : (settled?.undefinedness ?? (await undefinedByProof(context))).inputs;
  const { orders } = options.setting;
  const undefinedInputs = firstMet([...shown, ...met]).map((each) => smallestUndefined(rule, each, orders));
  return { rule, judgements, undefinedInputs };
}

/** Judge one rule on every asked claim that it has a say in, in the order of `claims`. */
export async function judgeRule(rule: Rule, options: JudgeOptions): Promise<Judged> {
  const settled = provesFirst(options) ? await settleRule(rule, options) : undefined;
  const open = settled?.open ?? claimsOf(rule, options.claims);
  if (!options.engines.includes("hunt") || open.length === 0) return concludeRule(rule, options, undefined, settled);
  const stretch = { from: 0, to: ownBlocks(planOf(rule, options)), open };
  return concludeRule(rule, options, await huntRule(rule, options, stretch), settled);
}
