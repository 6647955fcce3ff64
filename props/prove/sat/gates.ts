/**
 * Circuits: gates over literals, equal gates once. A literal is twice its gate, plus 1 if it is negated; gate 0 is false.
 *
 * Adders are made of majority and three-input parity, because a solver learns far more from these than from and-gates.
 * Signs are pulled out where a gate allows it, so that a gate and its negation are one.
 */

export type Literal = number;

export const FALSE_LITERAL: Literal = 0;
export const TRUE_LITERAL: Literal = 1;

export const INPUT = 0;
export const AND = 1;
export const XOR = 2;
/** A choice: `a` says whether it is `b` or `c`. */
export const ITE = 3;
export const MAJORITY = 4;
export const XOR3 = 5;

export interface Gates {
  /** Without it nothing is simplified, and a constant is an input like any other: the formula stays visible. */
  readonly folds: boolean;
  readonly kind: number[];
  readonly a: Literal[];
  readonly b: Literal[];
  readonly c: Literal[];
  /** Gates by what they are; 0 is a free place. */
  table: Int32Array;
}

export function newGates(folds: boolean): Gates {
  return { folds, kind: [INPUT], a: [0], b: [0], c: [0], table: new Int32Array(1 << 12) };
}

function append(g: Gates, kind: number, a: Literal, b: Literal, c: Literal): number {
  g.a.push(a);
  g.b.push(b);
  g.c.push(c);
  return g.kind.push(kind) - 1;
}

export const newInput = (g: Gates): Literal => 2 * append(g, INPUT, 0, 0, 0);

function placeOf(g: Gates, kind: number, a: Literal, b: Literal, c: Literal): number {
  const mask = g.table.length - 1;
  let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35) ^ kind;
  hash ^= hash >>> 15;
  for (let place = hash & mask; ; place = (place + 1) & mask) {
    const there = g.table[place] as number;
    if (there === 0) return place;
    if (g.kind[there] === kind && g.a[there] === a && g.b[there] === b && g.c[there] === c) return place;
  }
}

function grow(g: Gates): void {
  const before = g.table;
  g.table = new Int32Array(2 * before.length);
  for (const there of before) {
    if (there === 0) continue;
    const place = placeOf(
      g,
      g.kind[there] as number,
      g.a[there] as Literal,
      g.b[there] as Literal,
      g.c[there] as Literal,
    );
    g.table[place] = there;
  }
}

/** The gate of this kind with these operands, made if there is none. */
function gate(g: Gates, kind: number, a: Literal, b: Literal, c: Literal): Literal {
  const place = placeOf(g, kind, a, b, c);
  const there = g.table[place] as number;
  if (there !== 0) return 2 * there;
  const made = append(g, kind, a, b, c);
  g.table[place] = made;
  if (2 * made > g.table.length) grow(g);
  return 2 * made;
}

/** What `x` and a gate `of` come to, if one of the gate's operands says so; -1 if not. */
function absorbed(g: Gates, of: Literal, x: Literal): Literal {
  const at = of >> 1;
  if (g.kind[at] !== AND) return -1;
  const p = g.a[at] as Literal;
  const q = g.b[at] as Literal;
  if (of & 1) {
    if (p === (x ^ 1) || q === (x ^ 1)) return x;
    if (p === x) return and(g, x, q ^ 1);
    return q === x ? and(g, x, p ^ 1) : -1;
  }
  if (p === x || q === x) return of;
  return p === (x ^ 1) || q === (x ^ 1) ? FALSE_LITERAL : -1;
}

export function and(g: Gates, x: Literal, y: Literal): Literal {
  const a = x < y ? x : y;
  const b = x < y ? y : x;
  if (g.folds) {
    if (a === FALSE_LITERAL) return FALSE_LITERAL;
    if (a === TRUE_LITERAL || a === b) return b;
    if (a === (b ^ 1)) return FALSE_LITERAL;
    const ofB = absorbed(g, b, a);
    if (ofB >= 0) return ofB;
    const ofA = absorbed(g, a, b);
    if (ofA >= 0) return ofA;
  }
  return gate(g, AND, a, b, 0);
}

