/**
 * The contract of a function: what its caller has to see to, and what it then gives. Each part is a tree of its own whose
 * unknowns of kind input are the function's parameters and what they lead to; whoever asks says their values.
 */

import type { IntType } from "./int-type.ts";
import type { RuleTree } from "./tree.ts";

/** C, on one line, and where it stands in the file, both from 1. */
export type Clause = { readonly text: string; readonly line: number; readonly column: number };

export type ContractClaim = Clause & {
  /** Its own, or ensures_1, ensures_2 in the order of the text. */
  readonly name: string;
  /** True where what is required does not hold, or where after the call the claim does. */
  readonly tree: RuleTree;
};

export type ContractParameter = {
  readonly name: string;
  /** Of what it is, or of what it leads to if that is an integer; none of a pointer to anything else. */
  readonly type?: IntType;
  readonly isPointer: boolean;
  /** Its type as it is written: "struct range *"; none where the text by itself does not say what that is. */
  readonly spelled?: string;
};

export type Contract = {
  /** The function's name, and of several configurations which. */
  readonly id: string;
  readonly function: string;
  /** C, verbatim, with all that it and its contract call and each #define it uses; without the contract. */
  readonly text: string;
  readonly file?: string;
  /** Line of the file where the function starts, from 1. */
  readonly line: number;
  /** Type of its result; none where that is no integer. */
  readonly returns?: IntType;
  readonly parameters: readonly ContractParameter[];
  /** Its text, compiled by itself, would not be what is judged: it calls or reads what is not there. */
  readonly isTree?: true;
  readonly requires: readonly Clause[];
  readonly claims: readonly ContractClaim[];
  /** True where what is required holds and the function comes to an end. */
  readonly premise: RuleTree;
};

/** Cell of a contract's trees in which the function's result stands. */
export const RESULT = "result";
/** And that in which what a parameter leads to stands after the call. */
export const afterCall = (parameter: string): string => `*${parameter} after the call`;
