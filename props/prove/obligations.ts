/** What the formulas take for granted of themselves, as formulas: none of them may be possible, whatever the rules are. */

import { orderText } from "../../sim/setting.ts";
import type { Question } from "./prover.ts";
import { ends, inFile, inGuest, scene, starts } from "./scene.ts";
import type { Term } from "./smt/term.ts";
import { and, eq, not, ult } from "./smt/term.ts";

export interface Obligation {
  readonly name: string;
  readonly sentence: string;
  /** Possible only if the formulas are wrong. */
  readonly wrong: Term;
}

/** That a block's ends are told to be the same in distances and in positions, for every slot that the ioctl lets through. */
export const obligationsOf = (question: Question): readonly Obligation[] =>
  question.setting.orders
    .filter((order) => order > 0)
    .flatMap((order) => {
      const s = scene(question, order);
      const inSlot = and(s.bound.slot.allowed, ult(s.touched, s.bound.slot.npages));
      return (["file", "guest"] as const).flatMap((where) =>
        [starts, ends].map((end): Obligation => {
          const place = where === "file" ? inFile(s) : inGuest(s);
          const { distances, positions } = end(s, place, order);
          return {
            name: `${end.name}-${where}-${orderText(order)}`,
            sentence: `a block of ${orderText(order)} in the ${where} ${end.name} outside its slot in distances if and only if it does in positions`,
            wrong: and(inSlot, not(eq(distances, positions))),
          };
        }),
      );
    });
