/** What a rule is shown and kept with: its own text and what it needs of its file, verbatim, so that it can be read again. */

import { largestOf } from "../../append.ts";
import { type Directive, nameOf, type Span } from "./directive.ts";
import type { Outline } from "./outline.ts";
import type { Active } from "./preprocess.ts";
import type { State, Variant } from "./variant.ts";

type Piece = Span & { readonly text: string; readonly names: readonly string[] };

/**
 * @param needed of the variant's chunks
 * @param isWhole is nothing in the text but what is needed?
 */
export function excerpt(outline: Outline, variant: Variant, needed: readonly Active[], isWhole: boolean): string {
  const { text } = outline;
  // A condition that is no name cannot be defined in front of the text: the branches are cut instead.
  const isCut = [...variant.settings.keys()].some((symbol) => !/^\w+$/.test(symbol));
  const head = [...variant.given, ...variant.settings].filter(([symbol]) => new RegExp(`\\b${symbol}\\b`).test(text));
  if (isWhole && !isCut) return [...head.map(settingLine), text.trim()].join("\n");
  const chunks = needed.map(({ chunk, cuts }): Piece => {
    const span = { start: chunk.first.start, end: chunk.last.end };
    return { ...span, text: isCut ? without(text, span, cuts) : text.slice(span.start, span.end), names: [] };
  });
  const macros = macrosFor(text, variant.directives, chunks);
  const pieces = [...macros, ...chunks].toSorted((a, b) => a.start - b.start).map((piece) => piece.text);
  const own = isCut ? [] : head.filter(([symbol]) => pieces.some((piece) => mentions(piece, symbol))).map(settingLine);
  return [...own, pieces.join("\n\n")].join("\n");
}

/** As a build says it; a module is what IS_ENABLED() and IS_MODULE() look for. */
function settingLine([symbol, state]: readonly [string, State | bigint]): string {
  if (state === "n") return `#undef ${symbol}`;
  return state === "m"
    ? `#undef ${symbol}\n#define ${symbol}_MODULE 1`
    : `#define ${symbol} ${state === "y" ? 1 : state}`;
}

/** Those that the chunks use, and those that these use. */
function macrosFor(text: string, directives: readonly Directive[], chunks: readonly Piece[]): Piece[] {
  const all = directives.map((each): Piece => ({
    start: each.start,
    end: each.end,
    text: text.slice(each.start, each.end),
    names: [nameOf(each).text],
  }));
  const used = new Set<Piece>();
  const visit = (piece: Piece): void => {
    for (const each of all) {
      if (used.has(each) || !each.names.some((name) => mentions(piece.text, name))) continue;
      used.add(each);
      visit(each);
    }
  };
  for (const chunk of chunks) visit(chunk);
  const last = largestOf(
    chunks.map(({ end }) => end),
    -Infinity,
  );
  const kept = all.filter((each) => used.has(each) && each.start < last);
  // What is undefined before it was ever defined needs no line.
  return kept.filter(({ text: line, names }, i) => {
    return !/^#\s*undef/.test(line) || kept.slice(0, i).some((each) => each.names[0] === names[0]);
  });
}

const mentions = (text: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(text);

/** Without the lines that something is cut out of. */
function without(text: string, { start, end }: Span, cuts: readonly Span[]): string {
  let out = "";
  let from = start;
  for (const cut of cuts) {
    const first = text.lastIndexOf("\n", cut.start) + 1;
    const next = text.indexOf("\n", cut.end);
    const after = next < 0 || next > end ? end : next + 1;
    if (after <= from) continue;
    out += text.slice(from, Math.max(from, first));
    from = after;
  }
  return out + text.slice(from, end);
}
