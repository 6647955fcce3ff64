/**
 * break, continue and goto. A goto forward to a label of the function's outermost block stands for what is behind that
 * label: the tree has no goto, and the end of a check is short. Every such end returns, so nothing follows it.
 */

import { constant } from "../tree/build.ts";
import { fail } from "../syntax/fail.ts";
import { lookUp, lower, type Scope } from "../tree/scope.ts";
import { fallOff, lowerReturn } from "./answer.ts";
import { mustHave, named, type Syntax } from "../syntax/syntax.ts";
import type { Stmt } from "../../../model/rule/tree.ts";

const FALSE = constant("bool", 0n);

/** Each goto repeats its label's end, which may have some of its own. */
const MOST_GOTOS = 200;

export function lowerLeave(scope: Scope, syntax: Syntax): Stmt[] {
  const isBreak = syntax.type === "break_statement";
  if (isBreak && scope.inside.length > 0) return [{ stmt: "break" }];
  if (!scope.inside.includes("loop")) return fail(syntax.place, `${isBreak ? "break" : "continue"} outside of a loop`);
  if (scope.inside.findLast((each) => each !== "switch") === "switch loop") {
    return fail(syntax.place, "continue in a switch is not supported where a break stands in the middle of a case");
  }
  return [{ stmt: "continue" }];
}

/** What a label stands before. */
export function labelled(syntax: Syntax): Syntax {
  const inner = named(syntax).findLast(({ field }) => field !== "label");
  return inner ?? fail(syntax.place, "a label needs a statement behind it");
}

export function lowerGoto(scope: Scope, syntax: Syntax): Stmt[] {
  const label = mustHave(syntax, "label");
  const name = label.unit.out;
  const end = endBehind(scope.body, name);
  if (!end) {
    if (hasLabel(scope.body, name)) return fail(label.place, `the label '${name}' inside of a block is not supported`);
    if (!scope.isPiece) return fail(label.place, `the label '${name}' is missing: say what it does, as return -EINVAL`);
    return notShown(scope, label);
  }
  const [first] = end;
  if (!first || first.place.start < syntax.place.start) {
    return fail(syntax.place, `goto ${name} goes back, which is not supported: write it as a loop`);
  }
  scope.rule.gotos += 1;
  if (scope.rule.gotos > MOST_GOTOS) return fail(syntax.place, "too many gotos");
  const reached = atOutermost(scope, () => scope.rule.lowering.statements(scope, end));
  if (!leaves(end.at(-1))) {
    const fallen = fallOff(scope);
    if (!fallen) return fail(first.place, `what stands behind '${name}:' can end without a return`);
    reached.push(...fallen);
  }
  return reached;
}

/**
 * The label stands below what is shown, and what jumps there is taken to refuse; but where the text sets what is called
 * an error, that is what it gives, be it 0.
 */
function notShown(scope: Scope, label: Syntax): Stmt[] {
  scope.rule.readAs.set(`goto ${label.unit.out}`, "refuses, as its label is not shown");
  const isErrno = scope.answer?.is === "errno";
  const names = isErrno ? [...scope.variables.set.keys()].filter((name) => ERROR.test(name)) : [];
  const [only, ...more] = names;
  if (only === undefined) return [{ stmt: "return", value: FALSE }];
  if (more.length > 0) {
    return fail(
      label.place,
      `the label '${label.unit.out}' is not shown: which of ${names.join(", ")} does it return?`,
    );
  }
  // It is set further down, and here its value is from above.
  if (!lookUp(scope, only)) return [{ stmt: "return", value: FALSE }];
  scope.rule.readAs.set(`goto ${label.unit.out}`, `return ${only}, as its label is not shown`);
  const variable: Syntax = { ...label, type: "identifier", unit: { ...label.unit, out: only } };
  return lowerReturn(scope, lower(scope, variable), variable);
}

/** What the kernel calls the variable that a function returns. */
const ERROR = /^(?:r|rc|ret|err|error|retval)$/;

/** The label's statement and all behind it, of the function's outermost block. */
function endBehind(body: Syntax, name: string): readonly Syntax[] | undefined {
  const all = named(body);
  const at = all.findIndex((each) => labelsOf(each).includes(name));
  return at < 0 ? undefined : all.slice(at);
}

/** Several may stand before one statement. */
function labelsOf(syntax: Syntax): string[] {
  if (syntax.type !== "labeled_statement") return [];
  return [mustHave(syntax, "label").unit.out, ...labelsOf(labelled(syntax))];
}

const hasLabel = (syntax: Syntax, name: string): boolean =>
  labelsOf(syntax).includes(name) || syntax.children.some((each) => hasLabel(each, name));

const LEAVES = new Set(["return_statement", "goto_statement", "break_statement", "continue_statement"]);

/** Does nothing go on behind it? */
export function leaves(syntax: Syntax | undefined): boolean {
  if (syntax?.type === "labeled_statement") return leaves(labelled(syntax));
  if (syntax?.type === "compound_statement") return leaves(named(syntax).at(-1));
  return syntax !== undefined && LEAVES.has(syntax.type);
}

/** Where only the parameters and the function's own block are in sight. */
function atOutermost<T>(scope: Scope, run: () => T): T {
  const [parameters, own, ...inner] = scope.blocks;
  const inside = scope.inside.splice(0);
  scope.blocks.splice(0, Infinity, parameters ?? new Map(), new Map(own));
  const result = run();
  scope.blocks.splice(0, Infinity, ...[parameters, own, ...inner].filter((each) => each !== undefined));
  scope.inside.push(...inside);
  return result;
}
