/**
 * A rule as machine code: exact C semantics at tens of millions of evaluations a second.
 *
 * The module exports `bytes`, which takes every parameter as an i64, and three page-level entries.
 */

import type { Outcome } from "../../outcome.ts";
import { NO_END, UNDEFINED } from "../../outcome.ts";
import { canFail, compileFunction } from "./statement.ts";
import { FAULT, FUEL, importsOf } from "./expression.ts";
import { isWide, valueType } from "./operations.ts";
import { CLAIM_WORDS } from "../../claim-words.ts";
import { PARAMETER_TYPE, type ParameterName, PARAMETERS, type RuleInput } from "../parameters.ts";
import { LOOP_FUEL, type RuleTree, type Site } from "../tree.ts";
import {
  type Code,
  F64,
  globalGet,
  globalSet,
  I32,
  I64,
  i32Const,
  i64Const,
  localGet,
  localSet,
  OP,
  unsigned,
  type ValueType,
  type WasmFunction,
  type WasmGlobal,
  wasmModule,
} from "./encoding.ts";

export type Evaluator = {
  readonly rule: RuleTree;
  /** One u64 bit pattern a parameter; any not given is 0. */
  readonly bytes: (values: Partial<Record<RuleInput, bigint>>) => Outcome;
  /**
   * The hot entries take page numbers (doubles) and orders; bytes are pages << 12. All three exist for every rule;
   * what a kind does not know (gfn of a bind rule) is 0.
   */
  readonly bind: (
    pgoff: number,
    base_gfn: number,
    npages: number,
    ugfn: number,
    folio_order: number,
    i_size_npages: number,
  ) => Outcome;
  readonly map: (
    pgoff: number,
    base_gfn: number,
    npages: number,
    ugfn: number,
    folio_order: number,
    i_size_npages: number,
    gfn: number,
    index: number,
    order: number,
  ) => Outcome;
  readonly level: (
    pgoff: number,
    base_gfn: number,
    npages: number,
    ugfn: number,
    folio_order: number,
    i_size_npages: number,
    order: number,
  ) => Outcome;
  /** Of the last evaluation, if it came to UNDEFINED. */
  readonly undefinedAt: () => Site | undefined;
  /** What stands in a cell after the last evaluation: a u64 bit pattern. */
  readonly cell: (at: number) => bigint;
};

type Exports = Pick<Evaluator, "bind" | "map" | "level"> & {
  readonly bytes: (...values: bigint[]) => Outcome;
  readonly fault: { readonly value: number };
  readonly [cell: `cell${number}`]: { readonly value: number | bigint };
};

declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
};

/**
 * Answers what the models do not know: the unknown of this number, for the how manyth time in this evaluation, from 1
 * (0 for one that keeps its value for a whole run). The answer is cut to the unknown's type.
 */
export type AnswerUnknown = (unknown: number, times: number) => bigint;

/** A rule is compiled once: it is data that nobody changes, and it is run in many worlds. */
const MODULES = new WeakMap<RuleTree, object>();

function moduleOf(rule: RuleTree): object {
  const known = MODULES.get(rule) ?? new WebAssembly.Module(encode(rule));
  MODULES.set(rule, known);
  return known;
}

/** @param answer asked for each unknown that an evaluation comes to; each is as where nothing goes wrong unless given */
export function compileRule(rule: RuleTree, answer?: AnswerUnknown): Evaluator {
  const reached = rule.unknowns.map(() => 0);
  const ask = answer ?? ((unknown: number): bigint => rule.unknowns[unknown]?.plain ?? 0n);
  const env = {
    unknown: (unknown: number): bigint => {
      const isRun = rule.unknowns[unknown]?.lifetime === "run";
      const times = isRun ? 0 : (reached[unknown] ?? 0) + 1;
      reached[unknown] = times;
      return BigInt.asIntN(64, ask(unknown, times));
    },
  };
  const instance = new WebAssembly.Instance(moduleOf(rule), { env });
  const exported = exportsOf(instance.exports);
  const { bytes, bind, map, level, fault } = exported;
  const afresh = <F extends (...args: never[]) => number>(evaluate: F): F => {
    if (rule.unknowns.length === 0) return evaluate;
    const fresh = (...args: never[]): number => {
      reached.fill(0);
      return evaluate(...args);
    };
    return fresh as F; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the same parameters and result as F
  };
  const ofBytes = afresh(bytes);
  return {
    rule,
    bytes: (values) => ofBytes(...PARAMETERS.map((name) => BigInt.asIntN(64, values[name] ?? 0n))),
    bind: afresh(bind),
    map: afresh(map),
    level: afresh(level),
    // No site has the number of a fault that is none, or of loops that do not end.
    undefinedAt: () => rule.sites[fault.value - 1],
    cell: (at) => BigInt.asUintN(64, BigInt(exported[`cell${at}`]?.value ?? 0)),
  };
}

const EVALUATORS = new WeakMap<RuleTree, Evaluator>();

/** The rule with no answers of anybody's: one evaluator for all worlds, which keeps nothing from one evaluation to the next. */
export function evaluatorOf(rule: RuleTree): Evaluator {
  const known = EVALUATORS.get(rule) ?? compileRule(rule);
  EVALUATORS.set(rule, known);
  return known;
}

/** Does the claim hold? Takes the values of CLAIM_WORDS, in their order. */
export type ClaimEvaluator = (...words: number[]) => Outcome;

