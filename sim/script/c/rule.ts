/** A rule as it was written, in a C program, and a function that asks it. */

import { append } from "../../append.ts";
import { LIBRARY_MACROS, LIBRARY_NAMES } from "./library-names.ts";
import { inputType, freeNames, readName } from "./inputs.ts";
import type { Structs } from "./structs.ts";
import { fillStruct, structOf } from "./structs.ts";
import type { CText } from "./text.ts";
import { ALL_WARNINGS, warningsOf } from "./warnings.ts";
import { POINTERS, VARIABLES } from "../../c/tree/names.ts";
import { entryOf } from "../../words/name.ts";

const pragma = (text: string): string => `#pragma GCC diagnostic ${text}`;

/** Of a text that somebody pasted, nobody knows what a compiler thinks; of the catalogue's we do. */
function warningsFor(text: CText): readonly string[] {
  const may = warningsOf(text);
  return entryOf(text.rule) === undefined ? may : may.filter((name) => name === "unused-parameter");
}

/** C made from a tree names and sets more than it uses. */
export const quietTree = (lines: readonly string[]): readonly string[] => [
  pragma("push"),
  ...ALL_WARNINGS.map((name) => pragma(`ignored "-W${name}"`)),
  "#ifndef __clang__",
  pragma('ignored "-Wbool-compare"'),
  "#endif",
  ...lines,
  pragma("pop"),
];

/** A text that is quoted may have warnings of its own. */
export function quietly(text: CText, lines: readonly string[]): readonly string[] {
  const warnings = warningsFor(text);
  if (warnings.length === 0) return lines;
  return [pragma("push"), ...warnings.map((name) => pragma(`ignored "-W${name}"`)), ...lines, pragma("pop")];
}

/** The verbatim text; an #include would not be found outside of the kernel's tree. */
const verbatim = (text: string): readonly string[] =>
  text
    .replace(/(?<!\n)\n+$/, "")
    .split("\n")
    .map((line) =>
      /^\s*#\s*(include|pragma)/.test(line) ? `/* ${line.replaceAll(/\/\*|\*\//g, "").trim()} */` : line,
    );

/** Variables of its own for what it reads without declaring it. */
function declareFree(text: CText, structs: Structs): readonly string[] {
  const values = freeNames(text).flatMap((name) => {
    const reads = VARIABLES.get(name);
    return reads === undefined ? [] : [`${inputType(reads)} ${name} = ${readName(reads)};`];
  });
  const declared = new Set(text.pointers.keys());
  const roots = new Map(text.accesses.filter(({ root }) => !declared.has(root)).map((each) => [each.root, each]));
  const held = [...roots.values()].flatMap(({ root, path }) => {
    const type = structOf(text, root);
    if (path[0]?.arrow !== true) return fillStruct(structs, type, root);
    return [...fillStruct(structs, type, `the_${root}`), `struct ${type} *${root} = &the_${root};`];
  });
  const pointers = [...text.free].filter((name) => POINTERS.has(name) && !declared.has(name) && !roots.has(name));
  return [...values, ...held, ...pointers.map((name) => `const void *${name} = "";`)];
}

function callOf(text: CText, structs: Structs): { readonly before: readonly string[]; readonly call: string } {
  const before: string[] = [];
  const given = text.parameters.map(({ name, struct, isPointer }) => {
    if (struct !== undefined) {
      append(before, fillStruct(structs, struct, name));
      return `&${name}`;
    }
    const reads = VARIABLES.get(name);
    return isPointer || reads === undefined ? "0" : readName(reads);
  });
  return { before, call: `${text.entry}(${given.join(", ")})` };
}

/** A function of the kernel's that finds a struct, as a macro, and the struct that it finds. */
interface Found {
  readonly finder: string;
  readonly type: string;
  readonly name: string;
}

const foundBy = (text: CText, role: string): readonly Found[] =>
  [...text.finders]
    .filter(([finder]) => !text.functions.includes(finder))
    .map(([finder, type]) => ({ finder, type, name: `${role}_${finder}` }));

/** In a block of its own where it declares, further in, a name that it reads outside of that. */
function bodyOf({ isOpen, hides }: CText, quoted: readonly string[]): readonly string[] {
  const lines = isOpen ? [...quoted, "\t;"] : quoted;
  return hides.length > 0 ? ["\t{", ...lines, "\t}"] : lines;
}

