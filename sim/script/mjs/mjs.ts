/** A counterexample as a Node script that imports nothing and reads top to bottom. */

import { ownRuleOf } from "../../words/claim-values.ts";
import { toJavaScript } from "./rule.ts";
import { isBinding, isOwn, nameOf } from "../../../model/claim.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import { isSigned, WIDTH } from "../../../model/rule/tree.ts";
import type { Counterexample } from "../../counterexample.ts";
import { ruler } from "../../picture/ruler.ts";
import { givenBlock, askedBlocks, operationsBlock, ruleBlock, settingBlock } from "../../words/block.ts";
import { readsUserspaceAddr, rulesOf } from "../../words/claim.ts";
import { modelInJavaScript } from "./model.ts";
import { called, fileStem, origin } from "../../words/name.ts";
import { allGiven, givenInJavaScript } from "../../words/given-line.ts";
import { ifGiven } from "../../words/given.ts";
import { inJavaScript, usesVms } from "../../words/op-line.ts";
import { expectedOf, opening } from "../../words/story.ts";
import { largest, why } from "../../words/why.ts";
import { wrap } from "../../words/wrap.ts";

/** A rule as a JavaScript function of this name, which takes what the rule reads as one object and returns a bool. */
export type EmitRule = (rule: Rule, name: string) => string;

const WIDE = 100;

const comment = (lines: readonly string[]): string => lines.map((line) => `// ${line}`.trimEnd()).join("\n");
const paragraph = (text: string): string => comment(wrap(text, "", "", WIDE));

/** The name of a rule's function; the prefix keeps it apart from the kernel's helpers (a rule may be called fls64). */
const functionOf = (rule: Rule, role: string): string => `${role}_${rule.id.replaceAll(/\W+/g, "_")}`;

function head(ce: Counterexample): string {
  return [
    ...opening(ce).map(paragraph),
    "//",
    paragraph(`Why: ${why(ce)}`),
    "//",
    comment([
      `Run:          node ${fileStem(ce)}.mjs`,
      "Exit status:  1 if the check below lets this happen, 0 if not, whatever kernel runs.",
    ]),
    "//",
    paragraph(`The check ${called(ce.rule)} as it was written, in C${origin(ce.rule)}:`),
    "//",
    comment(ruleBlock(ce)),
  ].join("\n");
}

/** The claim, where it is the user's own. */
function claimLines(ce: Counterexample, emit: EmitRule): readonly string[] {
  const rule = ownRuleOf(ce);
  if (rule === undefined) return [];
  return [paragraph(`The claim ${nameOf(ce.claim)}, of a fault, in pages.`), emit(rule, "claim_holds"), ""];
}

function rules(ce: Counterexample, emit: EmitRule): string {
  const suspect = functionOf(ce.rule, "check");
  const control = functionOf(ce.control.rule, "control");
  const others = rulesOf(ce).slice(2);
  const names = Object.fromEntries(others.map((rule) => [rule.kind, functionOf(rule, rule.kind)]));
  const world = others.map(({ kind }) => `${kind}: ${names[kind] ?? ""}`).join(", ");
  return [
    paragraph("The same in JavaScript. u64 is BigInt; every result is cut to the width of its C type."),
    ...(rulesOf(ce).some(({ unknowns }) => unknowns.length > 0) ? [ANSWERED(allGiven(ce.ops).length > 0), ""] : []),
    emitted(ce.rule, suspect, emit),
    "",
    paragraph(
      ce.claim === "accepts"
        ? "The control: the slots that must be taken, and no others."
        : isOwn(ce.claim)
          ? `The control: with ${called(ce.control.rule)} it ${ce.control.fails ? "is broken too" : "holds, with these operations"}.`
          : `The control: ${called(ce.control.rule)} prevents this for every input${isBinding(ce.claim) ? "" : `, with folios of up to ${largest(ce)}`}.`,
    ),
    emit(ce.control.rule, control),
    "",
    ...(others.length === 0
      ? []
      : [
          paragraph("What else decides in this model."),
          ...others.flatMap((rule) => [emitted(rule, names[rule.kind] ?? "", emit), ""]),
        ]),
    ...claimLines(ce, emit),
    comment([
      "EDIT HERE to try another check: name its function in place of",
      `${suspect}; with ${control} this script exits with 0.`,
    ]),
    `const CHECK = ${suspect};`,
    "",
    `const withCheck = (check) => simulate({ ${world}${world === "" ? "" : ", "}${ce.rule.kind}: check });`,
  ].join("\n");
}

