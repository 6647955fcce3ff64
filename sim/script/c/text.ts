/** What a rule's C text needs around it so that it compiles as it stands: its words, functions, structs and shape. */

import type { Rule } from "../../../model/rule/tree.ts";
import { type Define, definesIn, itemsOf, plainTokens } from "../../c/syntax/directive.ts";
import type { Token } from "../../c/syntax/lex.ts";
import { lex } from "../../c/syntax/lex.ts";
import type { ReadableName } from "../../c/tree/readable.ts";
import { MEMBERS } from "../../c/tree/names.ts";
import { isFile, STATEMENT } from "../../c/syntax/shape.ts";
import { TYPE_NAMES, TYPE_WORDS } from "../../c/syntax/types.ts";

/** An expression, the body of a function, or functions. */
type Shape = "expression" | "body" | "functions";

interface Parameter {
  readonly name: string;
  /** Of a pointer to a struct. */
  readonly struct: string | undefined;
  readonly isPointer: boolean;
}

/** `fault->slot->base_gfn`: a root, the members to it, and what the last one reads, unless it is a struct itself. */
export interface Access {
  readonly root: string;
  readonly path: readonly { readonly arrow: boolean; readonly name: string }[];
  readonly reads: ReadableName | undefined;
}

export interface CText {
  readonly rule: Rule;
  readonly shape: Shape;
  readonly words: ReadonlySet<string>;
  readonly defines: readonly Define[];
  /** Functions that it defines; the entry is the rule's own. */
  readonly functions: readonly string[];
  readonly entry: string;
  /** Of the entry. */
  readonly parameters: readonly Parameter[];
  readonly accesses: readonly Access[];
  /** Words that stand for a value and are not declared where they do. */
  readonly free: ReadonlySet<string>;
  /** Of these, what the text declares elsewhere. */
  readonly hides: readonly string[];
  /** Tags of enums, and whether the text says what is in them. */
  readonly enums: ReadonlyMap<string, boolean>;
  /** A body whose last statement lacks its semicolon. */
  readonly isOpen: boolean;
  /** Struct types of the pointers that it declares, by the pointer's name. */
  readonly pointers: ReadonlyMap<string, string>;
  /** Struct types that functions of the kernel's give it pointers to, by the function's name: id_to_memslot(). */
  readonly finders: ReadonlyMap<string, string>;
}

const isWord = (token: Token | undefined): token is Token => token?.kind === "word";
const isDot = (token: Token | undefined): boolean => token?.text === "->" || token?.text === ".";

/** Every `a->b.c`, but for what follows a call or a bracket, which stays out. */
function accessesOf(tokens: readonly Token[]): readonly Access[] {
  return tokens.flatMap((token, i): Access[] => {
    if (!isWord(token) || isDot(tokens[i - 1]) || !isDot(tokens[i + 1])) return [];
    const path: { arrow: boolean; name: string }[] = [];
    for (let at = i + 1; isDot(tokens[at]) && isWord(tokens[at + 1]); at += 2) {
      path.push({ arrow: tokens[at]?.text === "->", name: tokens[at + 1]?.text ?? "" });
    }
    const last = path.at(-1)?.name ?? "";
    const reads = last === "index" && path.at(-2)?.name === "restrictedmem" ? "pgoff" : MEMBERS.get(last);
    return [{ root: token.text, path, reads }];
  });
}

/** `struct kvm_memory_slot *slot`, wherever it is declared, and what it is found by: `= id_to_memslot(…)`. */
function pointersOf(tokens: readonly Token[]): Pick<CText, "pointers" | "finders"> {
  const pointers = new Map<string, string>();
  const finders = new Map<string, string>();
  tokens.forEach((token, i) => {
    const type = tokens[i + 1];
    if (token.text !== "struct" || !isWord(type)) return;
    for (let from = i + 2; from > 0; from = nextDeclared(tokens, from)) {
      let at = from;
      while (tokens[at]?.text === "*" || tokens[at]?.text === "const") at++;
      const name = tokens[at];
      if (at === from || !isWord(name)) return;
      pointers.set(name.text, type.text);
      const finder = tokens[at + 2];
      if (tokens[at + 1]?.text === "=" && isWord(finder) && tokens[at + 3]?.text === "(") {
        finders.set(finder.text, type.text);
      }
    }
  });
  return { pointers, finders };
}

/** Index behind the comma that ends the declarator at `from`, or 0 where the declaration ends with it. */
function nextDeclared(tokens: readonly Token[], from: number): number {
  let depth = 0;
  for (let at = from; at < tokens.length && depth >= 0; at++) {
    const text = tokens[at]?.text;
    if (text === "(") depth++;
    if (text === ")") depth--;
    if (text === ";") return 0;
    if (text === "," && depth === 0) return at + 1;
  }
  return 0;
}

