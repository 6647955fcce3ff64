/** What a function's text does with its own variables, read before it is lowered. */

import { FOR_EACH } from "../syntax/adapt.ts";
import { child, named, type Syntax } from "../syntax/syntax.ts";
import type { Variables } from "../tree/scope.ts";

/** The address that is their argument of this index goes no further. */
const keepsAddress = (name: string): number | undefined => {
  if (/^(?:check_(?:add|sub|mul)_overflow|__builtin_(?:add|sub|mul)_overflow)$/.test(name)) return 2;
  return name.startsWith("try_cmpxchg") ? 1 : undefined;
};

export function variablesOf(source: Syntax): Variables {
  const addressTaken = new Set<string>();
  const set = new Map<string, (Syntax | "unknown")[]>();
  const put = (name: string | undefined, value: Syntax | "unknown"): void => {
    if (name === undefined) return;
    const all = set.get(name) ?? [];
    all.push(value);
    if (loops.size > 0) looped.add(value);
    set.set(name, all);
  };
  const looped = new Set<Syntax | "unknown">();
  const loops = new Set<Syntax>();
  const back = labelsLedBackTo(source);
  const visit = (syntax: Syntax): void => {
    const isLoop = LOOPS.has(syntax.type);
    if (isLoop) loops.add(syntax);
    // All that is behind it may be run again, and no end of that loop is shown.
    if (syntax.type === "labeled_statement" && back.has(labelOf(syntax))) loops.add(syntax);
    look(syntax);
    if (isLoop) loops.delete(syntax);
  };
  const look = (syntax: Syntax): void => {
    if (syntax.type === "pointer_expression" && syntax.children[0]?.type === "&") {
      const name = baseName(child(syntax, "argument"));
      if (name !== undefined) addressTaken.add(name);
      if (child(syntax, "argument")?.type === "identifier") put(name, "unknown");
    }
    if (syntax.type === "assignment_expression") {
      const target = stripped(child(syntax, "left"));
      const isPlain = child(syntax, "operator")?.unit.out === "=";
      if (target?.type === "identifier")
        put(target.unit.out, isPlain ? (child(syntax, "right") ?? "unknown") : "unknown");
    }
    if (syntax.type === "update_expression") {
      const target = stripped(child(syntax, "argument"));
      if (target?.type === "identifier") put(target.unit.out, "unknown");
    }
    if (syntax.type === "init_declarator") {
      const value = child(syntax, "value");
      const name = baseName(child(syntax, "declarator"));
      if (value) put(name, value);
    }
    // What a macro does with a name that it is given, nobody knows.
    if (syntax.type === "while_statement" && isForEach(syntax)) {
      for (const each of named(forEachCall(syntax) ?? syntax))
        if (each.type === "identifier") put(each.unit.out, "unknown");
    }
    const callee = syntax.type === "call_expression" ? child(syntax, "function")?.unit.out : undefined;
    const kept = callee === undefined ? undefined : keepsAddress(callee);
    if (kept !== undefined) {
      const args = named(child(syntax, "arguments") ?? syntax);
      for (const each of args.toSpliced(kept, 1)) visit(each);
      const pointer = stripped(args[kept]);
      const out = pointer?.type === "pointer_expression" ? child(pointer, "argument") : pointer;
      if (out?.type === "identifier") put(out.unit.out, "unknown");
      else if (pointer) visit(pointer);
      return;
    }
    for (const each of syntax.children) visit(each);
  };
  visit(source);
  return { addressTaken, set, looped };
}

const LOOPS = new Set(["for_statement", "while_statement", "do_statement"]);

const labelOf = (syntax: Syntax): string => child(syntax, "label")?.unit.out ?? "";

/** Labels that a goto behind them leads to. */
function labelsLedBackTo(source: Syntax): ReadonlySet<string> {
  const seen = new Set<string>();
  const found = new Set<string>();
  const walk = (syntax: Syntax): void => {
    if (syntax.type === "labeled_statement") seen.add(labelOf(syntax));
    if (syntax.type === "goto_statement" && seen.has(labelOf(syntax))) found.add(labelOf(syntax));
    for (const each of syntax.children) walk(each);
  };
  walk(source);
  return found;
}

/** list_for_each_entry(…) { … } reaches the grammar as while (list_for_each_entry(…)) { … } */
export const isForEach = (syntax: Syntax): boolean => forEachCall(syntax) !== undefined;

function forEachCall(syntax: Syntax): Syntax | undefined {
  const call = stripped(child(syntax, "condition"));
  if (call?.type !== "call_expression") return undefined;
  return FOR_EACH.test(child(call, "function")?.unit.out ?? "") ? child(call, "arguments") : undefined;
}

export function stripped(syntax: Syntax | undefined): Syntax | undefined {
  if (syntax?.type !== "parenthesized_expression") return syntax;
  const [inner] = named(syntax);
  return inner?.type === "compound_statement" ? syntax : stripped(inner);
}

/** The variable that a place is part of: x of x.y[3], none of p->y. */
export function baseName(syntax: Syntax | undefined): string | undefined {
  const inner = stripped(syntax);
  if (!inner) return undefined;
  if (inner.type === "identifier") return inner.unit.out;
  if (
    inner.type === "pointer_declarator" ||
    inner.type === "array_declarator" ||
    inner.type === "parenthesized_declarator"
  )
    return baseName(child(inner, "declarator") ?? named(inner)[0]);
  if (inner.type === "field_expression") {
    return inner.children.some(({ type }) => type === "->") ? undefined : baseName(child(inner, "argument"));
  }
  return inner.type === "subscript_expression" ? baseName(child(inner, "argument")) : undefined;
}
