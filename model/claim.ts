/** Claims by name: those of built-in-claims.ts, and claims of one's own, which are C over what a fault did. */

import type { ClaimData } from "./built-in-claims.ts";
import { CLAIMS } from "./built-in-claims.ts";
import { CLAIM_WORDS, type ClaimWord } from "./claim-words.ts";

export type BuiltInClaim = keyof typeof CLAIMS;
/** A claim of one's own, "NAME: EXPR": what stands here is all that there is of it. */
export type OwnClaim = `${string}: ${string}`;
export type ClaimName = BuiltInClaim | OwnClaim;
type InFamily<Family> = {
  [Name in BuiltInClaim]: (typeof CLAIMS)[Name]["family"] extends Family ? Name : never;
}[BuiltInClaim];
export type AllocationClaim = InFamily<"allocation">;
export type MappingClaim = InFamily<"mapping">;
/** Looked at when a slot is bound. */
export type BindingClaim = InFamily<"binding">;
/** Looked at after a fault. */
export type FaultClaim = AllocationClaim | MappingClaim | OwnClaim;

export const isBuiltIn = (claim: string): claim is BuiltInClaim => Object.hasOwn(CLAIMS, claim);
export const isOwn = (claim: ClaimName): claim is OwnClaim => !isBuiltIn(claim);
export const isMapping = (claim: ClaimName): claim is MappingClaim | OwnClaim => claimOf(claim).family === "mapping";
export const isAllocation = (claim: ClaimName): claim is AllocationClaim | OwnClaim =>
  claimOf(claim).family === "allocation";
export const isBinding = (claim: ClaimName): claim is BindingClaim => claimOf(claim).family === "binding";
export const isOfFault = (claim: ClaimName): claim is FaultClaim => !isBinding(claim);

export const ALL_CLAIMS: readonly BuiltInClaim[] = Object.keys(CLAIMS).filter(isBuiltIn);
/** What is asked where no claim is named: all that must hold after a fault. */
export const CLAIM_NAMES: readonly (AllocationClaim | MappingClaim)[] = ALL_CLAIMS.filter(
  (claim): claim is AllocationClaim | MappingClaim => CLAIMS[claim].family !== "binding",
);
export const ALLOCATION_CLAIMS: readonly BuiltInClaim[] = ALL_CLAIMS.filter(isAllocation);
export const MAPPING_CLAIMS: readonly BuiltInClaim[] = ALL_CLAIMS.filter(isMapping);
export const BINDING_CLAIMS: readonly BindingClaim[] = ALL_CLAIMS.filter(isBinding);

/** A value for every claim. */
export const forEachClaim = <T>(make: (claim: BuiltInClaim) => T): Readonly<Record<BuiltInClaim, T>> =>
  Object.fromEntries(ALL_CLAIMS.map((claim) => [claim, make(claim)])) as Record<BuiltInClaim, T>; // oxlint-disable-line typescript/no-unsafe-type-assertion -- every name was made

// A claim of one's own that reads the mapping is asked about at every fault; one that does not, at the faults that allocate.
const OF_MAPPING: ReadonlySet<ClaimWord> = new Set(["map_pgoff", "map_gfn", "map_npages"] as const);
const OF_OTHERS: ReadonlySet<ClaimWord> = new Set(["other_start", "other_end"] as const);

const OWN = /^([a-z][a-z_0-9]*): (\S.*)$/s;

/** @throws Error where it is no claim of one's own */
const partsOf = (claim: string): { readonly name: string; readonly text: string } => {
  const [, name, text] = OWN.exec(claim) ?? [];
  if (name === undefined || text === undefined) throw new Error(`no claim: ${claim}`);
  return { name, text };
};

/** Comments say nothing, and would end the comments that a claim is quoted in. */
const COMMENT = /\/\*.*?\*\/|\/\/[^\n]*/gs;

/** "NAME: EXPR", on one line; undefined where the name is not lower case, digits and "_", or there is no expression. */
export function ownClaim(said: string): OwnClaim | undefined {
  const plain = said.replaceAll(COMMENT, " ");
  const [, name, text] = /^\s*([a-z][a-z_0-9]*)\s*:\s*(\S.*?)\s*$/s.exec(plain) ?? [];
  if (name === undefined || text === undefined || isBuiltIn(name)) return undefined;
  return `${name}: ${text.replaceAll(/\s+/g, " ")}`;
}

/** A claim by its built-in name, or one's own. */
export const isClaim = (said: string): said is ClaimName => isBuiltIn(said) || OWN.test(said);

/** From what JSON says of a claim: its name, and what is said if it is one's own. */
export const claimFrom = (name: string, expr: string | undefined): string =>
  expr === undefined ? name : `${name}: ${expr}`;

/** What JSON says of a claim of one's own beside its name. */
export const exprOf = (claim: ClaimName): { expr?: string } => (isOwn(claim) ? { expr: textOf(claim) } : {});

/** What a claim is called. */
export const nameOf = (claim: ClaimName): string => (isOwn(claim) ? partsOf(claim).name : claim);

/** The expression of a claim of one's own. */
export const textOf = (claim: OwnClaim): string => partsOf(claim).text;

/** Which words a claim of one's own has in it. */
export const wordsIn = (claim: OwnClaim): readonly ClaimWord[] => {
  const words = new Set(textOf(claim).match(/[A-Za-z_]\w*/g));
  return CLAIM_WORDS.filter((word) => words.has(word));
};

/** Is it about other slots too, each of them for itself? */
export const isAboutOthers = (claim: ClaimName): boolean =>
  isOwn(claim) ? wordsIn(claim).some((word) => OF_OTHERS.has(word)) : CLAIMS[claim].side === "others";

function ownData(claim: OwnClaim): ClaimData {
  const { name, text } = partsOf(claim);
  const isOfMapping = wordsIn(claim).some((word) => OF_MAPPING.has(word));
  return {
    family: isOfMapping ? "mapping" : "allocation",
    subject: isOfMapping ? "pages" : "folio",
    side: "said",
    sentence: text,
    broken: `${name} does not hold`,
    by: "",
    never: `${name} holds`,
    c_text: isOfMapping ? text : `allocated && !(${text})`,
    expected: text,
    short: `breaks ${name}`,
    long: `${name} does not hold: ${text}`,
    column: name,
    always_breakable: false,
  };
}

const OWN_DATA = new Map<OwnClaim, ClaimData>();

/** All that is said of a claim. */
export function claimOf(claim: ClaimName): ClaimData {
  if (isBuiltIn(claim)) return CLAIMS[claim];
  const known = OWN_DATA.get(claim) ?? ownData(claim);
  OWN_DATA.set(claim, known);
  return known;
}

type Blank = "start" | "end" | "range" | "actual" | "expected" | "by";

/** A text of a claim with its blanks filled in. */
export const filled = (text: string, blanks: Partial<Readonly<Record<Blank, string>>>): string =>
  Object.entries(blanks).reduce((told, [blank, value]) => told.replaceAll(`{${blank}}`, value), text);
