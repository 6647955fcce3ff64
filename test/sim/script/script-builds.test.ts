/** Every text of the corpus that is a rule: the C of a script around it builds without a warning, its JavaScript agrees. */

import { spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Rule } from "../../../model/rule/tree.ts";
import type { RuleInput } from "../../../model/rule/parameters.ts";
import { isRuleInput, PARAMETER_TYPE, PARAMETERS } from "../../../model/rule/parameters.ts";
import { compileRule } from "../../../model/rule/wasm/module.ts";
import { toJavaScript } from "../../../sim/script/mjs/rule.ts";
import { scratch } from "../../support/cli.ts";
import { corpusRules, programOf } from "../../support/corpus-rules.ts";

const CC = ["gcc", "clang"].find((name) => spawnSync(name, ["--version"]).status === 0);
if (CC === undefined) console.log("script-builds: skipped, there is no gcc and no clang on this machine");

// Rules with unknowns are asked with what they are given in given-scripts.test.ts.
const rules = corpusRules().filter(({ unknowns }) => unknowns.length === 0);

const EDGES = [
  0n,
  1n,
  2n,
  3n,
  5n,
  63n,
  255n,
  256n,
  4096n,
  0x20_0000n,
  0x8000_0000n,
  0xffff_ffffn,
  2n ** 63n,
  2n ** 64n - 1n,
];
const INPUTS = EDGES.flatMap((_, i) =>
  [1, 3, 4].map((by) => (name: RuleInput): bigint => {
    const value = EDGES[(i + by * PARAMETERS.indexOf(name)) % EDGES.length] ?? 0n;
    return PARAMETER_TYPE[name] === "s64"
      ? BigInt.asIntN(64, value)
      : PARAMETER_TYPE[name] === "s32"
        ? value % 64n
        : value;
  }),
);

type Values = Readonly<Partial<Record<RuleInput, bigint>>>;

const evaluators = rules.map((rule) => compileRule(rule));
/** Each rule with each of its inputs. */
const ASKED = rules.flatMap((rule, i) =>
  INPUTS.map((valueOf): { readonly i: number; readonly rule: Rule; readonly values: Values } => ({
    i,
    rule,
    values: Object.fromEntries(rule.reads.filter(isRuleInput).map((name) => [name, valueOf(name)])),
  })),
);

/** What another's answers are where they are not the evaluator's; not all say what C leaves undefined. */
function differ(answers: readonly number[], saysAll: boolean): string[] {
  expect(answers).toHaveLength(ASKED.length);
  return ASKED.flatMap(({ i, rule, values }, at) => {
    const outcome = evaluators[i]?.bytes(values) ?? -1;
    if (answers[at] === outcome || (!saysAll && outcome > 1)) return [];
    const given = Object.entries(values).map(([name, value]) => `${name}=${value}`);
    return [`${rule.text}: with ${given.join(" ")} is ${answers[at]}, and ${outcome}`];
  });
}

const numbers = (text: string): number[] => text.trim().split(/\s+/).map(Number);

it("answers in JavaScript as the evaluator does", () => {
  const file = join(scratch(), "corpus.mjs");
  const given = (values: Values): string =>
    `{ ${Object.entries(values)
      .map(([name, value]) => `${name}: ${value}n`)
      .join(", ")} }`;
  writeFileSync(
    file,
    [
      ...rules.map((rule, i) => toJavaScript(rule, `rule${i}`)),
      "const ask = (rule, values) => { try { return Number(rule(values)); } catch (error) { return /^undefined in C/.test(error.message) ? 2 : 3; } };",
      `console.log([${ASKED.map(({ i, values }) => `ask(rule${i}, ${given(values)})`).join(",\n")}].join(" "));`,
    ].join("\n"),
  );
  const { stdout, stderr } = spawnSync(process.execPath, [file], { encoding: "utf8", maxBuffer: 1 << 26 });
  expect(stderr).toBe("");
  expect(differ(numbers(stdout), true)).toEqual([]);
});

/** A member of `struct asked` from the parameters: two are only other words for one. */
function member(name: string, values: Readonly<Record<string, bigint>>): bigint {
  if (name === "folio_order") return BigInt((values["folio_size"] ?? 0n).toString(2).length - 13);
  if (name === "level") return (values["order"] ?? 0n) / 9n + 1n;
  return values[name] ?? 0n;
}

/** A function that asks rule `i` with all its inputs; what C leaves undefined is not asked. */
function askAll(rule: Rule, i: number, program: string): string {
  const members = [...(/struct asked \{\n([^}]*)\}/.exec(program)?.[1] ?? "").matchAll(/(\w+)[,;]/g)].map(
    ([, name = ""]) => name,
  );
  const rows = INPUTS.map((valueOf) => {
    const values = Object.fromEntries(rule.reads.filter(isRuleInput).map((name) => [name, valueOf(name)]));
    const isDefined = (evaluators[i]?.bytes(values) ?? 2) < 2;
    const row = members.map((name) => `${BigInt.asUintN(64, member(name, values))}ULL`);
    return `\t\t{ ${Number(isDefined)}, ${row.join(", ")} },`;
  });
  const filled = members.map((name, at) => `.${name} = given[i][${at + 1}]`).join(", ");
  return `\
void ask_${i}(void);
void ask_${i}(void)
{
	static const unsigned long long given[${rows.length}][${members.length + 1}] = {
${rows.join("\n")}
	};

	for (int i = 0; i < ${rows.length}; i++) {
		struct asked asked = { ${filled} };

		printf("%d\\n", given[i][0] ? ask_suspect(&asked) : 2);
	}
}
`;
}

/** What a compiler says. */
function messages(command: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "ignore", "pipe"] });
    let text = "";
    child.stderr.on("data", (data) => (text += String(data)));
    child.on("error", failed);
    child.on("close", () => done(text.split("\n").slice(0, 20).join("\n")));
  });
}

it.skipIf(CC === undefined)(
  "builds, and answers so in C (skipped without a compiler)",
  { timeout: 120_000 },
  async () => {
    const dir = scratch();
    expect(rules.length).toBeGreaterThan(150);
    const flags = ["-std=gnu11", "-fwrapv", "-Wall", "-Wextra", "-Werror"];
    for (const [i, rule] of rules.entries()) {
      // All stand in one program, and many have a function f.
      const program = programOf(rule, "");
      const own = rule.functions.filter(({ name }) => !program.includes(`#define ${name} `));
      const names = own.map(({ name }) => `#define ${name} ${name}_${i}`);
      const more = `#include <stdio.h>\n${askAll(rule, i, program)}`;
      writeFileSync(join(dir, `${i}.c`), [...names, programOf(rule, more)].join("\n"));
    }
    const files = rules.map((_, i) => `${i}.c`);
    const halves = [files.slice(0, files.length / 2), files.slice(files.length / 2)];
    const told = await Promise.all(halves.map((half) => messages(CC ?? "", [...flags, "-c", ...half], dir)));
    expect(told).toEqual(["", ""]);
    const calls = rules.map((_, i) => `\tvoid ask_${i}(void); ask_${i}();`);
    writeFileSync(join(dir, "main.c"), `int main(void)\n{\n${calls.join("\n")}\n\treturn 0;\n}\n`);
    const built = spawnSync(CC ?? "", ["-o", "all", "main.c", ...rules.map((_, i) => `${i}.o`)], {
      cwd: dir,
      encoding: "utf8",
    });
    expect(built.stderr).toBe("");
    const { stdout } = spawnSync(join(dir, "all"), { encoding: "utf8", maxBuffer: 1 << 26 });
    expect(differ(numbers(stdout), false)).toEqual([]);
  },
);