/** A declaration of declareFree's: type, name and value. */
const FIRST = /^([^]*?)(?<!\w)(\w+) = ([^]*);$/;

const indent = (lines: readonly string[]): readonly string[] => lines.map((line) => `\t${line}`);

/** What returns 0 or an errno, and stands in no function, in one of its own. */
const ofErrno = (role: string, head: string, inner: readonly string[], shape: CText["shape"]): readonly string[] => [
  `static int ${role}_errno(const struct asked *asked)`,
  "{",
  ...inner,
  ...(shape === "body" ? ["\treturn 0;"] : []),
  "}",
  "",
  head,
  "{",
  `\treturn !${role}_errno(asked);`,
  "}",
];

/** Names of this text that the program uses otherwise get a prefix, for the compiler only. */
function renames(text: CText, role: string, taken: ReadonlySet<string>): readonly string[] {
  return text.functions
    .filter((name) => taken.has(name) || LIBRARY_NAMES.has(name))
    .map((name) => `#define ${name} ${role}_${name}`);
}

/** The library's macros whose names this text has for its own, out of its way while it is read. */
function withoutMacros(text: CText, lines: readonly string[]): readonly string[] {
  const ours = [...text.words].filter((word) => LIBRARY_MACROS.has(word));
  if (ours.length === 0) return lines;
  return [
    ...ours.flatMap((name) => [`#pragma push_macro("${name}")`, `#undef ${name}`]),
    ...lines,
    ...ours.map((name) => `#pragma pop_macro("${name}")`),
  ];
}

/** Helpers of the kernel's that are not passed what they return find it in asked_now. */
const ASKED_NOW = "\tasked_now = *asked;";

/**
 * `static bool role(const struct asked *asked)`.
 * @param usesNow some helper reads asked_now
 * @param marks the lines that stand right before and after the text
 * @param taken names that are the program's or an earlier rule's
 */
export function embed(
  text: CText,
  role: string,
  structs: Structs,
  taken: ReadonlySet<string>,
  marks: readonly [readonly string[], readonly string[]],
  usesNow: boolean,
): readonly string[] {
  const quoted = [...marks[0], ...verbatim(text.rule.text), ...marks[1]];
  const found = foundBy(text, role);
  const finders = found.map(({ finder, name }) => `#define ${finder}(...) (&${name})`);
  const undefine = [...text.defines.map(({ name }) => name), ...found.map(({ finder }) => finder)].map(
    (name) => `#undef ${name}`,
  );
  const free = declareFree(text, structs);
  const head = `static bool ${role}(const struct asked *asked)`;
  const start = (lines: readonly string[]): readonly string[] =>
    usesNow ? [ASKED_NOW] : lines.some((line) => line.includes("asked->")) ? [] : ["\t(void)asked;"];
  if (text.shape !== "functions") {
    // A pasted expression may end with a semicolon or without one.
    const body = text.shape === "body" ? bodyOf(text, quoted) : ["\treturn", ...quoted, "\t;"];
    const held = [...free, ...found.flatMap(({ type, name }) => fillStruct(structs, type, name))];
    const inner = [...start(held), ...indent(held), ...body];
    const whole = text.rule.givesErrno ? ofErrno(role, head, inner, text.shape) : [head, "{", ...inner, "}"];
    return withoutMacros(text, quietly(text, [...finders, ...whole, ...undefine]));
  }
  const own = renames(text, role, taken);
  const { before, call } = callOf(text, structs);
  const globals = [
    ...free.map((line) => line.replace(FIRST, "static $1$2;")),
    ...found.map(({ type, name }) => `static struct ${type} ${name};`),
  ];
  const set = [
    ...free.map((line) =>
      line.replace(
        FIRST,
        (_, type: string, name: string, value: string) =>
          `${name} = ${value.startsWith("{") ? `(${type.trim()})` : ""}${value};`,
      ),
    ),
    ...found.flatMap(({ type, name }) => [...fillStruct(structs, type, `the_${name}`), `${name} = the_${name};`]),
  ];
  const inner = indent([...before, ...set, `return ${text.rule.givesErrno ? "!" : ""}${call};`]);
  return withoutMacros(text, [
    ...own,
    ...globals,
    ...finders,
    ...quietly(text, quoted),
    "",
    head,
    "{",
    ...start(inner),
    ...inner,
    "}",
    ...own.map((line) => line.replace(/^#define (\w+).*/, "#undef $1")),
    ...undefine,
  ]);
}
