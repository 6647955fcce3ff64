/** What is known while a rule is being lowered. */

import type { Arch } from "../../../model/arch.ts";
import type { ParameterName, RuleKind } from "../../../model/rule/parameters.ts";
import { PARAMETER_TYPE } from "../../../model/rule/parameters.ts";
import type { Expr, Local, RuleFunction, Site, Stmt, Unknown } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";
import type { Place } from "../syntax/fail.ts";
import type { Token } from "../syntax/lex.ts";
import type { Syntax } from "../syntax/syntax.ts";
import type { CType } from "./ctype.ts";
import type { Frame } from "./frame.ts";
import type { Memory, Target } from "./memory.ts";
import type { ReadableName } from "./readable.ts";
import type { Value } from "./value.ts";

/** What a name stands for. */
export type Binding =
  | { readonly is: "local"; readonly local: number; readonly type: CType }
  | { readonly is: "value"; readonly value: Expr }
  /** A pointer that stays as it is. */
  | { readonly is: "pointer"; readonly expr: Expr; readonly to: CType; readonly at?: Target }
  /** Its storage is an object's: a struct, an array, a variable whose address is taken. */
  | { readonly is: "place"; readonly at: Target; readonly type: CType }
  /** A variable of a type that is not known: it does not keep what it is set to. */
  | { readonly is: "any" };

/** What is known of a function's own variables before its text is lowered, by name. */
export type Variables = {
  readonly addressTaken: ReadonlySet<string>;
  /** What each is set to, anywhere in the function. */
  readonly set: ReadonlyMap<string, readonly (Syntax | "unknown")[]>;
  /** Of these, what a loop may do again. */
  readonly looped: ReadonlySet<Syntax | "unknown">;
};

/** How the entry's answer is read off what it returns. */
export type Answer =
  | { readonly is: "bool"; readonly isInverted: boolean }
  | { readonly is: "errno"; readonly type: IntType; readonly handsOut?: Measure }
  | { readonly is: "measure"; readonly of: Measure }
  /** It accepts where it returns this enumerator. */
  | { readonly is: "success"; readonly name: string }
  /** An address, or an errno. */
  | { readonly is: "address" };
/** An order, a level, a size in bytes, a size as a shift or a mask of orders: what is returned, or left in a place. */
export type Measure = {
  readonly unit: "order" | "level" | "size" | "shift" | "mask";
  /** A parameter that it is handed out through, or a member of the fault. */
  readonly at?: { readonly through: string } | { readonly member: string };
  readonly type?: IntType;
};

/** What C's grammar makes recursive, so that its parts need not import each other. */
export type Lowering = {
  readonly lower: (scope: Scope, syntax: Syntax) => Value;
  readonly statements: (scope: Scope, list: readonly Syntax[]) => Stmt[];
  readonly callee: (rule: RuleScope, name: string, source: Syntax, given: readonly (Target | undefined)[]) => Lowered;
};
export const lower = (scope: Scope, syntax: Syntax): Value => scope.rule.lowering.lower(scope, syntax);

/** What the user says that a name stands for. */
export type Said = { readonly text: string; readonly syntax: Syntax };

/** Of one rule: several rules of a file share helpers' texts, not their trees. */
export type RuleScope = {
  readonly lowering: Lowering;
  readonly arch: Arch;
  /** PAGE_SIZE, SZ_2M, U64_MAX, … */
  readonly constants: ReadonlyMap<string, Expr>;
  readonly enums: ReadonlyMap<string, IntType>;
  readonly structs: ReadonlyMap<string, ReadonlyMap<string, CType>>;
  readonly typedefs: ReadonlyMap<string, CType>;
  /** Variables of the file's that are no constants. */
  readonly variables: ReadonlyMap<string, CType>;
  /** Of functions that are declared and not shown. */
  readonly prototypes: ReadonlyMap<string, CType>;
  readonly sources: ReadonlyMap<string, Syntax>;
  /** Those of them that may call themselves, at last; a call of one is a call of something that nobody shows. */
  readonly recursive: ReadonlyMap<string, Syntax>;
  /** By name. */
  readonly said: ReadonlyMap<string, Said>;
  /** A bare expression: what it names must be known. */
  readonly isStrict: boolean;
  /** A contract's: no name and no member has a meaning of its own, they are what the text declares. */
  readonly isContract: boolean;
  /** The file, inode or mapping of the entry's that the slot is bound to, by name. */
  readonly boundName: string | undefined;
  readonly kind: RuleKind | undefined;
  /** It is a claim about a fault, and reads CLAIM_WORDS only. */
  readonly isClaim: boolean;
  /** Has the slot no offset yet, because the check is asked before it is stored? */
  readonly beforeStore: boolean;
  readonly sites: Site[];
  readonly unknowns: Unknown[];
  readonly memory: Memory;
  readonly functions: RuleFunction[];
  readonly lowered: Map<string, Lowered>;
  /** Parameters that the entry declares or that anything reads. */
  readonly mentioned: Map<ParameterName | "level", Place>;
  /** What only an assumption of the user's reads. */
  readonly mentionedAside: Map<ParameterName | "level", Place>;
  readonly readAs: Map<string, string>;
  readonly taken: Set<string>;
  /** What the user takes for granted when the rule is asked. */
  readonly assumed: readonly Said[];
  /** May whatever is called change the slot, too? */
  readonly strictCalls: boolean;
  /** Rests the rule on what a program around its text cannot give it: a pointer beside a number, a slot not yet stored to? */
  readonly needsTree: { is: boolean };
  /** Members of the slot that the text sets and that must be what is bound, and where. */
  readonly obligations: Map<ReadableName, { readonly place: Place; readonly text: string }>;
  /** What leaves a proof open if it turns out to be so, once the whole text is lowered. */
  readonly doubts: { readonly site: Site; readonly isReal: () => boolean }[];
  /** Where each local is read, for the flow check. */
  readonly places: WeakMap<Expr, Token>;
  /** How many were followed so far. */
  gotos: number;
  /** Statements and expressions that may still be lowered. */
  budget: number;
  /** Where each loop starts. */
  readonly loops: WeakMap<Stmt, Place>;
};

