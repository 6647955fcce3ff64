/** The contracts of a file's functions: which there are, and what each needs of the file. */

import type { Contract } from "../../model/rule/contract.ts";
import type { RuleUse } from "../../model/rule/parameters.ts";
import { polarityOf } from "./kind.ts";
import { contractOf, type ContractClause } from "./contract.ts";
import { type Chunk, contractName } from "./syntax/chunk.ts";
import { excerpt } from "./syntax/excerpt.ts";
import { fail } from "./syntax/fail.ts";
import { isDirective } from "./syntax/directive.ts";
import type { Outline } from "./syntax/outline.ts";
import type { Grammar } from "./syntax/parser-store.ts";
import type { Active } from "./syntax/preprocess.ts";
import { needsAmong, type Reader } from "./syntax/reader.ts";
import { type Given, suffixOf, variantsOf } from "./syntax/variant.ts";
import { expressionIn } from "./reading.ts";
import type { ScopeOptions } from "./scope.ts";
import { fileOf } from "./sources.ts";

/** What is asked of a function, by somebody who does not write it above it. */
export type AskedOfFunction = {
  /** The only one of the text, unless it is said. */
  readonly function?: string;
  readonly clauses: readonly {
    /** accepts: whatever this is true of, the function takes. */
    readonly is: "requires" | "ensures" | "accepts";
    readonly text: string;
    /** Of an ensures. */
    readonly name?: string;
  }[];
};

/** Of what is claimed, in its order. */
export const namesOf = ({ clauses }: AskedOfFunction): (string | undefined)[] =>
  clauses.flatMap(({ is, name }) => (is === "requires" ? [] : [name]));

/** What is asked, as it would stand above the function; the function, if there is only one. @throws a refusal */
export function linesOf(
  outline: Outline,
  { function: asked, clauses }: AskedOfFunction,
  use: RuleUse | undefined,
): { readonly lines: readonly string[]; readonly function: string } {
  const functions = outline.chunks.filter(({ name }) => name !== undefined);
  const chunk =
    functions.find(({ name }) => name?.text === asked) ?? (functions.length === 1 ? functions[0] : undefined);
  const place = outline.tokens[0] ?? { line: 1, column: 1 };
  if (chunk?.name === undefined) return fail(place, "which function is meant? Name it, as FILE:FUNCTION");
  const lines = clauses.map(({ is, text }) =>
    is === "accepts" ? `ensures(!(${text}) || ${acceptsIn(outline, chunk, use)})` : `${is}(${text})`,
  );
  return { lines, function: chunk.name.text };
}

/** C that is true where the function accepts: what it returns, and what its name says of that. */
function acceptsIn({ items }: Outline, { from, to, name }: Chunk, use: RuleUse | undefined): string {
  const tokens = items.slice(from, to).flatMap((item) => (isDirective(item) ? [] : [item]));
  const before = tokens.findIndex((token) => token === name);
  const type = new Set(tokens.slice(0, before).map(({ text }) => text));
  if (!name) throw new Error("a function without a name");
  if (type.has("bool") || type.has("_Bool")) {
    const says = use ?? polarityOf("bind", name.text, () => name).use;
    return says === "bind-refuses" ? "!result" : "result";
  }
  if (type.has("*")) return "!IS_ERR_OR_NULL(result)";
  return type.has("void") ? fail(name, `${name.text}() returns nothing that accepts`) : "!result";
}

type Options = Pick<ScopeOptions, "arch"> & {
  readonly file?: string;
  readonly given: Given;
  /** Names of the last things that are claimed. */
  readonly named: readonly (string | undefined)[];
};

/** Functions with a contract, in the order of the text. */
export const functionsWithContract = ({ chunks }: Outline): string[] => [
  ...new Set(chunks.flatMap(({ contractOf: name }) => (name === undefined ? [] : [name]))),
];

