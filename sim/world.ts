/** From rules and a setting to the world that the machine runs in. */

import { FILES } from "../model/abstract/behaviour.ts";
import { UNDEFINED } from "../model/outcome.ts";
import type { Arch } from "../model/arch.ts";
import { x86_64 } from "../model/arch.ts";
import { PAGE_SHIFT } from "../model/units.ts";
import type { Evaluator } from "../model/rule/wasm/module.ts";
import { compileClaim, compileRule, evaluatorOf } from "../model/rule/wasm/module.ts";
import type { Rule, Site } from "../model/rule/tree.ts";
import type { OrderRule, World } from "../model/abstract/machine.ts";
import type { Given } from "../model/given.ts";
import type { Answers } from "./answers.ts";
import { newAnswers } from "./answers.ts";
import type { Op } from "./op.ts";
import { giving } from "./op.ts";
import type { Setting } from "./setting.ts";
import { archOf } from "./setting.ts";

/** The rules of a world. */
export interface Rules {
  readonly bind: Rule;
  readonly map: Rule;
  readonly level: Rule;
  /** Which orders a fault may allocate, where that is asked. */
  readonly order?: Rule;
  /** Says which slots the bind rule has to take. */
  readonly must?: Rule;
  /** Claims of the user's own: the id of each is the claim. */
  readonly own?: readonly Rule[];
}

/** Every rule that decides in a world. */
export const decidingIn = ({ bind, map, level, order, must }: Rules): readonly Rule[] => [
  bind,
  map,
  level,
  ...(order === undefined ? [] : [order]),
  ...(must === undefined ? [] : [must]),
];

/** A place in a rule's C text that is undefined for some input, with such an input. */
export interface UndefinedInput {
  readonly rule: string;
  readonly site: Site;
  /** u64 bit patterns of what the rule reads. */
  readonly inputs: Readonly<Record<string, bigint>>;
  /** What else the evaluation had come to by then: values of what no model knows. */
  readonly given?: readonly Given[];
}

export interface CompiledWorld {
  readonly world: World;
  /** Where a rule reads what no model knows: the world's own answers. */
  readonly answers?: Answers | undefined;
  /** First input met for each place of the rules where C leaves the result undefined. */
  readonly undefinedInputs: ReadonlyMap<string, UndefinedInput>;
}

export const BIND_ARGUMENTS = ["pgoff", "base_gfn", "npages", "ugfn", "folio_order", "i_size_npages"] as const;
const MAP_ARGUMENTS = [...BIND_ARGUMENTS, "gfn", "index", "order"] as const;
const ORDER_ARGUMENTS = [...BIND_ARGUMENTS, "index", "order"] as const;
const LEVEL_ARGUMENTS = [...BIND_ARGUMENTS, "order"] as const;

/** What C sees of the page quantities that the machine gives a rule. */
export function inputsOf(
  rule: Pick<Rule, "reads">,
  names: readonly string[],
  values: readonly number[],
): Record<string, bigint> {
  const given = (name: string): bigint => BigInt(values[names.indexOf(name)] ?? 0);
  const all: Readonly<Record<string, () => bigint>> = {
    offset: () => given("pgoff") << BigInt(PAGE_SHIFT),
    gpa: () => given("base_gfn") << BigInt(PAGE_SHIFT),
    size: () => given("npages") << BigInt(PAGE_SHIFT),
    userspace_addr: () => given("ugfn") << BigInt(PAGE_SHIFT),
    folio_size: () => 1n << (given("folio_order") + BigInt(PAGE_SHIFT)),
    i_size: () => given("i_size_npages") << BigInt(PAGE_SHIFT),
    nr_pages: () => 1n << given("order"),
  };
  return Object.fromEntries(rule.reads.map((name) => [name, all[name]?.() ?? given(name)]));
}

/** Does a rule read what no model knows? */
export const hasUnknowns = ({ unknowns }: Pick<Rule, "unknowns">): boolean => unknowns.length > 0;

/** What the evaluation was given, where that is anything. */
const givenTo = (rule: Pick<Rule, "unknowns">, answers: Answers | undefined): { given?: readonly Given[] } => {
  const all = hasUnknowns(rule) ? (answers?.ofEvaluation() ?? []) : [];
  return all.length === 0 ? {} : { given: [...all] };
};

