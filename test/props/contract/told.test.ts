/** Contracts on the command line: reports in every format, exit codes, files, certificates. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { command } from "../../support/cli-io.ts";
import { scratch } from "../../support/cli.ts";
import { misfits } from "../../support/json-schema.ts";

const folder = scratch();
const written = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return name;
};

const TWICE = `ensures(result > x)
ensures(result >= x)
static u32 twice(u32 x)
{
	return x | x << 1;
}
`;
const broken = written("broken.c", TWICE);
const kept = written("kept.c", "requires(x)\nensures(result)\nstatic u64 same(u64 x) { return x; }\n");
const unmet = written("unmet.c", "requires(x < x)\nensures(result)\nstatic u64 same(u64 x) { return x; }\n");
const open = written(
  "open.c",
  "ensures(result == x)\nstatic u64 count(u64 x) { u64 i = 0; while (i < x) i++; return i; }\n",
);
const undef = written("undefined.c", "ensures(result <= a)\nstatic u32 part(u32 a, u32 b) { return a / b; }\n");
const both = written("both.c", `${TWICE}\nstatic bool rule(u64 offset) { return !offset; }\n`);
/** FILE:FUNCTION is no file, and so named by its whole path here. */
const inFolder = (arg: string): string => (/^\w+\.c:\w+$/.test(arg) ? join(folder, arg) : arg);
const judge = (...args: string[]): ReturnType<typeof command> =>
  command(["judge", "--no-out", "--runs", "500", ...args.map(inFolder)], folder);

describe("the exit code", () => {
  it.each([
    [0, kept],
    [1, broken],
    [1, undef],
    [3, open],
    [4, unmet],
  ])("is %d for %s", async (code, file) => {
    expect((await judge(file)).code).toBe(code);
  });
});

describe("a report", () => {
  it("has the C with its contract, a line a claim, and how it breaks", async () => {
    const { out } = await judge(broken);
    expect(out).toBe(`twice: contract (broken.c:3)
    ensures(result > x)
    ensures(result >= x)
    static u32 twice(u32 x)
    {
    	return x | x << 1;
    }

  ensures_1  refuted  by proof; no inputs are smaller; ${/smaller; (\w+)/.exec(out)?.[1] ?? ""}
  ensures_2  proved   ensures(result >= x)
  proved for every value of every parameter that requires(…) lets through

ensures_1 breaks: twice() returns 0x0
  x = 0x0
  result = 0x0
  does not hold: ensures(result > x)

seed 1; canary: refuted
`);
  });

  it("is told of rules and contracts of one file", async () => {
    const { out } = await judge(both);
    expect(out).toContain("rule: bind rule (both.c:8)");
    expect(out).toContain("twice: contract (both.c:3)");
    const [twice, rule] = [await judge("both.c:twice"), await judge("both.c:rule")];
    expect(twice.out).toContain("twice: contract");
    expect(twice.out).not.toContain("bind rule");
    expect(rule.out).toContain("bind rule");
    expect(rule.out).not.toContain("contract");
  });

  it("says what is taken of pointers", async () => {
    const file = written("pointers.c", "ensures(*a == 1)\nstatic void f(u64 *a, u64 *b) { *a = 1; *b = 2; }\n");
    const { out, code } = await judge(file);
    expect(out).toContain("  taken: a, b are not NULL, and each leads to an object of its own\n");
    expect(code).toBe(0);
  });

  it("is, in JSON, what the schema says", async () => {
    const all = await Promise.all([broken, kept, unmet, open, undef, both].map((file) => judge("--json", file)));
    const schema: unknown = JSON.parse(readFileSync("docs/schema/judge.schema.json", "utf8"));
    expect(all.flatMap(({ out }) => misfits(schema, JSON.parse(out)))).toEqual([]);
    expect(JSON.parse(all[0]?.out ?? "")).toMatchObject({
      contracts: [{ id: "twice", file: "broken.c", line: 3, requires: [] }],
      verdicts: [
        {
          rule: "twice",
          claim: "ensures_1",
          verdict: "refuted",
          engine: "prove",
          kind: "contract",
          ensures: "result > x",
          given: [],
          counterexample: { inputs: { x: "0x0" }, result: "0x0", given: [], files: [] },
        },
        { claim: "ensures_2", verdict: "proved", premises: { requires_met: true } },
      ],
    });
  });

  it.each([
    ["junit", '<testcase name="ensures_1" classname="foliofence.twice" file="broken.c" line="3">', "x = 0x0\n"],
    ["ktap", "  not ok 1 ensures_1 # refuted\n", "  ok 2 ensures_2 # proved\n"],
    ["github", "::error file=broken.c,line=1,title=twice%3A ensures_1 is refuted::", "%0Ax = 0x0%0A"],
    ["patchwork", '"state": "fail"', "twice, ensures_1: refuted"],
    ["sarif", '"ruleId": "contract"', '"ensures": "result > x"'],
  ])("is, as %s, one of a broken claim", async (format, ...parts) => {
    const { out } = await judge("--format", format, broken);
    expect(parts.filter((part) => !out.includes(part))).toEqual([]);
  });

  it.each(["junit", "ktap", "github", "sarif", "patchwork"])("is, as %s, the same on every run", async (format) => {
    const [first, second] = [await judge("--format", format, both), await judge("--format", format, both)];
    expect(first.out).toBe(second.out);
  });

  it("is what the document shows", async () => {
    const text = readFileSync("docs/CONTRACTS.md", "utf8");
    const [, sample = ""] = /```c\n([^]*?)```/.exec(text) ?? [];
    const { out } = await judge(written("overlap.c", sample));
    const shown = [...text.matchAll(/^ {4}(?!\$|…|foliofence )(.*)$/gm)].map(([, line = ""]) => line);
    expect(shown.length).toBeGreaterThan(5);
    expect(shown.filter((line) => !out.includes(line))).toEqual([]);
  });
});

