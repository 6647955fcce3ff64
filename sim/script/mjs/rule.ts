/** A rule as one JavaScript function that needs nothing around it. */

import type { Expr, RuleFunction, RuleTree, Stmt } from "../../../model/rule/tree.ts";
import { cellName, exact, type JavaScriptScope } from "./expression.ts";
import { parametersRead, readsOf, reads as readsIn } from "../../c/tree/reads.ts";
import { createRuntime, type Runtime, RUNTIME_NAMES } from "./runtime.ts";

const RESERVED = new Set(
  "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof undefined var void while with yield BigInt Error given see".split(
    " ",
  ),
);

/**
 * The text of `function name({ offset, gpa })`, which takes what the rule reads as BigInts in the range of their C
 * types and returns a boolean. A rule with unknowns also takes `given(i)`, which hands out what unknown i is this time. Where the C is undefined, or its loops do not end, it throws an Error that says so.
 *
 * @param shown cells that are looked at afterwards: `see({ … })` gets what stands in them
 */
export function toJavaScript(rule: RuleTree, name: string, shown: readonly number[] = []): string {
  const runtime = createRuntime();
  const entry = rule.functions.at(-1);
  if (!entry) throw new Error(`rule ${rule.id} has no function`);
  const helpers = rule.functions.slice(0, -1).flatMap((each, at) => {
    const takes = each.locals.slice(0, each.arity).map((_, i) => scopeOf(rule, each, runtime).name(i));
    return [`function ${functionNameIn(rule, at)}(${takes.join(", ")}) {`, ...indent(bodyOf(rule, each, runtime)), "}"];
  });
  const body = bodyOf(rule, entry, runtime);
  const reads = rule.reads.length > 0 || rule.unknowns.length > 0 ? [`{ ${rule.reads.join(", ")} }`] : [];
  const answered = rule.unknowns.length > 0 ? [...reads, "given"] : reads;
  const takes = shown.length > 0 ? [...answered, "see"] : answered;
  const cells = rule.cells.length > 0 ? [`let ${rule.cells.map((_, i) => cellName(rule, i)).join(", ")};`] : [];
  const lookedAt = shown.map((at) => `${JSON.stringify(rule.cells[at]?.name ?? "")}: ${cellName(rule, at)}`);
  const told = ["const said = (() => {", ...indent(body), "})();", `see({ ${lookedAt.join(", ")} });`, "return said;"];
  const inner = [...runtime.lines(), ...cells, ...helpers, ...(shown.length > 0 ? told : body)];
  return [`function ${name}(${takes.join(", ")}) {`, ...indent(inner), "}"].join("\n");
}

const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

/** A C name that means something else in JavaScript, or here, gets an underscore. */
const safe = (name: string, taken: readonly string[]): string =>
  RESERVED.has(name) || RUNTIME_NAMES.includes(name) || taken.includes(name) ? `${name}_` : name;

/** A function that is followed with different pointers is several. */
function functionNameIn({ functions, reads: taken }: RuleTree, at: number): string {
  const name = functions[at]?.name ?? "";
  const before = functions.slice(0, at).filter((each) => each.name === name).length;
  return safe(before === 0 ? name : `${name}_${before + 1}`, taken);
}

function scopeOf(rule: RuleTree, source: RuleFunction, runtime: Runtime): JavaScriptScope {
  const taken = parametersRead([source]).filter((name) => !isOwn(rule, source, name));
  return {
    rule,
    function: source,
    runtime,
    name: (local) => safe(source.locals[local]?.name ?? "", taken),
    functionName: (callee) => functionNameIn(rule, callee),
  };
}

/** Is the parameter read once only, to set a variable of its own name? Then it can be that variable. */
function isOwn(rule: RuleTree, source: RuleFunction, name: string): boolean {
  const sets = source.body.some(
    (each) =>
      each.stmt === "declare" &&
      source.locals[each.local]?.name === name &&
      each.value &&
      readsIn(each.value, name) === 1,
  );
  const others = rule.functions.some((each) => each !== source && parametersRead([each]).some((read) => read === name));
  return sets && !others && source.body.reduce((sum, each) => sum + readsOf(each, name), 0) === 1;
}

function bodyOf(rule: RuleTree, source: RuleFunction, runtime: Runtime): string[] {
  const scope = scopeOf(rule, source, runtime);
  const temporaries = source.locals.flatMap((local, i) => (local.temporary ? [scope.name(i)] : []));
  const first = temporaries.length > 0 ? [`let ${temporaries.join(", ")};`] : [];
  return [...first, ...statements(scope, source.body)];
}

const statements = (scope: JavaScriptScope, body: readonly Stmt[]): string[] =>
  body.flatMap((each) => statement(scope, each));

const text = (scope: JavaScriptScope, expr: Expr): string => exact(scope, expr).text;
const block = (scope: JavaScriptScope, body: readonly Stmt[]): string[] => indent(statements(scope, body));

function statement(scope: JavaScriptScope, each: Stmt): string[] {
  switch (each.stmt) {
    case "effect":
      return [`${text(scope, each.value)};`];
    case "declare": {
      const name = scope.name(each.local);
      if (!each.value) return [`let ${name};`];
      const value = bracketed(scope, each.value);
      if (!scope.rule.reads.some((read) => read === name) || scope.function !== scope.rule.functions.at(-1)) {
        return [`let ${name} = ${value};`];
      }
      return value === name ? [] : [`${name} = ${value};`];
    }
    case "return":
      return [`return ${text(scope, each.value)};`];
    case "if":
      return branch(scope, each);
    case "loop":
      return loop(scope, each);
    case "break":
    case "continue":
      return [`${each.stmt};`];
    default:
      return each satisfies never;
  }
}

/** A comma means something else behind `let x =`. */
const bracketed = (scope: JavaScriptScope, expr: Expr): string =>
  expr.node === "sequence" ? `(${text(scope, expr)})` : text(scope, expr);

function branch(scope: JavaScriptScope, each: Extract<Stmt, { stmt: "if" }>): string[] {
  const head = `if (${text(scope, each.condition)}) {`;
  const [only, ...more] = each.whenFalse;
  if (!only) return [head, ...block(scope, each.whenTrue), "}"];
  if (more.length === 0 && only.stmt === "if") {
    const [next = "", ...rest] = branch(scope, only);
    return [head, ...block(scope, each.whenTrue), `} else ${next}`, ...rest];
  }
  return [head, ...block(scope, each.whenTrue), "} else {", ...block(scope, each.whenFalse), "}"];
}

function loop(scope: JavaScriptScope, each: Extract<Stmt, { stmt: "loop" }>): string[] {
  const condition = text(scope, each.condition);
  const body = [`  ${scope.runtime.use("burn")}();`, ...block(scope, each.body)];
  if (each.bodyFirst) return ["do {", ...body, `} while (${condition});`];
  if (!each.step) return [`while (${condition}) {`, ...body, "}"];
  return [`for (; ${condition}; ${text(scope, each.step)}) {`, ...body, "}"];
}
