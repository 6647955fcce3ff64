/** What a function's answer is about, and which way it goes. */

import { RULE_KINDS, type RuleKind, type RuleUse } from "../../model/rule/parameters.ts";
import type { IntType } from "../../model/rule/int-type.ts";
import type { CType } from "./tree/ctype.ts";
import type { Answer, Measure, RuleScope } from "./tree/scope.ts";
import { fail, type Place } from "./syntax/fail.ts";
import { child, type Syntax } from "./syntax/syntax.ts";
import { areTruths, isNegatedErrno, returnedBy, successAmong, unitReturned } from "./returned.ts";
import type { TypeNames } from "./memory/types.ts";
import { declared, functionName, returnTypeOf } from "./lower/signature.ts";

const REFUSES =
  /(?:^|_)(?:bad|invalid|overlaps?|overlapping|exceeds?|forbid(?:s|den)?|disallow(?:s|ed)?|conflicts?|refuses?|rejects?|denied|deny|mis(?:aligned|matche?s?|match|aligns?)|un(?:aligned|safe|suitable|supported|fit|usable)|cannot|cant|violates?|fails?|failed|errors?|retry|stale|straddles?|crosses|outside|beyond|escapes?|broken|wrong|illegal|prohibit(?:s|ed))(?:_|$)/;
const ALLOWS =
  /(?:^|_)(?:ok|valid|allow(?:s|ed|able)?|aligned|may|can|fits?|supports?|supported|suitable|accepts?|permits?|permitted|safe|good|contained|compatible)(?:_|$)/;
const NEGATES = /(?:^|_)(?:not|no|non|never|isnt|without)(?:_|$)/;

/** Default of each kind: what true says. */
const USUAL: Readonly<Record<RuleKind, RuleUse>> = {
  bind: "bind-accepts",
  map: "map-allows",
  level: "level-forbids",
  order: "order-allows",
};
const OTHER: Readonly<Record<RuleKind, RuleUse>> = {
  bind: "bind-refuses",
  map: "map-forbids",
  level: "level-allows",
  order: "order-forbids",
};

export const isUsual = (use: RuleUse): boolean => Object.values(USUAL).includes(use);
export const kindOfUse = (use: RuleUse): RuleKind => RULE_KINDS.find((kind) => use.startsWith(`${kind}-`)) ?? "bind";

/** Of a bool: what its name says, or what is usual. */
export function polarityOf(
  kind: RuleKind,
  name: string | undefined,
  place: () => Place,
): { readonly use: RuleUse; readonly why: string } {
  const usual = {
    use: USUAL[kind],
    why: `a bool ${kind} rule is taken to ${kind === "level" ? "forbid" : "allow"} where it is true`,
  };
  if (name === undefined) return usual;
  const [refuses, allows] = [REFUSES.exec(name)?.[0], ALLOWS.exec(name)?.[0]];
  if (refuses === undefined && allows === undefined) return usual;
  const word = (refuses ?? allows ?? "").replaceAll("_", "");
  if ((refuses !== undefined && allows !== undefined) || (refuses !== undefined && NEGATES.test(name))) {
    fail(
      place(),
      `does true refuse or accept? ${name}() can be read both ways: say --kind ${OTHER[kind]} or --kind ${USUAL[kind]}`,
    );
  }
  if (NEGATES.test(name) && allows !== undefined) return usual;
  const isForbidding = refuses !== undefined;
  const use = kind === "level" ? (isForbidding ? USUAL.level : OTHER.level) : isForbidding ? OTHER[kind] : USUAL[kind];
  return { use, why: `its name says ${word}` };
}

/** What an order, a level, a size or a mask of orders is called. */
const UNITS: readonly (readonly [RegExp, Measure["unit"]])[] = [
  [/orders$/, "mask"],
  [/order$/, "order"],
  [/level$/, "level"],
  [/(?:page_?size|map_size|mapping_size|block_size|hugepage_adjust)$/, "size"],
  [/page_?shift$/, "shift"],
];
const unitOf = (name: string): Measure["unit"] | undefined => UNITS.find(([pattern]) => pattern.test(name))?.[1];

type Found = {
  readonly unit: Measure["unit"];
  readonly type?: IntType;
  /** A parameter that it is handed out through, or a member of the fault. */
  readonly through?: string;
  readonly member?: string;
};

