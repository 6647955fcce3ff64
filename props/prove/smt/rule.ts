/**
 * A whole rule as formulas: for which inputs it accepts, for which it is undefined and where.
 *
 * Functions are inlined and loops unrolled. A loop whose end depends on the inputs is unrolled OPEN_ITERATIONS times, and one
 * that stands in it less and less often; the inputs that it still holds then are told apart as `cut`, and a verdict is right only if there are none.
 *
 * Or such a loop is summed up from there on: what it may write is arbitrary, and it may leave at its condition and at each
 * jump out of it. That holds all that it can do and more: what is impossible then is impossible, what is possible shows nothing.
 */

import type { RuleFunction, RuleTree, Stmt } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";
import { LOOP_FUEL, WIDTH } from "../../../model/rule/tree.ts";
import type { Inputs, Run, UnknownTerm } from "./expression.ts";
import { constant, evaluate } from "./expression.ts";
import type { Path } from "./path.ts";
import { branch, copyOf, join } from "./path.ts";
import type { Term } from "./term.ts";
import { and, FALSE, isFalse, ite, not, or, TRUE, variable } from "./term.ts";
import { writesOf } from "./writes.ts";

/** What becomes of inputs that a loop still holds when it is unrolled no further. */
export type Loops = "cut" | "summed up";

const OPEN_ITERATIONS = 128;
/** And where it depends on what no model knows: an order at most, or any number of pages. */
const UNKNOWN_ITERATIONS = 40;
/** Expressions visited; the whole catalogue needs some hundred each. */
const BUDGET = 200_000;

export interface RuleTerms {
  readonly accepts: Term;
  readonly refuses: Term;
  readonly undefined: Term;
  /** In the order of evaluation: of those that hold for an input, the first is the one that it meets. */
  readonly sites: readonly { readonly site: number; readonly when: Term }[];
  /** Its unknowns, in the order of evaluation; an input comes to those whose `when` holds for it. */
  readonly unknowns: readonly UnknownTerm[];
  /**
   * Undefined for some values of its unknowns only. What it comes to then is anybody's guess, so it is one more thing that
   * is free: both `accepts` and `refuses` can be.
   */
  readonly unsure: Term;
  /** None of the above: a loop was not followed to its end. */
  readonly cut: Term;
}

interface Frame {
  readonly run: Run;
  readonly fn: RuleFunction;
  result: Term | undefined;
  /** Paths as they were where they returned. */
  readonly returned: Path[];
  /** Of the innermost loop. */
  breaks: Path[];
  continues: Path[];
}

function leave(path: Path, to: Path[]): void {
  to.push(copyOf(path));
  path.live = FALSE;
}

function loop(frame: Frame, path: Path, stmt: Stmt & { stmt: "loop" }): void {
  const { run } = frame;
  const outer = { breaks: frame.breaks, continues: frame.continues };
  const { allowed } = run;
  const left: Path[] = [];
  const entered = path.live;
  let most: number | undefined;
  let open = 0;
  for (let first = stmt.bodyFirst; ; first = false) {
    if (!first) {
      const condition = evaluate(run, path, stmt.condition);
      left.push({ ...copyOf(path), live: and(path.live, not(condition)) });
      path.live = and(path.live, condition);
    }
    if (isFalse(path.live)) break;
    run.iterations += 1;
    if (path.live !== entered) {
      open += 1;
      run.openIterations += 1;
      most ??= Math.min(allowed, isAbout(path.live, new Set(unknownsOf(run))) ? UNKNOWN_ITERATIONS : OPEN_ITERATIONS);
      run.allowed = Math.floor(most / (open + 1));
    }
    const isEnough = open > (most ?? OPEN_ITERATIONS) || (run.openIterations > OPEN_ITERATIONS && isShort(run));
    if (run.iterations > LOOP_FUEL || isEnough) {
      if (run.loops === "cut") run.cut = or(run.cut, path.live);
      else sumUp(frame, path, stmt, left);
      path.live = FALSE;
      break;
    }
    frame.breaks = left;
    frame.continues = [];
    runStatements(frame, path, stmt.body);
    join(path, frame.continues);
    if (stmt.step !== undefined) evaluate(run, path, stmt.step);
  }
  frame.breaks = outer.breaks;
  frame.continues = outer.continues;
  run.allowed = allowed;
  join(path, left);
}

/** Is most of what may be visited used up? All loops of a call share it, and what comes behind them needs the rest. */
const isShort = ({ openIterations, budget }: Run): boolean =>
  openIterations > 4 * OPEN_ITERATIONS || budget < BUDGET / 2;

/**
 * One more iteration from any state that the loop can make; who is still in it after that is in such a state again.
 * @param left takes those that leave it
 */
