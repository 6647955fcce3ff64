/** Is there an input for which a rule's C is undefined? Where, and which. */

import type { OwnClaim } from "../../model/claim.ts";
import { isMapping } from "../../model/claim.ts";
import { CLAIM_WORDS } from "../../model/claim-words.ts";
import { UNDEFINED } from "../../model/outcome.ts";
import type { ParameterName, RuleKind } from "../../model/rule/parameters.ts";
import type { Given } from "../../model/given.ts";
import type { Rule, Site } from "../../model/rule/tree.ts";
import type { Ask } from "./ask.ts";
import { aboutWorld, LONG, LOOP } from "./ask.ts";
import { choice, fileOf, freeISizeOf, freeSlot, slotInputs } from "./inputs.ts";
import { compileClaim } from "../../model/rule/wasm/module.ts";
import { placesAt, possibleAt, ruleOf, wordsOf } from "./own-claims.ts";
import { leastSet } from "./least-set.ts";
import { evaluatorOf } from "../../model/rule/wasm/module.ts";
import { evaluatorGiven } from "./ops.ts";
import { folioScene, grantedIn, mappingLevels } from "./scene.ts";
import type { Query, Question, Undefinedness } from "./question.ts";
import type { Inputs } from "./smt/expression.ts";
import { TOO_LONG } from "./smt/expression.ts";
import type { RuleTerms } from "./smt/rule.ts";
import { ruleTerms } from "./smt/rule.ts";
import type { Term } from "./smt/term.ts";
import type { Answer } from "./smt/answer.ts";
import { and, bits, isFalse, not, or, TRUE } from "./smt/term.ts";
import { valuation } from "./smt/value.ts";
import { givenBy, isGiven } from "./unknowns.ts";

type Model = ReadonlyMap<string, bigint>;

/** A rule being asked, with the inputs it is asked about. */
interface Asking {
  readonly name: string;
  readonly asked: Term;
  readonly inputs: Inputs;
  readonly terms: RuleTerms;
}

/** The bind rule sees all that the ioctl's earlier checks let through; the others what the rules before them let through. */
function askings(question: Question, kind: RuleKind): readonly Asking[] {
  const { orders, file } = question.setting;
  if (kind === "bind") {
    const order = choice("slot_file_order", orders);
    const { i_size, made } = freeISizeOf(fileOf(file), "slot_i_size", order);
    const slot = freeSlot("slot", order, "rule", undefined, i_size);
    const inputs = slotInputs(slot, order, i_size);
    return [
      {
        name: "undefined",
        asked: and(slot.allowed, made),
        inputs,
        terms: ruleTerms(question.rules.bind, inputs, "slot"),
      },
    ];
  }
  if (kind === "order") {
    // A base page fits in any file, and every order is asked about before one is given.
    return grantedIn(folioScene(question, 0)).asked.map(({ order = 0, when, inputs, terms }) => ({
      name: `undefined-${order}`,
      asked: when,
      inputs,
      terms,
    }));
  }
  return orders.flatMap((folio) =>
    mappingLevels(folioScene(question, folio)).map((at) => {
      const [terms, asked] = kind === "map" ? [at.map, at.mapAsked] : [at.level, at.levelAsked];
      return { name: `undefined-${folio}-as-${at.order}`, asked, inputs: at.inputs, terms };
    }),
  );
}

/** The u64 bit patterns of these parameters under a model. */
export function inputsOf(names: readonly ParameterName[], inputs: Inputs, model: Model): Record<string, bigint> {
  const value = valuation(model);
  const said = names.flatMap((name): [string, bigint][] => {
    const term = inputs[name];
    return term === undefined ? [] : [[name, value(term)]];
  });
  return Object.fromEntries(said);
}

interface Met {
  readonly status: "undefined";
  readonly site: Site;
  readonly inputs: Readonly<Record<string, bigint>>;
  readonly given?: readonly Given[];
}

/** @throws Error when the evaluator does not agree */
function found(rule: Rule, { inputs, terms }: Asking, model: Model): Met {
  const value = valuation(model);
  const met = terms.sites.find(({ when }) => value(when) === 1n);
  const site = rule.sites[met?.site ?? -1];
  const values = inputsOf(rule.reads, inputs, model);
  const given = givenBy({ rule, terms, when: TRUE }, model);
  const evaluator = given.length === 0 ? evaluatorOf(rule) : evaluatorGiven(rule, given);
  if (site === undefined || evaluator.bytes(values) !== UNDEFINED || evaluator.undefinedAt() !== site) {
    throw new Error(`${rule.id} is not undefined where the proof says: ${JSON.stringify(site)}`);
  }
  return { status: "undefined", site, inputs: values, ...(given.length > 0 && { given }) };
}

