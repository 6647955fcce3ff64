/** Inputs for which the C of a contract, or what it calls, is undefined. */

import { UNDEFINED } from "../../model/outcome.ts";
import type { Contract } from "../../model/rule/contract.ts";
import type { RuleTree } from "../../model/rule/tree.ts";
import type { UndefinedInput } from "../../sim/world.ts";
import { LONG, LOOP } from "../prove/ask.ts";
import { TOO_LONG } from "../prove/smt/expression.ts";
import { and, isFalse, not } from "../prove/smt/term.ts";
import { valuation } from "../prove/smt/value.ts";
import { leastOf } from "./least.ts";
import type { Asker } from "./prove.ts";
import { termsOf } from "./terms.ts";

export interface UndefinedFound {
  readonly inputs: readonly UndefinedInput[];
  /** Why there may be others. */
  readonly open?: string;
}

/** Of each place that is undefined for some inputs, the smallest; first what needs nothing that nobody knows. */
async function ofTree(asker: Asker, contract: Contract, tree: RuleTree, name: string): Promise<UndefinedFound> {
  const at = termsOf(contract, tree);
  const { terms } = at;
  const ask = (of: string, term: Parameters<Asker["ask"]>[2]): ReturnType<Asker["ask"]> =>
    asker.ask(of, "sat if C is undefined", term);
  for (const is of [and(terms.undefined, not(terms.unsure)), terms.unsure]) {
    const wanted = and(is, not(terms.cut));
    if (isFalse(wanted)) continue;
    const said = await ask(`${name}-undefined`, wanted); // oxlint-disable-line no-await-in-loop -- the first way will do
    if (said.answer === "unknown") return { inputs: [], open: said.reason };
    if (said.answer !== "sat") continue;
    const least = await leastOf(ask, contract, at, wanted, said.model, UNDEFINED, `${name}-undefined`); // oxlint-disable-line no-await-in-loop -- the same
    const value = valuation(least.model);
    const site = tree.sites[terms.sites.find(({ when }) => value(when) === 1n)?.site ?? -1];
    if (site === undefined) throw new Error(`${contract.id} is undefined nowhere`);
    const inputs = Object.fromEntries(least.inputs.map((each) => [each.name, BigInt.asUintN(64, each.value)]));
    const given = least.given.length > 0 && is === terms.unsure ? { given: least.given } : {};
    return { inputs: [{ rule: contract.id, site, inputs, ...given }] };
  }
  if (isFalse(terms.cut)) return { inputs: [] };
  const loops = await ask(`${name}-undefined-loops`, terms.cut);
  return { inputs: [], ...(loops.answer !== "unsat" && { open: LOOP }) };
}

export async function findUndefinedIn(asker: Asker, contract: Contract): Promise<UndefinedFound> {
  const inputs: UndefinedInput[] = [];
  let open: string | undefined;
  const trees = [
    ["requires", contract.premise] as const,
    ...contract.claims.map(({ name, tree }) => [name, tree] as const),
  ];
  for (const [name, tree] of trees) {
    try {
      const found = await ofTree(asker, contract, tree, name); // oxlint-disable-line no-await-in-loop -- in the order of the text
      inputs.push(...found.inputs);
      open ??= found.open;
    } catch (error) {
      if (error !== TOO_LONG) throw error;
      open ??= LONG;
    }
  }
  const seen = new Set<string>();
  const first = inputs.filter(({ site: { line, column, what } }) => {
    const key = `${line}:${column}:${what}`;
    return !seen.has(key) && seen.add(key);
  });
  return { inputs: first, ...(open !== undefined && { open }) };
}