/** A rule's hot entry, watched: an undefined outcome is noted with its input, once for each place. */
function watched<F extends (...args: never[]) => number>(
  evaluator: Evaluator,
  entry: F,
  names: readonly string[],
  notes: Map<string, UndefinedInput>,
  answers: Answers | undefined,
): F {
  const { rule } = evaluator;
  if (rule.sites.length === 0) return entry;
  const watching = (...args: never[]): number => {
    const outcome = entry(...args);
    if (outcome !== UNDEFINED) return outcome;
    const site = evaluator.undefinedAt();
    if (site === undefined) throw new Error(`rule ${rule.id} is UNDEFINED without a site`);
    const key = `${rule.id}:${site.line}:${site.column}`;
    const note = { rule: rule.id, site, inputs: inputsOf(rule, names, args), ...givenTo(rule, answers) };
    // One that needs no value that nobody knows says more.
    const known = notes.get(key);
    if (known === undefined || (known.given !== undefined && note.given === undefined)) notes.set(key, note);
    return outcome;
  };
  return watching as F; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the same parameters and result as F
}

/** The rule, its unknowns answered. */
const compiledWith = (rule: Rule, answers: Answers | undefined): Evaluator =>
  answers === undefined ? evaluatorOf(rule) : compileRule(rule, (at, times) => answers.answer(rule, at, times));

/** The hot entry of a rule with unknowns, which says first what it is asked about. */
function announced<F extends (...args: never[]) => number>(
  rule: Rule,
  entry: F,
  announce: (...args: never[]) => void,
): F {
  if (!hasUnknowns(rule)) return entry;
  const announcing = (...args: never[]): number => {
    announce(...args);
    return entry(...args);
  };
  return announcing as F; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the same parameters and result as F
}

/** Asked about a page that nobody maps yet: its frame plays no part. */
function orderRuleOf(rule: Rule, notes: Map<string, UndefinedInput>, answers: Answers | undefined): OrderRule {
  const evaluator = compiledWith(rule, answers);
  const asked: OrderRule = (pgoff, base_gfn, npages, ugfn, file_order, i_size_npages, index, order) =>
    evaluator.map(pgoff, base_gfn, npages, ugfn, file_order, i_size_npages, 0, index, order);
  const entry = watched(evaluator, asked, ORDER_ARGUMENTS, notes, answers);
  return announced(rule, entry, (...args: Parameters<OrderRule>) => answers?.order(args[7]));
}

/** Compile the rules and put them into a world. */
export function worldOf(
  rules: Rules,
  setting: Pick<Setting, "orders" | "resize" | "file"> & Partial<Pick<Setting, "level_rule">>,
  arch: Arch = setting.level_rule === undefined ? x86_64 : archOf({ level_rule: setting.level_rule }),
): CompiledWorld {
  const notes = new Map<string, UndefinedInput>();
  const answers = decidingIn(rules).some(hasUnknowns) ? newAnswers() : undefined;
  const [bind, map, level] = [
    compiledWith(rules.bind, answers),
    compiledWith(rules.map, answers),
    compiledWith(rules.level, answers),
  ];
  const world: World = {
    arch,
    bind_rule: announced(rules.bind, watched(bind, bind.bind, BIND_ARGUMENTS, notes, answers), () => answers?.bind()),
    map_rule: announced(
      rules.map,
      watched(map, map.map, MAP_ARGUMENTS, notes, answers),
      (...args: Parameters<Evaluator["map"]>) => answers?.map(args[8]),
    ),
    level_rule: announced(
      rules.level,
      watched(level, level.level, LEVEL_ARGUMENTS, notes, answers),
      (...args: Parameters<Evaluator["level"]>) => answers?.level(args[0], args[6]),
    ),
    ...(rules.order && { order_rule: orderRuleOf(rules.order, notes, answers) }),
    orders: setting.orders,
    resize: setting.resize,
    answers,
    ...(rules.must && { must_rule: compileRule(rules.must).bind }),
    ...(rules.own && { own_claims: new Map(rules.own.map((claim) => [claim.id, compileClaim(claim)])) }),
    ...(setting.file && { file: FILES[setting.file] }),
  };
  return { world, answers, undefinedInputs: notes };
}

/** The ops with all that they were given when they ran just now: values that come to the same whatever else is known. */
export const withAllGiven = (ops: readonly Op[], { answers }: Pick<CompiledWorld, "answers">): readonly Op[] => {
  const asked = answers?.asked() ?? new Map<number, readonly Given[]>();
  return ops.map((op, at) => giving(op, asked.get(at) ?? []));
};
