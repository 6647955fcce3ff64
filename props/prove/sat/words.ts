/** Words of literals, lowest bit first, and what arithmetic makes of them. Results are as wide as the first operand. */

import type { Gates, Literal } from "./gates.ts";
import { and, choose, FALSE_LITERAL, majority, parity, TRUE_LITERAL, xor } from "./gates.ts";

export type Word = readonly Literal[];

const at = (word: Word, place: number): Literal => word[place] as Literal;

export const complement = (x: Word): Word => x.map((literal) => literal ^ 1);
const filled = (width: number, literal: Literal): Word => Array.from({ length: width }, () => literal);
export const zero = (width: number): Word => filled(width, FALSE_LITERAL);
export const topOf = (x: Word): Literal => at(x, x.length - 1);

/** Bits that are taken out of a bigint at a time. */
const CHUNK = 32;

export function constantWord(width: number, value: bigint): Word {
  const word: Literal[] = [];
  for (let low = 0; low < width; low += CHUNK) {
    const chunk = Number((value >> BigInt(low)) & 0xffff_ffffn);
    for (let place = 0; place < Math.min(CHUNK, width - low); place++) word.push((chunk >>> place) & 1);
  }
  return word;
}

export const bitwise = (g: Gates, op: (g: Gates, a: Literal, b: Literal) => Literal, x: Word, y: Word): Word =>
  x.map((literal, place) => op(g, literal, at(y, place)));

export const chooseWord = (g: Gates, condition: Literal, then: Word, otherwise: Word): Word =>
  then.map((literal, place) => choose(g, condition, literal, at(otherwise, place)));

export const all = (g: Gates, x: Word): Literal => x.reduce((said, literal) => and(g, said, literal), TRUE_LITERAL);
const any = (g: Gates, x: Word): Literal => all(g, complement(x)) ^ 1;

export const equal = (g: Gates, x: Word, y: Word): Literal => all(g, complement(bitwise(g, xor, x, y)));

/** The sum with a carry in; what overflows is lost. */
export function add(g: Gates, x: Word, y: Word, carryIn: Literal): Word {
  let carry = carryIn;
  return x.map((literal, place) => {
    const sum = parity(g, literal, at(y, place), carry);
    carry = majority(g, literal, at(y, place), carry);
    return sum;
  });
}

export const subtract = (g: Gates, x: Word, y: Word): Word => add(g, x, complement(y), TRUE_LITERAL);
export const negative = (g: Gates, x: Word): Word => add(g, zero(x.length), complement(x), TRUE_LITERAL);

/** x < y as unsigned numbers: the borrow of x - y. */
export const less = (g: Gates, x: Word, y: Word): Literal =>
  x.reduce((borrow, literal, place) => majority(g, literal ^ 1, at(y, place), borrow), FALSE_LITERAL);

const withTopFlipped = (x: Word): Word => [...x.slice(0, -1), topOf(x) ^ 1];
export const signedLess = (g: Gates, x: Word, y: Word): Literal => less(g, withTopFlipped(x), withTopFlipped(y));

/** A shift by any amount: to the left, or to the right with `fill` coming in. By the width or more only the fill is left. */
export function shift(g: Gates, direction: "left" | "right", x: Word, by: Word, fill: Literal): Word {
  const { length } = x;
  const small = by.filter((_, place) => 2 ** place < length);
  let shifted = x;
  for (const [place, bit] of small.entries()) {
    const far = 2 ** place;
    const moved =
      direction === "left"
        ? [...filled(far, fill), ...shifted.slice(0, length - far)]
        : [...shifted.slice(far), ...filled(far, fill)];
    shifted = chooseWord(g, bit, moved, shifted);
  }
  return chooseWord(g, any(g, by.slice(small.length)), filled(length, fill), shifted);
}

/** Open bits of a word. */
const open = (x: Word): number => x.filter((literal) => literal > TRUE_LITERAL).length;

export function multiply(g: Gates, x: Word, y: Word): Word {
  // Fewer rows where one side is mostly constant.
  const [of, by] = open(x) < open(y) ? [y, x] : [x, y];
  let sum = zero(x.length);
  for (const [place, bit] of by.entries()) {
    if (g.folds && bit === FALSE_LITERAL) continue;
    const row = [...zero(place), ...of.slice(0, x.length - place)].map((literal) => and(g, literal, bit));
    sum = add(g, sum, row, FALSE_LITERAL);
  }
  return sum;
}

/** Long division. By 0 the quotient is all ones and the remainder x, as SMT-LIB has it. */
export function divide(g: Gates, x: Word, y: Word): { quotient: Word; remainder: Word } {
  const wide = [...y, FALSE_LITERAL];
  const quotient: Literal[] = [];
  let remainder = zero(x.length);
  for (const literal of x.toReversed()) {
    const next = [literal, ...remainder];
    const fits = less(g, next, wide) ^ 1;
    quotient.unshift(fits);
    remainder = chooseWord(g, fits, subtract(g, next, wide), next).slice(0, x.length);
  }
  return { quotient, remainder };
}

/** x, or -x where the condition holds. */
export const negatedIf = (g: Gates, condition: Literal, x: Word): Word =>
  add(
    g,
    x.map((literal) => xor(g, literal, condition)),
    zero(x.length),
    condition,
  );

/** Towards zero; the remainder has the dividend's sign. */
export function signedDivide(g: Gates, x: Word, y: Word): { quotient: Word; remainder: Word } {
  const [ofX, ofY] = [topOf(x), topOf(y)];
  const { quotient, remainder } = divide(g, negatedIf(g, ofX, x), negatedIf(g, ofY, y));
  return { quotient: negatedIf(g, xor(g, ofX, ofY), quotient), remainder: negatedIf(g, ofX, remainder) };
}