export const or = (g: Gates, a: Literal, b: Literal): Literal => and(g, a ^ 1, b ^ 1) ^ 1;

export function xor(g: Gates, x: Literal, y: Literal): Literal {
  const sign = (x ^ y) & 1;
  const isFirst = (x | 1) < (y | 1);
  const a = (isFirst ? x : y) & ~1;
  const b = (isFirst ? y : x) & ~1;
  if (g.folds) {
    if (a === b) return sign;
    if (a === FALSE_LITERAL) return b ^ sign;
    if (g.kind[b >> 1] === XOR) {
      if (g.a[b >> 1] === a) return (g.b[b >> 1] as Literal) ^ sign;
      if (g.b[b >> 1] === a) return (g.a[b >> 1] as Literal) ^ sign;
    }
  }
  return gate(g, XOR, a, b, 0) ^ sign;
}

/** `a` where the condition holds, `b` elsewhere, if that is no choice; -1 if it is. */
function settledChoice(g: Gates, c: Literal, a: Literal, b: Literal): Literal {
  if (c === TRUE_LITERAL || a === b) return a;
  if (c === FALSE_LITERAL) return b;
  if (a === (b ^ 1)) return xor(g, c, b);
  if (a === TRUE_LITERAL || a === c) return or(g, c, b);
  if (a === FALSE_LITERAL || a === (c ^ 1)) return and(g, c ^ 1, b);
  if (b === TRUE_LITERAL || b === (c ^ 1)) return or(g, c ^ 1, a);
  if (b === FALSE_LITERAL || b === c) return and(g, c, a);
  return -1;
}

export function choose(g: Gates, condition: Literal, then: Literal, otherwise: Literal): Literal {
  if (g.folds) {
    const settled = settledChoice(g, condition, then, otherwise);
    if (settled >= 0) return settled;
  }
  const [a, b] = condition & 1 ? [otherwise, then] : [then, otherwise];
  const sign = a & 1;
  return gate(g, ITE, condition & ~1, a ^ sign, b ^ sign) ^ sign;
}

// The smallest and the largest of three, and the one between: no list is made for a gate.
const least = (x: Literal, y: Literal, z: Literal): Literal => Math.min(x, y, z);
const most = (x: Literal, y: Literal, z: Literal): Literal => Math.max(x, y, z);
const middle = (x: Literal, y: Literal, z: Literal): Literal => x + y + z - least(x, y, z) - most(x, y, z);

/** At least two of the three. */
export function majority(g: Gates, x: Literal, y: Literal, z: Literal): Literal {
  const a = least(x, y, z);
  const b = middle(x, y, z);
  const c = most(x, y, z);
  if (g.folds) {
    if (a === FALSE_LITERAL) return and(g, b, c);
    if (a === TRUE_LITERAL) return or(g, b, c);
    if (a === b || b === c) return b;
    if (a === (b ^ 1)) return c;
    if (b === (c ^ 1)) return a;
  }
  const sign = a & 1;
  return gate(g, MAJORITY, a ^ sign, b ^ sign, c ^ sign) ^ sign;
}

/** One or all three of the three. */
export function parity(g: Gates, x: Literal, y: Literal, z: Literal): Literal {
  const sign = (x ^ y ^ z) & 1;
  const p = x & ~1;
  const q = y & ~1;
  const r = z & ~1;
  const a = least(p, q, r);
  const b = middle(p, q, r);
  const c = most(p, q, r);
  if (g.folds) {
    if (a === FALSE_LITERAL) return xor(g, b, c) ^ sign;
    if (a === b) return c ^ sign;
    if (b === c) return a ^ sign;
  }
  return gate(g, XOR3, a, b, c) ^ sign;
}