function sumUp(frame: Frame, path: Path, stmt: Stmt & { stmt: "loop" }, left: Path[]): void {
  const { run } = frame;
  const { locals, cells } = writesOf(run.rule, stmt);
  const any = (type: IntType): Term => {
    const made = variable(`${run.name}_loop_${run.free.length}`, type === "bool" ? 0 : WIDTH[type]);
    run.free.push(made);
    return made;
  };
  for (const local of locals) path.locals[local] = any(frame.fn.locals[local]?.type ?? "s32");
  for (const cell of cells) path.cells[cell] = any(run.rule.cells[cell]?.type ?? "s32");
  run.sureUntil ??= run.undefined.length;
  const condition = evaluate(run, path, stmt.condition);
  // The first iteration of do … while is not asked.
  const leaves = and(not(condition), stmt.bodyFirst ? any("bool") : TRUE);
  left.push({ ...copyOf(path), live: and(path.live, leaves) });
  path.live = and(path.live, not(leaves));
  frame.breaks = left;
  frame.continues = [];
  runStatements(frame, path, stmt.body);
  join(path, frame.continues);
  if (stmt.step !== undefined) evaluate(run, path, stmt.step);
  run.goesOn = or(run.goesOn, path.live);
}

function runStatement(frame: Frame, path: Path, stmt: Stmt): void {
  const { run } = frame;
  switch (stmt.stmt) {
    case "effect":
      evaluate(run, path, stmt.value);
      return;
    case "declare":
      if (stmt.value !== undefined) path.locals[stmt.local] = evaluate(run, path, stmt.value);
      return;
    case "if":
      branch(
        path,
        evaluate(run, path, stmt.condition),
        (p) => runStatements(frame, p, stmt.whenTrue),
        (p) => runStatements(frame, p, stmt.whenFalse),
      );
      return;
    case "return": {
      const value = evaluate(run, path, stmt.value);
      // No input takes two returns, so their order does not matter.
      frame.result = frame.result === undefined ? value : ite(path.live, value, frame.result);
      leave(path, frame.returned);
      return;
    }
    case "loop":
      loop(frame, path, stmt);
      return;
    case "break":
      leave(path, frame.breaks);
      return;
    case "continue":
      leave(path, frame.continues);
      return;
    default:
      stmt satisfies never;
  }
}

function runStatements(frame: Frame, path: Path, stmts: readonly Stmt[]): void {
  for (const stmt of stmts) {
    if (isFalse(path.live)) return;
    runStatement(frame, path, stmt);
  }
}

function call(run: Run, path: Path, callee: number, args: readonly Term[]): Term {
  const fn = run.rule.functions[callee];
  if (fn === undefined) throw new Error(`${run.rule.id} has no function ${callee}`);
  const locals = fn.locals.map(({ type }, at) => args[at] ?? constant(type, 0n));
  const frame: Frame = { run, fn, result: undefined, returned: [], breaks: [], continues: [] };
  const inner: Path = { live: path.live, locals, cells: [...path.cells] };
  const { openIterations, allowed } = run;
  run.openIterations = 0;
  run.allowed = Infinity;
  runStatements(frame, inner, fn.body);
  run.openIterations = openIterations;
  run.allowed = allowed;
  if (path.cells.length > 0) {
    join(inner, frame.returned);
    path.cells.splice(0, path.cells.length, ...inner.cells);
  }
  return frame.result ?? constant(fn.returns, 0n);
}

/**
 * What the rule comes to for these inputs.
 * @param name unlike that of any other evaluation in the same formula: unknowns of two that share it would be one
 * @throws TOO_LONG
 */
export function ruleTerms(rule: RuleTree, inputs: Inputs, name: string, loops: Loops = "cut"): RuleTerms {
  const run: Run = {
    rule,
    inputs,
    name,
    unknowns: [],
    undefined: [],
    cut: FALSE,
    loops,
    free: [],
    sureUntil: undefined,
    goesOn: FALSE,
    budget: BUDGET,
    iterations: 0,
    openIterations: 0,
    allowed: Infinity,
    call,
  };
  const cells = rule.cells.map(({ type }) => constant(type, 0n));
  const value = call(run, { live: TRUE, locals: [], cells }, rule.functions.length - 1, []);
  const free = new Set([...unknownsOf(run), ...run.free]);
  // What a loop is summed up to may come to places where it never is.
  const isSurely = (when: Term, at: number): boolean => at < (run.sureUntil ?? Infinity) && !isAbout(when, free);
  const whens = run.undefined.map(({ when }) => when);
  const surely = or(...whens.filter(isSurely));
  const perhaps = or(...whens.filter((when, at) => !isSurely(when, at)));
  const unsure = and(not(surely), perhaps);
  const said = ite(unsure, variable(`${name}_undefined`, 0), value);
  // Whoever goes on in a loop comes out of it in another of its states, unless what it did there was undefined.
  const ends = and(not(surely), not(run.cut), or(unsure, not(run.goesOn)));
  return {
    accepts: and(ends, said),
    refuses: and(ends, not(said)),
    undefined: or(surely, perhaps),
    unsure,
    sites: run.undefined,
    unknowns: run.unknowns,
    cut: run.cut,
  };
}

/** What nobody knows: an input is what somebody asks about. */
const unknownsOf = ({ rule, unknowns }: Run): readonly Term[] =>
  unknowns.flatMap(({ unknown, term }) => (rule.unknowns[unknown]?.is === "input" ? [] : [term]));

/** Does the formula depend on one of these variables? */
function isAbout(term: Term, variables: ReadonlySet<Term>): boolean {
  if (variables.size === 0) return false;
  const seen = new Set<Term>([term]);
  // A set grows while it is walked.
  for (const each of seen) {
    if (variables.has(each)) return true;
    for (const arg of each.args) seen.add(arg);
  }
  return false;
}