/** Is something said about a mapping other than by a bool? */
export function findMeasure(names: TypeNames, source: Syntax): Found | undefined {
  for (const each of declared(names, source)) {
    const { type } = each;
    if (type.is !== "pointer" || type.isConst) continue;
    const body = child(source, "body") ?? source;
    if (type.to.is === "int") {
      const unit = unitOf(each.name);
      if (unit && (setsThrough(body, each.name) || passes(body, each.name)))
        return { unit, through: each.name, type: type.to.type };
    }
    if (type.to.is === "struct" && type.to.tag === "kvm_page_fault") {
      const member = ["goal_level", "max_level", "req_level"].find((word) => setsMember(body, each.name, word));
      if (member !== undefined) return { unit: "level", member, type: "u8" };
    }
  }
  const returns = returnTypeOf(names, source);
  const unit = unitOf(functionName(source)) ?? unitReturned(returnedBy(source));
  return returns.is === "int" && returns.type !== "bool" && unit ? { unit } : undefined;
}

function measureOf(rule: RuleScope, source: Syntax): Measure | undefined {
  const found = findMeasure(rule, source);
  if (!found) return undefined;
  const { unit, type, through, member } = found;
  const at = through !== undefined ? { through } : member !== undefined ? { member } : undefined;
  return { unit, ...(type && { type }), ...(at && { at }) };
}

const some = (syntax: Syntax, test: (each: Syntax) => boolean): boolean =>
  test(syntax) || syntax.children.some((each) => some(each, test));

/** *name = …, *name -= 1, (*name)-- */
const setsThrough = (body: Syntax, name: string): boolean =>
  some(body, (each) => {
    const target =
      each.type === "assignment_expression"
        ? child(each, "left")
        : each.type === "update_expression"
          ? child(each, "argument")
          : undefined;
    return (
      target !== undefined &&
      some(target, (inner) => inner.type === "pointer_expression" && child(inner, "argument")?.unit.out === name)
    );
  });
const passes = (body: Syntax, name: string): boolean =>
  some(
    body,
    (each) =>
      each.type === "argument_list" &&
      each.children.some((inner) => inner.type === "identifier" && inner.unit.out === name),
  );
const setsMember = (body: Syntax, name: string, member: string): boolean =>
  some(body, (each) => {
    const target =
      each.type === "assignment_expression"
        ? child(each, "left")
        : each.type === "update_expression"
          ? child(each, "argument")
          : undefined;
    return (
      target?.type === "field_expression" &&
      child(target, "field")?.unit.out === member &&
      child(target, "argument")?.unit.out === name
    );
  });

type Asks = {
  /** Does the user say what it means where it is not 0? */
  readonly isAsked: boolean;
  /** Declarations of the file's own. */
  readonly enums: readonly Syntax[];
  /** What it is measured in, where all that it returns is 0. */
  readonly stub?: Measure["unit"];
};

/** How the answer is read off what the function gives; undefined if it gives nothing that says something. */
export function answerOf(
  rule: RuleScope,
  source: Syntax,
  isErrno: boolean,
  { isAsked, enums, stub }: Asks,
): Answer | undefined {
  const returns: CType = returnTypeOf(rule, source);
  const measure = measureOf(rule, source) ?? (stub && returns.is === "int" ? { unit: stub } : undefined);
  if (returns.is === "int" && returns.type === "bool" && !isErrno && !measure?.at)
    return { is: "bool", isInverted: false };
  if (measure?.at && (returns.is === "void" || (returns.is === "int" && !isErrno)))
    return { is: "measure", of: measure };
  if (isErrno) {
    const type = returns.is === "int" && returns.type === "s64" ? "s64" : "s32";
    const handsOut = measure?.at && { handsOut: measure };
    return { is: "errno", type, ...handsOut };
  }
  if (measure) return { is: "measure", of: measure };
  if (returns.is === "pointer") return { is: "errno", type: "s64" };
  if (returns.is !== "int") return undefined;
  const returned = returnedBy(source);
  const success = successAmong(source, enums);
  if (success !== undefined) return { is: "success", name: success };
  if (returns.type === "u64" && returned.some(isNegatedErrno)) return { is: "address" };
  // Where somebody says what a number means, it is one that is 0 or not.
  return areTruths(returned) || isAsked ? { is: "bool", isInverted: false } : undefined;
}
