/* oxlint-disable no-await-in-loop -- one solver */

/** --let and --assume: what is judged under an assumption is what gcc says of the check with the assumption before it. */

import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { givenOf } from "../../../sim/op.ts";
import type { Proof } from "../../../props/prove/question.ts";
import { bindBodies } from "../../support/bind-rules.ts";
import { boundBy, brute, TAKES } from "../../support/c-brute.ts";
import { type Bench, openBench } from "../../support/prove-bench.ts";

const hasGcc = spawnSync("gcc", ["--version"]).status === 0;
/** More of them: ASSUME_RULES=2000. */
const RULES = Number(process.env["ASSUME_RULES"] ?? 36);
/** Slots that are taken and reach past the end of the file. */
const PAST = "*taken && past(pgoff, npages, i_size)";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.prover.close());

/** A condition, taken off the random bodies that are nothing but one. */
const conditions = (seed: number, count: number): readonly string[] =>
  bindBodies(seed, count * 4)
    .flatMap((body) => /^\treturn (.*);$/.exec(body)?.[1] ?? [])
    .slice(0, count);

const read = (parameters: string, body: string, assumed: readonly string[]) => {
  const text = `static bool proposed(${parameters})\n{\n${body}\n}`;
  const result = bench.book.parse(text, { kind: "bind", reading: { assumed } });
  const rule = result.ok ? result.rules[0] : undefined;
  if (rule === undefined) throw new Error(JSON.stringify(result));
  return rule;
};

describe.skipIf(!hasGcc)("--let (skipped without gcc)", () => {
  it("is what gcc computes, in the type of the declaration", async () => {
    const types = ["u64", "u32", "s32", "u8", "loff_t", "bool"];
    const stands = ["offset", "offset + size", "size >> PAGE_SHIFT", "i_size - 1", "-1", "min(gpa, size)"];
    const pairs = types.flatMap((type) => stands.map((expr) => [type, expr] as const));
    const E = "offset + size <= (u64)x || (x < 0 && size <= SZ_4K) || (offset + size <= i_size && x > 3)";
    const proofs: Proof[] = [];
    for (const [type, expr] of pairs) {
      const text = `static bool proposed(${TAKES}, ${type} x)\n{\n\treturn ${E};\n}`;
      const result = bench.book.parse(text, { kind: "bind", reading: { names: new Map([["x", expr]]) } });
      const rule = result.ok ? result.rules[0] : undefined;
      proofs.push(await bench.prove(rule ?? bench.book.canary, "binding_in_file"));
    }
    const named = proofs.map((proof) => (proof.status === "refuted" ? boundBy(proof.ops) : undefined));
    const bodies = pairs.map(([type, expr]) => `\t${type} x = ${expr};\n\treturn ${E};`);
    const wrong = brute(bodies, PAST, named).flatMap(({ broken, named: is }, at) => {
      const status = proofs[at]?.status;
      const isRight = status === "refuted" ? is : status === "proved" && broken === 0;
      return isRight ? [] : [`${status} ${broken} ${is}: ${pairs[at]?.join(" x = ")}`];
    });
    expect(wrong).toEqual([]);
    expect(new Set(proofs.map(({ status }) => status))).toEqual(new Set(["proved", "refuted"]));
  });
});

describe.skipIf(!hasGcc)(`${RULES} random rules and assumptions (skipped without gcc)`, () => {
  it("break and hold as A && E does, and as gcc says", async () => {
    const bodies = bindBodies(11, RULES);
    const assumed = conditions(12, RULES);
    const proofs: Proof[] = [];
    const statuses: string[] = [];
    for (const [at, body] of bodies.entries()) {
      const a = assumed[at] ?? "1";
      proofs.push(await bench.prove(read(TAKES, body, [a]), "binding_in_file"));
      statuses.push(
        await bench.statusOf(read(TAKES, `\tif (!(${a}))\n\t\treturn false;\n${body}`, []), "binding_in_file"),
      );
    }
    const named = proofs.map((proof) => (proof.status === "refuted" ? boundBy(proof.ops) : undefined));
    const inC = bodies.map((body, at) => `\tif (!(${assumed[at]}))\n\t\treturn false;\n${body}`);
    const wrong = brute(inC, PAST, named).flatMap(({ broken, named: is }, at) => {
      const status = proofs[at]?.status;
      const isRight = status === statuses[at] && (status === "refuted" ? is : status === "proved" && broken === 0);
      return isRight ? [] : [`${status} ${statuses[at]} ${broken} ${is}: ${assumed[at]}\n${bodies[at]}`];
    });
    expect(wrong).toEqual([]);
    for (const one of ["proved", "refuted"])
      expect(statuses.filter((each) => each === one).length).toBeGreaterThan(RULES / 6);
  });

  it("say the same of a value that nobody knows", async () => {
    const E = [
      "offset + size <= limit",
      "offset <= limit && size <= limit - offset",
      "(s64)(offset + size) < (s64)limit",
    ];
    const A = [
      "limit <= (u64)i_size",
      "limit == (u64)i_size",
      "(s64)limit <= i_size",
      "limit < SZ_1G",
      "IS_ALIGNED(limit, SZ_2M)",
    ];
    const pairs = E.flatMap((e) => ["1", "limit != size"].flatMap((a) => A.map((b) => [e, `(${a}) && ${b}`] as const)));
    const proofs: Proof[] = [];
    for (const [e, a] of pairs)
      proofs.push(await bench.prove(read(`${TAKES}, u64 limit`, `\treturn ${e};`, [a]), "binding_in_file"));
    const named = proofs.map((proof) => (proof.status === "refuted" ? boundBy(proof.ops) : undefined));
    const bodies = pairs.map(([e, a], at) => {
      const proof = proofs[at];
      const given =
        proof?.status === "refuted"
          ? proof.ops.flatMap(givenOf).find(({ text }) => text === "limit")?.value
          : undefined;
      const values = `0, 4096, SZ_2M, SZ_1G, -1ull, -4096ull, (u64)i_size, offset + size, ${given ?? 0}ull`;
      return `\tu64 limits[] = { ${values} };\n\tfor (int k = 0; k < 9; k++) { u64 limit = limits[k]; if ((${a}) && (${e})) return true; }\n\treturn false;`;
    });
    const wrong = brute(bodies, PAST, named).flatMap(({ broken, named: is }, at) => {
      const status = proofs[at]?.status;
      return (status === "refuted" ? is : status === "proved" && broken === 0)
        ? []
        : [`${status} ${broken} ${is}: ${pairs[at]?.join(" given ")}`];
    });
    expect(wrong).toEqual([]);
    for (const one of ["proved", "refuted"] as const)
      expect(proofs.filter(({ status }) => status === one).length).toBeGreaterThan(5);
  });
});
