/**
 * The one scene that a proof is about: one or two slots bound to an empty file, one fault, one folio, one mapping.
 *
 * Why one fault stands for every sequence of ops. What a claim reads after a fault is the slot, the page, the folio
 * that holds it and the mapping made of it. A fault that allocates does so at the file's order rounded down, as on an
 * empty file, unless a page is in the way; then the folio is that one page, which lies in the slot and outside every other
 * slot, so no allocation claim can break. So pages that are present only ever make folios smaller, and a fault before
 * the last one is never needed to break an allocation claim. A mapping claim also reads folios that are there already: such
 * a folio was made by an earlier fault, at an order that the file had then, so its order is one of the setting's, whatever
 * the file's order is now; the scene leaves both free (`folio`, `now`), and one fault before the last makes any such pair.
 * Deleting a slot, punching a hole or cutting the file's size takes folios and slots away, which makes states that
 * others reach without it: a slot alone in its table was always possible. What is left is the file's order and size
 * at each bind and at the fault, and these are free where the setting lets them change. Where it does not, the order
 * that the first bind saw is that of every bind and fault after it. An i_size can change at will where ftruncate sets it; where the
 * file is made with it, all see the same one, and a folio that must lie in the file is a base page where it would not.
 * test/prove-scene.test.ts holds random sequences of ops against this.
 */

import { folioNpages } from "../../model/units.ts";
import type { Choice, FreeSlot } from "./inputs.ts";
import { fileOf, freeISizeOf, freeOrders, freeSlot, page, pages, slotInputs } from "./inputs.ts";
import type { Rule } from "../../model/rule/tree.ts";
import type { FileName } from "../../model/abstract/behaviour.ts";
import { onceFor } from "./once.ts";
import type { Question } from "./question.ts";
import type { Inputs } from "./smt/expression.ts";
import type { RuleTerms } from "./smt/rule.ts";
import { ruleTerms } from "./smt/rule.ts";
import type { Term } from "./smt/term.ts";
import { add, and, bitAnd, bits, FALSE, not, or, sub, TRUE, truth, ule, ult } from "./smt/term.ts";

/** A rule that is asked in a scene. */
export interface RuleAsked {
  readonly rule: Rule;
  readonly terms: RuleTerms;
  /** The op that carries what it is given: the bind of a slot, or the last fault. */
  readonly on: "slot" | "other" | "fault";
  /** Of a map, level or order rule. */
  readonly order?: number;
  /** It is asked. */
  readonly when: Term;
}

export interface Bound {
  readonly slot: FreeSlot;
  readonly rule: RuleTerms;
  /** The ioctl lets it through, and there is such a file. */
  readonly possible: Term;
  /** The ioctl and the rule let it through. */
  readonly accepted: Term;
}

export interface Scene {
  readonly question: Question;
  readonly bound: Bound;
  /** The page that is touched, counted from the slot's start. */
  readonly touched: Term;
  readonly index: Term;
  readonly gfn: Term;
  /** Order of the folio that holds the page. */
  readonly folio: number;
  /** The file at the last fault: a map or level rule may read it. */
  readonly now: Choice;
  readonly i_size_now: Term;
  /** The slot is there and the page lies in it. */
  readonly happens: Term;
}

const boundOnce = onceFor<Bound>();
const sceneOnce = onceFor<Scene>();
const levelsOnce = onceFor<readonly Level[]>();

/** A slot bound to the file under the question's rule, where the folio of the fault has this order; it starts `at`. */
export function bindSlot(
  question: Question,
  name: string,
  folio: number,
  at?: Term,
  fixedTo?: readonly number[],
): Bound {
  const build = (): Bound => slotBound(question, name, folio, at, fixedTo);
  return at === undefined ? boundOnce(question, `${name} ${folio} ${fixedTo?.join() ?? ""}`, build) : build();
}

function slotBound(
  question: Question,
  name: string,
  folio: number,
  at: Term | undefined,
  fixedTo: readonly number[] | undefined,
): Bound {
  const { setting, rules, loops } = question;
  const order = freeOrders(setting.orders, setting.resize, folio, fixedTo).atBind(name);
  const { i_size, made } = freeISizeOf(fileOf(setting.file), `${name}_i_size`, order);
  const slot = freeSlot(name, order, "slots", at, i_size);
  const rule = ruleTerms(rules.bind, slotInputs(slot, slot.order, slot.i_size_npages), name, loops);
  const possible = and(slot.allowed, made);
  return { slot, rule, possible, accepted: and(possible, rule.accepts) };
}

