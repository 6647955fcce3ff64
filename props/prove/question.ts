/** What the prover is asked, and what it answers: the words that its parts and whoever asks it share. */

import { decidingIn } from "../../sim/world.ts";
import type { Arch } from "../../model/arch.ts";
import type { Given } from "../../model/given.ts";
import type { Site } from "../../model/rule/tree.ts";
import type { Op } from "../../sim/op.ts";
import type { Setting } from "../../sim/setting.ts";
import type { Rules } from "../../sim/world.ts";

/** The world that is asked about; of the setting, the orders and when they may change. */
export interface Question {
  readonly rules: Rules;
  readonly setting: Pick<Setting, "orders" | "resize" | "file">;
  readonly arch: Arch;
  /** What becomes of inputs that a loop still holds when it is unrolled no further; cut unless said. */
  readonly loops?: "cut" | "summed up";
}

/** Text for a solver. `name` is unique within what one call returns and fit for a file name. */
export interface Query {
  readonly name: string;
  readonly text: string;
  readonly answer: "sat" | "unsat" | "unknown";
  /** Only where it was not the prover's own solver that answered. */
  readonly by?: "z3";
}

export type Verdict =
  | { readonly status: "proved" }
  /** Shows the violation at its last op when run on an empty machine; not minimal. */
  | { readonly status: "refuted"; readonly ops: readonly Op[] }
  /** Never a pass. */
  | { readonly status: "unknown"; readonly reason: string };

export type Proof = Verdict & {
  /** What has to be possible for the claim to say anything, and whether it is; a false one makes a pass vacuous. */
  readonly premises: Readonly<Record<string, boolean>>;
  /** Premises of which the solver could not say whether they are. */
  readonly undecided?: readonly string[];
  readonly queries: readonly Query[];
};

/** What a rule of this kind comes to when its C is undefined, or that it never is. */
export type Undefinedness = (
  | { readonly status: "defined" }
  /** `inputs` are u64 bit patterns of the parameters that the rule reads; `given` what else it takes, if anything. */
  | {
      readonly status: "undefined";
      readonly site: Site;
      readonly inputs: Readonly<Record<string, bigint>>;
      readonly given?: readonly Given[];
    }
  | { readonly status: "unknown"; readonly reason: string }
) & { readonly queries: readonly Query[] };

/** How two rules of one kind relate. A witness gives the u64 bit patterns of what either of them reads. */
export type Relation = (
  | { readonly relation: "equivalent" }
  /** Whatever the first takes, the second takes too; `only_second` is taken by the second alone. */
  | { readonly relation: "first_implies_second"; readonly only_second: Readonly<Record<string, bigint>> }
  | { readonly relation: "second_implies_first"; readonly only_first: Readonly<Record<string, bigint>> }
  | {
      readonly relation: "neither";
      readonly only_first: Readonly<Record<string, bigint>>;
      readonly only_second: Readonly<Record<string, bigint>>;
    }
  | { readonly relation: "unknown"; readonly reason: string }
) & {
  readonly queries: readonly Query[];
  /** Where the rules read what no model knows. */
  readonly unknowns?: ComparedUnknowns;
};

/** What two rules read that no model knows, and what they were compared with. */
export interface ComparedUnknowns {
  /** Texts with one value in both rules. */
  readonly shared: readonly string[];
  /** Texts that both read, and that may have different values. */
  readonly apart: readonly string[];
  /** What the first and the second rule were given with `only_first`, and with `only_second`. */
  readonly only_first?: readonly [readonly Given[], readonly Given[]];
  readonly only_second?: readonly [readonly Given[], readonly Given[]];
  /** No input tells them apart where the same text has the same value in both. */
  readonly equivalent_if_alike: boolean;
}

/** What is compared: the world, or all that C can be passed. */
export type Comparing = Pick<Question, "setting" | "arch"> & {
  /** Every value of every parameter, not only those of slots that the ioctl lets through. */
  readonly allInputs?: boolean;
};

/** Whether a counterexample is the smallest that one slot can make. */
export type Smallest = (
  | { readonly status: "smallest" }
  /** A smaller one, which breaks the claim at its last op when run on an empty machine; perhaps not the smallest. */
  | { readonly status: "smaller"; readonly ops: readonly Op[] }
  | { readonly status: "unknown"; readonly reason: string }
) & { readonly queries: readonly Query[] };

/** Ops of a counterexample with as few given values as break the claim whatever all other values are. */
export type LeastGiven = (
  | { readonly status: "least"; readonly ops: readonly Op[] }
  /** With all that they were given, which breaks the claim as well. */
  | { readonly status: "unknown"; readonly ops: readonly Op[]; readonly reason: string }
) & { readonly queries: readonly Query[] };

/** Why nothing can be proved of these rules, whatever the formulas say; undefined where nothing stands against it. */
export function doubtOf({ rules }: Pick<Question, "rules">): string | undefined {
  const [first] = decidingIn(rules).flatMap(({ doubts = [] }) => doubts);
  return first && `${first.line}:${first.column}: ${first.what}`;
}
