/** What a jump leads out of. */

export type Way = "break" | "continue";

type Pending = { readonly flag: number; readonly to: Frame; readonly way: Way };

export type Frame = {
  /** A chain of ifs is a switch and no loop of the tree; behind a label whose end is repeated nothing of what is outside is seen. */
  readonly is: "loop" | "switch" | "switch loop" | "label" | "end";
  /** A goto of this label leads here. */
  readonly label?: string;
  /** Where it stands before the goto, the loop is run again; else it is left. */
  readonly isBack?: boolean;
  /** Jumps that lead further out, by where they lead. */
  readonly pending: Pending[];
};
