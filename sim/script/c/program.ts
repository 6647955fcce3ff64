/** A counterexample as a C program in the manner of a kselftest: stands alone, speaks KTAP, needs no kernel but its own C. */

import { claimOf, isAboutOthers, isBinding, isOwn } from "../../../model/claim.ts";
import type { Counterexample } from "../../counterexample.ts";
import type { Op } from "../../op.ts";
import { ruler } from "../../picture/ruler.ts";
import { askedBlocks, settingBlock } from "../../words/block.ts";
import { rulesOf } from "../../words/claim.ts";
import { called, fileStem } from "../../words/name.ts";
import { usesVms } from "../../words/op-line.ts";
import { expectedOf, opening } from "../../words/story.ts";
import { why } from "../../words/why.ts";
import { wrap } from "../../words/wrap.ts";
import { hasUnknowns } from "../../world.ts";
import type { Checks } from "./checks.ts";
import { checksInC } from "./checks.ts";
import { foliosInC } from "./folios.ts";
import { afterBindInC, claimInC, faultInC, takesInC } from "./fault.ts";
import { triesKernel } from "./kernel.ts";
import type { Model } from "./model.ts";
import { emptyInC, isFixed, manyFolios, othersInC, readsFileSize, slotsInC, stateInC } from "./model.ts";
import { casesInC, opsInC } from "./ops.ts";
import { askerOf, harmless, programOf, quoted, readInputs, yesInC } from "./parts.ts";

const WIDE = 78;

const paragraph = (text: string): readonly string[] => wrap(text, " * ", " * ", WIDE);
/** Inside of a printf's format. */
const printed = (text: string): string => quoted(text).replaceAll("%", "%%");

function head(ce: Counterexample, { undefines }: Checks): string {
  const ends = `Exits with 1 while the check ${called(ce.rule)} lets this happen, with 0 if not${
    undefines ? ", with 4 if the check is undefined in C for these values" : ""
  }.`;
  return [
    "/*",
    ...opening(ce).flatMap(paragraph),
    " *",
    " *	cc -std=gnu11 -O2 -fwrapv -Wall -Wextra -Werror -o reproducer \\",
    ` *	   ${fileStem(ce)}.c && ./reproducer`,
    " *",
    ...paragraph(ends),
    " */",
  ]
    .map((line, i, all) => (i === all.length - 1 ? line : harmless(line)))
    .join("\n");
}

/** Behind everything that a reader needs. */
function foot(ce: Counterexample): string {
  const live = triesKernel(ce) ? [`What the running kernel does is in ${fileStem(ce)}-live.c.`] : [];
  return [
    "/*",
    ...paragraph(`Why: ${why(ce)}`).map(harmless),
    ...live.flatMap((text) => [" *", ...paragraph(text)]),
    " *",
    " * For foliofence replay, which reads this file:",
    ...[...settingBlock(ce), ...askedBlocks(ce)].map((line) => ` * ${line}`),
    " */",
    "",
  ].join("\n");
}

/** The suspect, or the control in its place, as it is handed on to what asks a check of its kind. */
const CHECK = ",\n\t\t\tbool (*check)(const struct asked *)";
const handed = ({ rule }: Counterexample, atBind: boolean, text: string): string =>
  (rule.kind === "bind") === atBind ? text : "";

/** What an op does in the model, as it is printed. */
function effects(model: Model): (kind: Op["op"]) => readonly string[] {
  const { ce } = model;
  const frees = manyFolios(ce);
  const vm = usesVms(ce.ops) ? "op.vm, " : "";
  return (kind) => {
    switch (kind) {
      case "bind_memslot":
        return afterBindInC(ce);
      case "delete_memslot":
        return [];
      case "set_order":
        return isFixed(model)
          ? [
              "if (ever_bound) {",
              '\tputs("#      EBUSY: the folio size is fixed once a slot is bound");',
              "\tbreak;",
              "}",
              "folio_size_now = PAGE << op.order;",
            ]
          : ["folio_size_now = PAGE << op.order;"];
      case "set_i_size":
        return [
          ...(frees ? ["if (op.size <= file_size)", "\tfree_folios(op.size, -1ULL);"] : []),
          ...(readsFileSize(model) ? ["file_size = op.size;"] : []),
        ];
      case "punch_hole":
        return frees ? ["free_folios(op.offset, op.offset + op.size);"] : [];
      case "fault":
        return [`fault(${vm}op.gpa, &wrong${handed(ce, false, ", check")});`];
      default:
        return kind satisfies never;
    }
  };
}

