/**
 * What jumps lead out of. The tree has loops, and break and continue of the innermost; a jump that leads further sets a
 * flag and leaves that one, and behind it the flag says where to go on.
 */

import { constant } from "./build.ts";
import type { Expr, Stmt } from "../../../model/rule/tree.ts";
import type { Frame, Way } from "./frame.ts";
import { addLocal, localRead, type Scope } from "./scope.ts";

export const frame = (is: Frame["is"]): Frame => ({ is, pending: [] });

const isLoop = ({ is }: Frame): boolean => is !== "switch" && is !== "end";

/** Those that break and continue can be of, innermost last. */
export const framesHere = ({ inside }: Scope): readonly Frame[] =>
  inside.slice(inside.findLastIndex(({ is }) => is === "end") + 1);

/** May what is lowered now be evaluated more than once? */
export const mayRepeat = (scope: Scope): boolean =>
  framesHere(scope).some(isLoop) || scope.inside.some(({ isBack }) => isBack === true);

const set = (flag: number, value: bigint): Stmt => ({
  stmt: "effect",
  value: { node: "assign", type: "bool", local: flag, value: constant("bool", value) },
});

export function jumpTo(scope: Scope, to: Frame, way: Way): Stmt[] {
  const innermost = scope.inside.findLast(isLoop);
  if (!innermost || innermost === to) return [{ stmt: way }];
  const known = innermost.pending.find((each) => each.to === to && each.way === way);
  const made = known ?? { flag: addLocal(scope, "goes_on", "bool", true), to, way };
  if (!known) innermost.pending.push(made);
  return [set(made.flag, 1n), { stmt: "break" }];
}

/** A loop of the tree, and what jumps in it that lead further do behind it. */
export function inFrame(scope: Scope, of: Frame, make: () => readonly Stmt[]): Stmt[] {
  scope.inside.push(of);
  const made = make();
  scope.inside.pop();
  const before = of.pending.map(({ flag }) => set(flag, 0n));
  const behind = of.pending.map(({ flag, to, way }): Stmt => {
    const condition: Expr = localRead(scope, flag);
    return { stmt: "if", condition, whenTrue: jumpTo(scope, to, way), whenFalse: [] };
  });
  return [...before, ...made, ...behind];
}
