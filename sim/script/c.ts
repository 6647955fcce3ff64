/** A counterexample as a C program in the manner of a kselftest: stands alone, speaks KTAP. */

import type { Counterexample } from "../counterexample.ts";
import { ruler } from "../picture/ruler.ts";
import { settingBlock } from "./block.ts";
import { checksInC } from "./c-checks.ts";
import { inputsOf } from "./c-inputs.ts";
import { kernelInC } from "./c-kernel.ts";
import { modelInC } from "./c-model.ts";
import { opsInC } from "./c-ops.ts";
import { readText } from "./c-text.ts";
import { claimText, needsMappings, rulesOf } from "./claim.ts";
import { fileStem } from "./name.ts";
import { finding } from "./tell.ts";
import { wrap } from "./wrap.ts";

const WIDE = 78;

const paragraph = (text: string): readonly string[] => wrap(text, " * ", " * ", WIDE);
/** A quoted text must not end the comment that it stands in. */
const harmless = (line: string): string => line.replaceAll("*/", "* /");

function head(ce: Counterexample): string {
  const text = claimText(ce);
  return [
    "/*",
    ...paragraph(`${finding(ce)}.`),
    " *",
    ...paragraph(`Claim ${ce.claim}, broken by the operations below: ${ce.sentence}.`),
    ...paragraph(`Who needs it: ${text.hurts}`),
    " *",
    " *	cc -std=gnu11 -O2 -Wall -Wextra -Werror -o reproducer \\",
    ` *	   ${fileStem(ce)}.c && ./reproducer`,
    " *",
    ...paragraph(
      "Test 1 is a model of KVM and of the file with the check in it, and decides the exit status: 1 while the claim is broken, 0 when it is not, 4 when the check is undefined for these values. Test 2 is the same with a check that holds. Tests 3 and 4 try the running kernel (3 as root); with the argument huge=never, 3 keeps large folios off.",
    ),
    " */",
  ]
    .map(harmless)
    .map((line, i, all) => (i === all.length - 1 ? " */" : line))
    .join("\n");
}

const HEADERS = `\
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
`;

const YES = `\
static bool yes(bool (*check)(void), bool if_undefined)
{
	bool said;

	undefined_what = NULL;
	said = check();
	return undefined_what ? if_undefined : said;
}
`;

function tables(ce: Counterexample): string {
  const member = (kind: string, judged: string): string => {
    if (kind === ce.rule.kind) return judged;
    return `${kind}_check`;
  };
  const kinds = needsMappings(ce) ? ["bind", "map", "level"] : ["bind"];
  const table = (name: string, role: string): string =>
    `static const struct checks ${name} = { ${kinds.map((kind) => `.${kind} = ${member(kind, role)}`).join(", ")} };`;
  return [
    `struct checks {\n\tbool ${kinds.map((kind) => `(*${kind})(void)`).join(", ")};\n};`,
    "",
    "/* EDIT HERE, or build with -DCHECK=control, which exits with 0. */",
    "#ifndef CHECK\n#define CHECK judged\n#endif",
    table("with_judged", "CHECK"),
    table("with_control", "control"),
  ].join("\n");
}

function main(ce: Counterexample, undefines: boolean): string {
  const picture = ruler(ce).map((line) => `\t"# ${line.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}\\n"`);
  const within = ce.claim === "mapping_translates" ? "" : "within ";
  return `\
static const char picture[] =
${picture.join("\n")};

static int count[3];

static void report(int number, enum result result, const char *what)
{
	count[result]++;
	printf("%sok %d %s", result == NOT_OK ? "not " : "", number, what);
	if (result == SKIP)
		printf(" # SKIP %s", skip_why);
	printf("\\n");
}

int main(int argc, char **argv)
{
	bool broken;

	huge_never = argc > 1 && !strcmp(argv[1], "huge=never");
	printf("KTAP version 1\\n1..4\\n");

	broken = simulate(&with_judged);
	if (broken) {
		printf("# expected: ${within}[0x%llx, 0x%llx)\\n", expected.start, expected.start + expected.size);
		printf("# actual:   [0x%llx, 0x%llx)\\n", actual.start, actual.start + actual.size);
		printf("%s", picture);
	}
${
  undefines
    ? `\
	skip_why = ever_undefined;
	report(1, broken ? NOT_OK : ever_undefined ? SKIP : OK, "${ce.claim} with ${ce.rule.id}");
	int status = broken ? 1 : ever_undefined ? 4 : 0;
`
    : `\
	report(1, broken ? NOT_OK : OK, "${ce.claim} with ${ce.rule.id}");
	int status = broken ? 1 : 0;
`
}
	report(2, simulate(&with_control) ? NOT_OK : OK, "${ce.claim} with ${ce.control.rule.id}");
	report(3, on_tmpfs(&with_judged), "on a tmpfs file of the running kernel");
	report(4, on_kvm(&with_judged), "bound to a guest_memfd of the running kernel");
	printf("# Totals: pass:%d fail:%d xfail:0 xpass:0 skip:%d error:0\\n", count[OK], count[NOT_OK], count[SKIP]);
	return status;
}
`;
}

export function toC(ce: Counterexample): string {
  const rules = rulesOf(ce);
  const { code, undefines } = checksInC(rules);
  const inputs = inputsOf(rules.map(readText));
  const yes = (kind: string, ifUndefined: boolean): string =>
    undefines ? `yes(check->${kind}, ${ifUndefined})` : `check->${kind}()`;
  return [
    head(ce),
    "",
    HEADERS,
    code,
    "",
    tables(ce),
    "",
    opsInC(ce),
    ...(undefines ? [YES] : []),
    modelInC(ce, inputs, yes),
    "/* The running kernel. */",
    "enum result { OK, NOT_OK, SKIP };",
    "static const char *skip_why;",
    "static bool huge_never;",
    "",
    kernelInC(ce),
    main(ce, undefines),
    "/*",
    " * For foliofence replay, which reads this file:",
    ...settingBlock(ce).map((line) => ` * ${line}`),
    " */",
    "",
  ]
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n");
}
