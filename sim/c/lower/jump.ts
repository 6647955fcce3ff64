/**
 * break, continue and goto. A goto forward to a label of the function's outermost block stands for what is behind that
 * label: the tree has no goto, and the end of a check is short. Every such end returns, so nothing follows it. What stands
 * behind a label that a goto leads back to is a loop, and what stands before one of an inner block a loop that is run once.
 */

import { append } from "../../append.ts";
import { constant } from "../tree/build.ts";
import { frame, framesHere, jumpTo } from "../tree/frames.ts";
import { fail } from "../syntax/fail.ts";
import { lookUp, lower, type Scope } from "../tree/scope.ts";
import { fallOff, lowerReturn } from "./answer.ts";
import { child, mustHave, named, type Syntax } from "../syntax/syntax.ts";
import type { Stmt } from "../../../model/rule/tree.ts";

const FALSE = constant("bool", 0n);

/** Each goto repeats its label's end, which may have some of its own. */
const MOST_GOTOS = 200;

export function lowerLeave(scope: Scope, syntax: Syntax): Stmt[] {
  const isBreak = syntax.type === "break_statement";
  const to = framesHere(scope).findLast(({ is }) => is === "loop" || (isBreak && is === "switch loop"));
  if (!to) return fail(syntax.place, `${isBreak ? "break" : "continue"} outside of a loop`);
  return jumpTo(scope, to, isBreak ? "break" : "continue");
}

type Split = {
  readonly before: readonly Syntax[];
  readonly behind: readonly Syntax[];
  readonly label: string;
  readonly isBack: boolean;
};

/** Where a block has a label that a goto behind it leads back to, or one of an inner block that a goto before it leads to. */
export function splitAtLabel(scope: Scope, list: readonly Syntax[]): Split | undefined {
  const labels = list.flatMap((each, at) => labelsOf(each).map((label) => ({ label, at })));
  if (labels.length === 0) return undefined;
  const isOpen = ({ label }: { label: string }): boolean => !scope.inside.some((each) => each.label === label);
  const goesTo = (part: readonly Syntax[], label: string): boolean => part.some((each) => hasGoto(each, label));
  const back = labels.find((each) => isOpen(each) && goesTo(list.slice(each.at), each.label));
  const ahead = labels.findLast(
    (each) => isOpen(each) && goesTo(list.slice(0, each.at), each.label) && !endBehind(scope.body, each.label),
  );
  const isBackFirst = back && (!ahead || (back.at < ahead.at && goesTo(list.slice(ahead.at), back.label)));
  const chosen = isBackFirst ? back : (ahead ?? back);
  if (!chosen) return undefined;
  const { label, at } = chosen;
  return { before: list.slice(0, at), behind: list.slice(at), label, isBack: chosen === back };
}

const hasGoto = (syntax: Syntax, label: string): boolean =>
  (syntax.type === "goto_statement" && child(syntax, "label")?.unit.out === label) ||
  syntax.children.some((each) => hasGoto(each, label));

/** What a label stands before. */
export function labelled(syntax: Syntax): Syntax {
  const inner = named(syntax).findLast(({ field }) => field !== "label");
  return inner ?? fail(syntax.place, "a label needs a statement behind it");
}

export function lowerGoto(scope: Scope, syntax: Syntax): Stmt[] {
  const label = mustHave(syntax, "label");
  const name = label.unit.out;
  const to = scope.inside.findLast((each) => each.label === name);
  if (to) return jumpTo(scope, to, to.isBack === true ? "continue" : "break");
  const end = endBehind(scope.body, name);
  if (!end) {
    if (hasLabel(scope.body, name)) return fail(label.place, `goto ${name} leads into a block, which is not supported`);
    if (!scope.isPiece) return fail(label.place, `the label '${name}' is missing: say what it does, as return -EINVAL`);
    return notShown(scope, label);
  }
  const [first] = end;
  if (!first || first.place.start < syntax.place.start) {
    return fail(syntax.place, `goto ${name} goes back to before its loop, which is not supported`);
  }
  scope.rule.gotos += 1;
  if (scope.rule.gotos > MOST_GOTOS) return fail(syntax.place, "too many gotos");
  const reached = atOutermost(scope, () => scope.rule.lowering.statements(scope, end));
  if (!leaves(end.at(-1))) {
    const fallen = fallOff(scope);
    if (!fallen) return fail(first.place, `what stands behind '${name}:' can end without a return`);
    append(reached, fallen);
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
  scope.inside.push(frame("end"));
  scope.blocks.splice(0, Infinity, parameters ?? new Map(), new Map(own));
  const result = run();
  scope.blocks.splice(0, Infinity, ...[parameters, own, ...inner].filter((each) => each !== undefined));
  scope.inside.pop();
  return result;
}
