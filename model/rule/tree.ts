/**
 * The typed tree of a rule.
 *
 * C's promotions and conversions are explicit: the operands of a binary or compare node have one and the same type,
 * which is at least as wide as int, and every change of type is a convert node. Arithmetic wraps, as the kernel is
 * built (-fwrapv). compare, not and logic nodes yield bool; where C would use their int, a convert stands above them.
 * Conditions (of if, loop, conditional, logic, not) are of type bool. Operands are evaluated left to right.
 *
 * A node that can be undefined for some input carries `site`, which indexes Rule.sites. No site: always defined.
 *
 * What the C reads that the models do not know is an unknown node: any value of its type. A place in memory that such a
 * value can stand in, or that outlives a function's call (a member, a variable outside of functions, a local whose
 * address was taken), is a cell; the entry sets each cell before anything reads it, to an unknown where nobody knows
 * more, and whatever may change it sets it to another.
 */

import type { IntType } from "./int-type.ts";
import type { ParameterName, RuleKind, RuleUse } from "./parameters.ts";

/** Iterations that all loops of one evaluation may make together before its outcome is no_end. */
export const LOOP_FUEL = 4096;

/** The same in every emitter; no intrinsic has a side effect. Argument and result types are given in INTRINSICS. */
export type IntrinsicOp =
  /** Trailing zero bits; undefined for 0 (has a site unless proven defined). */
  | "ctz64"
  /** Leading zero bits; undefined for 0. */
  | "clz64"
  /** 1 + the number of the highest set bit, 0 for 0. */
  | "fls64"
  /** 1 + the number of the lowest set bit, 0 for 0. */
  | "ffs64"
  /** Number of set bits. */
  | "popcount64"
  /** Of two u64: does the exact product not fit a u64? */
  | "umul_overflows"
  /** Of two s64: does the exact product not fit an s64? */
  | "smul_overflows";

export const INTRINSICS: Readonly<Record<IntrinsicOp, { readonly takes: readonly IntType[]; readonly type: IntType }>> =
  {
    ctz64: { takes: ["u64"], type: "s32" },
    clz64: { takes: ["u64"], type: "s32" },
    fls64: { takes: ["u64"], type: "s32" },
    ffs64: { takes: ["u64"], type: "s32" },
    popcount64: { takes: ["u64"], type: "s32" },
    umul_overflows: { takes: ["u64", "u64"], type: "bool" },
    smul_overflows: { takes: ["s64", "s64"], type: "bool" },
  };

