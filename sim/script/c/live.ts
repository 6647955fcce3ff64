/** What the running kernel makes of a finding: a second program beside the reproducer. */

import { claimOf } from "../../../model/claim.ts";
import type { Counterexample } from "../../counterexample.ts";
import { askedBlocks, settingBlock } from "../../words/block.ts";
import { fileStem } from "../../words/name.ts";
import { opening } from "../../words/story.ts";
import { wrap } from "../../words/wrap.ts";
import { hasUnknowns } from "../../world.ts";
import { checksInC } from "./checks.ts";
import { tmpfsClaim, triesKernel, triesKvm } from "./kernel.ts";
import { kvmInC } from "./kvm.ts";
import type { Model } from "./model.ts";
import { emptyInC, slotsInC, stateInC } from "./model.ts";
import { opsInC } from "./ops.ts";
import { askerOf, harmless, programOf, readInputs, yesInC } from "./parts.ts";
import { tmpfsInC } from "./tmpfs.ts";

const WIDE = 78;
const paragraph = (text: string): readonly string[] => wrap(text, " * ", " * ", WIDE);

const TMPFS =
  "a private tmpfs file stands for the memory file, and a write() of one byte for the guest's fault (as root; with huge=never as the argument in small folios)";
const KVM = "KVM is asked whether it binds the slots; no fault is made";

function head(ce: Counterexample): string {
  const tests = [...(tmpfsClaim(ce) === undefined ? [] : [TMPFS]), ...(triesKvm(ce) ? [KVM] : [])];
  return [
    "/*",
    ...opening(ce).flatMap(paragraph),
    " *",
    " *	cc -std=gnu11 -O2 -fwrapv -Wall -Wextra -Werror -o live \\",
    ` *	   ${fileStem(ce)}-live.c && ./live`,
    " *",
    ...paragraph(
      `Tries on the running kernel what the reproducer shows by itself: ${tests.join("; ")}. Exits with 1 where the escape is seen, with 0 if not, with 4 where nothing could be tried.`,
    ),
    " */",
  ]
    .map((line, i, all) => (i === all.length - 1 ? line : harmless(line)))
    .join("\n");
}

const foot = (ce: Counterexample): string =>
  [
    "/*",
    " * For foliofence replay, which reads this file:",
    ...[...settingBlock(ce), ...askedBlocks(ce)].map((line) => ` * ${line}`),
    " */",
    "",
  ].join("\n");

const SKIP = `\
enum result { OK, NOT_OK, SKIP };
static char skip_why[160];

/* error: an errno, or 0. */
static enum result skip(const char *what, int error)
{
	snprintf(skip_why, sizeof(skip_why), "%s%s%s", what,
		 error ? ": " : "", error ? strerror(error) : "");
	return SKIP;
}
`;

const startOver = (model: Model): string => `\
/* No slot is bound. */
static void start_over(void)
{
${emptyInC(model)}\
}
`;

const USAGE = (hasHuge: boolean): string =>
  hasHuge
    ? `\
	huge_never = argc == 2 && !strcmp(argv[1], "huge=never");
	if (argc > 1 && !huge_never) {
		fprintf(stderr, "usage: %s [huge=never]\\n", argv[0]);
		return 2;
	}
`
    : "";

function main(ce: Counterexample): string {
  const tests = [
    ...(tmpfsClaim(ce) === undefined ? [] : [["on_tmpfs(huge_never)", `tmpfs: ${claimOf(ce.claim).never}`]]),
    ...(triesKvm(ce) ? [["on_kvm()", "running KVM: it lets this slot in"]] : []),
  ];
  const hasHuge = tmpfsClaim(ce) !== undefined;
  return `
static int count[3];

static void report(int number, enum result result, const char *what)
{
	count[result]++;
	printf("%sok %d %s", result == NOT_OK ? "not " : "", number, what);
	if (result == SKIP)
		printf(" # SKIP %s", skip_why);
	printf("\\n");
}

int main(${hasHuge ? "int argc, char **argv" : "void"})
{
${hasHuge ? `\tbool huge_never;\n\n${USAGE(hasHuge)}` : ""}\
	printf("KTAP version 1\\n1..${tests.length}\\n");
${tests.map(([call, what], at) => `\treport(${at + 1}, ${call},\n\t       "${what}");\n`).join("")}\
	printf("# Totals: pass:%d fail:%d xfail:0 xpass:0 skip:%d error:0\\n",
	       count[OK], count[NOT_OK], count[SKIP]);
	return count[NOT_OK] ? 1 : count[OK] ? 0 : 4;
}
`;
}

/** @returns undefined where a running kernel shows nothing of it: of a map or level rule, or of several VMs' mappings */
export function toLiveC(ce: Counterexample): string | undefined {
  if (!triesKernel(ce)) return undefined;
  const rules = [ce.rule];
  const checks = checksInC(rules, ce);
  const unknown = rules.filter(hasUnknowns);
  const ask = askerOf(ce, checks, unknown, "ask_suspect");
  const model: Model = { ce, inputs: readInputs(rules), ask, unknown, live: true };
  const claim = tmpfsClaim(ce);
  const code = [
    checks.suspect,
    opsInC(ce, unknown.length > 0),
    yesInC(checks),
    stateInC(model),
    slotsInC(model, "", claim !== undefined),
    startOver(model),
    SKIP,
    ...(claim === undefined ? [] : [tmpfsInC(model, claim)]),
    ...(triesKvm(ce) ? [kvmInC(model)] : []),
    main(ce),
  ].join("\n");
  return programOf({ head: head(ce), code, foot: foot(ce) });
}
