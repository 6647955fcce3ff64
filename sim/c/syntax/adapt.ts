/** Units -> units that the grammar reads: macros that stand before a statement, ranges of cases, types among arguments. */

import type { Unit } from "./normalise.ts";

const FOR_EACH = /(?:^|_)for_each|^for_each/;

export function adapt(units: readonly Unit[]): Unit[] {
  const out: Unit[] = [];
  for (let i = 0; i < units.length; i += 1) {
    const unit = units[i];
    if (!unit) break;
    const next = units[i + 1];
    const before = units[i - 1];
    // for_each_x(…) { … } is a loop whose ends nobody knows: while (for_each_x(…)) { … }
    if (unit.token.kind === "word" && FOR_EACH.test(unit.out) && next?.out === "(" && startsStatement(before)) {
      const close = closing(units, i + 1);
      if (![";", ",", ")"].includes(units[close + 1]?.out ?? ";")) {
        out.push({ ...unit, out: "while" }, { ...unit, out: "(" });
        out.push(...adapt(units.slice(i, close + 1)), { ...(units[close] ?? unit), out: ")" });
        i = close;
        continue;
      }
    }
    // A struct's name among a macro's arguments: container_of(p, struct foo, member).
    if (unit.out === "struct" && before?.out === "," && [",", ")"].includes(units[i + 2]?.out ?? "")) continue;
    // GNU's range of cases: 1 ... 3 is read as 1, 3, which no case can be.
    if (unit.out === "..." && before?.out !== "," && before?.out !== "(") {
      out.push({ ...unit, out: "," });
      continue;
    }
    out.push(unit);
  }
  return out;
}

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
