/**
 * Known rules with holes: a subexpression of a rule's C becomes a call, a member, a macro, a name, a parameter or a variable
 * that something else changes; and what can stand in such a hole.
 */

import type { RuleKind } from "../../model/rule/parameters.ts";
import type { Proposed } from "./agree-rules.ts";

/** Kinds that random rules are made of. */
type MadeKind = Exclude<RuleKind, "order">;

/** Numbers from a seed, the same for the same seed. */
export function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    state = Math.imul(state ^ (state >>> 12), 0x297a2d39) >>> 0;
    return ((state ^ (state >>> 15)) >>> 0) % below;
  };
}
export type Next = (below: number) => number;
const one = <T>(next: Next, list: readonly T[]): T => {
  const found = list[next(list.length)];
  if (found === undefined) throw new Error("nothing to choose from");
  return found;
};

const FORMS = ["call", "call of inputs", "member", "macro", "name", "parameter", "changed"] as const;
type Form = (typeof FORMS)[number];

export interface Holed {
  readonly kind: MadeKind;
  readonly form: Form;
  /** With the unknown in it. */
  readonly text: string;
  /** With these in its place, in the order of the text. */
  readonly filled: (fillings: readonly string[]) => string;
  readonly holes: number;
  /** What it was before. */
  readonly known: string;
}

type Range = { readonly start: number; readonly end: number };

const INPUTS: Readonly<Record<MadeKind, readonly string[]>> = {
  bind: ["offset", "gpa", "size", "userspace_addr", "folio_size"],
  map: ["gfn", "index", "nr_pages", "base_gfn", "pgoff", "npages"],
  level: ["base_gfn", "ugfn", "pgoff", "npages", "nr_pages"],
};

/** For a machine with mappings of 4 and of 16 pages. */
const small = (text: string): string =>
  text
    .replaceAll("SZ_1G", "SZ_64K")
    .replaceAll(/SZ_2M|PMD_SIZE/g, "SZ_16K")
    .replaceAll("512UL", "4UL");

