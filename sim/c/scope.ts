/** What is known of a function of a file before any of it is lowered. */

import { type Arch, x86_64 } from "../../model/arch.ts";
import type { RuleKind } from "../../model/rule/parameters.ts";
import { BARE } from "./lower/bare.ts";
import type { Declarations } from "./lower/constants.ts";
import { lowerExpression } from "./lower/expression.ts";
import { lowerFunction } from "./lower/function.ts";
import { lowerAll } from "./lower/statement.ts";
import { boundFile } from "./memory/bound.ts";
import type { File } from "./sources.ts";
import { mustHave, named, type Syntax } from "./syntax/syntax.ts";
import { emptyMemory } from "./tree/memory.ts";
import { constants } from "./tree/names.ts";
import type { Lowering, RuleScope, Said } from "./tree/scope.ts";

const NOTHING_SAID = new Map<string, never>();

const LOWERING: Lowering = { lower: lowerExpression, statements: lowerAll, callee: lowerFunction };

/** What is read of a text, and how. */
export type ScopeOptions = {
  readonly arch?: Arch;
  readonly said?: ReadonlyMap<string, Said>;
  readonly strictCalls?: boolean;
  readonly assumed?: readonly Said[];
  readonly isContract?: boolean;
  /** It is a claim about a fault: one expression over CLAIM_WORDS. */
  readonly isClaim?: boolean;
};

/** Statements and expressions that a rule may be lowered to. */
const BUDGET = 200_000;

export function scopeOf(
  { sources, recursive }: File,
  name: string,
  source: Syntax,
  kind: RuleKind | undefined,
  beforeStore: boolean,
  {
    arch = x86_64,
    said = NOTHING_SAID,
    strictCalls = false,
    assumed = [],
    isContract = false,
    isClaim = false,
  }: ScopeOptions,
): RuleScope & Declarations {
  return {
    lowering: LOWERING,
    arch,
    constants: new Map(constants(arch)),
    enums: new Map(),
    structs: new Map(),
    typedefs: new Map(),
    variables: new Map(),
    prototypes: new Map(),
    sources,
    recursive,
    said,
    isContract,
    isStrict: name === BARE && isExpression(source),
    boundName: boundFile(sources, source),
    kind,
    isClaim,
    beforeStore,
    sites: [],
    unknowns: [],
    memory: emptyMemory(),
    functions: [],
    lowered: new Map(),
    mentioned: new Map(),
    readAs: new Map(),
    taken: new Set(),
    strictCalls,
    assumed,
    mentionedAside: new Map(),
    needsTree: { is: false },
    obligations: new Map(),
    doubts: [],
    places: new WeakMap(),
    gotos: 0,
    budget: BUDGET,
    loops: new WeakMap(),
  };
}

const isExpression = (source: Syntax): boolean => {
  const [only, ...more] = named(mustHave(source, "body"));
  return more.length === 0 && only?.type === "return_statement";
};
