/** Judge C text: the library's one-call form of `foliofence judge`. */

import { aRule } from "../../model/rule/parameters.ts";
import { refuseUndefined, withOwnClaims } from "../judge/own-claims.ts";
import type { RuleKind } from "../../model/rule/parameters.ts";
import type { Setting } from "../../sim/setting.ts";
import { DEFAULT_SETTING } from "../../sim/setting.ts";
import type { OpLiteral } from "../../sim/schema/op.ts";
import type { ClaimName } from "../../model/claim.ts";
import { CLAIM_NAMES } from "../../model/claim.ts";
import { checkCanary, enginesOf } from "../judge/canary.ts";
import type { JudgeOptions } from "../judge/context.ts";
import type { Judged } from "../judge/judge.ts";
import { claimsOf } from "../judge/context.ts";
import { judgeRule } from "../judge/judge.ts";
import type { Prover } from "../prove/prover.ts";
import { withMustAccept } from "../judge/must-accept.ts";
import { openRulebook } from "../judge/rulebook.ts";
import { judgeAsked } from "./asked.ts";
import { rulesKnown } from "./rules-known.ts";
import type { Engine } from "../judge/verdict.ts";
import { solversOf } from "../judge/verdict.ts";

export interface JudgeRequest {
  /** C: an expression, or functions; or the id of a catalogue rule. */
  readonly rule: string;
  readonly kind?: RuleKind;
  readonly setting?: Partial<Setting>;
  /** Names, or claims of your own: "NAME: EXPR", in C over what docs/CLAIMS.md lists. */
  readonly claims?: readonly ClaimName[];
  readonly engines?: readonly Engine[];
  /** As in fast-check. */
  readonly seed?: number;
  readonly numRuns?: number;
  readonly path?: string;
  readonly examples?: readonly (readonly OpLiteral[])[];
}

/**
 * Judge every rule in the text.
 * @throws RangeError that names the member of the request which is wrong, or when no asked claim concerns the rule;
 *   SyntaxError with line:column for C that cannot be read
 */
export async function judge(asked: JudgeRequest): Promise<readonly Judged[]> {
  const request = judgeAsked(asked);
  const book = withOwnClaims(withMustAccept(await openRulebook(), request.setting ?? {}), request.claims ?? []);
  const kind = request.kind === undefined ? {} : { kind: request.kind };
  const parsed = book.has(request.rule)
    ? { ok: true as const, rules: [book.byId(request.rule)] }
    : book.parse(request.rule, { id: "expression", ...kind });
  if (!parsed.ok) throw new SyntaxError(`${parsed.error.line}:${parsed.error.column}: ${parsed.error.message}`);
  const setting: Setting = { ...DEFAULT_SETTING, ...request.setting };
  rulesKnown(setting, book);
  const engines = request.engines ?? ["hunt", "exhaust", "prove"];
  const seed = request.seed ?? 1;
  let prover: Promise<Prover> | undefined;
  const options: JudgeOptions = {
    setting,
    claims: request.claims ?? CLAIM_NAMES,
    engines,
    seed,
    numRuns: request.numRuns ?? 10_000,
    ...(request.path === undefined ? {} : { path: request.path }),
    ...(request.examples === undefined ? {} : { examples: request.examples }),
    ruleById: book.byId,
    prover: async () => (prover ??= (await import("../prove/prover.ts")).openProver({ solvers: solversOf(engines) })),
  };
  try {
    await refuseUndefined(book, options.claims, setting, options.prover);
    const judged: Judged[] = [];
    for (const rule of parsed.rules) {
      if (claimsOf(rule, options.claims).length === 0) {
        throw new RangeError(`${rule.id} is ${aRule(rule.kind)} and has no say in what is allocated`);
      }
      judged.push(await judgeRule(rule, options));
    }
    const { claims, prover: opened } = options;
    const falling = { orders: setting.orders, engines: enginesOf(judged), claims, seed, prover: opened };
    await checkCanary(book.canaryWorld, falling);
    return judged;
  } finally {
    await (await prover)?.close();
  }
}
