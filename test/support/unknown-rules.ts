/** Rules with unknowns, made of known ones: what a check reads by some name becomes what no model knows. */

import type { ParameterName, RuleKind } from "../../model/rule/parameters.ts";
import type { Rule, Unknown } from "../../model/rule/tree.ts";
import type { IntType } from "../../model/rule/int-type.ts";
import { parse } from "./prove-models.ts";

/** What a name stands for; a call, fresh at every evaluation, unless it says otherwise. */
export type Made = Partial<Pick<Unknown, "text" | "lifetime" | "plain" | "pointer" | "type">>;

/** The rule with these of its parameters turned into unknowns. */
export function madeUnknown(rule: Rule, made: Partial<Record<ParameterName, Made>>): Rule {
  const names = rule.reads.filter((name) => made[name] !== undefined);
  const unknowns = names.map((name, at): Unknown => {
    const { type = name === "i_size" ? "s64" : "u64", ...rest } = made[name] ?? {};
    return { text: `${name}()`, line: 1, column: at + 1, type, is: "call", lifetime: "evaluation", plain: 0n, ...rest };
  });
  const turned = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(turned);
    if (typeof node !== "object" || node === null) return node;
    if ("node" in node && node.node === "parameter" && "name" in node && "type" in node) {
      const unknown = names.findIndex((name) => name === node.name);
      if (unknown >= 0) return widened(node.type, unknowns[unknown]?.type ?? "u64", unknown);
    }
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, turned(value)]));
  };
  return {
    ...rule,
    functions: turned(rule.functions) as Rule["functions"], // oxlint-disable-line typescript/no-unsafe-type-assertion -- the same shape, node for node
    reads: rule.reads.filter((name) => !names.includes(name)),
    unknowns,
  };
}

function widened(to: unknown, type: IntType, unknown: number): object {
  const node = { node: "unknown", type, unknown };
  return to === type ? node : { node: "convert", type: to, operand: node };
}

export const ruleWith = (text: string, made: Partial<Record<ParameterName, Made>>, kind: RuleKind = "bind"): Rule =>
  madeUnknown(parse(text, kind), made);
