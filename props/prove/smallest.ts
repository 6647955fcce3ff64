/**
 * Is a counterexample the smallest there is, by the order of order.ts, of all that one slot can make? The prover's own
 * scene stands for every sequence of ops (see prove-scene.ts), so the ops that a model of it comes to are weighed in the
 * formula, and a lighter model is asked for. Lists of the same weight, which only their text tells apart, are left out.
 */

import type { ClaimName } from "../../model/claim.ts";
import { isAboutOthers, isBinding, isMapping } from "../../model/claim.ts";
import { largestISize } from "../../model/abstract/file.ts";
import type { Op } from "../../sim/op.ts";
import { decidingIn, hasUnknowns } from "../../sim/world.ts";
import { weigh } from "../../sim/op-order.ts";
import type { Ask } from "./ask.ts";
import { aboutWorld, LONG } from "./ask.ts";
import type { Case } from "./case.ts";
import { casesOf } from "./claims.ts";
import { fileOf, page } from "./inputs.ts";
import { iSizeMatters } from "./ops.ts";
import { judgeCases } from "./verdict.ts";
import type { Query, Question, Smallest } from "./question.ts";
import { TOO_LONG } from "./smt/expression.ts";
import type { Answer } from "./smt/answer.ts";
import type { Term } from "./smt/term.ts";
import { add, and, bits, eq, extract, FALSE, ite, or, ult } from "./smt/term.ts";

/** What a list of ops adds up to, but for its slots, of which there is one. */
interface Weighed {
  readonly ops: Term;
  readonly sizeBits: Term;
  readonly addressBits: Term;
  readonly sizes: Term;
  readonly addresses: Term;
}

const NUMBERS = 16;
const number = (n: number): Term => bits(NUMBERS, n);
const sum = (terms: readonly Term[]): Term => terms.reduce(add);

/** Bits of the binary form of a page quantity; 0 has none. */
function bitLengthOf(t: Term): Term {
  let length = number(0);
  for (let at = 0; at < 53; at++) length = ite(eq(extract(t, at, at), bits(1, 1)), number(at + 1), length);
  return length;
}

const nothing: Weighed = {
  ops: number(0),
  sizeBits: number(0),
  addressBits: number(0),
  sizes: page(0),
  addresses: page(0),
};

const plus = (a: Weighed, b: Weighed): Weighed => ({
  ops: add(a.ops, b.ops),
  sizeBits: add(a.sizeBits, b.sizeBits),
  addressBits: add(a.addressBits, b.addressBits),
  sizes: add(a.sizes, b.sizes),
  addresses: add(a.addresses, b.addresses),
});

const when = (condition: Term, then: Weighed, otherwise: Weighed = nothing): Weighed => ({
  ops: ite(condition, then.ops, otherwise.ops),
  sizeBits: ite(condition, then.sizeBits, otherwise.sizeBits),
  addressBits: ite(condition, then.addressBits, otherwise.addressBits),
  sizes: ite(condition, then.sizes, otherwise.sizes),
  addresses: ite(condition, then.addresses, otherwise.addresses),
});

/** One op with these sizes and addresses. */
const op = (sizes: readonly Term[], addresses: readonly Term[]): Weighed => ({
  ops: number(1),
  sizeBits: sum([number(0), ...sizes.map(bitLengthOf)]),
  addressBits: sum([number(0), ...addresses.map(bitLengthOf)]),
  sizes: sum([page(0), ...sizes]),
  addresses: sum([page(0), ...addresses]),
});

/** set_order, if the file's order is another. */
const toOrder = (from: Term, to: Term): Weighed => when(eq(from, to), nothing, op([to], []));
/** set_i_size, if the file's size is another. */
const toISize = toOrder;

/** What the ops of a case weigh, op for op as prove-ops.ts tells them. */
export function weighCase({ claim, scene }: Case): Weighed {
  const { setting, rules } = scene.question;
  const { slot } = scene.bound;
  const matters = iSizeMatters(scene.question);
  const untouched = page(largestISize(fileOf(setting.file)));
  const atBind = slot.order.of(page);
  const folio = page(scene.folio);
  const size = isBinding(claim) || matters.atBind ? slot.i_size_npages : untouched;
  const sizeNow = matters.now ? scene.i_size_now : size;
  const touch = op([], [scene.gfn]);
  const bound = op([slot.npages], [slot.base_gfn, slot.pgoff, slot.ugfn]);
  const before = [toOrder(page(setting.orders[0] ?? 0), atBind), toISize(untouched, size), bound];
  if (isBinding(claim)) return before.reduce(plus);
  // The order rule allows a folio that is smaller than what the file has.
  const has = rules.order === undefined ? folio : scene.now.of(page);
  const found = [toOrder(atBind, has), toISize(size, sizeNow), touch];
  if (rules.order !== undefined) return [...before, ...found].reduce(plus);
  const now = isMapping(claim) ? scene.now.of(page) : folio;
  const again = when(eq(now, folio), nothing, plus(op([now], []), touch));
  return [...before, ...found, again].reduce(plus);
}

/** Is the case lighter than the ops? The first number that differs says so. */
function lighter(c: Case, ops: readonly Op[]): Term {
  const than = weigh(ops);
  const { ops: numOps, sizeBits, addressBits, sizes, addresses } = weighCase(c);
  const pairs: (readonly [Term, Term])[] = [
    [numOps, number(than[0])],
    [sizeBits, number(than[2])],
    [addressBits, number(than[3])],
    [sizes, page(than[4])],
    [addresses, page(than[5])],
  ];
  return pairs.reduceRight((less, [of, limit]) => or(ult(of, limit), and(eq(of, limit), less)), FALSE);
}

/** One slot, of the first VM and of number 0, is what the scene has. */
const isOfOneSlot = (claim: ClaimName, ops: readonly Op[]): boolean => !isAboutOthers(claim) && weigh(ops)[1] === 1;

export async function proveSmallest(
  ask: Ask,
  question: Question,
  claim: ClaimName,
  ops: readonly Op[],
): Promise<Smallest> {
  const queries: Query[] = [];
  if (decidingIn(question.rules).some(hasUnknowns)) {
    return { status: "unknown", reason: "the check reads what no model knows", queries };
  }
  if (!isOfOneSlot(claim, ops)) return { status: "unknown", reason: "there are two slots", queries };
  const about = aboutWorld(question);
  const than = weigh(ops).join("-");
  const kept = async (name: string, what: string, term: Term): Promise<Answer> => {
    const { query, said } = await ask(`${name}-lighter-than-${than}`, [what, ...about], term);
    queries.push(query);
    return said;
  };
  try {
    const { verdict } = await judgeCases(kept, casesOf(question, claim), (c) => lighter(c, ops));
    if (verdict.status === "proved") return { status: "smallest", queries };
    return verdict.status === "refuted" ? { status: "smaller", ops: verdict.ops, queries } : { ...verdict, queries };
  } catch (error) {
    if (error !== TOO_LONG) throw error;
    return { status: "unknown", reason: LONG, queries };
  }
}
