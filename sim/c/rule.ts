/** One function of a text -> a rule. */

import { CLAIM_WORDS } from "../../model/claim-words.ts";
import {
  aRule,
  PARAMETERS,
  type ParameterName,
  READABLE,
  type RuleKind,
  type RuleUse,
} from "../../model/rule/parameters.ts";
import type { Cell, Rule, Unknown } from "../../model/rule/tree.ts";
import { answerOf, findMeasure, isUsual, kindOfUse, polarityOf } from "./kind.ts";
import { BARE } from "./lower/bare.ts";
import { declareConstants } from "./lower/constants.ts";
import { lowerEntry } from "./lower/function.ts";
import { doubtsOf } from "./memory/obligation.ts";
import { declared, functionPlace, returnTypeOf } from "./lower/signature.ts";
import { isZero, returnedBy } from "./returned.ts";
import { scopeOf, type ScopeOptions } from "./scope.ts";
import { isBool, isErrno, isInt, NO_TYPES, type File } from "./sources.ts";
import { fail } from "./syntax/fail.ts";
import { mustHave, type Syntax } from "./syntax/syntax.ts";
import { ROLE_OF_NAME } from "./tree/objects.ts";
import { parametersRead } from "./tree/reads.ts";
import type { Answer, Measure, RuleScope } from "./tree/scope.ts";
import { settle } from "./tree/settle.ts";
import { visible } from "../visible.ts";

export type RuleOptions = Omit<ScopeOptions, "isContract"> & {
  readonly file?: string;
  readonly id?: string;
  readonly kind?: RuleKind;
  readonly use?: RuleUse;
};

type Given = {
  readonly text: string;
  readonly line: number;
  readonly givesErrno?: boolean;
  /** Lines of the function are not shown: how its error gets out may be among them. */
  readonly isPart?: boolean;
  /** Of several configurations. */
  readonly isVariant: boolean;
  /** What it is measured in, in another configuration. */
  readonly unit?: Measure["unit"];
};

type Taken = {
  readonly isPiece: boolean;
  readonly kind: RuleKind | undefined;
  readonly beforeStore: boolean;
  readonly answer: Answer;
};

export function ruleOf(
  file: File,
  name: string,
  { text, line, givesErrno, isPart = false, isVariant, unit }: Given,
  options: RuleOptions,
): Rule {
  const source = file.sources.get(name);
  if (!source) throw new Error(`no function ${name}`);
  if (file.recursive.has(name)) fail(functionPlace(source), `${name}() is recursive`);
  const asked = options.use === undefined ? options.kind : kindOfUse(options.use);
  const isPiece = name === BARE || isPart;
  const first = scopeOf(file, name, source, asked, false, options);
  const isPartOfErrno = isPart && isInt(source) && !findMeasure(first, source);
  // A stub that is always 0 is what it is in the other configurations, or what its name says.
  const stub = returnedBy(source).every(isZero) ? (findMeasure(first, source)?.unit ?? unit) : undefined;
  const errno = givesErrno === true || (isErrno(source, file.sources) && stub === undefined) || isPartOfErrno;
  const asks = { isAsked: options.use !== undefined, enums: file.constants, ...(stub && { stub }) };
  const answer = answerOf(first, source, errno, asks) ?? fail(functionPlace(source), givesNothing(first, name, source));
  const early =
    asked ??
    (answer.is === "measure" || (answer.is === "errno" && answer.handsOut) ? "map" : kindOfParameters(first, source));
  const lowered = lowerAs(file, name, source, { isPiece, kind: early, beforeStore: false, answer }, options);
  const kind = early ?? inferKind(lowered);
  // Where the binding's offset is an argument, the slot does not have it yet.
  const beforeStore =
    !lowered.isStrict && kind === "bind" && lowered.mentioned.has("offset") && lowered.memory.objects.has("the slot");
  const polarity = answer.is === "bool" ? directionOf(kind, name, source, options) : undefined;
  const isInverted = polarity !== undefined && !isUsual(polarity.use);
  const isSame = !beforeStore && !isInverted && kind === early;
  const scope = isSame
    ? lowered
    : lowerAs(
        file,
        name,
        source,
        { isPiece, kind, beforeStore, answer: answer.is === "bool" ? { ...answer, isInverted } : answer },
        options,
      );
  if (errno && kind === "level") {
    fail(functionPlace(source), "a level rule returns bool: true where a level is forbidden");
  }
  if (scope.isClaim) refuseAsClaim(scope, source);
  for (const [read, place] of scope.isClaim ? [] : [...scope.mentioned, ...scope.mentionedAside]) {
    if (read !== "level" && !READABLE[kind].some((each) => each === read)) {
      fail(place, `${aRule(kind)} cannot read '${read}'; it reads ${READABLE[kind].join(", ")}`);
    }
  }
  const { functions, cells, unknowns, calls } = settle(scope);
  const isTree =
    isVariant ||
    isPart ||
    isInverted ||
    answer.is === "measure" ||
    answer.is === "success" ||
    answer.is === "address" ||
    (answer.is === "bool" && !isBool(source)) ||
    (answer.is === "errno" && answer.handsOut !== undefined) ||
    needsMore(scope, cells, unknowns);
  const doubts = doubtsOf(scope);
  const assumed = scope.assumed.map((each) => each.text);
  const readAs = [...scope.readAs].map(([own, as]) => ({ text: own, as }));
  return {
    id: options.id ?? name,
    kind,
    text: visible(text),
    ...(options.file !== undefined && { file: options.file }),
    line,
    ...(errno && { givesErrno: true as const }),
    functions,
    reads: parametersRead(functions),
    sites: scope.sites,
    unknowns,
    cells,
    ...(polarity && { polarity }),
    ...(isTree && { isTree: true as const }),
    ...(readAs.length > 0 && { readAs }),
    ...(scope.taken.size > 0 && { takenNotToChange: [...scope.taken] }),
    ...(calls.length > 0 && { calls }),
    ...(doubts.length > 0 && { doubts }),
    ...(assumed.length > 0 && { assumed }),
    ...(scope.isClaim && { isClaim: true as const }),
  };
}

