/** What the files of a counterexample are called: `${fileStem(ce)}.json`, `.mjs`, `.txt`, `.c` and `.svg`. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { CATALOGUE } from "../../model/rule/catalogue.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { lex } from "../c/lex.ts";
import { isFile } from "../c/shape.ts";
import type { Counterexample } from "../counterexample.ts";

/** So that a file's name fits a line of a mail. */
const LONGEST = 24;

function short(id: string): string {
  const plain = id.replaceAll(/[^\w.-]+/g, "_");
  if (plain === id && id.length <= LONGEST) return id;
  return `${plain.slice(0, LONGEST - 5)}-${bytesToHex(sha256(utf8ToBytes(id))).slice(0, 4)}`;
}

export const fileStem = (ce: Counterexample): string => `${short(ce.rule.id)}-${ce.claim}-${ce.id}`;

/** A whole function, rather than an expression that stands where a condition would. */
const isFunction = (rule: Rule): boolean => isFile(lex(rule.text).tokens);

/** How a text calls it: `kvm_check()`, or `the check "fls64"` where it has no name in C. */
export const called = (rule: Rule): string =>
  isFunction(rule) ? `${rule.functions.at(-1)?.name ?? rule.id}()` : `the check "${rule.id}"`;

/** The same with the id, where that says more. */
export const calledInFull = (rule: Rule): string =>
  isFunction(rule) && rule.functions.at(-1)?.name !== rule.id ? `${called(rule)} (check "${rule.id}")` : called(rule);

/** Whose proposal it is, of a rule of the catalogue; its C restates theirs. */
export function origin(rule: Rule): string {
  const entry = CATALOGUE.find(({ id, text }) => id === rule.id && text === rule.text);
  return entry === undefined ? "" : `It restates ${entry.who}, ${entry.when}.`;
}
