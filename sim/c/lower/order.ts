/**
 * C leaves open which of two operands is evaluated first. Where one writes a variable that the other reads or writes, the
 * result is undefined; where one calls something that may change what the other reads, the other may see either.
 */

import { append } from "../../append.ts";
import type { Expr } from "../../../model/rule/tree.ts";
import { constant, divide } from "../tree/build.ts";
import { type Forget, forgetMark } from "../tree/memory.ts";
import { addSite, after, type Scope } from "../tree/scope.ts";
import type { Place } from "../syntax/fail.ts";
import { child, mustHave, type Syntax } from "../syntax/syntax.ts";
import type { Value } from "../tree/value.ts";
import { baseName, stripped } from "../memory/variables.ts";

type Uses = { readonly reads: Set<string>; readonly writes: Set<string> };

/** The variables that an operand itself reads and writes; what a function does that it calls is sequenced. */
function usesOf(syntax: Syntax, found: Uses = { reads: new Set(), writes: new Set() }): Uses {
  if (syntax.type === "sizeof_expression") return found;
  const target =
    syntax.type === "assignment_expression"
      ? child(syntax, "left")
      : syntax.type === "update_expression"
        ? child(syntax, "argument")
        : undefined;
  const name = baseName(target);
  if (name !== undefined) found.writes.add(name);
  if (syntax.type === "identifier") found.reads.add(syntax.unit.out);
  for (const each of syntax.children) {
    // A variable that is only set is not read.
    const isSet =
      stripped(each)?.type === "identifier" && each === target && child(syntax, "operator")?.unit.out === "=";
    if (!isSet) usesOf(each, found);
  }
  return found;
}

const known = new WeakMap<Syntax, Uses>();
function uses(syntax: Syntax): Uses {
  const made = known.get(syntax) ?? usesOf(syntax);
  known.set(syntax, made);
  return made;
}

/** @param isAssignment left is set to right, which comes after right's value but not after its effects */
export function clashes(left: Syntax, right: Syntax, isAssignment = false): boolean {
  const [a, b] = [uses(left), uses(right)];
  if (a.writes.size === 0 && b.writes.size === 0 && !isAssignment) return false;
  const name = isAssignment ? baseName(left) : undefined;
  // x = x = … writes one value twice.
  const again = stripped(right);
  if (name !== undefined && again?.type === "assignment_expression" && baseName(child(again, "left")) === name) {
    return clashes(mustHave(again, "left"), mustHave(again, "right"), true);
  }
  if (name !== undefined && b.writes.has(name)) return true;
  const both = (x: Set<string>, y: Set<string>): boolean => [...x].some((each) => y.has(each));
  const reads = new Set(a.reads);
  // x = … does not read x; x[i] and x.y do read what leads there.
  if (isAssignment && stripped(left)?.type === "identifier") reads.clear();
  return both(a.writes, b.writes) || both(a.writes, b.reads) || both(reads, b.writes);
}

/**
 * Evaluates some operands from left to right, and says what to do before them so that every other order is covered as
 * well: whatever one of them may make unknown is unknown to those before it too, which may come after it.
 */
export function inAnyOrder<T extends Value | undefined>(
  { rule: { memory } }: Scope,
  evaluations: readonly (() => T)[],
): { readonly before: readonly Expr[]; readonly results: readonly T[] } {
  const forgotten: Forget[] = [];
  let reads = false;
  const results = evaluations.map((evaluate) => {
    const [readsBefore, forgetsBefore] = [memory.reads.size, memory.forgets.size];
    const result = evaluate();
    if (reads) append(forgotten, [...memory.forgets.values()].slice(forgetsBefore));
    // What has no type yet is read where it gets one.
    reads ||= memory.reads.size > readsBefore || result?.is === "any";
    return result;
  });
  return { before: forgotten.map((forget) => forgetMark(memory, forget)), results };
}

/** The same for a helper, which asks for its arguments as it needs them. */
export function withArgumentsInAnyOrder(scope: Scope, numArguments: number, evaluate: () => Expr): Expr {
  const { memory } = scope.rule;
  const start = memory.forgets.size;
  const value = evaluate();
  const forgotten = numArguments > 1 ? [...memory.forgets.values()].slice(start) : [];
  return after(
    forgotten.map((forget) => forgetMark(memory, forget)),
    value,
  );
}

/** An effect that is undefined whenever it is evaluated. */
export function undefinedOrder(scope: Scope, place: Place): readonly Expr[] {
  const what = "one side changes a variable that the other side uses, in no order";
  const [one, none] = [constant("s32", 1n), constant("s32", 0n)];
  return [divide("div", one, none, () => addSite(scope.rule, place, what))];
}