/** The scene with a folio of this order: a formula for each is sooner solved than one for all. */
export function scene(question: Question, folio: number, at?: Term, fixedTo?: readonly number[]): Scene {
  const build = (): Scene => sceneOf(question, folio, at, fixedTo);
  return at === undefined ? sceneOnce(question, `${folio} ${fixedTo?.join() ?? ""}`, build) : build();
}

/** Orders that a file may have whose fault gets a folio of this order, where its order stays: its own, unless a rule says which. */
export const ordersFor = ({ rules, setting }: Question, folio: number): readonly number[] | undefined =>
  rules.order === undefined ? undefined : setting.orders.filter((order) => order >= folio);

/** The scene with a folio of this order, in any file whose faults may get one. */
export const folioScene = (question: Question, folio: number): Scene =>
  scene(question, folio, undefined, ordersFor(question, folio));

function sceneOf(
  question: Question,
  folio: number,
  at: Term | undefined,
  fixedTo: readonly number[] | undefined,
): Scene {
  const { orders, resize, file } = question.setting;
  const bound = bindSlot(question, "slot", folio, at, fixedTo);
  const { slot } = bound;
  const touched = pages("touched", 31);
  const index = add(slot.pgoff, touched);
  const now = freeOrders(orders, resize, folio, fixedTo).atFault;
  const i_size_now = freeISizeOf(fileOf(file), "i_size_now", now).i_size;
  return {
    question,
    bound,
    touched,
    index,
    gfn: add(slot.base_gfn, touched),
    folio,
    now,
    i_size_now,
    happens: and(bound.accepted, ult(touched, slot.npages), fitsInFile(file, index, folio, i_size_now)),
  };
}

/** The folio of this order around a page ends within i_size, in a file that gives no other. */
function fitsInFile(file: FileName | undefined, index: Term, folio: number, i_size: Term): Term {
  if (folio === 0 || !fileOf(file).folio_in_i_size) return TRUE;
  return ule(add(sub(index, offsetInBlock(index, folio)), pagesOf(folio)), i_size);
}

/** Pages of a folio of this order. */
export const pagesOf = (order: number): Term => page(folioNpages(order));

/** How far into its aligned block of this order a page lies: the block starts at `t - offsetInBlock(t, order)`. */
export const offsetInBlock = (t: Term, order: number): Term => bitAnd(t, sub(pagesOf(order), page(1)));

/**
 * The block of this order around the touched page, against the slot's ends, told twice. In distances from the slot's start,
 * of which the touched page has `touched` to go, it is about 31 bits of the slot and the low bits of an address: rules
 * that compare two addresses are decided so. In positions it is what rules that round an address say. Nothing wraps, so
 * the two come to the same: obligations.ts asks.
 */
export interface Twice {
  readonly distances: Term;
  readonly positions: Term;
}

/** Where the touched page lies, and where the slot starts: both in the file, or both in the guest. */
export interface Place {
  readonly at: Term;
  readonly start: Term;
}

export const inFile = ({ index, bound }: Scene): Place => ({ at: index, start: bound.slot.pgoff });
export const inGuest = ({ gfn, bound }: Scene): Place => ({ at: gfn, start: bound.slot.base_gfn });

const blockStart = ({ at }: Place, order: number): Term => sub(at, offsetInBlock(at, order));

export const starts = (s: Scene, place: Place, order: number): Twice => ({
  distances: ult(s.touched, offsetInBlock(place.at, order)),
  positions: ult(blockStart(place, order), place.start),
});
export const ends = (s: Scene, place: Place, order: number): Twice => ({
  distances: ult(add(s.bound.slot.npages, offsetInBlock(place.at, order)), add(s.touched, pagesOf(order))),
  positions: ult(add(place.start, s.bound.slot.npages), add(blockStart(place, order), pagesOf(order))),
});

const both = ({ distances, positions }: Twice): Term => and(distances, positions);
const neither = ({ distances, positions }: Twice): Term => and(not(distances), not(positions));

export const startsBefore = (s: Scene, place: Place, order: number): Term => both(starts(s, place, order));
export const endsBehind = (s: Scene, place: Place, order: number): Term => both(ends(s, place, order));

/** The order rule, asked about the folio of a fault. */
export interface Granted {
  /** The page gets a folio of the scene's order, if no page is in its way. */
  readonly granted: Term;
  /** The rule would let it have one, whatever becomes of larger orders. A base page is never asked about. */
  readonly allowed: Term;
  /** A loop of the rule was not followed to its end, for an order that one of the two depends on. */
  readonly cut: Term;
  readonly asked: readonly (RuleAsked & { readonly inputs: Inputs })[];
}