/** What an op is answered. */
const answers =
  (ce: Counterexample) =>
  (kind: Op["op"]): string => {
    if (kind === "bind_memslot") return `bind_memslot(op${handed(ce, true, ", check")})`;
    return kind === "delete_memslot" ? "delete_memslot(op)" : "";
  };

const simulate = (model: Model): string => `
/* Runs the operations; what went wrong, of size 0 if nothing. */
static struct range simulate(bool (*check)(const struct asked *))
{
	struct range wrong = { 0 };

${emptyInC(model)}\
	for (int i = 0; i < NR_OPS; i++) {
		struct op op = ops[i];
${model.ce.claim === "binding_in_file" ? "\t\tint before = nr_slots;\n" : ""}
		printf("# %d. ", i + 1);
${model.unknown.length > 0 ? "\t\top_now = i + 1;\n" : ""}\
		switch (op.op) {
${casesInC(model.ce, effects(model), answers(model.ce))}\
		}
	}
	return wrong;
}
`;

function main(ce: Counterexample, { undefines }: Checks): string {
  const picture = ruler(ce).map((line) => `\t\tputs("${quoted(`# ${line}`.trimEnd())}");`);
  const { never } = claimOf(ce.claim);
  const result = (number: number, name: string): string => `%sok ${number} ${printed(`${name}: ${never}`)}`;
  return `
int main(void)
{
	struct range wrong;
	bool control;

	printf("KTAP version 1\\n1..2\\n");
	wrong = simulate(ask_suspect);
	if (wrong.size) {
		printf("# expected: ${printed(expectedOf(ce))}\\n");
		printf("# actual:   [0x%llx, 0x%llx)\\n",
		       wrong.start, wrong.start + wrong.size);
${picture.join("\n")}
	}
${
  undefines
    ? `\
	if (!wrong.size && ever_undefined) {
		printf("${result(1, called(ce.rule)).replace("%s", "")} # SKIP %s\\n",
		       ever_undefined);
		return 4;
	}
`
    : ""
}\
	printf("${result(1, called(ce.rule))}\\n",
	       wrong.size ? "not " : "");
	control = simulate(ask_control).size;
	printf("${result(2, called(ce.control.rule))}\\n",
	       control ? "not " : "");
	printf("# Totals: pass:%d fail:%d xfail:0 xpass:0 skip:0 error:0\\n",
	       !wrong.size + !control, !!wrong.size + control);
	return wrong.size ? 1 : 0;
}
`;
}

export function toC(ce: Counterexample): string {
  const rules = rulesOf(ce);
  const checks = checksInC(rules, ce);
  const unknown = rules.filter(hasUnknowns);
  const model: Model = {
    ce,
    inputs: readInputs(rules),
    ask: askerOf(ce, checks, unknown, "check"),
    unknown,
    live: false,
  };
  const code = [
    checks.suspect,
    opsInC(ce, unknown.length > 0),
    "struct range {\n\tu64 start, size;\n};\n",
    ...(isAboutOthers(ce.claim) ? [stateInC(model), ...(isOwn(ce.claim) ? [] : [othersInC(ce)])] : []),
    claimInC(ce),
    checks.others,
    yesInC(checks),
    ...(isAboutOthers(ce.claim) ? [] : [stateInC(model)]),
    slotsInC(model, handed(ce, true, CHECK)),
    foliosInC(model, handed(ce, false, CHECK)) +
      (isBinding(ce.claim) ? takesInC(model) : faultInC(model, handed(ce, false, CHECK))) +
      simulate(model) +
      main(ce, checks),
  ].join("\n");
  return programOf({ head: head(ce, checks), code, foot: foot(ce) });
}
