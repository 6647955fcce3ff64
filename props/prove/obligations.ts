/** What the formulas take for granted of themselves, as formulas: none of them may be possible, whatever the rules are. */

import { orderText } from "../../sim/setting.ts";
import { besideOther, reachesOther } from "./case.ts";
import type { Question } from "./question.ts";
import type { Scene } from "./scene.ts";
import { ends, inFile, inGuest, scene, starts } from "./scene.ts";
import type { Term } from "./smt/term.ts";
import { and, not, ult } from "./smt/term.ts";

export interface Obligation {
  readonly name: string;
  readonly sentence: string;
  /** Possible only if the formulas are wrong. */
  readonly wrong: Term;
}

const inSlot = ({ bound, touched }: Scene): Term => and(bound.slot.allowed, ult(touched, bound.slot.npages));

/**
 * That a block leaves its slot in distances if and only if it does in positions, for every slot that the ioctl lets through.
 * The two directions apart, which are sooner proved.
 */
const toldTwice = (question: Question, order: number): readonly Obligation[] => {
  const s = scene(question, order);
  return (["file", "guest"] as const).flatMap((where) =>
    [starts, ends].flatMap((end): Obligation[] => {
      const { distances, positions } = end(s, where === "file" ? inFile(s) : inGuest(s), order);
      const block = `a block of ${orderText(order)} in the ${where}`;
      const side = end === starts ? "starts below" : "ends above";
      const obligation = (only: string, other: string, wrong: Term): Obligation => ({
        name: `${end === starts ? "starts" : "ends"}-${where}-${orderText(order)}-${only}`,
        sentence: `${block} that ${side} its slot in ${only} does so in ${other}`,
        wrong: and(inSlot(s), wrong),
      });
      return [
        obligation("distances", "positions", and(distances, not(positions))),
        obligation("positions", "distances", and(positions, not(distances))),
      ];
    }),
  );
};

/** That a block which reaches into the slot beside its own leaves its own, in distances. */
const reachesLeave = (question: Question, order: number): readonly Obligation[] =>
  (["below", "above"] as const).map((side) => {
    const { scene: s, gap } = besideOther(question, side, order, order);
    const { distances } = (side === "below" ? starts : ends)(s, inFile(s), order);
    return {
      name: `reaches-${side}-${orderText(order)}`,
      sentence: `a block of ${orderText(order)} that reaches into the slot ${side} its own leaves its own`,
      wrong: and(inSlot(s), reachesOther(s, side, gap, order), not(distances)),
    };
  });

export const obligationsOf = (question: Question): readonly Obligation[] =>
  question.setting.orders.flatMap((order) =>
    order > 0 ? [...toldTwice(question, order), ...reachesLeave(question, order)] : [],
  );
