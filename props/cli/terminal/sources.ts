/** From the words of a command line to rules: catalogue ids, C files, expressions. */

import type { RuleKind } from "../../../model/rule/parameters.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import type { Rulebook } from "../../judge/rulebook.ts";
import { readInput } from "./files.ts";
import { UsageError } from "./io.ts";

/** A check is a screen or two of C; what is larger than this is the wrong file. */
const MOST_BYTES = 256 * 1024;

/** The word for what is pasted or piped. */
const STDIN = "-";

function parsed(book: Rulebook, text: string, name: string, options: { id?: string; kind?: RuleKind }): Rule[] {
  const result = book.parse(text, { file: name, ...options });
  if (result.ok) return [...result.rules];
  const { line, column, message } = result.error;
  throw new UsageError(message, { at: { file: name, line, column } });
}

export interface RuleArguments {
  readonly words: readonly string[];
  readonly expressions: readonly string[];
  readonly kind?: RuleKind;
}

/** Ids must be unique: two files may both have a function `check`. */
function unique(rules: readonly Rule[]): Rule[] {
  const seen = new Map<string, number>();
  return rules.map((rule) => {
    const times = (seen.get(rule.id) ?? 0) + 1;
    seen.set(rule.id, times);
    return times === 1 ? rule : { ...rule, id: `${rule.id}_${times}` };
  });
}

/** The rules asked for; the whole catalogue if nothing is. @throws UsageError with file:line:column where there is one */
export function rulesFrom(book: Rulebook, { words, expressions, kind }: RuleArguments): Rule[] {
  if (words.length === 0 && expressions.length === 0) return [...book.all];
  const forced = kind === undefined ? {} : { kind };
  const named = words.flatMap((word) => {
    if (book.has(word)) {
      const rule = book.byId(word);
      if (kind !== undefined && kind !== rule.kind)
        throw new UsageError(`--kind ${kind}: ${word} is a ${rule.kind} rule`);
      return [rule];
    }
    if (word !== STDIN && !/[./\\]/.test(word)) {
      throw new UsageError(`"${word}" is no rule of the catalogue and no file; see \`foliofence rules\``);
    }
    return parsed(book, readInput(word, MOST_BYTES), word === STDIN ? "stdin" : word, forced);
  });
  const pasted = expressions.flatMap((text) => parsed(book, text, "-e", { id: "expression", ...forced }));
  return unique([...named, ...pasted]);
}
