/** A counterexample as JSON: what `replay` reads. Page quantities are numbers of 4 KiB pages. */

import { claimOf, exprOf, nameOf } from "../../model/claim.ts";
import type { Counterexample } from "../counterexample.ts";
import { opToJson } from "../op.ts";
import { orderText } from "../setting.ts";
import type { ImportedRule } from "./imported.ts";
import { SCHEMA } from "./imported.ts";

const quoted = ({ id, kind, text }: ImportedRule): ImportedRule => ({ id, kind, text });

/** The ops stand one a line, so that two files can be compared by eye and by diff. */
export function toJson(ce: Counterexample): string {
  const { rule, control, setting, violation } = ce;
  const members: Readonly<Record<string, unknown>> = {
    foliofence: "counterexample",
    schema: SCHEMA,
    id: ce.id,
    rule: quoted(rule),
    claim: nameOf(ce.claim),
    ...exprOf(ce.claim),
    sentence: claimOf(ce.claim).sentence,
    family: claimOf(ce.claim).family,
    setting: { ...setting, orders: setting.orders.map(orderText) },
    rules: { bind: quoted(ce.rules.bind), map: quoted(ce.rules.map), level: quoted(ce.rules.level) },
    ops: ce.ops,
    violation,
    control: quoted(control.rule),
  };
  const lines = Object.entries(members).map(([name, value]) => {
    const text =
      name === "ops"
        ? `[\n${ce.ops.map((op) => `    ${JSON.stringify(opToJson(op))}`).join(",\n")}\n  ]`
        : JSON.stringify(value);
    return `  ${JSON.stringify(name)}: ${text}`;
  });
  return `{\n${lines.join(",\n")}\n}\n`;
}