export type Lowered = {
  readonly callee: number;
  readonly takes: readonly CType[];
  readonly returns: CType;
  /** Expressions in it and in all that it calls. */
  readonly size: number;
};

export type Scope = {
  readonly rule: RuleScope;
  readonly functionName: string;
  /** Of this lowering of the function: its objects are its own. */
  readonly instance: string;
  readonly returns: CType;
  /** Statements pasted without the function around them, or a function of which only some lines are shown. */
  readonly isPiece: boolean;
  /** Of the entry. */
  readonly answer?: Answer;
  readonly locals: Local[];
  /** Those that the text sets and nowhere declares. */
  readonly implicit: number[];
  readonly blocks: Map<string, Binding>[];
  readonly variables: Variables;
  /** What pointers among its parameters point to. */
  readonly pointers: Map<string, Target>;
  /** What jumps lead out of, innermost last. */
  readonly inside: Frame[];
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

/** What is declared inside is forgotten behind. */
export function inBlock<T>(scope: Scope, run: () => T): T {
  scope.blocks.push(new Map());
  const result = run();
  scope.blocks.pop();
  return result;
}

export const lookUp = (scope: Scope, name: string): Binding | undefined =>
  scope.blocks.findLast((block) => block.has(name))?.get(name);

export function parameter(rule: RuleScope, name: ParameterName, place: Place): Expr {
  // A helper of the kernel's may read what a contract does not have: whatever that is.
  if (rule.isContract) {
    const { line, column } = place;
    return unknown(rule, { text: name, line, column, type: PARAMETER_TYPE[name], is: "call", lifetime: "evaluation" });
  }
  if (!rule.mentioned.has(name)) rule.mentioned.set(name, place);
  return { node: "parameter", type: PARAMETER_TYPE[name], name };
}

/** Something that nothing here knows; of one place and text there is one. */
export function unknown(rule: RuleScope, given: Omit<Unknown, "plain"> & { readonly plain?: bigint }): Expr {
  const { text, line, column, type, is, lifetime } = given;
  const same = rule.unknowns.findIndex(
    (each) =>
      each.text === text &&
      each.line === line &&
      each.column === column &&
      each.type === type &&
      each.is === is &&
      each.lifetime === lifetime,
  );
  const isNamed = rule.unknowns.some((each) => each.text === text && each.line === line && each.column === column);
  if (same < 0 && isNamed) return unknown(rule, { ...given, text: `${text} as ${type}` });
  const made: Unknown = { ...given, plain: given.plain ?? (given.pointer ? SOME_POINTER : 0n) };
  const index = same >= 0 ? same : rule.unknowns.push(made) - 1;
  return { node: "unknown", type, unknown: index };
}

/** Neither NULL nor an errno, nor the address of anything that has a name. */
const SOME_POINTER = 0xffff_8880_0000_1000n;

/** Makes an expression that can stand in a tree several times and is evaluated once, before them. */
export function once(scope: Scope, value: Expr): { readonly effects: readonly Expr[]; readonly value: Expr } {
  if (value.node === "const" || value.node === "parameter" || value.node === "local") return { effects: [], value };
  const local = addLocal(scope, `tmp`, value.type, true);
  return { effects: [{ node: "assign", type: value.type, local, value }], value: localRead(scope, local) };
}

export const after = (effects: readonly Expr[], value: Expr): Expr =>
  effects.length === 0 ? value : { node: "sequence", type: value.type, effects, value };
