/** The smallest values with which a formula is true, by order.ts: the solver is asked for less until there is none. */

import type { Answer } from "../prove/smt/answer.ts";
import { constant } from "../prove/smt/expression.ts";
import { isSigned, WIDTH } from "../../model/rule/tree.ts";
import type { Term } from "../prove/smt/term.ts";
import { and, bits, eq, ite, not, slt, ule } from "../prove/smt/term.ts";
import { valuation } from "../prove/smt/value.ts";
import { bitsIn, isZero, type Model, sizeOf, type Sought, total, valueIn } from "./terms.ts";

export type AskTerm = (name: string, term: Term) => Promise<Answer>;

export interface Smallest {
  readonly model: Model;
  /** Why no smaller one may have been found. */
  readonly open?: string;
}

/**
 * @param formula true in the model
 * @param sought in the order in which they are compared
 */
export async function smallest(
  ask: AskTerm,
  formula: Term,
  sought: readonly Sought[],
  found: Model,
  name: string,
): Promise<Smallest> {
  let model = found;
  let narrowed = formula;
  let open: string | undefined;
  let asked = 0;

  const tryWith = async (more: Term): Promise<boolean> => {
    asked += 1;
    const said = await ask(`${name}-${asked}`, and(narrowed, more));
    if (said.answer === "unknown") open = said.reason;
    if (said.answer === "sat") model = said.model;
    return said.answer === "sat";
  };

  /** As little of this as there is; then no more of it. */
  const least = async (measure: Term, atLeast: bigint): Promise<void> => {
    let low = atLeast;
    let high = valuation(model)(measure);
    while (low < high) {
      const middle = (low + high) / 2n;
      // oxlint-disable-next-line no-await-in-loop -- each tells where to ask next
      if (await tryWith(ule(measure, bits(measure.width, middle)))) high = valuation(model)(measure);
      else if (open === undefined) low = middle + 1n;
      else return;
    }
    narrowed = and(narrowed, eq(measure, bits(measure.width, high)));
  };

  if (sought.every((each) => valueIn(model, each) === 0n)) return { model };
  const many = total(sought.map((each) => ite(isZero(each), bits(16, 0), bits(16, 1))));
  await least(many, 0n);
  await least(total(sought.map(bitsIn)), valuation(model)(many));
  for (const each of sought) {
    if (open !== undefined) break;
    // oxlint-disable-next-line no-await-in-loop -- what comes later is smallest where this is
    await least(sizeOf(each), 0n);
    const { type, term } = each;
    if (isSigned(type) && valueIn(model, each) < 0n) {
      // oxlint-disable-next-line no-await-in-loop -- the same
      const isPositive = await tryWith(not(slt(term, bits(WIDTH[type], 0))));
      if (!isPositive && open !== undefined) break;
    }
    narrowed = and(narrowed, eq(term, constant(type, valueIn(model, each))));
  }
  return { model, ...(open !== undefined && { open }) };
}
