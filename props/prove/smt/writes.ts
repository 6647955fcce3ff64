/** What a loop may write, wherever it stands in it. */

import type { Expr, RuleTree, Stmt } from "../../../model/rule/tree.ts";

export interface Writes {
  /** Of the function that the loop stands in. */
  readonly locals: ReadonlySet<number>;
  readonly cells: ReadonlySet<number>;
}

interface Found {
  readonly locals: Set<number>;
  readonly cells: Set<number>;
  /** Functions that are called: of these only the cells matter. */
  readonly callees: Set<number>;
}

function inExpr(expr: Expr, found: Found): void {
  const all = (list: readonly Expr[]): void => {
    for (const each of list) inExpr(each, found);
  };
  switch (expr.node) {
    case "const":
    case "parameter":
    case "local":
    case "unknown":
    case "cell":
      return;
    case "convert":
    case "unary":
    case "not":
      return inExpr(expr.operand, found);
    case "binary":
    case "divide":
    case "shift":
    case "compare":
    case "logic":
      return all([expr.left, expr.right]);
    case "conditional":
      return all([expr.condition, expr.whenTrue, expr.whenFalse]);
    case "assign":
      found.locals.add(expr.local);
      return inExpr(expr.value, found);
    case "set_cell":
      found.cells.add(expr.cell);
      return inExpr(expr.value, found);
    case "sequence":
      return all([...expr.effects, expr.value]);
    case "call":
      found.callees.add(expr.callee);
      return all(expr.args);
    case "intrinsic":
      return all(expr.args);
    default:
      expr satisfies never;
  }
}

const continues = (stmt: Stmt): boolean =>
  stmt.stmt === "continue" ||
  (stmt.stmt === "if" && [...stmt.whenTrue, ...stmt.whenFalse].some(continues)) ||
  (stmt.stmt === "loop" && stmt.body.some(continues));

/** What is written on the way out of the loop is not there when its next iteration begins. */
function inList(list: readonly Stmt[], found: Found, leaving: Leaving): void {
  if (list.some(({ stmt }) => leaving.has(stmt)) && !list.some(continues)) return;
  for (const each of list) inStmt(each, found, leaving);
}

/** Statements that lead out of the loop. */
type Leaving = ReadonlySet<Stmt["stmt"]>;
const OF_LOOP: Leaving = new Set(["break", "return"]);
const OF_INNER_LOOP: Leaving = new Set(["return"]);
/** A callee's return leads back into the loop. */
const OF_CALLEE: Leaving = new Set();

function inStmt(stmt: Stmt, found: Found, leaving: Leaving): void {
  switch (stmt.stmt) {
    case "effect":
    case "return":
      return inExpr(stmt.value, found);
    case "declare":
      found.locals.add(stmt.local);
      if (stmt.value) inExpr(stmt.value, found);
      return;
    case "if":
      inExpr(stmt.condition, found);
      inList(stmt.whenTrue, found, leaving);
      return inList(stmt.whenFalse, found, leaving);
    case "loop":
      inExpr(stmt.condition, found);
      if (stmt.step) inExpr(stmt.step, found);
      return inList(stmt.body, found, leaving === OF_LOOP ? OF_INNER_LOOP : leaving);
    case "break":
    case "continue":
      return;
    default:
      stmt satisfies never;
  }
}

export function writesOf({ functions }: RuleTree, loop: Stmt & { stmt: "loop" }): Writes {
  const found: Found = { locals: new Set(), cells: new Set(), callees: new Set() };
  inExpr(loop.condition, found);
  if (loop.step) inExpr(loop.step, found);
  inList(loop.body, found, OF_LOOP);
  const { locals, cells, callees } = found;
  // A set grows while it is walked.
  for (const callee of callees) {
    inList(functions[callee]?.body ?? [], { locals: new Set(), cells, callees }, OF_CALLEE);
  }
  return { locals, cells };
}
