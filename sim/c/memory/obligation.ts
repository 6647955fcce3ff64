/** What the text stores in the slot must be what the machine binds. */

import type { Expr, Site } from "../../../model/rule/tree.ts";
import { compare, conditional, constant, convert, divide, int, logic } from "../tree/build.ts";
import type { CType } from "../tree/ctype.ts";
import {
  cellOf,
  isLost,
  isLostAt,
  isWithin,
  objectOf,
  type Obj,
  overlaps,
  readMark,
  storeMark,
} from "../tree/memory.ts";
import type { Memory, Target } from "../tree/memory.ts";
import { readVariable } from "../tree/names.ts";
import { INPUT_MEMBERS } from "../tree/objects.ts";
import type { ReadableName } from "../tree/readable.ts";
import { addSite, after, type RuleScope, type Scope } from "../tree/scope.ts";
import type { Syntax } from "../syntax/syntax.ts";
import { inputOf, readAt } from "./cell.ts";
import { textOf } from "./words.ts";

/** What is bound where the host's memory is does not decide which file pages are. */
const isBindable = (input: ReadableName | undefined): input is ReadableName =>
  input !== undefined && input !== "userspace_addr";

/** A cell that says whether the last store to the member was of another value. */
function wrongCell(scope: Scope, input: ReadableName): number {
  const obj = objectOf(scope.rule.memory, `wrong ${input}`, {
    name: `${input} is set to what is not bound`,
    is: "stack",
    isStable: true,
    isEscaped: false,
    isPlain: true,
  });
  return cellOf(scope.rule.memory, { obj, path: "" }, "bool", false, { value: constant("bool", 0n), isInput: false });
}

/** Is its address in anything that a pointer may be read from? */
const isReachable = (slot: Obj): boolean => slot.within.length > 0 || isLost(slot);

/** A store to an object that is not the slot for all that is known: through what the text made of the slot's address, it may be. */
export function watchStore(scope: Scope, at: Target | undefined, left: Syntax): void {
  const { memory } = scope.rule;
  if (at && at.obj.is !== "heap") return;
  const isMember = at !== undefined && isBindable(INPUT_MEMBERS.slot?.get(at.path));
  doubt(scope.rule, left, "may be in the slot, whose address the text has stored or cast", () =>
    slotsOf(memory).some((slot) => memory.recast.has(slot) || (isMember && isReachable(slot))),
  );
}

/** @returns what is done behind a store: it notes whether the member has the machine's value */
export function obligation(scope: Scope, at: Target, type: CType, left: Syntax): readonly Expr[] {
  if (at.obj.role === "slot" && at.path === "")
    doubt(scope.rule, left, "is in the slot, nobody knows where", () => true);
  const input = at.obj.role === "slot" ? inputOf(scope, at) : undefined;
  if (!isBindable(input)) return [];
  const value = readAt(scope, { is: "memory", at, type, effects: [] }, left);
  if (value.is !== "int") return [];
  const bound = readVariable(scope.rule, input, left.place);
  return note(scope, input, left, compare("ne", value.expr, convert(value.expr.type, bound)));
}

/** All of it is overwritten at once: what is copied over a member that is bound is not followed. */
export function watchOverwrite({ rule }: Scope, at: Target, left: Syntax): void {
  const isBound = [...(INPUT_MEMBERS.slot ?? [])].some(([path, input]) => isBindable(input) && overlaps(path, at.path));
  if (at.obj.role === "slot" && isBound)
    doubt(rule, left, "sets members of the slot that are bound, to what is not followed", () => true);
}

function note(scope: Scope, input: ReadableName, left: Syntax, isWrong: Expr): readonly Expr[] {
  scope.rule.obligations.set(input, { place: left.place, text: textOf(left) });
  return [storeMark(scope.rule.memory, wrongCell(scope, input), isWrong)];
}

/** Where it accepts, and something wrong was stored, what it does is undefined, for there is a finding. */
export function kept(scope: Scope, accepts: Expr): Expr {
  if (scope.rule.obligations.size === 0 || (accepts.node === "const" && accepts.value === 0n)) return accepts;
  const { line, column } = scope.body.place;
  const checks = [...scope.rule.obligations].map(([input, { place, text }]) => {
    const mark = { cell: wrongCell(scope, input), text, line, column, isOnce: false };
    const what = `${text} is set to another value than the one that is bound`;
    return divide("div", int(1), conditional(readMark(scope.rule.memory, mark), int(0), int(1)), () =>
      addSite(scope.rule, place, what),
    );
  });
  return logic("and", accepts, after(checks, constant("bool", 1n)));
}

const slotsOf = (memory: Memory): readonly Obj[] => [...memory.objects.values()].filter(({ role }) => role === "slot");

const doubt = ({ doubts }: RuleScope, syntax: Syntax, why: string, isReal: () => boolean): void => {
  const { line, column } = syntax.place;
  doubts.push({ site: { line, column, what: `${textOf(syntax)} ${why}` }, isReal });
};

/** The address of a member that is bound, as long as somebody follows where it goes. */
export function watchAddress(scope: Scope, at: Target, syntax: Syntax): void {
  if (at.obj.role !== "slot" || !isBindable(inputOf(scope, at))) return;
  doubt(scope.rule, syntax, "is kept, and what is stored through it is not followed", () =>
    isLostAt(scope.rule.memory, at),
  );
}

/** A call of a function whose text is there and not followed. */
export function watchSlot(scope: Scope, call: Syntax, handed: readonly Obj[]): void {
  const { memory } = scope.rule;
  const has = (slot: Obj): boolean => isWithin(slot, handed) || isReachable(slot);
  doubt(scope.rule, call, "calls itself and can reach the slot: what it leaves there is not known", () =>
    slotsOf(memory).some(has),
  );
}

/** Stores of which nobody can say that they leave the slot as it is bound; by the end it is known where every address went. */
export const doubtsOf = ({ doubts }: RuleScope): readonly Site[] =>
  doubts.flatMap(({ isReal, site }) => (isReal() ? [site] : []));
