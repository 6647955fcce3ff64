/** C text -> rules. */

import type { Arch } from "../../model/arch.ts";
import type { RuleKind, RuleUse } from "../../model/rule/parameters.ts";
import type { Rule } from "../../model/rule/tree.ts";
import type { Chunk } from "./syntax/chunk.ts";
import {
  type AskedOfFunction,
  contractsOf,
  functionsWithContract,
  linesOf,
  namedByContracts,
  namesOf,
} from "./contracts.ts";
import { withOpenContracts } from "./contract/comment.ts";
import { excerpt } from "./syntax/excerpt.ts";
import { fail, isRefusal, type Refusal } from "./syntax/fail.ts";
import { BARE } from "./lower/bare.ts";
import type { Grammar } from "./syntax/parser-store.ts";
import { normalise, refuseLong, type Unit } from "./syntax/normalise.ts";
import { type Outline, outlineOf } from "./syntax/outline.ts";
import { isSourceFile, whichOf } from "./syntax/candidate.ts";
import { known } from "./syntax/nearest.ts";
import type { Active } from "./syntax/preprocess.ts";
import { needsAmong, type Reader, readerOf } from "./syntax/reader.ts";
import { wrap } from "./syntax/shape.ts";
import { assumedAs, type Reading, saidAs } from "./reading.ts";
import { ruleOf, unitGiven } from "./rule.ts";
import { fileOf, NO_RULE, rulesAmong } from "./sources.ts";
import { parseSyntax } from "./syntax/syntax.ts";
import { suffixOf, type Variant, variantsOf } from "./syntax/variant.ts";
import type { Said } from "./tree/scope.ts";
import { type Found, type Judgeable, rulesOfDocument } from "./document.ts";
import { placed } from "./text/line.ts";
import type { Piece, ReadTree } from "./text/series.ts";
import { hasControl } from "../visible.ts";

