/**
 * Colours and patterns. Every kind of bar has a pattern or an outline of its own and is labelled, so that nothing
 * rests on colour alone; the colours are told apart by colour-blind readers (Okabe and Ito).
 *
 * The light colours are plain attributes, which every renderer knows: librsvg, Inkscape and ImageMagick know no
 * variables, and some know no classes. A style sheet on top of them is for dark screens; print stays light.
 */

const LIGHT = {
  paper: "#ffffff",
  ink: "#1b1f24",
  soft: "#59636e",
  rule: "#8c959f",
  grid: "#d1d9e0",
  slot: "#0072b2",
  slotFill: "#cfe6f5",
  other: "#00795a",
  otherFill: "#d3efe5",
  folio: "#8a5a00",
  folioFill: "#fbe9c0",
  mapped: "#8f3f73",
  mappedFill: "#f6dfec",
  outside: "#b3430a",
  outsideFill: "#ffe3d3",
} as const;

type Ink = keyof typeof LIGHT;

const DARK: Readonly<Record<Ink, string>> = {
  paper: "#12161c",
  ink: "#e8ecf1",
  soft: "#a5b0bc",
  rule: "#7d8894",
  grid: "#333c47",
  slot: "#6cbcf0",
  slotFill: "#12344b",
  other: "#4fd3ab",
  otherFill: "#0f3b30",
  folio: "#f0b840",
  folioFill: "#43350f",
  mapped: "#ee9fcb",
  mappedFill: "#452338",
  outside: "#ff9a5c",
  outsideFill: "#4a2410",
};

const SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const MONO = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace';

interface Look {
  /** An ink, a pattern, or nothing. */
  readonly fill?: Ink | "none" | `url(#${string})`;
  readonly stroke?: Ink;
  /** All else, as attributes. */
  readonly plain?: Plain;
}

type Plain = Readonly<Record<string, string>>;

const dashes = (width: string, dash: string): Plain => ({ "stroke-width": width, "stroke-dasharray": dash });
const wide = (width: string): Plain => ({ "stroke-width": width });
const letters = (size: string, more: Plain = {}): Plain => ({
  "font-family": SANS,
  "font-size": size,
  ...more,
});

const LOOKS = {
  paper: { fill: "paper" },
  title: { fill: "ink", plain: letters("17", { "font-weight": "600" }) },
  soft: { fill: "soft", plain: letters("13") },
  mono: { fill: "ink", plain: { "font-family": MONO, "font-size": "12.5" } },
  name: { fill: "ink", plain: letters("13", { "font-weight": "600" }) },
  label: { fill: "ink", plain: letters("13") },
  wrong: { fill: "outside", plain: letters("13", { "font-weight": "600" }) },
  // What a word stands on where lines and patterns run behind it.
  ground: { fill: "paper", plain: { "fill-opacity": "0.86" } },
  axis: { stroke: "ink", plain: wide("1.5") },
  grid: { stroke: "grid", plain: dashes("1", "2 3") },
  gap: { fill: "paper" },
  cut: { stroke: "rule", plain: wide("1.5") },
  fault: { stroke: "ink", plain: dashes("1.5", "5 3") },
  arrow: { fill: "ink" },
  slot: { fill: "slotFill", stroke: "slot", plain: wide("2") },
  other: { fill: "url(#dots)", stroke: "other", plain: wide("2") },
  folio: { fill: "folioFill", stroke: "folio", plain: wide("2") },
  mapped: { fill: "url(#lines)", stroke: "mapped", plain: wide("2") },
  meant: { fill: "none", stroke: "mapped", plain: dashes("2", "6 4") },
  outside: { fill: "url(#hatch)", stroke: "outside", plain: wide("3") },
  "hatch-under": { fill: "outsideFill" },
  hatch: { stroke: "outside", plain: wide("3") },
  "dots-under": { fill: "otherFill" },
  dots: { fill: "other" },
  "lines-under": { fill: "mappedFill" },
  lines: { stroke: "mapped", plain: wide("1") },
} as const satisfies Readonly<Record<string, Look>>;

export type LookName = keyof typeof LOOKS;

const isInk = (name: string): name is Ink => Object.hasOwn(LIGHT, name);
const inLight = (name: string): string => (isInk(name) ? LIGHT[name] : name);
const quoted = (value: string): string => value.replaceAll('"', "'");

/** The class and, in plain attributes, all that it looks like. */
export function look(name: LookName): string {
  const { fill, stroke, plain = {} }: Look = LOOKS[name];
  const colours = Object.entries({ fill, stroke }).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, inLight(value)] as const],
  );
  const all = [...colours, ...Object.entries(plain)];
  return [`class="${name}"`, ...all.map(([key, value]) => `${key}="${quoted(value)}"`)].join(" ");
}

const darkRule = ([name, { fill, stroke }]: readonly [string, Look]): string => {
  const words = Object.entries({ fill, stroke }).flatMap(([key, value]) =>
    value !== undefined && isInk(value) ? [`${key}:${DARK[value]}`] : [],
  );
  return words.length === 0 ? "" : `.${name}{${words.join(";")}}`;
};

/** A style sheet beats an attribute. */
export const STYLE = `@media screen and (prefers-color-scheme:dark){${Object.entries(LOOKS).map(darkRule).join("")}}`;

export const PATTERNS =
  '<pattern id="hatch" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
  `<rect ${look("hatch-under")} width="9" height="9"/><line ${look("hatch")} x1="0" y1="0" x2="0" y2="9"/></pattern>` +
  '<pattern id="dots" width="8" height="8" patternUnits="userSpaceOnUse">' +
  `<rect ${look("dots-under")} width="8" height="8"/><circle ${look("dots")} cx="2" cy="2" r="1.2"/></pattern>` +
  '<pattern id="lines" width="6" height="6" patternUnits="userSpaceOnUse">' +
  `<rect ${look("lines-under")} width="6" height="6"/><line ${look("lines")} x1="0" y1="3" x2="6" y2="3"/></pattern>`;
