/** What is known while a rule is being lowered. */

import type { Arch } from "../../../model/arch.ts";
import type { ParameterName } from "../../../model/rule/parameters.ts";
import { PARAMETER_TYPE } from "../../../model/rule/parameters.ts";
import type { Cell, Expr, IntType, Local, RuleFunction, Site, Stmt, Unknown } from "../../../model/rule/tree.ts";
import type { Place } from "../syntax/fail.ts";
import type { Token } from "../syntax/lex.ts";
import type { Syntax } from "../syntax/syntax.ts";

/** What a name stands for. A pointer has no value: only its members can be read. */
export type Binding =
  | { readonly is: "local"; readonly local: number }
  | { readonly is: "value"; readonly value: Expr }
  | { readonly is: "pointer" };

/** Of one rule: several rules of a file share helpers' texts, not their trees. */
export type RuleScope = {
  readonly arch: Arch;
  /** PAGE_SIZE, SZ_2M, U64_MAX, … */
  readonly constants: ReadonlyMap<string, Expr>;
  readonly sources: ReadonlyMap<string, Syntax>;
  readonly sites: Site[];
  readonly unknowns: Unknown[];
  readonly cells: Cell[];
  readonly functions: RuleFunction[];
  readonly lowered: Map<string, { readonly callee: number; readonly takes: readonly (IntType | "pointer")[] }>;
  /** Parameters that the entry declares or that anything reads. */
  readonly mentioned: Map<ParameterName | "level", Place>;
  /** Where each local is read, for the flow check. */
  readonly places: WeakMap<Expr, Token>;
  /** How many were followed so far. */
  gotos: number;
  /** Where each loop starts. */
  readonly loops: WeakMap<Stmt, Place>;
};

export type Scope = {
  readonly rule: RuleScope;
  readonly functionName: string;
  readonly returns: IntType;
  /** Of an entry whose C returns 0 or an errno, of this type. */
  readonly errno?: IntType;
  readonly locals: Local[];
  readonly blocks: Map<string, Binding>[];
  /** What break and continue stand in, innermost last. */
  readonly inside: ("loop" | "switch" | "switch loop")[];
  /** Of the function: gotos look for their labels in it. */
  readonly body: Syntax;
};

export function addSite(rule: RuleScope, place: Place, what: string): number {
  const { line, column } = place;
  // What is behind a label, or in a case that others fall into, is lowered several times.
  const known = rule.sites.findIndex((site) => site.line === line && site.column === column && site.what === what);
  return known < 0 ? rule.sites.push({ line, column, what }) - 1 : known;
}

export function addLocal(scope: Scope, name: string, type: IntType, temporary = false): number {
  const taken = new Set(scope.locals.map((local) => local.name));
  let unique = name;
  for (let n = 2; taken.has(unique); n += 1) unique = `${name}_${n}`;
  return scope.locals.push({ name: unique, type, temporary }) - 1;
}

export const localRead = (scope: Scope, local: number): Expr => ({
  node: "local",
  local,
  type: scope.locals[local]?.type ?? "s32",
});

export const lookUp = (scope: Scope, name: string): Binding | undefined =>
  scope.blocks.findLast((block) => block.has(name))?.get(name);

export function parameter(rule: RuleScope, name: ParameterName, place: Place): Expr {
  if (!rule.mentioned.has(name)) rule.mentioned.set(name, place);
  return { node: "parameter", type: PARAMETER_TYPE[name], name };
}

/** Makes an expression that can stand in a tree several times and is evaluated once, before them. */
export function once(scope: Scope, value: Expr): { readonly effects: readonly Expr[]; readonly value: Expr } {
  if (value.node === "const" || value.node === "parameter" || value.node === "local") return { effects: [], value };
  const local = addLocal(scope, `tmp`, value.type, true);
  return { effects: [{ node: "assign", type: value.type, local, value }], value: localRead(scope, local) };
}

export const after = (effects: readonly Expr[], value: Expr): Expr =>
  effects.length === 0 ? value : { node: "sequence", type: value.type, effects, value };
