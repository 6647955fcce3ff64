/** The function from its tree, where its text calls or reads what is not there: the text stands beside it, uncompiled. */

import { afterCall, RESULT } from "../../../model/rule/contract.ts";
import { isSigned } from "../../../model/rule/tree.ts";
import type { ContractFinding } from "../../contract.ts";
import { contractLines } from "../../words/contract.ts";
import { cellNameInC, fromTree } from "../c/from-tree.ts";
import { quoted } from "../c/parts.ts";
import { quietTree } from "../c/rule.ts";

const printed = (text: string): string => quoted(text).replaceAll("%", "%%");

const ANSWER = `\
struct asked { int unused; };

struct unknown {
	const char *at, *text;
	unsigned long long plain;	/* as where nothing goes wrong */
	bool is_run;	/* one value throughout */
	int reached;
};

struct given {
	const char *at, *text;
	int times;
	unsigned long long value;
};
`;

const LOOK_UP = `\
static int loops_run;

static unsigned long long given_value(const struct asked *asked, struct unknown *all, int i)
{
	struct unknown *u = &all[i];
	int times = u->is_run ? 0 : ++u->reached;

	(void)asked;
	(void)loops_run;
	for (unsigned int g = 0; g < sizeof(given) / sizeof(given[0]); g++) {
		if (!strcmp(given[g].text, u->text) &&
		    given[g].times == times && (!times || !strcmp(given[g].at, u->at)))
			return given[g].value;
	}
	return u->plain;
}
`;

export function byTree(finding: ContractFinding): string {
  const { contract, claim, inputs, given } = finding;
  const { tree } = claim;
  const row = (at: string, text: string, times: number, value: bigint): string =>
    `\t{ ${at}, "${quoted(text)}", ${times}, 0x${BigInt.asUintN(64, value).toString(16)}ULL },`;
  const shown = new Set([RESULT, ...contract.parameters.map(({ name }) => afterCall(name))]);
  const told = [
    ...inputs.map(({ name, value }) => `\tputs("# ${quoted(name)} = 0x${BigInt.asUintN(64, value).toString(16)}");`),
    ...tree.cells.flatMap(({ name, type }, at) => {
      if (!shown.has(name)) return [];
      const cell = cellNameInC({ rule: tree, role: "contract" }, at);
      return isSigned(type)
        ? [`\tprintf("# ${printed(name)} = %lld\\n", (long long)${cell});`]
        : [`\tprintf("# ${printed(name)} = 0x%llx\\n", (unsigned long long)${cell});`];
    }),
  ];
  const placeOf = (name: string): string => {
    const input = tree.unknowns.find(({ is, text }) => is === "input" && text === name);
    return `"${input?.line ?? 0}:${input?.column ?? 0}"`;
  };
  const test = `${claim.name}: ${contract.function}`;
  return [
    "#if 0 /* As it was written. By itself it would not be what is judged. */",
    ...contractLines({ ...contract, claims: [claim] }),
    "#endif",
    "",
    ANSWER,
    "/* The inputs, and what was given of what is not shown. */",
    "static const struct given given[] = {",
    ...inputs.map(({ name, value }) => row(placeOf(name), name, 1, value)),
    ...given.map(({ at, text, times, value }) => row(`"${at}"`, text, times, value)),
    '\t{ "", "", -1, 0 },',
    "};",
    "",
    "/* The same as it is judged: true where what is required does not hold, or what is claimed does. */",
    ...quietTree([LOOK_UP, ...fromTree(tree, "contract")]),
    "",
    "int main(void)",
    "{",
    "\tstruct asked asked = { 0 };",
    "\tbool holds = contract(&asked);",
    "",
    '\tputs("KTAP version 1\\n1..1");',
    ...told,
    `\tif (!holds)\n\t\tputs("# does not hold: ${quoted(claim.text)}");`,
    `\tprintf("%sok 1 ${printed(test)}\\n", holds ? "" : "not ");`,
    "\treturn !holds;",
    "}",
    "",
  ].join("\n");
}