/** A claim of the user's, compiled. */
export function compileClaim(rule: RuleTree): ClaimEvaluator {
  const { exports } = new WebAssembly.Instance(moduleOf(rule), { env: { unknown: () => 0n } });
  if (!isOfClaim(exports)) throw new Error("the claim's evaluator lacks its entry");
  return exports.claim;
}

const isOfClaim = (all: object): all is { readonly claim: ClaimEvaluator } => "claim" in all;

const isOurs = (all: object): all is Exports => ["bytes", "bind", "map", "level", "fault"].every((name) => name in all);

function exportsOf(exported: object): Exports {
  if (!isOurs(exported)) throw new Error("the evaluator lacks an entry");
  return exported;
}

function encode(rule: RuleTree): Uint8Array {
  const functions = rule.functions.map((each) => compileFunction(rule, each));
  return wasmModule(
    [
      ...functions,
      ...(rule.isClaim
        ? [claimEntry(rule)]
        : [
            bytesEntry(rule),
            pageEntry(rule, "bind", PAGE_PARAMETERS),
            pageEntry(rule, "map", [...PAGE_PARAMETERS, ["gfn", F64], ["index", F64], ["order", I32]]),
            pageEntry(rule, "level", [...PAGE_PARAMETERS, ["order", I32]]),
          ]),
    ],
    [
      { type: I32, exportAs: "fault" },
      { type: I32, exportAs: "fuel" },
      ...rule.cells.map(({ type }, at): WasmGlobal => ({ type: isWide(type) ? I64 : I32, exportAs: `cell${at}` })),
    ],
    importsOf(rule),
  );
}

function bytesEntry(rule: RuleTree): WasmFunction {
  const pass = rule.reads.flatMap((name) => [
    ...localGet(PARAMETERS.findIndex((each) => each === name)),
    ...(isWide(PARAMETER_TYPE[name]) ? [] : [OP.i32_wrap]),
  ]);
  return entry(
    rule,
    "bytes",
    PARAMETERS.map(() => I64),
    pass,
  );
}

type PageParameter =
  "pgoff" | "base_gfn" | "npages" | "ugfn" | "folio_order" | "i_size_npages" | "gfn" | "index" | "order";
type Taken = readonly (readonly [PageParameter, ValueType])[];

const PAGE_PARAMETERS: Taken = [
  ["pgoff", F64],
  ["base_gfn", F64],
  ["npages", F64],
  ["ugfn", F64],
  ["folio_order", I32],
  ["i_size_npages", F64],
];

/** The saturating conversion: a double out of range is no reason to trap. */
const pagesAt = (local: number): Code => [...localGet(local), OP.prefix, ...unsigned(7)];

function claimEntry(rule: RuleTree): WasmFunction {
  const words: readonly ParameterName[] = CLAIM_WORDS;
  const pass = rule.reads.flatMap((word) => {
    const at = words.indexOf(word);
    return word === "order" ? localGet(at) : pagesAt(at);
  });
  const takes = CLAIM_WORDS.map((word) => (word === "order" ? I32 : F64));
  return entry(rule, "claim", takes, pass);
}

function pageEntry(rule: RuleTree, exportAs: string, takes: Taken): WasmFunction {
  const at = (name: PageParameter): number => takes.findIndex(([each]) => each === name);
  const pages = (name: PageParameter): Code => (at(name) < 0 ? i64Const(0n) : pagesAt(at(name)));
  const order = (name: PageParameter): Code => (at(name) < 0 ? i32Const(0) : localGet(at(name)));
  const bytes = (name: PageParameter): Code => [...pages(name), ...i64Const(12n), I64_SHL];
  const shifted = (one: bigint, name: PageParameter): Code => [
    ...i64Const(one),
    ...order(name),
    OP.i64_extend_u,
    I64_SHL,
  ];
  const values: Partial<Record<ParameterName, Code>> = {
    offset: bytes("pgoff"),
    gpa: bytes("base_gfn"),
    size: bytes("npages"),
    userspace_addr: bytes("ugfn"),
    base_gfn: pages("base_gfn"),
    pgoff: pages("pgoff"),
    npages: pages("npages"),
    folio_size: shifted(4096n, "folio_order"),
    i_size: bytes("i_size_npages"),
    gfn: pages("gfn"),
    index: pages("index"),
    order: order("order"),
    nr_pages: shifted(1n, "order"),
    ugfn: pages("ugfn"),
  };
  return entry(
    rule,
    exportAs,
    takes.map(([, type]) => type),
    rule.reads.flatMap((name) => values[name] ?? []),
  );
}

const I64_SHL = 0x86;
const I32_LT_S = 0x48;

/** Passes the rule what it reads; its value, or what went wrong. */
function entry(rule: RuleTree, exportAs: string, takes: readonly ValueType[], pass: Code): WasmFunction {
  const run = [...pass, OP.call, ...unsigned(importsOf(rule).length + rule.functions.length - 1)];
  const value = takes.length;
  // fault ? (fault < 0 ? NO_END : UNDEFINED) : value
  const outcome = [
    ...i32Const(NO_END),
    ...i32Const(UNDEFINED),
    ...globalGet(FAULT),
    ...i32Const(0),
    I32_LT_S,
    OP.select,
    ...localGet(value),
    ...globalGet(FAULT),
    OP.select,
  ];
  const reset = [...i32Const(0), ...globalSet(FAULT), ...i32Const(LOOP_FUEL), ...globalSet(FUEL)];
  const code = canFail(rule) ? [...reset, ...run, ...localSet(value), ...outcome] : run;
  return { takes, gives: valueType("bool"), locals: [I32], code, exportAs };
}
