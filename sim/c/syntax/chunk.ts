/** A text's top-level parts, found without parsing them: of a whole source file only what is needed is parsed. */

import { isDirective, type Item } from "./directive.ts";
import { fail } from "./fail.ts";
import type { Token } from "./lex.ts";

/** A function's definition, or anything else up to its semicolon. */
export type Chunk = {
  /** Half-open range of items. */
  readonly from: number;
  readonly to: number;
  readonly first: Token;
  readonly last: Token;
  /** Of a function's definition. */
  readonly name?: Token;
  /** What it declares: the function, a type's tag, a variable, enumerators. */
  readonly declares: ReadonlySet<string>;
  /** Is it the members of a struct or a union? */
  readonly isStruct: boolean;
  /** It is a line of this function's contract. */
  readonly contractOf?: string;
};

/** What the lines of a function's contract are found by. */
export const contractName = (name: string): string => `contract of ${name}`;

const CONTRACT = /^(?:requires|ensures)$/;

/** Words that a bracketed group belongs to, which is no list of parameters. */
const ATTRIBUTES = new Set(
  "__attribute__ __attribute __printf __scanf __aligned __section __must_hold __acquires __releases __acquire __release __declspec __asm__ __diag_push __counted_by __alloc_size __no_sanitize".split(
    " ",
  ),
);

/**
 * @param isAtLineStart is there nothing at all before this token on its line?
 * @param asked the function that a contract behind all functions is about
 */
export function chunksOf(
  items: readonly Item[],
  isAtLineStart: (token: Token) => boolean,
  asked: string | undefined,
): Chunk[] {
  const chunks: Chunk[] = [];
  // Branches of a conditional may open the same brace: each starts from the same depth, the first one's end counts.
  const branches: { depth: number; end?: number }[] = [];
  let depth = 0;
  let from = -1;
  let before: Token | undefined;
  const close = (to: number): void => {
    if (from >= 0) chunks.push(chunkOf(items, from, to));
    from = -1;
  };
  for (const [i, item] of items.entries()) {
    if (isDirective(item)) {
      const top = branches.at(-1);
      if (item.name.startsWith("if")) branches.push({ depth });
      else if (top && (item.name === "else" || item.name === "elif")) {
        top.end ??= depth;
        depth = top.depth;
      } else if (top && item.name === "endif") {
        depth = top.end ?? depth;
        branches.pop();
      }
      continue;
    }
    // module_init(f) needs no semicolon: whoever stands at the start of the next line starts anew.
    const isNext = before?.text === ")" && item.kind === "word" && !ATTRIBUTES.has(item.text);
    if (from >= 0 && depth === 0 && isNext && isAtLineStart(item)) close(i);
    if (from < 0) from = i;
    const first = items[from];
    const isContract = first !== undefined && !isDirective(first) && first.kind === "word" && CONTRACT.test(first.text);
    if (item.kind === "mark") {
      if ("([{".includes(item.text)) depth += 1;
      if (")]}".includes(item.text)) depth = Math.max(0, depth - 1);
      const isOutside = depth === 0;
      if (isOutside && isContract && item.text === ")") close(i + 1);
      if (isOutside && item.text === ";") close(i + 1);
      if (isOutside && item.text === "}" && functionName(items, from, i) !== undefined) close(i + 1);
    }
    before = item;
  }
  close(items.length);
  const lastFunction = chunks.findLastIndex(({ name }) => name !== undefined);
  return chunks.map((chunk, i) => {
    if (!isOfContract(items, chunk)) return chunk;
    const { name } = chunks.slice(i + 1).find((next) => !isOfContract(items, next) && next.first.text !== ";") ?? {};
    if (!name && asked !== undefined && i > lastFunction) {
      return { ...chunk, contractOf: asked, declares: new Set([contractName(asked)]) };
    }
    if (!name) return fail(chunk.first, `${chunk.first.text}() stands right above no function`);
    return { ...chunk, contractOf: name.text, declares: new Set([contractName(name.text)]) };
  });
}

/** requires(…), ensures(…): outside of every function they are no calls. */
function isOfContract(items: readonly Item[], { from, first, name }: Chunk): boolean {
  const next = items[from + 1];
  return !name && CONTRACT.test(first.text) && next !== undefined && !isDirective(next) && next.text === "(";
}

/** Of `type name(…) … {`, the name. */
function functionName(items: readonly Item[], from: number, to: number): Token | undefined {
  let depth = 0;
  let before: Token | undefined;
  let name: Token | undefined;
  for (let i = from; i < to; i += 1) {
    const item = items[i];
    if (!item || isDirective(item)) continue;
    const { text, kind } = item;
    if (depth === 0 && (text === "=" || text === "typedef")) return undefined;
    if (depth === 0 && text === "{") return name;
    if (kind === "mark" && "([{".includes(text)) {
      if (depth === 0 && before?.kind === "word" && !ATTRIBUTES.has(before.text)) name ??= before;
      depth += 1;
    }
    if (kind === "mark" && ")]}".includes(text)) depth -= 1;
    before = item;
  }
  return undefined;
}

function chunkOf(items: readonly Item[], from: number, to: number): Chunk {
  const tokens = items.slice(from, to).filter((item): item is Token => !isDirective(item));
  const [first] = tokens;
  const last = tokens.at(-1);
  if (!first || !last) throw new Error("a chunk without a token");
  const name = functionName(items, from, to);
  const declares = name ? new Set([name.text]) : declaredBy(tokens);
  return { from, to, first, last, ...(name && { name }), declares, isStruct: !name && hasMembers(tokens) };
}

function hasMembers(tokens: readonly Token[]): boolean {
  const open = tokens.findIndex(({ text }) => text === "{");
  return tokens
    .slice(Math.max(0, open - 2), Math.max(0, open))
    .some(({ text }) => text === "struct" || text === "union");
}

const TAGGED = new Set(["struct", "union", "enum"]);
const ENDS_DECLARATOR = new Set([";", ",", "=", "[", ":"]);

function declaredBy(tokens: readonly Token[]): Set<string> {
  const names = new Set<string>();
  let depth = 0;
  let inEnum = false;
  for (const [i, { text, kind }] of tokens.entries()) {
    const before = tokens[i - 1]?.text ?? "";
    const next = tokens[i + 1]?.text ?? ";";
    if (kind === "mark" && "([{".includes(text)) {
      if (depth === 0 && text === "{") inEnum = before === "enum" || tokens[i - 2]?.text === "enum";
      depth += 1;
    }
    if (kind === "mark" && ")]}".includes(text)) depth -= 1;
    if (kind !== "word") continue;
    const isTag = TAGGED.has(before) && next === "{";
    const isDeclarator = depth === 0 && (ENDS_DECLARATOR.has(next) || next === "(") && !TAGGED.has(before);
    const isEnumerator = depth === 1 && inEnum && (before === "{" || before === ",");
    // typedef int (*name)(…)
    const isPointer = depth === 1 && before === "*" && tokens[i - 2]?.text === "(" && next === ")";
    if (isTag || isDeclarator || isEnumerator || isPointer) names.add(text);
  }
  return names;
}