function ops(ce: Counterexample): string {
  const columns = { vm: usesVms(ce.ops), userspace_addr: readsUserspaceAddr(ce) };
  const [first = "", ...rest] = operationsBlock(
    ce,
    ce.ops.map((op) => `  ${inJavaScript(op, columns)}`),
  );
  const last = rest.pop() ?? "";
  return [
    paragraph(
      "The operations. gpa, size and offset are bytes; size and offset are memory_size and guest_memfd_offset of KVM_SET_USER_MEMORY_REGION2.",
    ),
    "const OPS = [",
    `  // ${first}`,
    ...rest,
    `  // ${last}`,
    "];",
    ...given(ce),
  ].join("\n");
}

/** What the operations were given of what the check reads and the model does not know. */
function given(ce: Counterexample): readonly string[] {
  const all = allGiven(ce.ops).map((each) => `  ${givenInJavaScript(each)}`);
  const [first, ...rest] = givenBlock(ce, all);
  if (first === undefined) return [];
  return [
    "",
    paragraph(
      `The check reads what this model does not know. Given: it breaks ${ifGiven(ce.ops)}. What is not said is as where nothing goes wrong.`,
    ),
    "const GIVEN = [",
    `  // ${first}`,
    ...rest.slice(0, -1),
    `  // ${rest.at(-1) ?? ""}`,
    "];",
  ];
}

/** Answers from GIVEN, for rules that read what the model does not know. */
const ANSWERED = (hasGiven: boolean): string => `\
// What keeps its value for a whole run has the one that it had first.
const run = new Map();
const answered = (check, unknowns) => (inputs) => {
  const reached = unknowns.map(() => 0);
  return check(inputs, (i) => {
    const { text, at, bits, signed, plain, isRun } = unknowns[i];
    const times = isRun ? 0 : (reached[i] += 1);
    const kept = isRun ? run.get(text) : undefined;
    const said = ${
      hasGiven
        ? `GIVEN.find(
      (one) =>
        one.op === inputs.op && one.text === text && one.times === times && (isRun || (one.at === at && one.order === inputs.order)),
    )`
        : "undefined"
    };
    const value = kept ?? said?.value ?? plain;
    if (isRun) run.set(text, value);
    return bits === 1 ? (value === 0n ? 0n : 1n) : signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
  });
};`;

/** The rule, and where it reads what the model does not know, with its answers. */
function emitted(rule: Rule, name: string, emit: EmitRule): string {
  if (rule.unknowns.length === 0) return emit(rule, name);
  const unknowns = rule.unknowns.map(
    ({ text, line, column, type, lifetime, plain }) =>
      `  { text: ${JSON.stringify(text)}, at: "${line}:${column}", bits: ${WIDTH[type]}, signed: ${isSigned(type)}, plain: ${plain}n, isRun: ${lifetime === "run"} },`,
  );
  return [emit(rule, `${name}_given`), `const ${name} = answered(${name}_given, [`, ...unknowns, "]);"].join("\n");
}

function report(ce: Counterexample): string {
  return `\
const PICTURE = \`
${ruler(ce).join("\n")}
\`;

const show = ({ op, ...fields }) =>
  [op, ...Object.entries(fields).map(([name, n]) => \`\${name}=\${typeof n === "bigint" ? hex(n) : n}\`)].join(" ");

const { steps, outcome } = withCheck(CHECK);
steps.forEach((step, i) => console.log(\`\${i + 1}. \${show(OPS[i])}\\n   \${step}\`));
if (outcome.length > 0) {
  console.log("\\n${nameOf(ce.claim)} is BROKEN:");
  console.log(${JSON.stringify(`  expected  ${expectedOf(ce)}`)});
  console.log(\`  actual    \${range(outcome[0])}\`);
  console.log(PICTURE);
} else {
  console.log("\\n${nameOf(ce.claim)} holds.");
}

const control = withCheck(${functionOf(ce.control.rule, "control")});
const differs = control.steps.findIndex((step, i) => step !== steps[i]);
console.log(\`With ${ce.control.rule.id} it \${control.outcome.length > 0 ? "is broken too" : "holds"}.\`);
if (differs >= 0) console.log(\`  operation \${differs + 1}: \${control.steps[differs]}\`);

process.exitCode = outcome.length > 0 ? 1 : 0;
`;
}

export function toMjs(ce: Counterexample, emit: EmitRule = toJavaScript): string {
  return [
    head(ce),
    "",
    ops(ce),
    "",
    rules(ce, emit),
    "",
    "// A model of what the kernel does with these operations.",
    modelInJavaScript(ce),
    report(ce),
    "// For foliofence replay, which reads this file:",
    comment([...settingBlock(ce), ...askedBlocks(ce)]),
    "",
  ].join("\n");
}
