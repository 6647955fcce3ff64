/**
 * The proving engine: no 64-bit input that the ioctl lets through breaks the claim, or here are ops that do.
 *
 * A claim's negation becomes SMT-LIB text over free inputs, and that text is both what the solver reads and what can
 * be saved, so that any other solver can check the same words. A model found is replayed on the simulated machine
 * before anybody hears of it.
 */

import type { Arch } from "../model/arch.ts";
import type { RuleKind } from "../model/rule/parameters.ts";
import type { Rule, Site } from "../model/rule/tree.ts";
import type { Op } from "../sim/op.ts";
import type { Setting } from "../sim/setting.ts";
import { orderText } from "../sim/setting.ts";
import type { ClaimName } from "./always.ts";
import type { Case } from "./prove-claims.ts";
import { casesOf, premisesOf } from "./prove-claims.ts";
import { replayed } from "./prove-ops.ts";
import { likelyModels, metBy } from "./prove-premises.ts";
import { TOO_LONG } from "./smt/expression.ts";
import type { Answer, Solver } from "./smt/solver.ts";
import { loadSolver } from "./smt/solver.ts";
import type { Term } from "./smt/term.ts";
import { and, FALSE, not } from "./smt/term.ts";
import { smtComment, smtText } from "./smt/text.ts";

/** The world that is asked about; of the setting, the orders and when they may change. */
export interface Question {
  readonly rules: { readonly bind: Rule; readonly map: Rule; readonly level: Rule };
  readonly setting: Pick<Setting, "orders" | "resize">;
  readonly arch: Arch;
}

/** Text for a solver. `name` is unique within what one call returns and fit for a file name. */
export interface Query {
  readonly name: string;
  readonly text: string;
  readonly answer: "sat" | "unsat" | "unknown";
}

export type Verdict =
  | { readonly status: "proved" }
  /** Shows the violation at its last op when run on an empty machine; not minimal. */
  | { readonly status: "refuted"; readonly ops: readonly Op[] }
  /** Never a pass. */
  | { readonly status: "unknown"; readonly reason: string };

export type Proof = Verdict & {
  /** What has to be possible for the claim to say anything, and whether it is; a false one makes a pass vacuous. */
  readonly premises: Readonly<Record<string, boolean>>;
  readonly queries: readonly Query[];
};

/** What a rule of this kind comes to when its C is undefined, or that it never is. */
export type Undefinedness = (
  | { readonly status: "defined" }
  /** `inputs` are u64 bit patterns of the parameters that the rule reads. */
  | { readonly status: "undefined"; readonly site: Site; readonly inputs: Readonly<Record<string, bigint>> }
  | { readonly status: "unknown"; readonly reason: string }
) & { readonly queries: readonly Query[] };

/** How two rules of one kind relate. A witness gives the u64 bit patterns of what either of them reads. */
export type Relation = (
  | { readonly relation: "equivalent" }
  /** Whatever the first takes, the second takes too; `only_second` is taken by the second alone. */
  | { readonly relation: "first_implies_second"; readonly only_second: Readonly<Record<string, bigint>> }
  | { readonly relation: "second_implies_first"; readonly only_first: Readonly<Record<string, bigint>> }
  | {
      readonly relation: "neither";
      readonly only_first: Readonly<Record<string, bigint>>;
      readonly only_second: Readonly<Record<string, bigint>>;
    }
  | { readonly relation: "unknown"; readonly reason: string }
) & { readonly queries: readonly Query[] };

export interface Prover {
  readonly prove: (question: Question, claim: ClaimName) => Promise<Proof>;
  /** Is there an input, reached in this world, for which the rule of this kind is undefined? */
  readonly undefined: (question: Question, kind: RuleKind) => Promise<Undefinedness>;
  readonly compare: (first: Rule, second: Rule, question: Pick<Question, "setting" | "arch">) => Promise<Relation>;
  /** The solver and its version, for reports. */
  readonly solver: string;
  readonly close: () => Promise<void>;
}

/** Asks the solver, once for each text, and remembers what it said. */
type Ask = (name: string, about: readonly string[], assertions: readonly Term[]) => Query & { readonly said: Answer };

function asker(solver: Solver): Ask {
  const known = new Map<string, Answer>();
  return (name, about, assertions) => {
    const asked = smtText(assertions);
    const said = known.get(asked) ?? solver.check(asked);
    known.set(asked, said);
    return { name, text: smtComment(about) + asked, answer: said.answer, said };
  };
}

/** What a saved query says about itself. */
const about = ({ rules, setting }: Question): readonly string[] => [
  `orders ${setting.orders.map(orderText).join(",")}, resize ${setting.resize}`,
  ...Object.entries(rules).flatMap(([kind, rule]) => [`${kind} rule ${rule.id}:`, rule.text]),
];

const LOOP = "a loop that depends on the inputs was not followed to its end";

type Broken = { readonly verdict: Verdict; readonly model?: ReadonlyMap<string, bigint> };

/** Ask case after case until one breaks the claim. */
function verdictOf(ask: Ask, question: Question, cases: readonly Case[], queries: Query[]): Broken {
  let verdict: Verdict = { status: "proved" };
  const query = (name: string, what: string, term: Term): Answer => {
    const { said, ...asked } = ask(name, [what, ...about(question)], [term]);
    queries.push(asked);
    return said;
  };
  for (const c of cases) {
    const broken = query(c.name, `unsat if ${c.claim} holds, folio and mapping being of these orders`, brokenFor(c));
    if (broken.answer === "sat") {
      return { verdict: { status: "refuted", ops: replayed(c, broken.model) }, model: broken.model };
    }
    if (broken.answer === "unknown") verdict = { status: "unknown", reason: broken.reason };
    if (c.cut === FALSE || verdict.status !== "proved") continue;
    const cut = query(`${c.name}-loops`, "unsat if every loop was followed to its end", c.cut);
    if (cut.answer !== "unsat") verdict = { status: "unknown", reason: LOOP };
  }
  return { verdict };
}

/** An input that a loop still holds may come to anything, so it breaks nothing. */
const brokenFor = ({ broken, cut }: Case): Term => and(broken, not(cut));

function prove(ask: Ask, question: Question, claim: ClaimName): Proof {
  const queries: Query[] = [];
  try {
    const { verdict, model } = verdictOf(ask, question, casesOf(question, claim), queries);
    const terms = premisesOf(question, claim);
    const likely = likelyModels(question.setting.orders.length, model === undefined ? [] : [model]);
    const met = metBy(likely, terms);
    const isPossible = (name: string, term: Term): boolean => {
      const { said: _, ...asked } = ask(name, [`sat if ${name} is possible`, ...about(question)], [term]);
      queries.push(asked);
      return asked.answer === "sat";
    };
    const premises = Object.entries(terms).map(([name, ways]): [string, boolean] => [
      name,
      met.has(name) || ways.some((way, at) => way !== FALSE && isPossible(`${claim}-${name}-${at}`, way)),
    ]);
    return { ...verdict, premises: Object.fromEntries(premises), queries };
  } catch (error) {
    if (error !== TOO_LONG) throw error;
    return { status: "unknown", reason: "the rule is too long to unroll", premises: {}, queries };
  }
}

/** Start loading at once, await late: the solver is 35 MB of WebAssembly. */
export async function openProver(): Promise<Prover> {
  const solver = await loadSolver();
  const ask = asker(solver);
  return {
    prove: async (question, claim) => prove(ask, question, claim),
    undefined: () => Promise.reject(new Error("not written yet")),
    compare: () => Promise.reject(new Error("not written yet")),
    solver: solver.version,
    close: async () => undefined,
  };
}
