/** Units -> units that the grammar reads: macros that stand before a statement, ranges of cases, types among arguments. */

import { append } from "../../append.ts";
import type { Unit } from "./normalise.ts";

/** Macros that run what follows them as often as nobody knows. */
export const FOR_EACH = /(?:^|_)for_?each/;

export function adapt(units: readonly Unit[]): Unit[] {
  const out: Unit[] = [];
  /** Of each brace that is open: is it a struct's? */
  const braces: boolean[] = [];
  for (let i = 0; i < units.length; i += 1) {
    const unit = units[i];
    if (!unit) break;
    const next = units[i + 1];
    const before = units[i - 1];
    if (unit.out === "{")
      braces.push([before, units[i - 2]].some((each) => each?.out === "struct" || each?.out === "union"));
    if (unit.out === "}") braces.pop();
    // A macro that declares a member, of no type that is known: DECLARE_BITMAP(name, bits);
    if (
      braces.at(-1) === true &&
      /^[A-Z]\w*$/.test(unit.out) &&
      next?.out === "(" &&
      /^[{};]$/.test(before?.out ?? "")
    ) {
      const close = closing(units, i + 1);
      if (units[close + 1]?.out === ";") {
        i = close + 1;
        continue;
      }
    }
    // for_each_x(…) { … } is a loop whose ends nobody knows: while (for_each_x(…)) { … }
    if (unit.token.kind === "word" && FOR_EACH.test(unit.out) && next?.out === "(" && startsStatement(before)) {
      const close = closing(units, i + 1);
      if (![";", ",", ")"].includes(units[close + 1]?.out ?? ";")) {
        out.push({ ...unit, out: "while" }, { ...unit, out: "(" });
        append(out, adapt(units.slice(i, close + 1)));
        out.push({ ...(units[close] ?? unit), out: ")" });
        i = close;
        continue;
      }
    }
    // A struct's name among a macro's arguments: container_of(p, struct foo, member), offsetofend(struct foo, member).
    const isArgument = before?.out === "," || (before?.out === "(" && TAKES_STRUCT.test(units[i - 2]?.out ?? ""));
    if (unit.out === "struct" && isArgument && [",", ")"].includes(units[i + 2]?.out ?? "")) continue;
    // GNU's range of cases: 1 ... 3 is read as 1, 3, which no case can be.
    if (unit.out === "..." && before?.out !== "," && before?.out !== "(") {
      out.push({ ...unit, out: "," });
      continue;
    }
    out.push(unit);
  }
  return out;
}

const TAKES_STRUCT = /^(?:offsetofend|sizeof_field|BITS_PER_TYPE)$/;

const startsStatement = (before: Unit | undefined): boolean =>
  before === undefined || ["{", "}", ";", ")", ":", "else"].includes(before.out);

function closing(units: readonly Unit[], open: number): number {
  let depth = 0;
  for (let i = open; i < units.length; i += 1) {
    if (units[i]?.out === "(") depth += 1;
    if (units[i]?.out === ")") depth -= 1;
    if (depth === 0) return i;
  }
  return units.length - 1;
}
