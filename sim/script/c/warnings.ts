/**
 * What a compiler may say of a text that somebody pasted, under -Wall -Wextra: for each warning something without which it
 * cannot come. Only those that may come are turned off; a text with directives of its own may have any.
 */

import { append } from "../../append.ts";
import type { Rule, Expr, Stmt } from "../../../model/rule/tree.ts";
import { isSigned } from "../../../model/rule/tree.ts";
import type { Token } from "../../c/syntax/lex.ts";
import { lex } from "../../c/syntax/lex.ts";
import { itemsOf, plainTokens } from "../../c/syntax/directive.ts";
import { TYPE_NAMES, TYPE_WORDS } from "../../c/syntax/types.ts";

/** Everything that a text of any shape may earn. */
export const ALL_WARNINGS = [
  "unused-parameter",
  "unused-function",
  "unused-variable",
  "unused-const-variable",
  "unused-but-set-variable",
  "unused-label",
  "unused-value",
  "sign-compare",
  "type-limits",
  "parentheses",
  "logical-not-parentheses",
  "int-in-bool-context",
  "implicit-fallthrough",
  "misleading-indentation",
  "shift-negative-value",
  "shift-count-overflow",
  "shift-count-negative",
  "div-by-zero",
  "overflow",
  "sequence-point",
  "dangling-else",
] as const;
type Warning = (typeof ALL_WARNINGS)[number];

/** The text as a compiler meets it, and what was found in it before. */
export interface Judged {
  readonly rule: Rule;
  readonly shape: "expression" | "body" | "functions";
  readonly functions: readonly string[];
}

const ASSIGNS = /^(=|[-+*/%&|^]=|<<=|>>=)$/;
const RELATES = /^([<>]=?)$/;
const COMPARES = /^([<>]=?|[!=]=)$/;
const KEYWORDS: ReadonlySet<string> = new Set(
  "if else for while do switch case default return goto break continue sizeof struct enum const static inline".split(
    " ",
  ),
);
/** Helpers that are functions, or macros that compare nothing. */
const PLAIN =
  /^(IS_ALIGNED|ALIGN|ALIGN_DOWN|PAGE_ALIGNED|PAGE_ALIGN|PAGE_ALIGN_DOWN|offset_in_page|fls|fls64|ffs|ffs64|__ffs|__ffs64|__fls|ilog2|BIT|BIT_ULL|count_trailing_zeros|hweight64)$/;

const isType = ({ text }: Token): boolean => TYPE_NAMES.has(text) || TYPE_WORDS.has(text);

function exprs(expr: Expr): Expr[] {
  const inner: Expr[] = [];
  for (const value of Object.values(expr)) {
    if (Array.isArray(value)) append(inner, value.filter(isExpr));
    else if (isExpr(value)) inner.push(value);
  }
  return [expr, ...inner.flatMap(exprs)];
}

const isExpr = (value: unknown): value is Expr => typeof value === "object" && value !== null && "node" in value;
const isStmt = (value: unknown): value is Stmt => typeof value === "object" && value !== null && "stmt" in value;

function inStatements(body: readonly Stmt[]): Expr[] {
  return body.flatMap((stmt) =>
    Object.values(stmt).flatMap((value: unknown): Expr[] => {
      if (isExpr(value)) return exprs(value);
      return Array.isArray(value) ? inStatements(value.filter(isStmt)) : [];
    }),
  );
}

/** Is a signed value, not a constant, made unsigned anywhere? */
const mixesSigns = ({ functions }: Rule): boolean =>
  functions.some(({ body }) =>
    inStatements(body).some(
      (expr) =>
        expr.node === "convert" &&
        !isSigned(expr.type) &&
        expr.type !== "bool" &&
        isSigned(expr.operand.type) &&
        expr.operand.node !== "const",
    ),
  );

const after = (tokens: readonly Token[], i: number): string => tokens[i + 1]?.text ?? "";
const before = (tokens: readonly Token[], i: number): string => tokens[i - 1]?.text ?? "";

/** Of `name(…) {…}` at the outermost level: what stands between the brackets, and between the braces. */
function functionsIn(
  tokens: readonly Token[],
): { readonly takes: readonly Token[]; readonly body: readonly Token[] }[] {
  const found: { takes: Token[]; body: Token[] }[] = [];
  let depth = 0;
  let takes: Token[] = [];
  let body: Token[] = [];
  for (const token of tokens) {
    if (token.text === "}" && --depth === 0) {
      found.push({ takes, body });
      takes = [];
      body = [];
    }
    if (depth > 0) body.push(token);
    else takes.push(token);
    if (token.text === "{") depth++;
  }
  return found;
}

