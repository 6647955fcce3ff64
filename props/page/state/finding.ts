/** From the story on the page to the finding that the scripts tell. */

import type { ClaimName } from "../../../model/claim.ts";
import { newVm } from "../../../model/abstract/machine.ts";
import type { Counterexample } from "../../../sim/counterexample.ts";
import type { Op } from "../../../sim/op.ts";
import type { Rulebook } from "../../judge/rulebook.ts";
import { brokenAt } from "../../claims/run.ts";
import { tellCounterexample } from "../../judge/finding.ts";
import type { Judging } from "./derive.ts";
import type { Story } from "./story.ts";

/** Without the ops that the claim is broken without: first of all those after the op that breaks it. */
function neededOps(judging: Judging, claim: ClaimName, story: Story): readonly Op[] {
  const vm = newVm(judging.compiled.world);
  let ops = story;
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
 * @throws Error where it is none
 */
export function findingOf(book: Rulebook, judging: Judging, claim: ClaimName, story: Story): Counterexample {
  const { rule, rules, setting } = judging;
  const ops = neededOps(judging, claim, story);
  return tellCounterexample(rule, claim, rules, setting, ops, book.byId);
}
