/** Terms as gates, bit by bit: QF_BV as SMT-LIB defines it. */

import type { Term } from "../smt/term.ts";
import type { TermOp } from "../smt/term-op.ts";
import { operand } from "../smt/term.ts";
import { operandsFirst } from "../smt/order.ts";
import type { Gates, Literal } from "./gates.ts";
import { and, choose, FALSE_LITERAL, newGates, newInput, or, TRUE_LITERAL, xor } from "./gates.ts";
import type { Stands } from "./unify.ts";
import { standForThemselves, standsFor, unify } from "./unify.ts";
import type { Word } from "./words.ts";
import { add, bitwise, chooseWord, complement, constantWord, divide, equal, less, multiply } from "./words.ts";
import { negative, shift, signedDivide, signedLess, subtract, topOf } from "./words.ts";

export interface Blasted {
  readonly gates: Gates;
  /** The formula. */
  readonly root: Literal;
  /** The bits of each variable, lowest first; a truth value is one bit. */
  readonly variables: ReadonlyMap<string, Word>;
}

const bitsOf = (width: number): number => Math.max(width, 1);

type Make = (g: Gates, x: Word, y: Word, term: Term) => Word;

const truth =
  (make: (g: Gates, x: Word, y: Word) => Literal): Make =>
  (g, x, y) => [make(g, x, y)];

const signOf = topOf;

/** Of one or two operands. */
const OPS: Partial<Record<TermOp, Make>> = {
  not: (_, x) => complement(x),
  "=": truth(equal),
  bvult: truth(less),
  bvule: truth((g, x, y) => less(g, y, x) ^ 1),
  bvslt: truth(signedLess),
  bvsle: truth((g, x, y) => signedLess(g, y, x) ^ 1),
  bvadd: (g, x, y) => add(g, x, y, FALSE_LITERAL),
  bvsub: subtract,
  bvneg: negative,
  bvnot: (_, x) => complement(x),
  bvand: (g, x, y) => bitwise(g, and, x, y),
  bvor: (g, x, y) => bitwise(g, or, x, y),
  bvxor: (g, x, y) => bitwise(g, xor, x, y),
  bvshl: (g, x, y) => shift(g, "left", x, y, FALSE_LITERAL),
  bvlshr: (g, x, y) => shift(g, "right", x, y, FALSE_LITERAL),
  bvashr: (g, x, y) => shift(g, "right", x, y, signOf(x)),
  bvmul: multiply,
  bvudiv: (g, x, y) => divide(g, x, y).quotient,
  bvurem: (g, x, y) => divide(g, x, y).remainder,
  bvsdiv: (g, x, y) => signedDivide(g, x, y).quotient,
  bvsrem: (g, x, y) => signedDivide(g, x, y).remainder,
  concat: (_, x, y) => [...y, ...x],
  extract: (_, x, __, { low = 0, width }) => x.slice(low, low + width),
  zero_extend: (_, x, __, { width }) => [...x, ...constantWord(width - x.length, 0n)],
  sign_extend: (_, x, __, { width }) => [...x, ...Array.from({ length: width - x.length }, () => signOf(x))],
};

function wordOf(g: Gates, term: Term, of: (term: Term) => Word): Word {
  const { op, args } = term;
  const literal = (at: Term): Literal => of(at)[0] as Literal;
  if (op === "const") return constantWord(bitsOf(term.width), term.value ?? 0n);
  if (op === "and") return [args.reduce((said, arg) => and(g, said, literal(arg)), TRUE_LITERAL)];
  if (op === "or") return [args.reduce((said, arg) => or(g, said, literal(arg)), FALSE_LITERAL)];
  const x = of(operand(args, 0));
  if (op === "ite") {
    const [then, otherwise] = [of(operand(args, 1)), of(operand(args, 2))];
    return then.length === 1
      ? [choose(g, x[0] as Literal, then[0] as Literal, otherwise[0] as Literal)]
      : chooseWord(g, x[0] as Literal, then, otherwise);
  }
  const make = OPS[op];
  if (make === undefined) throw new Error(`${op} has no gates`);
  return make(g, x, args.length > 1 ? of(operand(args, 1)) : [], term);
}

/** One circuit for the formula, its inputs being what stands for them. The same names get the same gates each time. */
function build(order: readonly Term[], folds: boolean, stands: Stands | undefined): Blasted & { inputs: number } {
  const gates = newGates(folds);
  const words = new Map<Term, Word>();
  const variables = new Map<string, Word>();
  for (const term of order) {
    if (term.op !== "var" || variables.has(term.name ?? "")) continue;
    variables.set(
      term.name ?? "",
      Array.from({ length: bitsOf(term.width) }, () => newInput(gates)),
    );
  }
  const inputs = gates.kind.length;
  if (stands !== undefined) {
    for (const [name, word] of variables)
      variables.set(
        name,
        word.map((literal) => standsFor(stands, literal)),
      );
  }
  const of = (term: Term): Word => words.get(term) as Word;
  let root = FALSE_LITERAL;
  for (const term of order) {
    const word = term.op === "var" ? (variables.get(term.name ?? "") as Word) : wordOf(gates, term, of);
    words.set(term, word);
    root = word[0] as Literal;
  }
  return { gates, root, variables, inputs };
}

/** Builds until the top conjunction says nothing more about inputs; more rounds than this add little. */
const ROUNDS = 4;

/** @param unifies put equal inputs together and fixed ones out, which makes it smaller */
export function blast(term: Term, { folds, unifies }: { folds: boolean; unifies: boolean }): Blasted {
  const order = operandsFirst(term);
  let built = build(order, folds, undefined);
  if (!unifies) return built;
  const stands = standForThemselves(built.inputs);
  for (let round = 0; round < ROUNDS && unify(built.gates, built.root, stands); round++) {
    built = build(order, folds, stands);
  }
  return built;
}