export type Expr =
  /** value lies in the range of type; name is a macro it was written as, "SZ_2M". */
  | { readonly node: "const"; readonly type: IntType; readonly value: bigint; readonly name?: string }
  /** An input of the rule; type is PARAMETER_TYPE[name]. May stand in helpers too. */
  | { readonly node: "parameter"; readonly type: IntType; readonly name: ParameterName }
  /** local indexes RuleFunction.locals. */
  | { readonly node: "local"; readonly type: IntType; readonly local: number }
  /** To bool: is it other than zero? To a narrower type: its low bits. To a wider one: its value, modulo 2^width. */
  | { readonly node: "convert"; readonly type: IntType; readonly operand: Expr }
  | { readonly node: "unary"; readonly op: "negate" | "complement"; readonly type: IntType; readonly operand: Expr }
  | {
      readonly node: "binary";
      /** min and max are of type's own order, signed or unsigned. */
      readonly op: "add" | "sub" | "mul" | "and" | "or" | "xor" | "min" | "max";
      readonly type: IntType;
      readonly left: Expr;
      readonly right: Expr;
    }
  /** Undefined when right is 0, and for the least signed value by -1. Truncates towards zero. */
  | {
      readonly node: "divide";
      readonly op: "div" | "rem";
      readonly type: IntType;
      readonly left: Expr;
      readonly right: Expr;
      readonly site?: number;
    }
  /** right keeps its own promoted type. Undefined when right is negative or not less than type's width. */
  | {
      readonly node: "shift";
      /** shr is arithmetic when type is signed. */
      readonly op: "shl" | "shr";
      readonly type: IntType;
      readonly left: Expr;
      readonly right: Expr;
      readonly site?: number;
    }
  /** left and right have the same type, which says whether the order is signed. Both bool only under eq and ne. */
  | {
      readonly node: "compare";
      readonly op: "eq" | "ne" | "lt" | "le" | "gt" | "ge";
      readonly type: "bool";
      readonly left: Expr;
      readonly right: Expr;
    }
  | { readonly node: "not"; readonly type: "bool"; readonly operand: Expr }
  /** Short-circuit. */
  | {
      readonly node: "logic";
      readonly op: "and" | "or";
      readonly type: "bool";
      readonly left: Expr;
      readonly right: Expr;
    }
  | {
      readonly node: "conditional";
      readonly type: IntType;
      readonly condition: Expr;
      readonly whenTrue: Expr;
      readonly whenFalse: Expr;
    }
  /** Sets the local and yields the value, which already has the local's type. */
  | { readonly node: "assign"; readonly type: IntType; readonly local: number; readonly value: Expr }
  /** Evaluates effects in turn, then value. From C's comma, x++ used as a value, and macro arguments used twice. */
  | { readonly node: "sequence"; readonly type: IntType; readonly effects: readonly Expr[]; readonly value: Expr }
  /** callee indexes Rule.functions; arguments already have the types of its parameters. Never recursive. */
  | { readonly node: "call"; readonly type: IntType; readonly callee: number; readonly args: readonly Expr[] }
  /** Any value of the type. unknown indexes Rule.unknowns. */
  | { readonly node: "unknown"; readonly type: IntType; readonly unknown: number }
  /** What stands in a cell; cell indexes Rule.cells. */
  | { readonly node: "cell"; readonly type: IntType; readonly cell: number }
  /** Sets the cell and yields the value, which already has the cell's type. */
  | { readonly node: "set_cell"; readonly type: IntType; readonly cell: number; readonly value: Expr }
  | {
      readonly node: "intrinsic";
      readonly op: IntrinsicOp;
      readonly type: IntType;
      readonly args: readonly Expr[];
      readonly site?: number;
    };

export type Stmt =
  /** Evaluates value for what it assigns. */
  | { readonly stmt: "effect"; readonly value: Expr }
  /** Without a value the local is set later, before any read: the parser has checked that. */
  | { readonly stmt: "declare"; readonly local: number; readonly value?: Expr }
  | {
      readonly stmt: "if";
      readonly condition: Expr;
      readonly whenTrue: readonly Stmt[];
      readonly whenFalse: readonly Stmt[];
    }
  | { readonly stmt: "return"; readonly value: Expr }
  /**
   * while, for and do: test the condition (a do loop runs body and step once before), run body, run step, again.
   * continue goes on with step, break leaves. An iteration is a run of body; each one burns a unit of LOOP_FUEL.
   */
  | {
      readonly stmt: "loop";
      readonly bodyFirst: boolean;
      readonly condition: Expr;
      readonly body: readonly Stmt[];
      readonly step?: Expr;
    }
  | { readonly stmt: "break" }
  | { readonly stmt: "continue" };

export type Local = {
  /** Unique in its function; a later declaration of a name in use gets a number behind it. */
  readonly name: string;
  readonly type: IntType;
  /** Introduced by the parser, not written by the author; never declared by a declare statement. */
  readonly temporary: boolean;
};

export type RuleFunction = {
  readonly name: string;
  readonly returns: IntType;
  /** The first `arity` locals are set by the caller. The entry's arity is 0: it declares its locals from parameters. */
  readonly arity: number;
  readonly locals: readonly Local[];
  /** Every path through it returns. */
  readonly body: readonly Stmt[];
};

/** A place in memory. It outlives calls, and lives as long as one evaluation of the rule. */
export type Cell = {
  /** As the C calls it, on one line: "slot->gmem.file"; no two cells of a rule have the same. */
  readonly name: string;
  readonly type: IntType;
};

/**
 * Something that the C reads and the models do not know; of a contract's tree also an input, which is one value a
 * parameter: whoever asks says it.
 */