/** Names that are declared here and not used: once written, or only assigned to. */
function idle(tokens: readonly Token[]): { readonly unused: boolean; readonly onlySet: boolean } {
  let unused = false;
  let onlySet = false;
  tokens.forEach((token, i) => {
    const previous = tokens[i - 1];
    const declares =
      token.kind === "word" &&
      previous !== undefined &&
      (isType(previous) || previous.text === "*" || previous.text === "," || previous.kind === "word") &&
      !KEYWORDS.has(previous.text) &&
      /^([=;,)[])$/.test(after(tokens, i));
    if (!declares) return;
    const uses = tokens.flatMap((each, at) => (each.text === token.text && at !== i ? [at] : []));
    if (uses.length === 0) unused = true;
    else if (
      uses.every((at) => ASSIGNS.test(after(tokens, at)) || /^(\+\+|--)$/.test(after(tokens, at) + before(tokens, at)))
    ) {
      onlySet = true;
    }
  });
  return { unused, onlySet };
}

/** Warnings that this text may earn, in the order above. */
export function warningsOf({ rule, shape, functions }: Judged): readonly Warning[] {
  const items = itemsOf(lex(rule.text));
  const tokens = plainTokens(items);
  if (rule.text.includes("#")) return ALL_WARNINGS;
  const words = new Set(tokens.map(({ text }) => text));
  const count = (test: RegExp): number => tokens.filter(({ text }) => test.test(text)).length;
  const has = (...texts: readonly string[]): boolean => texts.some((text) => words.has(text));
  const compares = count(COMPARES);
  const calls = tokens.filter(
    (token, i) => token.kind === "word" && after(tokens, i) === "(" && !KEYWORDS.has(token.text),
  );
  const helpers = calls.filter(({ text }) => !functions.includes(text) && !PLAIN.test(text));
  const numbers = tokens.filter(({ text }) => /^(\d|[A-Z][A-Z\d_]+$)/.test(text)).length;
  const oddConstants = tokens.some(
    ({ text }, i) =>
      (/^[A-Z][A-Z\d_]+$/.test(text) && after(tokens, i) !== "(" && !/^(SZ_\w+|(PAGE|PMD|PUD)_SIZE)$/.test(text)) ||
      (PLAIN.test(text) && /^\d/.test(tokens[i + 2]?.text ?? "")),
  );
  const narrow = tokens.some(
    (token) => isType(token) && !/^(u64|bool|_Bool|const|static|inline|void)$/.test(token.text),
  );
  const bodies = functionsIn(tokens);
  const inBodies = bodies.map(({ body }) => idle(body));
  const inText = shape === "functions" ? { unused: false, onlySet: false } : idle(tokens);
  const controls = count(/^(if|for|while|else|do)$/);
  const kinds = [/^&&$/, /^\|\|$/, /^[&|^]$/, /^(<<|>>)$/, /^[-+]$/].map((kind) => count(kind) > 0);
  const [ands, ors, bits, shifts, sums] = kinds;
  const may: Readonly<Record<Warning, boolean>> = {
    // A helper of the kernel's may be a macro that has no use for what it is passed.
    "unused-parameter":
      helpers.length > 0 ||
      bodies.some(({ takes, body }) =>
        takes.some(
          ({ text, kind }, i) =>
            kind === "word" &&
            /^[,)]$/.test(after(takes, i)) &&
            text !== "void" &&
            !body.some((each, at) => each.text === text && !/^(->|\.)$/.test(before(body, at))),
        ),
      ),
    "unused-function":
      functions.some((name) => tokens.filter(({ text }) => text === name).length < 2) && functions.length > 1,
    "unused-variable": helpers.length > 0 || [inText, ...inBodies].some(({ unused }) => unused),
    "unused-const-variable": has("const", "enum"),
    "unused-but-set-variable": [inText, ...inBodies].some(({ onlySet }) => onlySet),
    "unused-label": tokens.some(
      (token, i) =>
        token.kind === "word" &&
        after(tokens, i) === ":" &&
        !KEYWORDS.has(token.text) &&
        /^[;{}:)]?$/.test(before(tokens, i)),
    ),
    // A statement that is none of: assignment, jump, declaration, control.
    "unused-value": has("for") || hasComma(tokens) || idleStatement(tokens),
    // A constant's sign is not in the tree any more.
    "sign-compare":
      helpers.length > 0 ||
      ((compares > 0 || has("?")) && (mixesSigns(rule) || has("-", "~", "<<", "const", "enum") || oddConstants)),
    "type-limits": count(RELATES) > 0 && (has("0") || narrow || helpers.length > 0 || numbers > 0),
    parentheses:
      (ands === true && ors === true) ||
      (bits === true && (compares > 0 || sums === true || shifts === true || count(/^[&|^]$/) > 1)) ||
      (shifts === true && sums === true) ||
      (compares > 1 && ands !== true && ors !== true && controls === 0) ||
      compares > count(/^(&&|\|\||\?|;|if|return|while|for)$/) + 1 ||
      (controls > 0 && has("=")),
    "logical-not-parentheses": has("!") && compares > 0,
    "int-in-bool-context": shifts === true || has("*", "?"),
    "implicit-fallthrough": has("switch"),
    "misleading-indentation": controls > 0 && !isTidy(rule.text, shape),
    "shift-negative-value": has("<<") && has("-", "~"),
    "shift-count-overflow": shifts === true,
    "shift-count-negative": shifts === true && has("-", "~"),
    "div-by-zero": has("/", "%", "/=", "%="),
    overflow: (numbers > 1 && has("+", "-", "*", "<<")) || (narrow && numbers > 0) || has("-", "~"),
    "sequence-point": has("++", "--") || count(ASSIGNS) > count(/^;$/),
    "dangling-else": has("else") && count(/^if$/) > 1,
  };
  return ALL_WARNINGS.filter((warning) => may[warning]);
}

