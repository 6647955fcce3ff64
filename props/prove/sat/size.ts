/** About how many gates a formula becomes, told before any is made: a loop of many multiplications is too large to build. */

import { operandsFirst } from "../smt/order.ts";
import type { Term } from "../smt/term.ts";

/** Some seconds of building, and a gigabyte. Every formula of the catalogue is a hundredth of it. */
export const MOST_GATES = 6_000_000;

const onesOf = (value: bigint): number => value.toString(2).replaceAll("0", "").length;

/** Rows of an adder that a product needs: one for each bit that may be set in the operand with fewer. */
const rowsOf = ({ op, value = 0n, width }: Term): number => (op === "const" ? onesOf(value) : width);

function gatesOf(term: Term): number {
  const { op, args } = term;
  const width = Math.max(term.width, ...args.map((arg) => arg.width), 1);
  if (op === "bvmul") return 2 * width * Math.min(...args.map(rowsOf));
  if (op === "bvudiv" || op === "bvurem" || op === "bvsdiv" || op === "bvsrem") return 4 * width * width;
  if (op === "bvshl" || op === "bvlshr" || op === "bvashr") return width * Math.ceil(Math.log2(width + 1));
  return width * Math.max(args.length, 1);
}

/** An estimate of our own: the same everywhere, whatever was asked before. */
export const isTooLarge = (term: Term): boolean =>
  operandsFirst(term).reduce((gates, each) => gates + gatesOf(each), 0) > MOST_GATES;