/**
 * Does the rule rest on more than its own variables and the inputs? A program around its text has an object for the slot,
 * the region, the fault and the file with what is in them, and no others.
 */
function needsMore({ memory, needsTree }: RuleScope, cells: readonly Cell[], unknowns: readonly Unknown[]): boolean {
  if (unknowns.length > 0 || cells.length > 0 || needsTree.is) return true;
  return [...memory.objects.values()].some(
    ({ role, name, is, within }) => role === "old" || (is === "heap" && within.length === 0 && !isHandle(name)),
  );
}

/** Handed along and never looked into. */
const isHandle = (name: string): boolean => ROLE_OF_NAME.has(name);

/** What a function of the file measures, if it says so. */
export function unitGiven(file: File, name: string): Measure["unit"] | undefined {
  const source = file.sources.get(name);
  return source && findMeasure(NO_TYPES, source)?.unit;
}

/** What a number counts or where it points, by its type. */
const COUNTS: ReadonlyMap<string, string> = new Map([
  ["pgoff_t", "a page of a file"],
  ["gfn_t", "a guest frame"],
  ["kvm_pfn_t", "a page frame"],
  ["gpa_t", "an address"],
  ["hpa_t", "an address"],
  ["hva_t", "an address"],
  ["phys_addr_t", "an address"],
]);

function givesNothing(rule: RuleScope, name: string, source: Syntax): string {
  const says = "no bool, no errno, no order, level or size of a mapping";
  if (returnTypeOf(rule, source).is === "void") {
    return `this gives nothing that a rule says: ${name}() returns nothing, and leaves no order, level or size of a mapping where it is told to; name the function that checks before it is called`;
  }
  const what = COUNTS.get(mustHave(source, "type").place.text) ?? "a value";
  const isNumber = returnTypeOf(rule, source).is === "int";
  const settles = isNumber
    ? "; name the function that decides by it, or say with --kind what it means where it is not 0"
    : "; name the function that decides by it";
  return `this gives nothing that a rule says: what ${name}() returns is ${what}, ${says}${settles}`;
}

function directionOf(
  kind: RuleKind,
  name: string,
  source: Syntax,
  { use }: RuleOptions,
): { readonly use: RuleUse; readonly why: string } {
  if (use !== undefined) return { use, why: "--kind says so" };
  return polarityOf(kind, name === BARE ? undefined : name, () => functionPlace(source));
}

function lowerAs(file: File, name: string, source: Syntax, given: Taken, options: RuleOptions): RuleScope {
  const scope = scopeOf(file, name, source, given.kind, given.beforeStore, options);
  for (const each of file.constants) declareConstants(scope, each);
  lowerEntry(scope, name, given.answer, given.isPiece);
  return scope;
}

/** A claim is about a fault: no slot, no file and no region of the C's own stand there. */
function refuseAsClaim(scope: RuleScope, source: Syntax): void {
  if (!scope.isStrict) fail(functionPlace(source), "a claim is one expression");
  const words: readonly string[] = CLAIM_WORDS;
  const other = [...scope.mentioned].find(([read]) => !words.includes(read));
  if (other !== undefined || scope.memory.objects.size > 0) {
    fail(other?.[1] ?? functionPlace(source), `a claim reads ${words.join(", ")}`);
  }
}

/** What a function is handed may say what it is about. */
function kindOfParameters(rule: RuleScope, source: Syntax): RuleKind | undefined {
  const parameters = declared(rule, source);
  const isOfMap = parameters.some(
    ({ name, type }) =>
      name === "map_size" || (type.is === "pointer" && type.to.is === "struct" && type.to.tag === "kvm_page_fault"),
  );
  return isOfMap ? "map" : undefined;
}

const OF_MAP: ReadonlySet<ParameterName> = new Set(["gfn", "index", "order", "nr_pages"] as const);

function inferKind({ mentioned }: RuleScope): RuleKind {
  if (mentioned.has("ugfn") || (mentioned.has("level") && !mentioned.has("gfn") && !mentioned.has("index")))
    return "level";
  return PARAMETERS.some((name) => OF_MAP.has(name) && mentioned.has(name)) ? "map" : "bind";
}
