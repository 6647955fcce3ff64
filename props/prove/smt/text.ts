/** Formulas as SMT-LIB 2 text: the one form in which a solver gets them, from us or from a file. */

import { operandsFirst } from "./order.ts";
import type { Term } from "./term.ts";
import { operand } from "./term.ts";

const sort = (width: number): string => (width === 0 ? "Bool" : `(_ BitVec ${width})`);

function literal({ width, value = 0n }: Term): string {
  if (width === 0) return value === 0n ? "false" : "true";
  return width % 4 === 0
    ? `#x${value.toString(16).padStart(width / 4, "0")}`
    : `#b${value.toString(2).padStart(width, "0")}`;
}

function head({ op, args, width, low = 0 }: Term): string {
  if (op === "extract") return `(_ extract ${low + width - 1} ${low})`;
  if (op === "zero_extend" || op === "sign_extend") return `(_ ${op} ${width - operand(args, 0).width})`;
  return op;
}

/** Nodes in an order in which operands come first, and how often each is used. */
function inOrder(roots: readonly Term[]): Map<Term, number> {
  const uses = new Map(operandsFirst(...roots).map((term) => [term, 0]));
  for (const term of uses.keys()) for (const arg of term.args) uses.set(arg, (uses.get(arg) ?? 0) + 1);
  for (const root of roots) uses.set(root, (uses.get(root) ?? 0) + 1);
  return uses;
}

/** Longer than this, a line gets a name even if it is used once. */
const MAX_LINE = 160;

/** Declarations and assertions whose conjunction is that of `assertions`; variables are in the order of first use. */
export function smtText(assertions: readonly Term[]): string {
  const uses = inOrder(assertions);
  const texts = new Map<Term, string>();
  const lines = ["(set-logic QF_BV)"];
  const textOf = (term: Term): string => texts.get(term) ?? "";
  const defined = new Map<string, string>();
  for (const [term, count] of uses) {
    if (term.op === "var") {
      const name = term.name ?? "";
      if (!defined.has(name)) lines.push(`(declare-const ${name} ${sort(term.width)})`);
      defined.set(name, name);
      texts.set(term, name);
      continue;
    }
    if (term.op === "const") {
      texts.set(term, literal(term));
      continue;
    }
    const text = `(${head(term)} ${term.args.map(textOf).join(" ")})`;
    if (count < 2 && text.length <= MAX_LINE) {
      texts.set(term, text);
      continue;
    }
    // The same words twice get one name: nodes are shared by identity only.
    let name = defined.get(text);
    if (name === undefined) {
      name = `t${defined.size}`;
      defined.set(text, name);
      lines.push(`(define-fun ${name} () ${sort(term.width)} ${text})`);
    }
    texts.set(term, name);
  }
  for (const assertion of assertions) lines.push(`(assert ${textOf(assertion)})`);
  return `${lines.join("\n")}\n(check-sat)\n`;
}

/** Text ahead of a query that says what is asked. */
export const smtComment = (lines: readonly string[]): string =>
  lines
    .flatMap((line) => line.split("\n"))
    .map((line) => `${`; ${line}`.trimEnd()}\n`)
    .join("");