/** Functions with a contract, and those that the contracts name. */
export function namedByContracts({ items, chunks }: Outline): Set<string> {
  const functions = new Set(chunks.flatMap(({ name }) => (name ? [name.text] : [])));
  const words = chunks.flatMap(({ contractOf: name, from, to }) =>
    name === undefined ? [] : items.slice(from, to).flatMap((item) => (isDirective(item) ? [] : [item.text])),
  );
  const own = chunks.flatMap(({ contractOf: name }) => (name === undefined ? [] : [name]));
  return new Set([...own, ...words.filter((word) => functions.has(word))]);
}

/** Of one function, a contract a configuration. */
export function contractsOf(
  grammar: Grammar,
  outline: Outline,
  read: Reader,
  name: string,
  { arch, file, given, named }: Options,
): Contract[] {
  const names = [name, contractName(name)];
  return variantsOf(outline, names, given, (active) => needsAmong(active)(...names)).map((variant) => {
    const isClause = ({ chunk }: Active): boolean => chunk.contractOf !== undefined;
    const needed = needsAmong(variant.active)(...names);
    const code = needed.filter((each) => !isClause(each));
    const own = code.find(({ chunk }) => chunk.name?.text === name)?.chunk;
    if (!own) throw new Error(`no function ${name}`);
    return contractOf(
      fileOf(read(code)),
      {
        id: `${name}${suffixOf(variant)}`,
        function: name,
        text: excerpt(outline, variant, code, false),
        isVariant: variant.settings.size > 0,
        spelled: parametersAsWritten(outline, own),
        line: own.first.line,
        ...(file !== undefined && { file }),
      },
      withNames(
        needed.filter(isClause).map((each) => clauseOf(grammar, outline, each)),
        named,
      ),
      arch === undefined ? {} : { arch },
    );
  });
}

function withNames(
  clauses: readonly ContractClause[],
  named: readonly (string | undefined)[],
): readonly ContractClause[] {
  const claims = clauses.filter(({ is }) => is === "ensures");
  const first = claims.length - named.length;
  return clauses.map((clause) => {
    const name = named[claims.indexOf(clause) - first];
    return name === undefined ? clause : { ...clause, name };
  });
}

function clauseOf(grammar: Grammar, outline: Outline, { chunk, tokens }: Active): ContractClause {
  const { line, column } = chunk.first;
  const [open, ...inner] = tokens.slice(1);
  if (open?.text !== "(" || inner.at(-1)?.text !== ")") fail(chunk.first, `${chunk.first.text}(…) is not closed`);
  const odd = inner.find((token) => /^(?:;|[{}])$/.test(token.text));
  if (odd) fail(odd, `'${odd.text}' cannot stand in a contract`);
  return {
    is: chunk.first.text === "requires" ? "requires" : "ensures",
    text: textIn(outline, chunk),
    line,
    column,
    syntax: expressionIn(grammar, inner.slice(0, -1), chunk.first),
  };
}

/** Each parameter's type as it is written, with its stars: "struct range *"; only of those that are plain. */
function parametersAsWritten({ code, items }: Outline, { from, to, name }: Chunk): Map<string, string> {
  const tokens = items.slice(from, to).flatMap((item) => (isDirective(item) ? [] : [item]));
  const found = new Map<string, string>();
  const open = tokens.findIndex((token) => token === name) + 1;
  let first = open + 1;
  let depth = 0;
  for (let at = open; at < tokens.length && (depth > 0 || at === open); at += 1) {
    const token = tokens[at];
    if (token?.text === "(") depth += 1;
    if (token?.text === ")") depth -= 1;
    if (!(depth === 0 || (depth === 1 && token?.text === ","))) continue;
    const own = tokens.slice(first, at);
    const last = own.at(-1);
    const type = own.slice(0, -1);
    if (last?.kind === "word" && type.every(({ kind, text }) => kind === "word" || text === "*")) {
      found.set(last.text, code.slice(own[0]?.start, last.start).replaceAll(/\s+/g, " ").trim());
    }
    first = at + 1;
  }
  return found;
}

/** Between its parentheses, on one line. */
function textIn({ code }: Outline, { first, last }: Chunk): string {
  const from = code.indexOf("(", first.end) + 1;
  return code.slice(from, last.start).replaceAll(/\s+/g, " ").trim();
}
