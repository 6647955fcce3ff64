/**
 * What the prover says of random contracts, against every input there is: run by our machine code, and by gcc's, which shares
 * nothing with either. And what the hunt finds is never proved.
 */

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ACCEPTED, REFUSED, UNDEFINED } from "../../../model/outcome.ts";
import { huntContract } from "../../../props/contract/hunt.ts";
import type { JudgedContract } from "../../../props/contract/judge.ts";
import { compareInputs } from "../../../props/contract/order.ts";
import { runnerOf } from "../../../props/contract/run.ts";
import { scratch } from "../../support/cli.ts";
import type { MadeContract } from "../../support/contract-generate.ts";
import { contractsMade, functionText, textOf, valuesOf } from "../../support/contract-generate.ts";
import { contractIn, judged } from "../../support/contracts.ts";
import { PRELUDE } from "../../support/c-prelude.ts";

const RANDOM = 300;
const BRUTE = 100;

interface All {
  readonly met: number;
  readonly smallest: readonly bigint[] | undefined;
  readonly undefinedMet: boolean;
}

/** Every input, in no order. */
function tryAll(made: MadeContract): All {
  const contract = contractIn(textOf(made));
  const [claim] = contract.claims;
  if (claim === undefined) throw new Error("no claim");
  const [premise, runner] = [runnerOf(contract.premise, contract), runnerOf(claim.tree, contract)];
  let [met, undefinedMet] = [0, false];
  let smallest: readonly bigint[] | undefined;
  for (const a of valuesOf(made.types[0])) {
    for (const b of valuesOf(made.types[1])) {
      const values = new Map([
        ["a", a],
        ["b", b],
      ]);
      const outcome = runner.run(values);
      if (premise.run(values) === ACCEPTED) met++;
      undefinedMet ||= outcome === UNDEFINED;
      if (outcome === REFUSED && (smallest === undefined || compareInputs([a, b], smallest) < 0)) smallest = [a, b];
    }
  }
  return { met, smallest, undefinedMet };
}

const inputsOf = ({ judgements }: JudgedContract): readonly bigint[] | undefined =>
  judgements[0]?.finding?.inputs.map(({ value }) => value);

it(`proves and refutes ${RANDOM} random contracts as all their inputs do, with the smallest of these`, async () => {
  const wrong: string[] = [];
  const counts = { proved: 0, refuted: 0, vacuous: 0, sampled: 0, undefined: 0 };
  for (const made of contractsMade(7, RANDOM, false)) {
    const text = textOf(made);
    const said = await judged(text, { engines: ["prove"] }); // oxlint-disable-line no-await-in-loop -- one solver
    const { met, smallest, undefinedMet } = tryAll(made);
    const verdict = said.judgements[0]?.verdict ?? "sampled";
    counts[verdict]++;
    if (undefinedMet) counts.undefined++;
    const right = met === 0 && smallest === undefined ? "vacuous" : smallest === undefined ? "proved" : "refuted";
    const hit = huntContract(contractIn(text), contractIn(text).claims, { seed: 3, runs: 100 }).hits.size > 0;
    if (verdict !== right) wrong.push(`${verdict}, is ${right}:\n${text}`);
    if (hit && right !== "refuted") wrong.push(`hunted, is ${right}:\n${text}`);
    if (String(inputsOf(said)) !== String(smallest))
      wrong.push(`${String(inputsOf(said))}, smallest ${String(smallest)}:\n${text}`);
    if (said.undefinedInputs.length > 0 !== undefinedMet) wrong.push(`undefined is ${undefinedMet}:\n${text}`);
  }
  expect(wrong).toEqual([]);
  // All kinds are met, or this would say little.
  expect(Math.min(counts.proved, counts.refuted, counts.undefined)).toBeGreaterThan(20);
  expect(counts.vacuous).toBeGreaterThan(0);
  expect(counts.sampled).toBe(0);
}, 300_000);

/** A whole loop over all inputs in C: how many break it, and the smallest, by the order's own words. */
const LOOP = `
static int bits(long v) { int n = 0; for (v = v < 0 ? -v : v; v; v >>= 1) n++; return n; }
static long size(long v) { return v < 0 ? -v : v; }
static int less(long a, long b, long c, long d)
{
	int m = !!a + !!b, n = !!c + !!d;
	if (m != n) return m < n;
	m = bits(a) + bits(b), n = bits(c) + bits(d);
	if (m != n) return m < n;
	if (size(a) != size(c)) return size(a) < size(c);
	if (a != c) return a > c;
	if (size(b) != size(d)) return size(b) < size(d);
	return b > d;
}
#define TRY(name, A, B, REQUIRES, ENSURES) do { \\
	long broken = 0, met = 0, x = 0, y = 0; \\
	for (long i = -128; i < 256; i++) for (long j = -128; j < 256; j++) { \\
		A a = i; B b = j; \\
		if (a != i || b != j) continue; \\
		if (!(REQUIRES)) continue; \\
		met++; \\
		__auto_type result = name(a, b); \\
		if (ENSURES) continue; \\
		if (!broken++ || less(i, j, x, y)) x = i, y = j; \\
	} \\
	printf("%ld %ld %ld %ld\\n", met, broken, x, y); \\
} while (0)
`;

it(`agrees with gcc on ${BRUTE} random contracts`, async () => {
  const all = contractsMade(11, BRUTE, true);
  const folder = scratch();
  const file = join(folder, "brute.c");
  const tries = all.map(
    ({ types, requires = "1", ensures }, i) => `\tTRY(f_${i}, ${types[0]}, ${types[1]}, ${requires}, ${ensures});`,
  );
  const source = [
    PRELUDE,
    ...all.map((made, i) => functionText(made, `f_${i}`)),
    LOOP,
    "int main(void)\n{",
    ...tries,
    "\treturn 0;\n}\n",
  ];
  writeFileSync(file, source.join("\n"));
  const built = spawnSync("gcc", ["-w", "-std=gnu11", "-O1", "-fwrapv", "-o", join(folder, "brute"), file], {
    encoding: "utf8",
  });
  expect(built.stderr).toBe("");
  const lines = spawnSync(join(folder, "brute"), { encoding: "utf8" }).stdout.trim().split("\n");
  expect(lines).toHaveLength(BRUTE);
  const wrong: string[] = [];
  for (const [at, made] of all.entries()) {
    const [met = 0, broken = 0, ...inputs] = (lines[at] ?? "").split(" ").map(Number);
    const said = await judged(textOf(made), { engines: ["prove"] }); // oxlint-disable-line no-await-in-loop -- one solver
    const right = met === 0 ? "vacuous" : broken > 0 ? `refuted ${inputs.join(",")}` : "proved";
    const ours = [said.judgements[0]?.verdict, ...(inputsOf(said) ? [String(inputsOf(said))] : [])].join(" ");
    if (ours !== right) wrong.push(`${ours}, is ${right}:\n${textOf(made)}`);
  }
  expect(wrong).toEqual([]);
}, 120_000);