describe("files", () => {
  it("are five of each counterexample, and said", async () => {
    const { out } = await command(["judge", "--out", join(folder, "out"), broken], folder);
    expect(out).toMatch(/1 counterexample written to .*out\//);
    const names = readdirSync(join(folder, "out"));
    expect(names.map((name) => name.replace(/-[0-9a-f]{12}/, ""))).toEqual(
      ["c", "json", "mjs", "svg", "txt"].map((ending) => `twice-ensures_1.${ending}`),
    );
    const replayed = await command(["replay", "--json", join("out", names[1] ?? "")], folder);
    expect(replayed.code).toBe(1);
    expect(JSON.parse(replayed.out)).toMatchObject({ function: "twice", verdict: "refuted", inputs: { x: "0x0" } });
  });

  it("are, of what is proved or vacuous, a certificate that is accepted", async () => {
    await judge("--certificate", join(folder, "proofs"), broken, unmet);
    const checked = await command(["check", join(folder, "proofs")], folder);
    expect(checked.out).toContain("3 verdicts: 2 certified, 1 refuted by ops, 0 without; 2 of 2 proofs accepted");
    expect(checked.code).toBe(0);
  });

  it("are queries of every question", async () => {
    await judge("--smt2", join(folder, "queries"), kept);
    expect(readdirSync(join(folder, "queries"))).toContain("same-ensures_1.smt2");
  });
});

describe("what is asked without a line in the file", () => {
  const strict = written(
    "strict.c",
    `static bool clear_ok(u64 first_page, u64 num_pages, u64 npages)
{
	return !(first_page & 63) && !(num_pages & 63) && first_page <= npages && num_pages <= npages - first_page;
}
`,
  );
  written(
    "errno.c",
    `static int check(u64 index, u64 limit)
{
	return index >= limit ? -EINVAL : 0;
}
static bool is_bad_index(u64 index, u64 limit)
{
	return index > limit;
}
`,
  );
  const toldOf = async (...args: string[]): Promise<readonly string[]> => {
    const { out, err } = await judge("--json", ...args);
    if (err !== "") return [err];
    const { verdicts }: { verdicts: { claim: string; verdict: string; ensures: string }[] } = JSON.parse(out);
    return verdicts.map(({ claim, verdict, ensures }) => `${claim} ${verdict}: ${ensures}`);
  };

  it("is a claim over its parameters and its result", async () => {
    expect(
      await toldOf("strict.c:clear_ok", "--claim", "inside: !result || num_pages <= npages", "--claim", "any: result"),
    ).toEqual(["inside proved: !result || num_pages <= npages", "any refuted: result"]);
    // A parameter may be called as a word of a fault is.
    expect(await toldOf("errno.c:check", "--claim", "sound: result || index < limit")).toEqual([
      "sound proved: result || index < limit",
    ]);
    expect(await toldOf(broken, "--claim", "small: result <= 0xffffffff")).toEqual([
      "ensures_1 refuted: result > x",
      "ensures_2 proved: result >= x",
      "small proved: result <= 0xffffffff",
    ]);
  });

  it("is what it must take", async () => {
    const tail = "first_page % 64 == 0 && first_page <= npages && num_pages == npages - first_page";
    expect(await toldOf(strict, "--must-accept", tail)).toEqual([`accepts refuted: !(${tail}) || result`]);
    expect(await toldOf("errno.c:check", "--must-accept", "limit > index")).toEqual([
      "accepts proved: !(limit > index) || !result",
    ]);
    expect(await toldOf("errno.c:is_bad_index", "--must-accept", "limit > index")).toEqual([
      "accepts proved: !(limit > index) || !result",
    ]);
    expect((await toldOf("errno.c:is_bad_index", "--kind", "bind-accepts", "--must-accept", "limit > index"))[0]).toBe(
      "accepts refuted: !(limit > index) || result",
    );
  });

  it.each([
    [["errno.c", "--claim", "a: result"], "which function is meant? Name it, as FILE:FUNCTION"],
    [["ctz", "--claim", "a: result"], "ctz is a rule of the catalogue: it has no parameters of its own"],
    [["ctz", "none", "--claim", "a: result"], "--claim a is about a function's own parameters: name one file"],
    [["-e", "offset", "--claim", "a: result"], "--claim a is about a function's own parameters: name one file"],
    [["strict.c", "--claim", "a: result", "--claim", "b: folio_start"], "goes with no claim about slots"],
    [["strict.c", "--claim", "a: reslt"], "unknown name 'reslt' in a contract; did you mean result?"],
    [["broken.c", "--claim", "ensures_1: result"], "two claims about twice() are called ensures_1"],
    [
      ["strict.c", "--fix", "--claim", "a: result"],
      "--fix does not go with what is asked of a function's own parameters",
    ],
    [["ctz", "--claim", "a: fold_start"], "did you mean folio_start?"],
  ])("is refused: %j", async (args, message) => {
    const { err, code } = await command(["judge", "--no-out", ...args], folder);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });
});

describe("what does not go with a contract", () => {
  it.each([
    [["--shard", "1/2"], "--shard: a contract is judged as a whole"],
    [["--assume", "offset"], "--assume is about slots: of a function with a contract say requires(…)"],
    [["--let", "x=offset"], "--let NAME=EXPR is about slots: in a function with a contract a name is its own"],
  ])("%j", async (flags, message) => {
    const { err, code } = await judge(...flags, broken);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });

  it.each(["--compare", "--fix"])("%s", async (flag) => {
    const { err, code } = await command(["judge", flag, broken, "none"], folder);
    expect(err).toContain("twice has a contract: it is no rule about slots, and can be judged");
    expect(code).toBe(2);
  });

  it("is told with its place", async () => {
    const { err, code } = await judge(written("slip.c", "ensures(reslt)\nstatic u64 f(u64 x) { return x; }\n"));
    expect(err).toContain("slip.c:1:9: unknown name 'reslt' in a contract; did you mean result?");
    expect(code).toBe(2);
  });
});