export type ParseOptions = {
  /** Shown in errors and kept in Rule.file. */
  readonly file?: string;
  /** Id of the text's only rule; otherwise rules are named after their functions, a bare expression "expression". */
  readonly id?: string;
  /** Overrides the kind inferred from what is read. */
  readonly kind?: RuleKind;
  /** What a bool's true says; otherwise its name does, or what is usual for its kind. */
  readonly use?: RuleUse;
  /** Page sizes; x86-64 unless given. */
  readonly arch?: Arch;
  /** Functions that are asked for; what else the text has is there for them. */
  readonly functions?: readonly string[];
  /** A claim about a fault, not a rule: one expression over CLAIM_WORDS. */
  readonly isClaim?: boolean;
  /** What the user says of its text. */
  readonly reading?: Reading;
  /** Are functions with contracts judged by these? Otherwise such a text is refused. */
  readonly contracts?: boolean;
  /** What is asked of one function, beside what stands above it. */
  readonly asked?: AskedOfFunction;
  /** Completes what a patch shows. */
  readonly readTree?: ReadTree;
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
  | ({ readonly ok: true; readonly rules: readonly Rule[] } & Partial<Omit<Found, "rules">>)
  | { readonly ok: false; readonly error: ParseError };

/** Never throws for any text. */
export function parseRules(grammar: Grammar, text: string, options: ParseOptions = {}): ParseResult {
  const said = new Map<string, Said>();
  const { names = [], strictCalls = false, assumed: premises = [] } = options.reading ?? {};
  for (const [name, stands] of names) {
    const read = attempt(`--let ${name}`, () => ({ is: saidAs(grammar, stands) }));
    if (!read.ok) return read;
    said.set(name, read.is);
  }
  const assumed: Said[] = [];
  for (const premise of premises) {
    const read = attempt("--assume", () => ({ is: assumedAs(grammar, premise) }));
    if (!read.ok) return read;
    assumed.push(read.is);
  }
  return attempt(options.file, () =>
    rulesOfDocument(text, options.readTree, (piece) =>
      judgedOf(grammar, piece, { ...options, said, strictCalls, assumed }),
    ),
  );
}

type Failure = Extract<ParseResult, { ok: false }>;

function attempt<T extends object>(file: string | undefined, run: () => T): (T & { readonly ok: true }) | Failure {
  try {
    return { ok: true, ...run() };
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    const { place, message } = thrown;
    return { ok: false, error: { ...(file !== undefined && { file }), ...place, message } };
  }
}

type Read = ParseOptions & {
  readonly said: ReadonlyMap<string, Said>;
  readonly strictCalls: boolean;
  readonly assumed: readonly Said[];
};

function judgedOf(grammar: Grammar, piece: Piece, options: Read): Judgeable {
  const { text, placeOf } = placed(piece.lines);
  const code = withOpenContracts(text, placeOf);
  const plain = outlineOf(text, placeOf, code);
  const asked = options.asked && linesOf(plain, options.asked, options.use);
  const outline = asked ? outlineOf(text, placeOf, [code, ...asked.lines].join("\n"), asked.function) : plain;
  if (outline.tokens.length === 0) fail({ line: 1, column: 1 }, "no C here: nothing but blanks and comments");
  const odd = outline.tokens.find((token) => token.kind === "character" && hasControl(token.text));
  if (odd) fail(odd, "a control character in a character constant: write its number");
  if (outline.isFile) return ofFile(grammar, outline, piece, options, asked?.function);
  refuseLong(outline.tokens);
  return { rules: rulesOfPiece(grammar, outline, options), contracts: [] };
}

/** What is pasted without a function around it. */
function rulesOfPiece(grammar: Grammar, outline: Outline, options: Read): Rule[] {
  return variantsOf(outline, [], options.reading?.config ?? NOTHING_GIVEN, (active) => active).map((variant) => {
    const tokens = variant.active.flatMap((each) => each.tokens);
    const units = normalise(tokens);
    const last = tokens.at(-1);
    if (units.length === 0 || !last) return fail(outline.tokens.at(-1) ?? { line: 1, column: 1 }, "no C here");
    const file = fileOf(parseSyntax(grammar, wrap(BARE, bareExpression(units) ?? units, last)));
    const text = excerpt(outline, variant, variant.active, true);
    const id = `${options.id ?? BARE}${suffixOf(variant)}`;
    return ruleOf(
      file,
      BARE,
      { text, line: tokens[0]?.line ?? 1, isVariant: variant.settings.size > 0 },
      { ...options, id },
    );
  });
}

/** Of `expression`, `expression;` and `return expression;`, what stands for the expression. */
function bareExpression(units: readonly Unit[]): readonly Unit[] | undefined {
  if (units.some(({ out }) => out === "{" || STARTS.has(out))) return undefined;
  const semicolon = units.findIndex(({ out }) => out === ";");
  if (semicolon >= 0 && semicolon < units.length - 1) return undefined;
  return units.slice(units[0]?.out === "return" ? 1 : 0, semicolon < 0 ? units.length : -1);
}

const STARTS = new Set(["if", "for", "while", "do", "switch", "goto", "break", "continue"]);

/** @param only what is asked is asked of this function, and of no other */
function ofFile(grammar: Grammar, outline: Outline, piece: Piece, options: Read, only: string | undefined): Judgeable {
  const read = readerOf(grammar);
  const functions = [...new Set(outline.chunks.flatMap(({ name }) => (name ? [name.text] : [])))];
  const place = outline.tokens[0] ?? { line: 1, column: 1 };
  if (functions.length === 0) fail(place, NO_RULE);
  const asked = piece.function === undefined ? (only === undefined ? options.functions : [only]) : [piece.function];
  const absent = asked?.find((name) => !functions.includes(name));
  if (absent !== undefined) fail(place, `no function ${absent} here; there are ${known(absent, functions)}`);
  const given = options.reading?.config ?? NOTHING_GIVEN;
  const all = functionsWithContract(outline);
  const withContract = all.filter((name) => asked?.includes(name) !== false);
  const [first] = withContract;
  if (first !== undefined) refuseRest(outline, first, piece, options);
  const { arch, file } = options;
  const contracts = withContract.flatMap((name) =>
    contractsOf(grammar, outline, read, name, {
      given,
      ...(arch && { arch }),
      ...(file !== undefined && { file }),
      named: options.asked && only === name ? namesOf(options.asked) : [],
    }),
  );
  const rest = asked?.filter((name) => !all.includes(name));
  if (rest?.length === 0) return { rules: [], contracts };
  if (!asked && isSourceFile(outline)) {
    // Whoever wrote a contract into a whole source file has said what is to be judged.
    return all.length > 0 ? { rules: [], contracts } : fail(place, whichOf(outline));
  }
  return { rules: rulesOfFile(outline, read, functions, rest, piece, options), contracts };
}

/** What is said of a rule and means nothing to a contract. */
function refuseRest(
  outline: Outline,
  name: string,
  { function: changed }: Piece,
  { assumed, said, contracts }: Read,
): void {
  const place = outline.chunks.find(({ contractOf: of }) => of === name)?.first ?? { line: 1, column: 1 };
  if (contracts !== true) fail(place, "a contract is judged by `foliofence judge FILE`, and by nothing else");
  if (changed !== undefined) fail(place, "a contract in a patch is not judged: give the file after the patch");
  if (assumed.length > 0) fail(place, "--assume is about slots: of a function with a contract say requires(…)");
  if (said.size > 0) fail(place, "--let NAME=EXPR is about slots: in a function with a contract a name is its own");
}

function rulesOfFile(
  outline: Outline,
  read: Reader,
  functions: readonly string[],
  asked: readonly string[] | undefined,
  piece: Piece,
  options: Read,
): Rule[] {
  const given = options.reading?.config ?? NOTHING_GIVEN;
  const whole = variantsOf(outline, asked ?? functions, given, (active) => active);
  const apart = namedByContracts(outline);
  const entries = new Set(
    whole.flatMap(({ active }) => asked ?? rulesAmong(fileOf(read(active)), apart).map(([name]) => name)),
  );
  const [only] = whole;
  // Where nothing is configured, one reading of the text serves every rule.
  const inAll = whole.length === 1 && only?.settings.size === 0 ? needsAmong(only.active) : undefined;
  return functions
    .filter((name) => entries.has(name))
    .flatMap((name) => {
      const variants = inAll ? whole : variantsOf(outline, [name], given, (active) => needsAmong(active)(name));
      const neededIn = (variant: Variant): readonly Active[] => (inAll ?? needsAmong(variant.active))(name);
      const unit = variants.map((variant) => unitGiven(fileOf(read(neededIn(variant))), name)).find((each) => each);
      return ofEach(variants, (variant) => {
        const needed = neededIn(variant);
        const file = fileOf(read(needed));
        const isNeeded = (chunk: Chunk): boolean => needed.some((each) => each.chunk === chunk);
        const isWhole =
          entries.size === 1 && outline.chunks.every((chunk) => chunk.first.text === ";" || isNeeded(chunk));
        const id = `${entries.size === 1 && options.id !== undefined ? options.id : name}${suffixOf(variant)}`;
        const line = needed.find(({ chunk }) => chunk.name?.text === name)?.chunk.first.line ?? 1;
        return ruleOf(
          file,
          name,
          {
            text: excerpt(outline, variant, needed, isWhole),
            line,
            givesErrno: piece.givesErrno === true,
            isPart: piece.isPart && name === piece.function,
            isVariant: variant.settings.size > 0,
            ...(unit && { unit }),
          },
          { ...options, id },
        );
      });
    });
}

/** Of several configurations, what is wrong may be wrong in one. */
function ofEach(variants: readonly Variant[], run: (variant: Variant) => Rule): Rule[] {
  const done = variants.map((variant): Rule | { readonly variant: Variant; readonly refusal: Refusal } => {
    try {
      return run(variant);
    } catch (thrown) {
      if (!isRefusal(thrown)) throw thrown;
      return { variant, refusal: thrown };
    }
  });
  const rules = done.flatMap((each) => ("refusal" in each ? [] : [each]));
  const wrong = done.find((each) => "refusal" in each);
  if (!wrong) return rules;
  if (rules.length === 0) throw wrong.refusal;
  const settings = [...wrong.variant.settings].map(([symbol, state]) => `${symbol}=${state}`).join(",");
  return fail(wrong.refusal.place, `${wrong.refusal.message}; this is so where ${settings}: --let settles another`);
}

const NOTHING_GIVEN = new Map<string, never>();
