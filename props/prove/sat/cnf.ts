/**
 * Gates as clauses: a variable a gate, and the clauses that say what it is (Tseitin). A conjunction that is used once is
 * no variable of its own. What the formula's truth does not need is left out.
 */

import type { Gates, Literal } from "./gates.ts";
import { AND, FALSE_LITERAL, INPUT, ITE, MAJORITY, XOR, XOR3 } from "./gates.ts";
import type { Cnf } from "./solve.ts";

/** Clauses that can be met if and only if the formula can be true. */
export interface GateCnf {
  readonly cnf: Cnf;
  /** By gate; 0 is a gate that has no variable. */
  readonly variable: Int32Array;
}

interface Writer {
  readonly g: Gates;
  /** How often each gate is an operand of another, in the part that matters. */
  readonly uses: Int32Array;
  readonly variable: Int32Array;
  numVars: number;
  numClauses: number;
  readonly literals: number[];
  /** Gates that have a variable and no clauses yet. */
  readonly todo: number[];
}

const operandsOf = ({ kind, a, b, c }: Gates, at: number): Literal[] => {
  if (kind[at] === INPUT) return [];
  const two = [a[at] as Literal, b[at] as Literal];
  return kind[at] === AND || kind[at] === XOR ? two : [...two, c[at] as Literal];
};

function countUses(g: Gates, root: Literal): Int32Array {
  const uses = new Int32Array(g.kind.length);
  const seen = new Uint8Array(g.kind.length);
  const stack = [root >> 1];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (seen[at] === 1) continue;
    seen[at] = 1;
    for (const operand of operandsOf(g, at)) {
      uses[operand >> 1] = (uses[operand >> 1] as number) + 1;
      stack.push(operand >> 1);
    }
  }
  return uses;
}

/** In DIMACS signs. */
function toDimacs(w: Writer, literal: Literal): number {
  const at = literal >> 1;
  if (w.variable[at] === 0) {
    w.variable[at] = ++w.numVars;
    w.todo.push(at);
  }
  const variable = w.variable[at] as number;
  return literal & 1 ? -variable : variable;
}

/** A clause, without what it says twice; one that is always true says nothing. */
function put(w: Writer, ...clause: readonly number[]): void {
  if (clause.some((literal, at) => clause.indexOf(-literal, at) >= 0)) return;
  for (const [at, literal] of clause.entries()) if (clause.indexOf(literal) === at) w.literals.push(literal);
  w.literals.push(0);
  w.numClauses++;
}

const isAnd = ({ kind }: Gates, literal: Literal): boolean => !(literal & 1) && kind[literal >> 1] === AND;

/** The operands of a conjunction, and those of conjunctions among them that nothing else uses. */
function conjuncts({ g, uses, variable }: Writer, root: Literal, through: "all" | "unused"): Literal[] {
  const found = new Set<Literal>();
  const stack = [root];
  for (let literal = stack.pop(); literal !== undefined; literal = stack.pop()) {
    const at = literal >> 1;
    const own = literal === root || through === "all" || (uses[at] === 1 && variable[at] === 0);
    if (own && isAnd(g, literal)) stack.push(g.a[at] as Literal, g.b[at] as Literal);
    else found.add(literal);
  }
  return [...found];
}

function putChoice(w: Writer, o: number, c: number, x: number, y: number): void {
  put(w, -c, -x, o);
  put(w, -c, x, -o);
  put(w, c, -y, o);
  put(w, c, y, -o);
  // Implied, and saves the solver the case split where both sides agree.
  put(w, -x, -y, o);
  put(w, x, y, -o);
}

function putParity(w: Writer, o: number, x: number, y: number, z: number): void {
  for (let row = 0; row < 8; row++) {
    const [p, q, r] = [row & 1, (row >> 1) & 1, row >> 2];
    put(w, p ? -x : x, q ? -y : y, r ? -z : z, p ^ q ^ r ? o : -o);
  }
}

/** What the gate's variable means. */
function define(w: Writer, at: number): void {
  const o = w.variable[at] as number;
  const kind = w.g.kind[at] as number;
  if (kind === INPUT) {
    if (2 * at === FALSE_LITERAL) put(w, -o);
    return;
  }
  if (kind === AND) {
    const parts = conjuncts(w, 2 * at, "unused").map((literal) => toDimacs(w, literal));
    for (const part of parts) put(w, -o, part);
    put(w, o, ...parts.map((part) => -part));
    return;
  }
  const [x = 0, y = 0, z = 0] = operandsOf(w.g, at).map((literal) => toDimacs(w, literal));
  if (kind === XOR) {
    put(w, -o, x, y);
    put(w, -o, -x, -y);
    put(w, o, -x, y);
    put(w, o, x, -y);
  } else if (kind === ITE) {
    putChoice(w, o, x, y, z);
  } else if (kind === MAJORITY) {
    for (const [p, q] of [[x, y], [x, z], [y, z]] as const) {
      put(w, -p, -q, o);
      put(w, p, q, -o);
    } // prettier-ignore
  } else if (kind === XOR3) {
    putParity(w, o, x, y, z);
  } else {
    throw new Error(`no gate is of kind ${kind}`);
  }
}

/** Clauses that say: the formula is true. */
export function gateCnf(g: Gates, root: Literal): GateCnf {
  const size = g.kind.length;
  const w: Writer = {
    g,
    uses: countUses(g, root),
    variable: new Int32Array(size),
    numVars: 0,
    numClauses: 0,
    literals: [],
    todo: [],
  };
  for (const literal of conjuncts(w, root, "all")) {
    // A disjunction that is used once is a clause as it is.
    if (g.kind[literal >> 1] === AND && w.uses[literal >> 1] === 1 && w.variable[literal >> 1] === 0) {
      put(w, ...conjuncts(w, literal ^ 1, "unused").map((part) => -toDimacs(w, part)));
    } else put(w, toDimacs(w, literal));
  }
  for (let at = w.todo.pop(); at !== undefined; at = w.todo.pop()) define(w, at);
  const { numVars, numClauses, literals, variable } = w;
  return { cnf: { numVars, numClauses, literals: Int32Array.from(literals) }, variable };
}
