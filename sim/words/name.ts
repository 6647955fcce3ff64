/** What a finding's files and its check are called, in every format alike. */

import { nameOf } from "../../model/claim.ts";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { CATALOGUE } from "../../model/rule/catalogue/catalogue.ts";
import type { CatalogueEntry } from "../../model/rule/catalogue/entry.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { itemsOf, plainTokens } from "../c/syntax/directive.ts";
import { lex } from "../c/syntax/lex.ts";
import { isFile } from "../c/syntax/shape.ts";
import type { Counterexample } from "../counterexample.ts";

/** A function of the kernel's keeps its name whole; file systems have limits. */
const LONGEST = 64;

export function short(id: string): string {
  const plain = id.replaceAll(/[^\w.-]+/g, "_");
  if (plain === id && id.length <= LONGEST) return id;
  return `${plain.slice(0, LONGEST - 5)}-${bytesToHex(sha256(utf8ToBytes(id))).slice(0, 4)}`;
}

/** `${fileStem(ce)}.json`, `.mjs`, `.txt`, `.c`, `-live.c` and `.svg`. */
export const fileStem = (ce: Counterexample): string => `${short(ce.rule.id)}-${short(nameOf(ce.claim))}-${ce.id}`;

/** A whole function, rather than an expression that stands where a condition would. */
const isFunction = (rule: Rule): boolean => isFile(plainTokens(itemsOf(lex(rule.text))));

/** Of a rule of the catalogue: its C restates what somebody proposed. */
export const entryOf = (rule: Rule): CatalogueEntry | undefined =>
  CATALOGUE.find(({ id, text }) => id === rule.id && text === rule.text);

/** One name throughout: the id, as a call where it is the function's own name, in quotes where nobody gave it one. */
export function called(rule: Rule): string {
  if (isFunction(rule) && rule.functions.at(-1)?.name === rule.id) return `${rule.id}()`;
  return entryOf(rule) === undefined ? `"${rule.id}"` : rule.id;
}

/** Whose proposal it is: " (restated from …)" or nothing. */
export function origin(rule: Rule): string {
  const entry = entryOf(rule);
  return entry === undefined ? "" : ` (restated from ${entry.who}, ${entry.when})`;
}