/** The inputs, and of the values that they were found with as few as will do; none, where they do whatever the values. */
async function leastFound(asked: AskNamed, rule: Rule, asking: Asking, model: Model): Promise<Met> {
  const met = found(rule, asking, model);
  if (met.given === undefined) return met;
  const value = valuation(model);
  const fixed = Object.fromEntries(
    Object.entries(asking.inputs).map(([name, term]) => [name, bits(term.width, value(term))]),
  );
  const at = { rule, terms: ruleTerms(rule, fixed, "at"), when: TRUE };
  const site = rule.sites.indexOf(met.site);
  const there = or(...at.terms.sites.flatMap((each) => (each.site === site ? [each.when] : [])));
  const chosen = await leastSet(
    met.given.map((given) => ({ given, text: `${given.at} ${given.text}`, term: isGiven(at, given) })),
    (terms, tries) => asked(`${asking.name}-given-${tries}`, and(not(there), ...terms)),
    () => undefined,
  );
  if (typeof chosen === "string") return met;
  const { given: _, ...whatever } = met;
  return chosen.length === 0 ? whatever : { ...met, given: chosen.map(({ given }) => given) };
}

type AskNamed = (name: string, term: Term) => Promise<Answer>;

/** Inputs that leave the result undefined whatever no model knows are looked for first. */
export async function findUndefined(ask: Ask, question: Question, kind: RuleKind): Promise<Undefinedness> {
  const queries: Query[] = [];
  const rule = question.rules[kind];
  if (rule === undefined) throw new Error(`no ${kind} rule is asked`);
  const about = aboutWorld(question);
  const asked: AskNamed = async (name, term) => {
    const what = name.endsWith("-loops") ? "unsat if every loop ends" : `sat if the ${kind} rule can be undefined`;
    const { query, said } = await ask(name, [what, ...about], term);
    queries.push(query);
    return said;
  };
  let unknown: string | undefined;
  let given: Met | undefined;
  try {
    for (const asking of askings(question, kind)) {
      const { name, asked: reached, terms } = asking;
      const ways = [
        [name, and(terms.undefined, not(terms.unsure))],
        [`${name}-unsure`, terms.unsure],
      ] as const;
      for (const [of, is] of ways) {
        const wanted = and(reached, is, not(terms.cut));
        if (isFalse(wanted) || (given !== undefined && is === terms.unsure)) continue;
        const said = await asked(of, wanted); // oxlint-disable-line no-await-in-loop -- the first that is undefined ends it
        if (said.answer === "unknown") unknown = said.reason;
        if (said.answer !== "sat") continue;
        const met = await leastFound(asked, rule, asking, said.model); // oxlint-disable-line no-await-in-loop -- the same
        if (met.given === undefined) return { ...met, queries };
        given = met;
      }
      if (isFalse(terms.cut)) continue;
      const said = await asked(`${name}-loops`, and(reached, terms.cut)); // oxlint-disable-line no-await-in-loop -- the same
      if (said.answer !== "unsat") unknown = LOOP;
    }
  } catch (error) {
    if (error !== TOO_LONG) throw error;
    unknown = LONG;
  }
  if (given !== undefined) return { ...given, queries };
  return unknown === undefined ? { status: "defined", queries } : { status: "unknown", reason: unknown, queries };
}

/**
 * Is there a fault of which a claim of the user's own says nothing? Any that the ioctl lets be: which of them a bind rule lets through is not
 * asked.
 * @throws Error when the evaluator does not agree
 */
export async function findUndefinedClaim(ask: Ask, question: Question, claim: OwnClaim): Promise<Undefinedness> {
  const rule = ruleOf(question, claim);
  const queries: Query[] = [];
  const folios = [...new Set([0, ...question.setting.orders])];
  let unknown: string | undefined;
  for (const folio of folios) {
    const levels = isMapping(claim) ? [0, ...question.arch.levels.filter((order) => order <= folio)] : [0];
    for (const place of placesAt(question, claim, folio)) {
      for (const level of levels) {
        const inputs = wordsOf(place.scene, place.other, level);
        const terms = ruleTerms(rule, inputs, "claim");
        const wanted = and(possibleAt(place), terms.undefined);
        if (isFalse(wanted)) continue;
        const name = `undefined-${place.name}-as-${level}`;
        const { query, said } = await ask(name, ["sat if the claim can be undefined"], wanted); // oxlint-disable-line no-await-in-loop -- the first that is ends it
        queries.push(query);
        if (said.answer === "unknown") unknown = said.reason;
        if (said.answer !== "sat") continue;
        const value = valuation(said.model);
        const site = rule.sites[terms.sites.find(({ when }) => value(when) === 1n)?.site ?? -1];
        const values = inputsOf(rule.reads, inputs, said.model);
        const words = CLAIM_WORDS.map((word) => Number(values[word] ?? 0n));
        if (site === undefined || compileClaim(rule)(...words) !== UNDEFINED) {
          throw new Error(`${claim} is not undefined where the proof says: ${JSON.stringify(site)}`);
        }
        return { status: "undefined", site, inputs: values, queries };
      }
    }
  }
  return unknown === undefined ? { status: "defined", queries } : { status: "unknown", reason: unknown, queries };
}
