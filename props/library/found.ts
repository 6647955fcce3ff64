/** What broke a claim, told: for the message of an error, and for what fast-check prints of a counterexample. */

import { decidingIn } from "../../sim/world.ts";
import type { World } from "../../model/abstract/machine.ts";
import { newVm } from "../../model/abstract/machine.ts";
import { idOf } from "../../sim/counterexample.ts";
import type { Op } from "../../sim/op.ts";
import { ruler } from "../../sim/picture/ruler.ts";
import { run } from "../../sim/trace.ts";
import { inText } from "../../sim/words/op-line.ts";
import { excessOf, interval } from "../../sim/words/story.ts";
import type { ClaimName } from "../../model/claim.ts";
import { excess } from "../claims/always.ts";
import { brokenAt } from "../claims/run.ts";
import { violationOf } from "../judge/finding.ts";
import { minimise } from "../shrink/minimise.ts";
import { originOf } from "./worlds.ts";

/** The world as it was checked, the claim, and the ops up to the one that breaks it. */
export interface Breaking {
  readonly world: World;
  readonly claim: ClaimName;
  readonly ops: readonly Op[];
}

/** Lists of ops that were seen to break a claim. */
const seen = new WeakMap<readonly Op[], Breaking>();
/** Those that are canonical. */
const canonical = new WeakMap<readonly Op[], Op[]>();

export const note = (ops: readonly Op[], breaking: Breaking): void => {
  seen.set(ops, breaking);
};

/** Lists that were run where nothing can be broken, with what is said of that: no shorter list would say more. */
const empty = new WeakMap<readonly Op[], string>();

export const noteVacuous = (ops: readonly Op[], message: string): void => {
  empty.set(ops, message);
};

/** Is there nothing to shrink it to? */
export const isLast = (ops: readonly Op[]): boolean => canonical.get(ops) === ops || empty.has(ops);

const readsISize = ({ world, ops }: Breaking): boolean => {
  const origin = originOf(world);
  if (origin === undefined) return ops.some(({ op }) => op === "set_i_size");
  return decidingIn(origin.rules).some(({ reads }: { reads: readonly string[] }) => reads.includes("i_size"));
};

/** The smallest list that breaks the same claim, as `judge` would tell it; nothing of a list that broke none. */
export function canonicalOf(ops: readonly Op[]): Op[] | undefined {
  const breaking = seen.get(ops);
  if (breaking === undefined) return undefined;
  const smallest = canonical.get(ops) ?? [
    ...minimise(newVm(breaking.world), breaking.claim, breaking.ops, readsISize(breaking)),
  ];
  canonical.set(ops, smallest);
  canonical.set(smallest, smallest);
  seen.set(smallest, { ...breaking, ops: smallest });
  return smallest;
}

const numbered = (ops: readonly Op[]): string[] => ops.map((op, at) => `  ${at + 1}. ${inText(op, ops)}`);

/** The ops in hex, one a line; of ops that broke a claim, the bug's id, the intervals and the picture too. */
export function opsInLines(ops: readonly Op[]): string[] {
  const breaking = seen.get(ops);
  if (breaking !== undefined) return storyLines(breaking);
  const message = empty.get(ops);
  return message === undefined ? numbered(ops) : [message];
}

export function storyLines({ world, claim, ops }: Breaking): string[] {
  const vm = newVm(world);
  const at = brokenAt(vm, claim, ops);
  const trace = run(world, ops);
  const violation = violationOf(claim, trace, at, excess(claim, vm));
  const { unit, expected, actual } = violation;
  const where = unit === "file pages" ? "file" : "gpa";
  return [
    `${claim}, id ${idOf(ops)}`,
    ...numbered(ops),
    `  expected ${where} ${interval(expected)}, is ${interval(actual)}: ${excessOf({ violation })} off`,
    ...ruler({ claim, ops, trace, violation }).map((line) => `  ${line}`.trimEnd()),
  ];
}
