/** The function verbatim, called with the inputs; what is required and claimed verbatim, too. */

import type { IntType } from "../../../model/rule/int-type.ts";
import type { ContractParameter } from "../../../model/rule/contract.ts";
import { isSigned, WIDTH } from "../../../model/rule/tree.ts";
import { clauseLines } from "../../words/contract.ts";
import type { ContractFinding, ContractInput } from "../../contract.ts";
import { constants } from "../../c/tree/names.ts";
import { x86_64 } from "../../../model/arch.ts";
import { LIBRARY_NAMES } from "../c/library-names.ts";
import { harmless, quoted } from "../c/parts.ts";
import { quietTree } from "../c/rule.ts";

/** In a printf's format. */
const printed = (text: string): string => quoted(text).replaceAll("%", "%%");

export function literal(type: IntType, value: bigint): string {
  if (type === "bool") return value === 0n ? "false" : "true";
  if (!isSigned(type)) return `0x${value.toString(16)}${WIDTH[type] === 64 ? "ULL" : "U"}`;
  // The least value is no literal of C.
  if (value === -(1n << 63n)) return "(-0x7fffffffffffffffLL - 1)";
  return value < 0n ? `-0x${(-value).toString(16)}LL` : `0x${value.toString(16)}LL`;
}

/** Its own type, and for a pointer what it leads to. */
function declared({ name, isPointer, spelled = "" }: ContractParameter, inputs: readonly ContractInput[]): string[] {
  const valueOf = (of: string): string => {
    const input = inputs.find((each) => each.name === of);
    return input === undefined ? "0" : literal(input.type, input.value);
  };
  if (!isPointer) return [`${spelled} ${name} = ${valueOf(name)};`];
  const to = spelled
    .replace(/\*\s*$/, "")
    .replace(/\bconst\b/, "")
    .trim();
  const members = inputs.filter((each) => each.name.startsWith(`${name}->`));
  const set = members.map((each) => `.${each.name.slice(name.length + 2)} = ${literal(each.type, each.value)}`);
  const isStruct = /\b(?:struct|union)\b/.test(to);
  const value = isStruct ? `{ ${set.length > 0 ? set.join(", ") : "0"} }` : valueOf(`*${name}`);
  return [`${to} ${name}_at = ${value};`, `${spelled.endsWith("*") ? spelled : `${spelled} *`}${name} = &${name}_at;`];
}

/** Each old(…) becomes a variable that is set before the call. */
function withOld(text: string): { readonly text: string; readonly old: readonly string[] } {
  const old: string[] = [];
  let out = "";
  let at = 0;
  for (const found of text.matchAll(/\bold\s*\(/g)) {
    if (found.index < at) continue;
    const from = found.index + found[0].length;
    let [to, depth] = [from, 1];
    while (to < text.length && depth > 0) {
      if (text[to] === "(") depth += 1;
      if (text[to] === ")") depth -= 1;
      to += 1;
    }
    old.push(text.slice(from, to - 1));
    out += `${text.slice(at, found.index)}old_${old.length}`;
    at = to;
  }
  return { text: out + text.slice(at), old };
}

const shown = ({ name, type, pointer }: Pick<ContractInput, "name" | "type" | "pointer">): string =>
  pointer
    ? ""
    : isSigned(type)
      ? `printf("# ${printed(name)} = %lld\\n", (long long)(${name}));`
      : `printf("# ${printed(name)} = 0x%llx\\n", (unsigned long long)(${name}));`;

export function asWritten(finding: ContractFinding): string {
  const { contract, claim, inputs, after } = finding;
  const { text: holds, old } = /\bold\s*\([^;]*\)\s*\{/.test(contract.text)
    ? { text: claim.text, old: [] }
    : withOld(claim.text);
  const call = `${contract.function}(${contract.parameters.map(({ name }) => name).join(", ")})`;
  const hasResult = finding.result !== undefined;
  const required = contract.requires.map((clause) => `(${clause.text})`).join(" &&\n\t      ");
  const known = constants(x86_64);
  const redefined = [...contract.text.matchAll(/^[^\S\n]*#\s*define\s+(\w+)/gm)].flatMap(([, name = ""]) =>
    known.has(name) ? [`#undef ${name}`] : [],
  );
  const functions = [...contract.text.matchAll(/(?<!\w)([A-Za-z_]\w*)\s*\([^;{}]*\)\s*\{/g)].map(
    ([, name = ""]) => name,
  );
  const renamed = [...new Set(functions)].filter((name) => LIBRARY_NAMES.has(name) || name === "main");
  const test = `${claim.name}: ${contract.function}`;
  const main = [
    "static int try_inputs(void)",
    "{",
    ...contract.parameters.flatMap((each) => declared(each, inputs)).map((line) => `\t${line}`),
    "",
    ...inputs.map(shown).map((line) => `\t${line}`),
    ...(required === ""
      ? []
      : [
          `\tif (!(${required})) {`,
          `\t\tputs("# what is required does not hold");`,
          `\t\tprintf("ok 1 ${printed(test)}\\n");`,
          "\t\treturn 0;",
          "\t}",
        ]),
    ...old.map((each, i) => `\t__auto_type old_${i + 1} = (${each});`),
    `\t${hasResult ? "__auto_type result = " : ""}${call};`,
    ...(hasResult && contract.returns !== undefined ? [`\t${shown({ name: "result", type: contract.returns })}`] : []),
    ...after.map((each) => `\t${shown(each).replace(" = ", ", after the call = ")}`),
    `\tif (${holds}) {`,
    `\t\tprintf("ok 1 ${printed(test)}\\n");`,
    "\t\treturn 0;",
    "\t}",
    `\tputs("# does not hold: ${quoted(claim.text)}");`,
    `\tprintf("not ok 1 ${printed(test)}\\n");`,
    "\treturn 1;",
    "}",
  ];
  return [
    "/*",
    " * The function as it was written; of its contract:",
    " *",
    ...clauseLines({ ...contract, claims: [claim] }).map((line) => ` * ${harmless(line)}`),
    " */",
    ...renamed.map((name) => `#define ${name} own_${name}`),
    ...quietTree([
      ...redefined,
      ...contract.text.replace(/(?<!\n)\n+$/, "").split("\n"),
      "",
      "/* What is required and what is claimed, as it was written. */",
      ...main,
    ]),
    ...renamed.map((name) => `#undef ${name}`),
    "",
    "int main(void)",
    "{",
    '\tputs("KTAP version 1\\n1..1");',
    "\treturn try_inputs();",
    "}",
    "",
  ].join("\n");
}