/**
 * What the fault asks for, largest first: the folio is of the first order that the rule allows, of those up to the file's; one
 * about which C says nothing is not allowed. Where an allowed order does not fit in the file the next one is asked for; and where a
 * page is in its way, which is no other case: the larger block holds the smaller, and leaves the slot wherever that does.
 */
export function grantedIn(s: Scene): Granted {
  const { rules, setting, loops } = s.question;
  const rule = rules.order;
  if (rule === undefined) return { granted: TRUE, allowed: TRUE, cut: FALSE, asked: [] };
  const ofSlot = slotInputs(s.bound.slot, s.now, s.i_size_now);
  const isUpTo = (order: number): Term => s.now.of((now) => truth(order <= now));
  let undecided: Term = s.happens;
  let [granted, allowed, cut]: [Term, Term, Term] = [FALSE, s.happens, FALSE];
  const asked: (RuleAsked & { readonly inputs: Inputs })[] = [];
  for (const order of setting.orders.toReversed()) {
    if (order === 0 || order < s.folio) continue;
    const inputs = { ...ofSlot, index: s.index, order: bits(32, order), nr_pages: pagesOf(order) };
    const terms = ruleTerms(rule, inputs, `order_${order}`, loops);
    const when = and(undecided, isUpTo(order));
    asked.push({ rule, terms, on: "fault", order, when, inputs });
    cut = or(cut, and(order === s.folio ? and(s.happens, isUpTo(order)) : when, terms.cut));
    if (order === s.folio) granted = and(when, terms.accepts);
    if (order === s.folio) allowed = and(s.happens, isUpTo(order), terms.accepts);
    const fits = fitsInFile(setting.file, s.index, order, s.i_size_now);
    undecided = and(undecided, or(not(isUpTo(order)), not(terms.accepts), not(fits)));
  }
  return { granted: s.folio === 0 ? undecided : granted, allowed, cut, asked };
}

/** The two ways in which a rule at a mapping level is asked and can come out. */
export interface Level {
  readonly order: number;
  /** What both rules are asked about. */
  readonly inputs: Inputs;
  /** The guest gets a mapping of this order. */
  readonly mapped: Term;
  /** A loop of one of the two rules was not followed to its end. */
  readonly cut: Term;
  readonly level: RuleTerms;
  /** The level rule is asked: the folio is large enough, and the slot's ends do not cut the block where they are asked. */
  readonly levelAsked: Term;
  readonly map: RuleTerms;
  readonly mapAsked: Term;
}

/** Who is asked at a level. */
export const askedAt = ({ rules }: Question, at: Level): readonly RuleAsked[] => [
  { rule: rules.level, terms: at.level, on: "slot", order: at.order, when: at.levelAsked },
  { rule: rules.map, terms: at.map, on: "fault", order: at.order, when: at.mapAsked },
];

/** What model/fault.ts mappingOrder decides, level by level, largest first. */
export const mappingLevels = (s: Scene): readonly Level[] => levelsOnce(s, "", () => levelsOf(s));

function levelsOf(s: Scene): readonly Level[] {
  const { rules, arch, loops } = s.question;
  const ofSlot = slotInputs(s.bound.slot, s.now, s.i_size_now);
  let undecided = s.happens;
  const levels: Level[] = [];
  for (const order of arch.levels) {
    if (order > s.folio) continue;
    const isWhole = and(neither(starts(s, inGuest(s), order)), neither(ends(s, inGuest(s), order)));
    const whole = arch.maps_cut_blocks === true ? TRUE : isWhole;
    const inputs = { ...ofSlot, gfn: s.gfn, index: s.index, order: bits(32, order), nr_pages: pagesOf(order) };
    const level = ruleTerms(rules.level, inputs, `level_${order}`, loops);
    const map = ruleTerms(rules.map, inputs, `map_${order}`, loops);
    const levelAsked = and(undecided, whole);
    const mapAsked = and(levelAsked, level.refuses);
    const mapped = and(mapAsked, map.accepts);
    const cut = or(and(levelAsked, level.cut), and(mapAsked, map.cut));
    levels.push({ order, inputs, mapped, cut, level, levelAsked, map, mapAsked });
    undecided = and(undecided, not(mapped));
  }
  return levels;
}