/** A comma that is an operator: in brackets that are no call's, or in a statement that declares nothing. */
function hasComma(tokens: readonly Token[]): boolean {
  const calls: boolean[] = [];
  let declares = false;
  let start = true;
  return tokens.some((token, i) => {
    if (start) declares = isType(token) || /^(const|static|struct|enum|inline)$/.test(token.text);
    if (token.text === "(") {
      const previous = tokens[i - 1];
      calls.push(previous?.kind === "word" && !KEYWORDS.has(previous.text));
    }
    if (token.text === ")") calls.pop();
    start = calls.length === 0 && /^[;{}]$/.test(token.text);
    return token.text === "," && !(calls.at(-1) ?? declares);
  });
}

/** Some statement whose value nobody takes. */
function idleStatement(tokens: readonly Token[]): boolean {
  let start = true;
  let depth = 0;
  for (const [i, token] of tokens.entries()) {
    if (token.text === "(") depth++;
    if (token.text === ")") depth--;
    if (start && token.kind !== "word" && !/^[;{}]$/.test(token.text)) return true;
    if (start && token.kind === "word" && !KEYWORDS.has(token.text) && !isType(token)) {
      // Up to the end of the statement, or of the condition before it.
      const end = tokens.findIndex((each, at) => at >= i && /^[;{}]$/.test(each.text));
      const own = tokens.slice(i, end < 0 ? undefined : end);
      const isLabel = after(tokens, i) === ":";
      const isDeclared =
        tokens[i + 1]?.kind === "word" || (after(tokens, i) === "*" && own.some(({ text }) => text === "="));
      if (!isLabel && !isDeclared && !own.some(({ text }) => ASSIGNS.test(text) || /^(\+\+|--)$/.test(text)))
        return true;
    }
    start = depth === 0 && /^([;{}:)]|else|do)$/.test(token.text);
  }
  return false;
}

/** Is every control statement's own line followed by a deeper one or by a brace, as the kernel's style has it? */
function isTidy(text: string, shape: Judged["shape"]): boolean {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const depth = (line: string): number => (/^\s*/.exec(line)?.[0] ?? "").replaceAll("\t", "        ").length;
  return lines.every((line, i) => {
    if (!/^\s*(\}\s*)?(else\b|if\b|for\b|while\b)/.test(line)) return !/\b(if|for|while|else)\b/.test(line);
    if (/\{\s*$/.test(line)) return true;
    const next = lines[i + 1] ?? "";
    const third = lines[i + 2];
    // The condition ends with its line, what it guards is one line, and what comes then is not as deep.
    return (
      /\)\s*$|else\s*$/.test(line) &&
      /;\s*$/.test(next) &&
      depth(next) > depth(line) &&
      (third === undefined ? shape === "functions" : depth(third) <= depth(line))
    );
  });
}