/** Where a subexpression stands, as far as brackets and names tell. */
function subexpressions(text: string, kind: MadeKind): Range[] {
  const from = text.indexOf("{");
  const tokens = [...text.matchAll(/[A-Za-z_]\w*|\d\w*|->|[=!<>]=|<<|>>|&&|\|\||\+\+|--|[^\s\w]/g)].map((each) => ({
    word: each[0],
    at: each.index,
  }));
  const close = (open: number): number => {
    for (let i = open, depth = 0; i < tokens.length; i++) {
      if (tokens[i]?.word === "(") depth++;
      if (tokens[i]?.word === ")" && --depth === 0) return i;
    }
    return tokens.length;
  };
  const header = tokens.findIndex(({ word }) => word === "for");
  const [loopStart, loopEnd] = header < 0 ? [1, 0] : [header, close(header + 1)];
  const found: Range[] = [];
  for (const [i, { word, at }] of tokens.entries()) {
    if (at < from || (i >= loopStart && i <= loopEnd)) continue;
    const [before, after] = [tokens[i - 1]?.word ?? "", tokens[i + 1]?.word ?? ""];
    const add = (last: number): void => {
      const end = (tokens[last]?.at ?? 0) + 1;
      const inner = text.slice(at, end);
      // What declares, is set or depends on a variable of the loop stays.
      if (!/[;]|&end|\bend\b|\bo\b|[^=!<>]=[^=]|\bcheck_/.test(inner)) found.push({ start: at, end });
    };
    if (/^(?:u64|int|bool|u32|unsigned|long|gfn_t|pgoff_t|loff_t)$/.test(word)) continue;
    if (
      INPUTS[kind].includes(word) &&
      before !== "&" &&
      before !== "." &&
      before !== "->" &&
      !["(", "=", "+"].includes(after)
    )
      found.push({ start: at, end: at + word.length });
    const isName = /^[A-Za-z_]/.test(word);
    if (isName && after === "(" && !/^(?:if|for|while|return|sizeof|proposed)$/.test(word)) add(close(i + 1));
    if (word === "(" && !/^[A-Za-z_)]/.test(before) && !/^[A-Za-z_0-9(]/.test(tokens[close(i) + 1]?.word ?? "")) {
      const last = close(i);
      const inner = text.slice(at, tokens[last]?.at ?? at);
      if (!inner.includes(",") || /[A-Za-z_]\w*\(/.test(inner)) add(last);
    }
  }
  return found;
}

/** Rules that hold for a chance are guarded by one that does. */
const GUARD: Readonly<Record<MadeKind, string>> = {
  bind: "if ((offset | size) & (SZ_64K - 1))\n\t\treturn false;\n\tif ((gpa ^ offset) & (SZ_64K - 1))\n\t\treturn false;\n\t",
  map: "if (((gfn ^ index) | pgoff | npages) & (nr_pages - 1))\n\t\treturn false;\n\t",
  level:
    "if ((base_gfn ^ pgoff) & (nr_pages - 1))\n\t\treturn true;\n\tif ((pgoff | npages) & (nr_pages - 1))\n\t\treturn true;\n\t",
};

/** @returns nothing where the rule has no subexpression that can be taken out */
export function holed({ kind, text: whole }: Proposed, next: Next): Holed | undefined {
  const open = whole.indexOf("{\n\t") + 3;
  const isGuarded = next(3) > 0;
  const known = small(isGuarded ? whole.slice(0, open) + GUARD[kind] + whole.slice(open) : whole);
  const candidates = subexpressions(known, kind);
  if (candidates.length === 0) return undefined;
  const first = one(next, candidates);
  const second = next(3) === 0 ? one(next, candidates) : first;
  const isApart = second.end <= first.start || second.start >= first.end;
  const ranges = (isApart ? [first, second] : [first]).toSorted((a, b) => a.start - b.start);
  const form = one(next, FORMS);
  const inputs = INPUTS[kind];
  const name = {
    call: "zork()",
    "call of inputs": `zork(${one(next, inputs)}, ${one(next, inputs)})`,
    member: "kvm->zork",
    macro: "ZORK_LIMIT",
    name: "zork_limit",
    parameter: "zork",
    changed: "zork",
  }[form];
  const isOne = form !== "call" && form !== "call of inputs";
  const build = (fillings: readonly (string | undefined)[], setUp: (text: string) => string): string => {
    let out = "";
    let at = 0;
    for (const [i, range] of ranges.entries()) {
      out += known.slice(at, range.start) + (fillings[isOne ? 0 : i] ?? name);
      at = range.end;
    }
    return setUp(out + known.slice(at));
  };
  const type = one(next, ["u64", "u64", "int", "bool", "u8"]);
  const declared = (more: string) => (text: string) => {
    const at = text.indexOf("{\n\t") + 3;
    return `${text.slice(0, at)}${more}${text.slice(at)}`;
  };
  const same = (text: string): string => text;
  const withParameter = (text: string): string => text.replace("proposed(", `proposed(${type} zork, `);
  const original = known.slice(first.start, first.end);
  const start = `${type} zork = ${original};\n\n\t`;
  const setUp = form === "parameter" ? withParameter : form === "changed" ? declared(`${start}poke(&zork);\n\t`) : same;
  return {
    kind,
    form,
    known,
    holes: isOne ? 1 : ranges.length,
    text: build([], setUp),
    filled: (fillings) =>
      form === "changed"
        ? build([], declared(`${start}zork = ${fillings[0]};\n\t`))
        : build(form === "parameter" ? [`((${type})(${fillings[0]}))`] : fillings.map((each) => `(${each})`), same),
  };
}

const NUMBERS = ["0", "1", "2", "-1", "~0ULL", "1ULL << 63", "PAGE_SIZE", "SZ_64K", "15", "16", "-22", "0x7fffffff"];
const TYPES = ["u64", "u64", "int", "u32", "u8", "s64", "bool"];

/** Something that can stand in the hole: of a macro a constant, of all others a function of the inputs as well. */
export function filling(kind: MadeKind, form: Form, next: Next, depth = 2): string {
  const leaf = (): string => (form !== "macro" && next(3) > 0 ? one(next, INPUTS[kind]) : `(${one(next, NUMBERS)})`);
  if (depth === 0) return leaf();
  const inner = (): string => filling(kind, form, next, depth - 1);
  return one<() => string>(next, [
    leaf,
    () => `((${one(next, TYPES)})(${inner()}))`,
    () => `(${inner()} ${one(next, ["+", "-", "&", "|", "^", "*"])} ${inner()})`,
    () => `(${inner()} ${one(next, ["<", "<=", "==", "!=", ">"])} ${inner()})`,
    () => `(${inner()} >> ${next(31)})`,
    () => `(${inner()} ? ${inner()} : ${inner()})`,
    () => `!${inner()}`,
  ])();
}
