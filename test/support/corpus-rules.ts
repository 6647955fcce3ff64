/** The rules of the corpus, and the C that a script puts around one of them. */

import { readFileSync } from "node:fs";
import type { Rule } from "../../model/rule/tree.ts";
import { loadGrammar } from "../../sim/c/syntax/grammar.ts";
import { parseRules } from "../../sim/c/parse.ts";
import { checksInC, definesFor } from "../../sim/script/c/checks.ts";
import { headersFor, wordsOf } from "../../sim/script/c/headers.ts";
import { typesFor } from "../../sim/script/c/names.ts";

const grammar = await loadGrammar();

const read = (name: string, between: string): string[] =>
  readFileSync(new URL(`../corpus/${name}.txt`, import.meta.url), "utf8")
    .trimEnd()
    .split(between);

const TEXTS = [...read("expressions", "\n"), ...read("statements", "\n====\n"), ...read("files", "\n====\n")];

export const corpusRules = (): readonly Rule[] =>
  TEXTS.flatMap((text) => {
    const parsed = parseRules(grammar, text);
    return parsed.ok ? parsed.rules : [];
  });

/** A C program of the rule and, behind it, of `more`. */
export function programOf(rule: Rule, more: string): string {
  const body = `${checksInC([rule]).code}\n\n${more}`;
  const words = wordsOf(body);
  return [headersFor(body), ...typesFor(words), ...definesFor(words), body].join("\n");
}
