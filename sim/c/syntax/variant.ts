/**
 * Every configuration that a rule depends on: what its text tests and does not say is tried both ways, and those that
 * come to the same tokens are one.
 */

import type { Chunk } from "./chunk.ts";
import type { Ask } from "./condition.ts";
import type { Directive } from "./directive.ts";
import { fail } from "./fail.ts";
import type { Token } from "./lex.ts";
import { demandOf, type Outline } from "./outline.ts";
import { type Active, preprocess, type Preprocessed } from "./preprocess.ts";

/** More are nobody's question: the one asked for has to be named. */
const MOST_VARIANTS = 8;
/** Leaves of the tree of decisions, before those that are alike are joined. */
const MOST_TRIED = 512;

/** On, built as a module, off. */
export type State = "y" | "m" | "n";
/** What the user says of symbols: a state or a number. */
export type Given = ReadonlyMap<string, State | bigint>;
export type Settings = ReadonlyMap<string, State | bigint>;

export type Variant = {
  /** What tells it from the others, in the order in which the text asks. */
  readonly settings: Settings;
  /** Of what the user said, what the text asks. */
  readonly given: Settings;
  /** What the wanted names need, in the text's order. */
  readonly active: readonly Active[];
  /** Macros outside of these. */
  readonly directives: readonly Directive[];
};

type Leaf = Omit<Variant, "settings">;
type Tree =
  | { readonly symbol: string; readonly branches: readonly (readonly [State, Tree])[]; readonly sign: string }
  | { readonly leaf: Leaf; readonly sign: string };

/** `[CONFIG_X=n,CONFIG_Y=y]`, or nothing where there is one variant. */
export const suffixOf = ({ settings }: Variant): string =>
  settings.size === 0 ? "" : `[${[...settings].map(([symbol, state]) => `${symbol}=${state}`).join(",")}]`;

/**
 * @param names what is wanted: functions of the text; of what is no file, the whole is
 * @param needs of a configuration, the chunks that these names really need
 */
export function variantsOf(
  outline: Outline,
  names: readonly string[],
  given: Given,
  needs: (active: readonly Active[]) => readonly Active[],
): Variant[] {
  const demand = demandOf(outline, names);
  /** How each symbol is asked: what is built as a module is enabled, but not defined. */
  const hows = new Map<string, Set<"on" | "enabled">>();
  const signs = new Map<string, number>();
  let tried = 0;

  /** @param start what is needed whatever else is settled */
  const explore = (settings: ReadonlyMap<string, State>, start: ReadonlySet<Chunk>): Tree => {
    const asked = new Map<string, State | bigint>();
    let open: { readonly symbol: string; readonly place: Token } | undefined;
    const stateOf = (symbol: string, how: "on" | "enabled", place: Token): State => {
      hows.set(symbol, (hows.get(symbol) ?? new Set()).add(how));
      const said = given.get(symbol);
      if (said !== undefined) {
        asked.set(symbol, said);
        return typeof said === "bigint" ? (said === 0n ? "n" : "y") : said;
      }
      const state = settings.get(symbol);
      if (state === undefined) open ??= { symbol, place };
      return state ?? "n";
    };
    const known = (symbol: string): State | bigint | undefined => given.get(symbol) ?? settings.get(symbol);
    const ask: Ask = {
      isOn: (symbol, place) => stateOf(symbol, "on", place) === "y",
      isEnabled: (symbol, place) => stateOf(symbol, "enabled", place) !== "n",
      known: (symbol) => {
        const state = known(symbol);
        return state === undefined ? undefined : state === "y" || (typeof state === "bigint" && state !== 0n);
      },
      value: (symbol) => {
        const said = given.get(symbol);
        if (typeof said === "bigint") asked.set(symbol, said);
        return typeof said === "bigint" ? said : undefined;
      },
    };
    // What is needed is known only where all is settled that it depends on.
    const grow = (chunks: ReadonlySet<Chunk>): { readonly made: Preprocessed; readonly chunks: ReadonlySet<Chunk> } => {
      const made = preprocess(demand.wanted(chunks), ask);
      const more = open === undefined ? demand.more(chunks, made.active) : chunks;
      return more.size === chunks.size ? { made, chunks } : grow(more);
    };
    const { made, chunks } = grow(start);
    if (open === undefined) {
      const active = needs(made.active);
      const text = active.map(({ chunk, tokens }) => [chunk.from, ...tokens.map((each) => each.text)].join(" "));
      const key = text.join("\n");
      const sign = signs.get(key) ?? signs.size;
      signs.set(key, sign);
      return { leaf: { given: asked, active, directives: made.directives }, sign: `${sign}` };
    }
    const { symbol, place } = open;
    tried += 1;
    if (tried > MOST_TRIED) tooMany(place, [...hows.keys()]);
    const states: State[] = (hows.get(symbol)?.size ?? 0) > 1 ? ["n", "m", "y"] : ["n", "y"];
    const branches = states.map((state) => [state, explore(new Map([...settings, [symbol, state]]), chunks)] as const);
    const [first] = branches;
    const isOne = branches.every(([, tree]) => tree.sign === first?.[1].sign);
    if (first && isOne) return first[1];
    return {
      symbol,
      branches,
      sign: `(${symbol} ${branches.map(([state, { sign }]) => `${state} ${sign}`).join(" ")})`,
    };
  };

  explore(new Map(), demand.first);
  tried = 0;
  // By now it is known which symbols are asked both ways.
  const variants = leaves(explore(new Map(), demand.first), []).filter(({ active }) => active.length > 0);
  const [first] = outline.tokens;
  if (variants.length > MOST_VARIANTS && first) {
    const symbols = new Set(variants.flatMap(({ settings }) => [...settings.keys()]));
    tooMany(variants[0]?.active[0]?.chunk.first ?? first, [...symbols]);
  }
  return variants;
}

function tooMany(place: Token, symbols: readonly string[]): never {
  const shown = symbols.slice(0, 12).join(", ");
  const rest = symbols.length > 12 ? ` and ${symbols.length - 12} more` : "";
  const [first = "CONFIG_X"] = symbols;
  return fail(
    place,
    `more than ${MOST_VARIANTS} configurations: it depends on ${shown}${rest}; settle some, as --let ${first}=y`,
  );
}

function leaves(tree: Tree, path: readonly (readonly [string, State])[]): Variant[] {
  if ("leaf" in tree) return [{ ...tree.leaf, settings: new Map(path) }];
  return tree.branches.flatMap(([state, inner]) => leaves(inner, [...path, [tree.symbol, state]]));
}