const isType = (token: Token | undefined): boolean =>
  token !== undefined && (TYPE_NAMES.has(token.text) || TYPE_WORDS.has(token.text));

/**
 * Names that stand somewhere for what no declaration before them, in a block that is still open, has declared; and which
 * of these a declaration elsewhere hides. What a for declares counts until the block around it ends.
 */
function namesOf(tokens: readonly Token[]): Pick<CText, "free" | "hides"> {
  const blocks: Set<string>[] = [new Set()];
  const free = new Set<string>();
  const declared = new Set<string>();
  let depth = 0;
  // How deep in brackets a declaration stands whose commas are followed by more names.
  let declares = Infinity;
  tokens.forEach((token, i) => {
    const before = tokens[i - 1];
    const after = tokens[i + 1];
    if (token.text === "{") blocks.push(new Set());
    if (token.text === "}") blocks.pop();
    if (token.text === "(") depth++;
    if (token.text === ")") depth--;
    if (token.text === ";" || depth < declares) declares = Infinity;
    if (!isWord(token) || isDot(before)) return;
    if (isType(before) || (before?.text === "," && depth === declares)) {
      if (isType(token)) return;
      blocks.at(-1)?.add(token.text);
      declared.add(token.text);
      declares = depth;
    } else if (!isDot(after) && after?.text !== "(" && !blocks.some((block) => block.has(token.text))) {
      free.add(token.text);
    }
  });
  return { free, hides: [...free].filter((name) => declared.has(name)) };
}

function enumsOf(tokens: readonly Token[]): ReadonlyMap<string, boolean> {
  const enums = new Map<string, boolean>();
  tokens.forEach((token, i) => {
    const tag = tokens[i + 1];
    if (token.text !== "enum" || !isWord(tag)) return;
    enums.set(tag.text, enums.get(tag.text) === true || tokens[i + 2]?.text === "{");
  });
  return enums;
}

/** Index of the token that closes the bracket at `open`. */
function closes(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (tokens[i]?.text === "(") depth++;
    if (tokens[i]?.text === ")" && --depth === 0) return i;
  }
  return tokens.length;
}

/** `name(…) {` at the outermost level. */
function functionsOf(tokens: readonly Token[]): ReadonlyMap<string, readonly Parameter[]> {
  const found = new Map<string, readonly Parameter[]>();
  let depth = 0;
  tokens.forEach((token, i) => {
    if (token.text === "{") depth++;
    if (token.text === "}") depth--;
    if (depth > 0 || !isWord(token) || tokens[i + 1]?.text !== "(") return;
    const end = closes(tokens, i + 1);
    if (tokens[end + 1]?.text === "{") found.set(token.text, parametersOf(tokens.slice(i + 2, end)));
  });
  return found;
}

function parametersOf(tokens: readonly Token[]): readonly Parameter[] {
  const parts: Token[][] = [[]];
  for (const token of tokens) {
    if (token.text === ",") parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.flatMap((part): Parameter[] => {
    const name = part.findLast(isWord)?.text ?? "void";
    if (name === "void") return [];
    const struct = part.findIndex(({ text }) => text === "struct");
    return [
      {
        name,
        struct: struct < 0 ? undefined : part[struct + 1]?.text,
        isPointer: part.some(({ text }) => text === "*"),
      },
    ];
  });
}

/** Its parameters are no words of the rule's. */
const wordsOfMacro = ({ body, parameters = [] }: Define): readonly Token[] =>
  body.filter(({ text }) => !parameters.includes(text));

export function readText(rule: Rule): CText {
  const items = itemsOf(lex(rule.text));
  const tokens = plainTokens(items);
  const defines = definesIn(items);
  const all = [...tokens, ...[...defines.values()].flatMap(wordsOfMacro)];
  const marks = tokens.map(({ text }) => text);
  const body = marks.includes("{") || marks.slice(0, -1).includes(";") || STATEMENT.has(marks[0] ?? "");
  const shape = isFile(tokens) ? "functions" : body ? "body" : "expression";
  const functions = shape === "functions" ? functionsOf(tokens) : new Map<string, readonly Parameter[]>();
  const entry = rule.functions.at(-1)?.name ?? rule.id;
  return {
    rule,
    shape,
    words: new Set(all.filter(isWord).map(({ text }) => text)),
    defines: [...defines.values()],
    functions: [...functions.keys()],
    entry,
    parameters: functions.get(entry) ?? [],
    accesses: accessesOf(all),
    ...namesOf(all),
    ...pointersOf(tokens),
    enums: enumsOf(tokens),
    isOpen: shape === "body" && !/^[;}]$/.test(marks.at(-1) ?? ""),
  };
}
