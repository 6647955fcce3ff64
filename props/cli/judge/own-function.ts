/**
 * --claim and --must-accept that are about a function's own parameters, and not about what happens on the machine: a
 * claim that reads `result` or `old(…)`, or, of a file, none of the words of a fault's; what must be accepted of a file,
 * where it names something that no slot has.
 */

import { x86_64 } from "../../../model/arch.ts";
import { nameOf, textOf } from "../../../model/claim.ts";
import { CLAIM_WORDS } from "../../../model/claim-words.ts";
import type { AskedOfFunction } from "../../../sim/c/contracts.ts";
import { isRefusal } from "../../../sim/c/syntax/fail.ts";
import { lex, type Token } from "../../../sim/c/syntax/lex.ts";
import { IGNORED_WORDS, TYPE_NAMES, TYPE_WORDS } from "../../../sim/c/syntax/types.ts";
import { constants, VARIABLES } from "../../../sim/c/tree/names.ts";
import { ROLE_OF_NAME } from "../../../sim/c/tree/objects.ts";
import { LAYOUTS } from "../../judge/must-accept.ts";
import { UsageError } from "../terminal/io.ts";
import { ownClaimsFrom } from "../terminal/setting.ts";
import type { JudgeFlags } from "./flags.ts";

export interface OwnFunction {
  /** Without what is about the function. */
  readonly flags: JudgeFlags;
  readonly asked?: AskedOfFunction;
}

/** Names that the text reads; what cannot be read has none, and is refused by whoever reads it. */
function namesIn(text: string): readonly string[] {
  let tokens: readonly Token[];
  try {
    tokens = lex(text);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return [];
  }
  return tokens.flatMap(({ kind, text: word }, i) => {
    const isMember = /^(?:->|\.)$/.test(tokens[i - 1]?.text ?? "");
    const isType = TYPE_NAMES.has(word) || TYPE_WORDS.has(word) || IGNORED_WORDS.has(word);
    const isCall = tokens[i + 1]?.text === "(" && word !== "old";
    return kind === "word" && !isMember && !isType && !isCall ? [word] : [];
  });
}

/** @param isOfFile a file is named, and nothing else */
function isAboutFunction(expr: string, isOfFile: boolean): boolean {
  const names = namesIn(expr);
  if (names.includes("result") || names.includes("old")) return true;
  const ofFault: readonly string[] = CLAIM_WORDS;
  return isOfFile && names.length > 0 && !names.some((name) => ofFault.includes(name));
}

/** Does it read something that is neither a slot's nor a constant? */
function isOverOwn(expr: string): boolean {
  const known = constants(x86_64);
  return namesIn(expr).some(
    (name) => !VARIABLES.has(name) && !ROLE_OF_NAME.has(name) && !known.has(name) && !/^[A-Z_][A-Z0-9_]*$/.test(name),
  );
}

/** @throws UsageError where no function is named that they could be about */
export function ofFunction(words: readonly string[], flags: JudgeFlags): OwnFunction {
  const { claim, mustAccept, ...rest } = flags;
  const isOfFile = words.length === 1 && /[./\\:]/.test(words[0] ?? "") && (flags.expression ?? []).length === 0;
  const own = ownClaimsFrom(claim ?? []).filter((each) => isAboutFunction(textOf(each), isOfFile));
  const isMust = isOfFile && mustAccept !== undefined && mustAccept !== LAYOUTS && isOverOwn(mustAccept);
  if (own.length === 0 && !isMust) return { flags };
  const [first] = own;
  const option = first === undefined ? "--must-accept" : `--claim ${nameOf(first)}`;
  if (words.length !== 1 || (flags.expression ?? []).length > 0) {
    throw new UsageError(`${option} is about a function's own parameters: name one file, as FILE:FUNCTION`);
  }
  const texts = own.map(textOf);
  const others = (claim ?? []).filter((said) => !own.some((each) => ownClaimsFrom([said]).includes(each)));
  if (others.length > 0 || (mustAccept !== undefined && !isMust)) {
    throw new UsageError(`${option} is about a function's own parameters, and goes with no claim about slots`);
  }
  return {
    flags: rest,
    asked: {
      clauses: [
        ...own.map((each, i) => ({ is: "ensures" as const, text: texts[i] ?? "", name: nameOf(each) })),
        ...(isMust ? [{ is: "accepts" as const, text: mustAccept, name: "accepts" }] : []),
      ],
    },
  };
}
