/**
 * What C compilers warn of and a judge must not guess: a variable read before it is set, a path that ends without a
 * return, a loop that cannot end. As in Java: a variable is set where every path to that place sets it, and each
 * outcome of a condition is followed by itself. A loop's body is walked once: what one round sets in a variable that is
 * declared in it does not count in the next.
 */

import type { Expr, Stmt } from "../../../model/rule/tree.ts";
import { fail, type Place } from "../syntax/fail.ts";
import type { RuleScope } from "../tree/scope.ts";

/** Bit i: local i is set. undefined: nothing gets here. */
type State = bigint | undefined;

type Exits = { breaks: State; continues: State; canLeave: boolean };

const join = (a: State, b: State): State => (a === undefined ? b : b === undefined ? a : a & b);
const bit = (local: number): bigint => 1n << BigInt(local);

/**
 * @param unset gets the locals that a path may read before it sets them, where nothing says that the text is no more than
 *   what was pasted; of a rule that knows all it reads they are refused
 * @returns whether a path ends without a return
 */
export function canEnd(
  rule: RuleScope,
  place: Place,
  arity: number,
  body: readonly Stmt[],
  unset: Set<number>,
): boolean {
  collecting = rule.unknowns.length > 0 || rule.memory.cells.length > 0 ? unset : undefined;
  return through(rule, place, body, (1n << BigInt(arity)) - 1n, undefined) !== undefined;
}

let collecting: Set<number> | undefined;

function through(rule: RuleScope, place: Place, body: readonly Stmt[], start: State, exits: Exits | undefined): State {
  let state = start;
  for (const each of body) state = statement(rule, place, each, state, exits);
  return state;
}

function statement(rule: RuleScope, place: Place, each: Stmt, state: State, exits: Exits | undefined): State {
  switch (each.stmt) {
    case "effect":
      return value(rule, each.value, state);
    case "declare":
      return each.value ? add(value(rule, each.value, state), each.local) : state;
    case "if": {
      const [holds, fails] = condition(rule, each.condition, state);
      return join(
        through(rule, place, each.whenTrue, holds, exits),
        through(rule, place, each.whenFalse, fails, exits),
      );
    }
    case "return":
      value(rule, each.value, state);
      if (exits) exits.canLeave = true;
      return undefined;
    case "loop":
      return loop(rule, place, each, state, exits);
    case "break":
      if (exits) {
        exits.breaks = join(exits.breaks, state);
        exits.canLeave = true;
      }
      return undefined;
    case "continue":
      if (exits) exits.continues = join(exits.continues, state);
      return undefined;
    default:
      return each satisfies never;
  }
}

function loop(
  rule: RuleScope,
  place: Place,
  each: Extract<Stmt, { stmt: "loop" }>,
  state: State,
  outer: Exits | undefined,
): State {
  const exits: Exits = { breaks: undefined, continues: undefined, canLeave: false };
  const isEndless = each.condition.node === "const" && each.condition.value !== 0n;
  const [holds, fails] = each.bodyFirst ? [state, undefined] : condition(rule, each.condition, state);
  const afterBody = join(through(rule, place, each.body, holds, exits), exits.continues);
  const afterStep = each.step ? value(rule, each.step, afterBody) : afterBody;
  const [, ends] = each.bodyFirst ? condition(rule, each.condition, afterStep) : [undefined, fails];
  if (isEndless && !exits.canLeave && state !== undefined) {
    fail(rule.loops.get(each) ?? place, "this loop never ends: it has neither a break nor a return");
  }
  if (outer && exits.canLeave && hasReturn(each.body)) outer.canLeave = true;
  return join(ends, exits.breaks);
}

const hasReturn = (body: readonly Stmt[]): boolean =>
  body.some(
    (each) =>
      each.stmt === "return" ||
      (each.stmt === "if" && (hasReturn(each.whenTrue) || hasReturn(each.whenFalse))) ||
      (each.stmt === "loop" && hasReturn(each.body)),
  );

const add = (state: State, local: number): State => (state === undefined ? state : state | bit(local));

/** @returns what is set after the expression */
function value(rule: RuleScope, expr: Expr, state: State): State {
  switch (expr.node) {
    case "const":
    case "parameter":
    case "unknown":
    case "cell":
      return state;
    case "local": {
      if (state !== undefined && (state & bit(expr.local)) === 0n) {
        const place = rule.places.get(expr);
        if (place && collecting) collecting.add(expr.local);
        else if (place) fail(place, `'${place.text}' may be read before it is set`);
      }
      return state;
    }
    case "convert":
    case "unary":
      return value(rule, expr.operand, state);
    case "binary":
    case "divide":
    case "shift":
    case "compare":
      return value(rule, expr.right, value(rule, expr.left, state));
    case "not":
    case "logic":
      return join(...condition(rule, expr, state));
    case "conditional": {
      const [holds, fails] = condition(rule, expr.condition, state);
      return join(value(rule, expr.whenTrue, holds), value(rule, expr.whenFalse, fails));
    }
    case "assign":
      return add(value(rule, expr.value, state), expr.local);
    case "set_cell":
      return value(rule, expr.value, state);
    case "sequence":
      return value(rule, expr.value, all(rule, expr.effects, state));
    case "call":
    case "intrinsic":
      return all(rule, expr.args, state);
    default:
      return expr satisfies never;
  }
}

const all = (rule: RuleScope, list: readonly Expr[], state: State): State =>
  list.reduce<State>((before, each) => value(rule, each, before), state);

/** @returns what is set where the condition holds, and where it fails */
function condition(rule: RuleScope, expr: Expr, state: State): [State, State] {
  if (expr.node === "const") return expr.value === 0n ? [undefined, state] : [state, undefined];
  if (expr.node === "convert" && expr.operand.type === "bool") return condition(rule, expr.operand, state);
  if (expr.node === "not") {
    const [holds, fails] = condition(rule, expr.operand, state);
    return [fails, holds];
  }
  if (expr.node === "logic") {
    const [holds, fails] = condition(rule, expr.left, state);
    const [then, otherwise] = condition(rule, expr.right, expr.op === "and" ? holds : fails);
    return expr.op === "and" ? [then, join(fails, otherwise)] : [join(holds, then), otherwise];
  }
  const after = value(rule, expr, state);
  return [after, after];
}
