/** A counterexample as a C program in the manner of a kselftest: stands alone, speaks KTAP. */

import { isByTree } from "./by-tree.ts";
import { CLAIMS } from "../../../model/claim.ts";
import type { Counterexample } from "../../counterexample.ts";
import { ruler } from "../../picture/ruler.ts";
import { settingBlock } from "../../words/block.ts";
import type { Checks } from "./checks.ts";
import { checksInC, definesFor } from "./checks.ts";
import { headersFor, wordsOf } from "./headers.ts";
import { inputsOf } from "./inputs.ts";
import { kernelInC, kernelTests, triesTmpfs } from "./kernel.ts";
import { modelInC } from "./model.ts";
import { typesFor } from "./names.ts";
import { opsInC } from "./ops.ts";
import { readText } from "./text.ts";
import { hasUnknowns } from "../../world.ts";
import { needsMappings, rulesOf } from "../../words/claim.ts";
import { called, fileStem } from "../../words/name.ts";
import { expectedOf, opening } from "../../words/story.ts";
import { why } from "../../words/why.ts";
import { wrap } from "../../words/wrap.ts";

const WIDE = 78;

const paragraph = (text: string): readonly string[] => wrap(text, " * ", " * ", WIDE);
/** A quoted text must not end the comment that it stands in. */
const harmless = (line: string): string => line.replaceAll("*/", "* /");
const quoted = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"');

function head(ce: Counterexample, { undefines }: Checks): string {
  const kernel = triesTmpfs(ce)
    ? "Test 3 (as root) writes a byte to a private tmpfs file of the running kernel and looks at what is allocated, with huge=never as the argument in small folios. Test 4"
    : "Test 3 is skipped: KVM counts the pages it maps by size (KVM_GET_STATS_FD), but guest_memfd is mapped at 4 KiB on every kernel up to 7.x. Test 4";
  return [
    "/*",
    ...opening(ce).flatMap(paragraph),
    " *",
    ...paragraph(`Why: ${why(ce)}`),
    " *",
    " *	cc -std=gnu11 -O2 -fwrapv -Wall -Wextra -Werror -o reproducer \\",
    ` *	   ${fileStem(ce)}.c && ./reproducer`,
    " *",
    ...paragraph(
      `Test 1 is a model of KVM and of the file with the check ${called(ce.rule)} in it. It alone decides the exit status: 1 if the check lets this happen, 0 if not${
        undefines ? ", 4 if the check is undefined in C for these values" : ""
      }. Test 2 is the model with the control ${called(ce.control.rule)}. ${kernel} asks the running KVM whether it binds the slot.`,
    ),
    " */",
  ]
    .map((line, i, all) => (i === all.length - 1 ? line : harmless(line)))
    .join("\n");
}

const YES = `\
static bool yes(bool (*check)(const struct asked *),
		const struct asked *asked, bool if_undefined)
{
	bool said;

	undefined_what = NULL;
	said = check(asked);
	return undefined_what ? if_undefined : said;
}
`;

function tables(ce: Counterexample): string {
  const kinds = needsMappings(ce) ? (["bind", "map", "level"] as const) : (["bind"] as const);
  const row = (role: string, name: string): readonly string[] => [
    `\t[${role}] = {`,
    `\t\t.name = "${quoted(name)}",`,
    ...kinds.map((kind) => `\t\t.${kind} = ask_${kind === ce.rule.kind ? role : kind},`),
    "\t},",
  ];
  return [
    "struct checks {",
    "\tconst char *name;",
    ...kinds.map((kind) => `\tbool (*${kind})(const struct asked *asked);`),
    "};",
    "",
    "/* Built with -DCHECK=control, test 1 takes the control and exits with 0. */",
    "#ifndef CHECK\n#define CHECK suspect\n#endif",
    "enum { suspect, control };",
    "",
    "static const struct checks checks[] = {",
    ...row("suspect", called(ce.rule)),
    ...row("control", called(ce.control.rule)),
    "};",
  ].join("\n");
}

