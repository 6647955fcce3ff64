/** The contract of a function of a text: its clauses, and a tree for each that is asked. */

import type { Contract, Clause } from "../../model/rule/contract.ts";
import type { RuleTree } from "../../model/rule/tree.ts";
import { visible } from "../visible.ts";
import { lowerContract, parametersOf, type ParsedClause } from "./contract/lower.ts";
import { declareConstants } from "./lower/constants.ts";
import { functionPlace, returnTypeOf } from "./lower/signature.ts";
import { scopeOf, type ScopeOptions } from "./scope.ts";
import type { File } from "./sources.ts";
import { fail } from "./syntax/fail.ts";
import { parametersRead } from "./tree/reads.ts";
import type { RuleScope } from "./tree/scope.ts";
import { settle } from "./tree/settle.ts";
import type { Syntax } from "./syntax/syntax.ts";

/** As the text has it. */
export type ContractClause = Clause &
  ParsedClause & {
    readonly is: "requires" | "ensures";
    /** Without one it is ensures_1, ensures_2 … */
    readonly name?: string;
  };

export type ContractText = Pick<Contract, "id" | "function" | "text" | "line"> & {
  readonly file?: string;
  /** It is one configuration of several. */
  readonly isVariant: boolean;
  /** Types of parameters, as they are written. */
  readonly spelled: ReadonlyMap<string, string>;
};

/** @throws a refusal where it cannot be judged */
export function contractOf(
  file: File,
  { isVariant, spelled, ...given }: ContractText,
  clauses: readonly ContractClause[],
  options: Pick<ScopeOptions, "arch">,
): Contract {
  const source = file.sources.get(given.function);
  if (!source) throw new Error(`no function ${given.function}`);
  const place = functionPlace(source);
  if (file.recursive.has(given.function)) fail(place, `${given.function}() is recursive`);
  const requires = clauses.filter(({ is }) => is === "requires");
  const ensures = clauses.filter(({ is }) => is === "ensures");
  if (ensures.length === 0) fail(place, `${given.function}() has requires(…) and no ensures(…): nothing is claimed`);
  const ruleOfFile = (): RuleScope => begin(file, given.function, source, options);
  let needsTree = isVariant;
  const treeOf = (claim?: ContractClause): RuleTree => {
    const rule = ruleOfFile();
    const asked = { name: given.function, source, requires, ...(claim && { ensures: claim }) };
    lowerContract(rule, asked);
    const { functions, cells, unknowns } = settle(rule);
    const reads = parametersRead(functions);
    needsTree ||= restsOnMore(rule, unknowns);
    if (reads.length > 0) throw new Error(`${given.id} reads ${reads.join(", ")} of a slot`);
    return { id: given.id, functions, reads, sites: rule.sites, unknowns, cells };
  };
  const returns = returnTypeOf(ruleOfFile(), source);
  const names = ensures.map(({ name }, i) => name ?? `ensures_${i + 1}`);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) fail(place, `two claims about ${given.function}() are called ${twice}`);
  const claims = ensures.map((clause, i) => ({
    ...shown(clause),
    name: names[i] ?? "",
    tree: treeOf(clause),
  }));
  const premise = treeOf();
  const parameters = parametersOf(ruleOfFile(), source, spelled);
  const isTree = needsTree || parameters.some((each) => each.spelled === undefined);
  return {
    ...given,
    text: visible(given.text),
    ...(returns.is === "int" && { returns: returns.type }),
    parameters,
    ...(isTree && { isTree: true as const }),
    requires: requires.map(shown),
    claims,
    premise,
  };
}

/** A program around its text has what its parameters lead to, and nothing else. */
const restsOnMore = ({ memory }: RuleScope, unknowns: RuleTree["unknowns"]): boolean =>
  unknowns.some(
    ({ is, text, pointer }) => is !== "input" || pointer === true || !/^(?:\w+(?:->[\w.]+)?|\*\w+)$/.test(text),
  ) || [...memory.objects.values()].some(({ is }) => is === "heap");

const shown = ({ text, line, column }: Clause): Clause => ({ text: visible(text), line, column });

function begin(file: File, name: string, source: Syntax, options: Pick<ScopeOptions, "arch">): RuleScope {
  // Whatever is called may change all that it can reach.
  const rule = scopeOf(file, name, source, undefined, false, { ...options, strictCalls: true, isContract: true });
  for (const each of file.constants) declareConstants(rule, each);
  return rule;
}