export type Unknown = {
  /** Its C, on one line: "xa_find(&gmem->bindings, &start, end, XA_PRESENT)". */
  readonly text: string;
  /** Of its C in the text, both from 1. */
  readonly line: number;
  readonly column: number;
  readonly type: IntType;
  readonly is: "call" | "member" | "name" | "macro" | "input";
  /**
   * evaluation: a value of its own each time it is evaluated. run: one value, the same in every rule and for every op
   * of a list, whoever has the same text: a macro, a CONFIG_, the address of a global.
   */
  readonly lifetime: "evaluation" | "run";
  /** What it is where nothing goes wrong: 0, or of a pointer something that is neither NULL nor an errno. */
  readonly plain: bigint;
  /** It is an address, and told as NULL or non-NULL. */
  readonly pointer?: true;
};

/** Where a rule can be undefined, and how: "shift by 64 or more, or by less than 0". Both count from 1. */
export type Site = { readonly line: number; readonly column: number; readonly what: string };

/** A call of something that is not shown, and what of what the rule reads it may change: "slot->flags". */
export type RuleCall = {
  readonly name: string;
  readonly line: number;
  readonly column: number;
  readonly mayChange: readonly string[];
};

/** What is evaluated, as machine code and as formulas. */
export type RuleTree = {
  readonly id: string;
  /** Callees before callers; the last one is the entry, and returns bool. */
  readonly functions: readonly RuleFunction[];
  /** The parameters it reads, in the order of PARAMETERS. */
  readonly reads: readonly ParameterName[];
  readonly sites: readonly Site[];
  readonly unknowns: readonly Unknown[];
  readonly cells: readonly Cell[];
  /** It says of a fault whether a claim of the user's holds: it reads CLAIM_WORDS, and its kind says nothing. */
  readonly isClaim?: true;
};

export type Rule = RuleTree & {
  readonly kind: RuleKind;
  /** C, verbatim, with all that it calls and each #define it uses. */
  readonly text: string;
  readonly file?: string;
  /** Line of the file where the rule's own function starts, from 1. */
  readonly line: number;
  /** Its C returns 0 where it accepts and an errno where it refuses; the tree's entry says the same as a bool. */
  readonly givesErrno?: true;
  /** What its C's answer was taken to mean, and why: "its name says bad". Without one the tree's entry says it. */
  readonly polarity?: { readonly use: RuleUse; readonly why: string };
  /** Which C was taken for which input, in the order of the text: mem->memory_size for size. */
  readonly readAs?: readonly { readonly text: string; readonly as: string }[];
  /**
   * Its text, compiled by itself, would not be what is judged: a true that refuses, a member that is 0 before it is set, one
   * configuration of several, a name that only the kernel declares. Then only the tree says what the rule is.
   */
  readonly isTree?: true;
  /** Calls that were taken to leave the slot and what else the rule reads as they are: fget, xa_find. */
  readonly takenNotToChange?: readonly string[];
  /** C that is taken for granted whenever it is asked: where one is false, the tree's entry refuses. */
  readonly assumed?: readonly string[];
  /** Stores that may leave a slot that is not the one bound: whatever is proved of the check says nothing of that one. */
  readonly doubts?: readonly Site[];
  /** Calls that nobody shows. */
  readonly calls?: readonly RuleCall[];
};

/** Bits of a value of this type; a bool is one byte in memory, one bit in value. */
export const WIDTH: Readonly<Record<IntType, number>> = {
  bool: 1,
  u8: 8,
  s8: 8,
  u16: 16,
  s16: 16,
  u32: 32,
  s32: 32,
  u64: 64,
  s64: 64,
};

export const isSigned = (type: IntType): boolean => type.startsWith("s");

/** The value modulo 2^width, in the range of the type: what a convert node computes. */
export function wrapTo(type: IntType, value: bigint): bigint {
  if (type === "bool") return value === 0n ? 0n : 1n;
  return isSigned(type) ? BigInt.asIntN(WIDTH[type], value) : BigInt.asUintN(WIDTH[type], value);
}