const USAGE = (ce: Counterexample): string =>
  triesTmpfs(ce)
    ? `\
	huge_never = argc == 2 && !strcmp(argv[1], "huge=never");
	if (argc > 1 && !huge_never) {
		fprintf(stderr, "usage: %s [huge=never]\\n", argv[0]);
		return 2;
	}
`
    : `\
	if (argc > 1) {
		fprintf(stderr, "usage: %s\\n", argv[0]);
		return 2;
	}
`;

function main(ce: Counterexample, { undefines }: Checks): string {
  const picture = ruler(ce).map((line) => `\t"${quoted(`# ${line}`)}\\n"`);
  const { never } = CLAIMS[ce.claim];
  return `\
static const char picture[] =
${picture.join("\n")};

static int count[3];

static void report(int number, enum result result, const char *where,
		   const char *what)
{
	count[result]++;
	printf("%sok %d %s: %s", result == NOT_OK ? "not " : "", number,
	       where, what);
	if (result == SKIP)
		printf(" # SKIP %s", skip_why);
	printf("\\n");
}

int main(int argc, char **argv)
{
	static const char must[] = "${never}";
	struct range wrong;
	enum result result;
${triesTmpfs(ce) ? "\tbool huge_never;\n" : ""}\

${USAGE(ce)}\
	printf("KTAP version 1\\n1..4\\n");

	wrong = simulate(&checks[CHECK]);
	result = wrong.size ? NOT_OK : OK;
${
  undefines
    ? `\
	if (result == OK && ever_undefined)
		result = skip(ever_undefined, 0);
`
    : ""
}\
	if (wrong.size) {
		printf("# expected: ${quoted(expectedOf(ce)).replaceAll("%", "%%")}\\n");
		printf("# actual:   [0x%llx, 0x%llx)\\n",
		       wrong.start, wrong.start + wrong.size);
		printf("%s", picture);
	}
	report(1, result, checks[CHECK].name, must);
	report(2, simulate(&checks[control]).size ? NOT_OK : OK,
	       checks[control].name, must);
${kernelTests(ce)}\
	printf("# Totals: pass:%d fail:%d xfail:0 xpass:0 skip:%d error:0\\n",
	       count[OK], count[NOT_OK], count[SKIP]);
	return ${undefines ? "result == NOT_OK ? 1 : result == SKIP ? 4 : 0" : "result == NOT_OK"};
}
`;
}

export function toC(ce: Counterexample): string {
  const rules = rulesOf(ce);
  const checks = checksInC(rules, ce);
  const unknown = rules.filter(hasUnknowns);
  const inputs = inputsOf(
    rules.filter((rule) => !isByTree(rule)).map(readText),
    rules.filter(isByTree).flatMap(({ reads }) => reads),
  );
  const yes = (kind: string, ifUndefined: boolean): string => {
    const said = checks.undefines ? `yes(check->${kind}, &asked, ${ifUndefined})` : `check->${kind}(&asked)`;
    // A map check's given values are the fault's, the level check's those of the bind.
    return kind === "map" && unknown.length > 0 ? `(asked.op = op_now, ${said})` : said;
  };
  const code = [
    checks.code,
    "",
    tables(ce),
    "",
    opsInC(ce, unknown.length > 0),
    ...(checks.undefines ? [YES] : []),
    modelInC(ce, inputs, yes, unknown),
    "/* The running kernel. */",
    kernelInC(ce),
    main(ce, checks),
  ].join("\n");
  return [
    head(ce, checks),
    "",
    headersFor(code),
    "",
    ...typesFor(wordsOf(code)),
    "",
    "#define PAGE 0x1000ULL",
    ...definesFor(wordsOf(code)),
    "",
    code,
    "/*",
    " * For foliofence replay, which reads this file:",
    ...settingBlock(ce).map((line) => ` * ${line}`),
    " */",
    "",
  ]
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n");
}
