/** What is wrong with tokens that are not C: two neighbours that cannot stand together say it best. */

import { fail } from "./fail.ts";
import { number } from "./literal.ts";
import type { Unit } from "./normalise.ts";

const BINARY = new Set(
  "* / % + - << >> < > <= >= == != & ^ | && || = += -= *= /= %= &= |= ^= <<= >>= ? : ,".split(" "),
);
const CAN_BE_PREFIX = new Set("+ - * & :".split(" "));
const UNARY = new Set(["!", "~"]);
const KEYWORDS = new Set(
  "return if else for while do switch case default goto break continue struct int sizeof".split(" "),
);

const TAKES_BRACKET = new Set(["if", "while", "for", "switch"]);
/** Words that begin a statement wherever they stand. */
const STATEMENTS = new Set("return if for do switch case default goto break continue".split(" "));

/** @param at the unit where the grammar gave up, for want of `wanted` if that is not empty */
export function diagnose(units: readonly Unit[], at: number, wanted: string): never {
  for (let i = 1; i < units.length; i += 1) {
    const left = units[i - 1];
    const right = units[i];
    if (!left || !right) continue;
    const what = clash(left, right);
    if (what !== undefined) fail(right.token.end > right.token.start ? right.token : left.token, what);
  }
  for (const { token } of units) if (token.kind === "number") number(token.text, token);
  const unit = units[at];
  if (!unit) throw new Error("no token to blame");
  if (wanted === ";") fail(unit.token, `a ';' is missing at ${show(unit)}`);
  const last = units.findLast(({ token }) => token.end > token.start);
  if (unit.token.end === unit.token.start || (last && KEYWORDS.has(last.out))) {
    fail((last ?? unit).token, "this is not C that can be read: it ends too early");
  }
  fail(unit.token, `this is not C that can be read: unexpected ${show(unit)}`);
}

function clash(left: Unit, right: Unit): string | undefined {
  const before = left.out;
  const after = right.out;
  const wantsOperand = (BINARY.has(before) || UNARY.has(before)) && before !== ":";
  if (wantsOperand && (after === ")" || after === ";" || after === "]" || after === "}")) {
    return `an operand is missing between '${before}' and ${show(right)}`;
  }
  if ((wantsOperand || before === "(") && BINARY.has(after) && !CAN_BE_PREFIX.has(after)) {
    return `an operand is missing between '${before}' and ${show(right)}`;
  }
  if (TAKES_BRACKET.has(before) && after !== "(") return `a '(' is missing behind ${show(left)}`;
  if (endsOperand(left) && STATEMENTS.has(after)) return `a ';' is missing before ${show(right)}`;
  if (endsOperand(left) && startsOperand(right)) {
    return `an operator is missing between ${show(left)} and ${show(right)}`;
  }
  return undefined;
}

const isName = ({ token, out }: Unit): boolean => token.kind === "word" && !KEYWORDS.has(out);
const endsOperand = (unit: Unit): boolean => isName(unit) || unit.token.kind === "number";
const startsOperand = (unit: Unit): boolean => isName(unit) || unit.token.kind === "number" || UNARY.has(unit.out);

const show = ({ token }: Unit): string => (token.end > token.start ? `'${token.text}'` : "the end");
