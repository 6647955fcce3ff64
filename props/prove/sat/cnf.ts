/**
 * Gates as clauses: a variable a gate, and the clauses that say what it is (Tseitin). A conjunction that is used once is
 * no variable of its own. What the formula's truth does not need is left out.
 */

import type { Gates, Literal } from "./gates.ts";
import { AND, FALSE_LITERAL, INPUT, ITE, MAJORITY, XOR, XOR3 } from "./gates.ts";
import type { Ints } from "./ints.ts";
import { heldBy, newInts, push } from "./ints.ts";
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
  readonly literals: Ints;
  /** Where in `literals` the clause that is being written starts. */
  start: number;
  /** Gates that have a variable and no clauses yet. */
  readonly todo: number[];
}

/** Its operand `c` is one. */
const hasThird = (kind: number): boolean => kind !== AND && kind !== XOR && kind !== INPUT;

function countUses(g: Gates, root: Literal): Int32Array {
  const uses = new Int32Array(g.kind.length);
  const seen = new Uint8Array(g.kind.length);
  const stack = [root >> 1];
  const use = (operand: Literal): void => {
    const at = operand >> 1;
    uses[at] = (uses[at] as number) + 1;
    if (seen[at] === 0) stack.push(at);
  };
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (seen[at] === 1) continue;
    seen[at] = 1;
    const kind = g.kind[at] as number;
    if (kind === INPUT) continue;
    use(g.a[at] as Literal);
    use(g.b[at] as Literal);
    if (hasThird(kind)) use(g.c[at] as Literal);
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

/** Adds a literal to the clause that is being written, unless it is there. */
function say({ literals, start }: Writer, literal: number): void {
  const { at, length } = literals;
  for (let k = start; k < length; k++) if (at[k] === literal) return;
  push(literals, literal);
}

/** Ends the clause; one that says a literal and its opposite is always true, and says nothing. */
function end(w: Writer): void {
  const { literals, start } = w;
  const { at, length } = literals;
  for (let k = start; k < length; k++) {
    const opposite = -(at[k] as number);
    for (let other = k + 1; other < length; other++) {
      if (at[other] !== opposite) continue;
      literals.length = start;
      return;
    }
  }
  push(literals, 0);
  w.start = literals.length;
  w.numClauses++;
}

/** A clause of up to four literals; 0 is none. */
function put(w: Writer, first: number, second: number, third: number, fourth: number): void {
  say(w, first);
  if (second !== 0) say(w, second);
  if (third !== 0) say(w, third);
  if (fourth !== 0) say(w, fourth);
  end(w);
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
  put(w, -c, -x, o, 0);
  put(w, -c, x, -o, 0);
  put(w, c, -y, o, 0);
  put(w, c, y, -o, 0);
  // Implied, and saves the solver the case split where both sides agree.
  put(w, -x, -y, o, 0);
  put(w, x, y, -o, 0);
}

function putParity(w: Writer, o: number, x: number, y: number, z: number): void {
  for (let row = 0; row < 8; row++) {
    const p = row & 1;
    const q = (row >> 1) & 1;
    const r = row >> 2;
    put(w, p ? -x : x, q ? -y : y, r ? -z : z, p ^ q ^ r ? o : -o);
  }
}

/** The gate is true if and only if all its parts are. */
function putAnd(w: Writer, o: number, at: number): void {
  const parts = conjuncts(w, 2 * at, "unused").map((literal) => toDimacs(w, literal));
  for (const part of parts) put(w, -o, part, 0, 0);
  say(w, o);
  for (const part of parts) say(w, -part);
  end(w);
}

/** What the gate's variable means. */
function define(w: Writer, at: number): void {
  const o = w.variable[at] as number;
  const { kind, a, b, c } = w.g;
  const of = kind[at] as number;
  if (of === INPUT) {
    if (2 * at === FALSE_LITERAL) put(w, -o, 0, 0, 0);
    return;
  }
  if (of === AND) {
    putAnd(w, o, at);
    return;
  }
  const x = toDimacs(w, a[at] as Literal);
  const y = toDimacs(w, b[at] as Literal);
  const z = hasThird(of) ? toDimacs(w, c[at] as Literal) : 0;
  if (of === XOR) {
    put(w, -o, x, y, 0);
    put(w, -o, -x, -y, 0);
    put(w, o, -x, y, 0);
    put(w, o, x, -y, 0);
  } else if (of === ITE) {
    putChoice(w, o, x, y, z);
  } else if (of === MAJORITY) {
    put(w, -x, -y, o, 0);
    put(w, x, y, -o, 0);
    put(w, -x, -z, o, 0);
    put(w, x, z, -o, 0);
    put(w, -y, -z, o, 0);
    put(w, y, z, -o, 0);
  } else if (of === XOR3) {
    putParity(w, o, x, y, z);
  } else {
    throw new Error(`no gate is of kind ${of}`);
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
    literals: newInts(1 << 15),
    start: 0,
    todo: [],
  };
  for (const literal of conjuncts(w, root, "all")) {
    // A disjunction that is used once is a clause as it is.
    if (g.kind[literal >> 1] === AND && w.uses[literal >> 1] === 1 && w.variable[literal >> 1] === 0) {
      for (const part of conjuncts(w, literal ^ 1, "unused")) say(w, -toDimacs(w, part));
      end(w);
    } else put(w, toDimacs(w, literal), 0, 0, 0);
  }
  for (let at = w.todo.pop(); at !== undefined; at = w.todo.pop()) define(w, at);
  const { numVars, numClauses, literals, variable } = w;
  return { cnf: { numVars, numClauses, literals: heldBy(literals) }, variable };
}
