/** From the story on the page to the finding that the scripts tell. */

import { newVm } from "../../model/vm.ts";
import type { Counterexample } from "../../sim/counterexample.ts";
import type { Op } from "../../sim/op.ts";
import type { ClaimName } from "../always.ts";
import type { Rulebook } from "../rulebook.ts";
import { brokenAt } from "../run-ops.ts";
import { tellCounterexample } from "../tell.ts";
import type { Judging } from "./derive.ts";
import type { Story } from "./story.ts";

/** Rules that hold against most findings; the scripts show that one of them does. */
const CONTROLS = {
  bind: ["offset_and_size_2m", "offset_and_size_1g", "congruent_2m", "congruent_1g"],
  map: ["congruent_order", "round_down_contained", "order_zero"],
  level: ["offset_congruent"],
} as const;

/** Up to the op that breaks the claim, without the ops that are not needed for it. */
function neededOps(judging: Judging, claim: ClaimName, story: Story): readonly Op[] {
  const vm = newVm(judging.compiled.world);
  let ops = story.slice(0, brokenAt(vm, claim, story) + 1);
  for (let at = ops.length - 1; at >= 0; at--) {
    const fewer = ops.toSpliced(at, 1);
    if (brokenAt(vm, claim, fewer) >= 0) {
      ops = fewer;
      at = ops.length;
    }
  }
  return ops;
}

/**
 * The finding that the story is.
 * @throws Error where it is none, or where no rule of the catalogue would have prevented it
 */
export function findingOf(book: Rulebook, judging: Judging, claim: ClaimName, story: Story): Counterexample {
  const { rule, rules, setting } = judging;
  const ops = neededOps(judging, claim, story);
  const controls = CONTROLS[rule.kind].map(book.byId);
  return tellCounterexample(rule, claim, rules, setting, ops, controls);
}
