/** C text -> rules. */

import type { Arch } from "../../model/arch.ts";
import type { RuleKind } from "../../model/rule/parameters.ts";
import type { Rule } from "../../model/rule/tree.ts";

import type { Grammar } from "./grammar.ts";

export type ParseOptions = {
  /** Shown in errors and kept in Rule.file. */
  readonly file?: string;
  /** Id of a bare expression ("expression" unless given); functions are named after themselves. */
  readonly id?: string;
  /** Overrides the kind inferred from what is read. */
  readonly kind?: RuleKind;
  /** Page sizes; x86-64 unless given. */
  readonly arch?: Arch;
};

export type ParseError = {
  readonly file?: string;
  /** Both count from 1; a tab is one column. */
  readonly line: number;
  readonly column: number;
  /** One line. */
  readonly message: string;
};

export type ParseResult =
  { readonly ok: true; readonly rules: readonly Rule[] } | { readonly ok: false; readonly error: ParseError };

/** Never throws for any text. */
export function parseRules(_grammar: Grammar, _text: string, _options: ParseOptions = {}): ParseResult {
  throw new Error("not written yet");
}
