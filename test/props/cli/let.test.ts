/** --let NAME=EXPR: what a name of the text stands for. */

import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { command, type Ran } from "../../support/cli-io.ts";
import { scratch } from "../../support/cli.ts";

let folder: string;
beforeAll(() => {
  folder = scratch();
});

const judge = (text: string, ...args: readonly string[]): Promise<Ran> => {
  writeFileSync(join(folder, "it.c"), text);
  return command(["judge", "it.c", "--claims", "folio_starts_in_slot", "--engine", "prove", ...args], folder);
};

const lets = (...words: readonly string[]): string[] => words.flatMap((word) => ["--let", word]);
const idOf = ({ out }: Ran): string | undefined => /id ([0-9a-f]{12})/.exec(out)?.[1];

const FITS = `static u64 limit;

static bool fits(u64 start, u32 len, u64 gpa)
{
	if (gpa > LIMIT)
		return false;
	return IS_ALIGNED(start, SZ_1G) && IS_ALIGNED(gpa, SZ_1G);
}
`;

describe("a name", () => {
  it("stands for what is said, and the report tells it", async () => {
    const { code, out } = await judge(FITS, "--no-out", ...lets("start=pgoff << PAGE_SHIFT", "LIMIT=1ull << 40"));
    expect(code).toBe(0);
    expect(out).toContain("  reads: start (pgoff << PAGE_SHIFT), gpa, LIMIT (1ull << 40)\n");
    expect(out).not.toContain("arbitrary");
    expect(out).toContain("--let 'start=pgoff << PAGE_SHIFT', --let 'LIMIT=1ull << 40'; seed 1");
  });

  it("is arbitrary where nothing is said", async () => {
    const { code, out } = await judge(FITS, "--no-out");
    expect(code).toBe(1);
    expect(out).toContain("arbitrary: start (3:22), LIMIT (5:12)");
  });

  it("has the type of its declaration", async () => {
    // A u32 keeps the low half: 4 GiB is 0 in it.
    const narrow = "static bool fits(u32 start)\n{\n\treturn start == 0;\n}\n";
    const long = "static bool fits(u64 offset)\n{\n\treturn (u32)offset == 0;\n}\n";
    const [a, b] = [await judge(narrow, "--no-out", ...lets("start=offset")), await judge(long, "--no-out")];
    expect([idOf(a), a.code]).toEqual([idOf(b), b.code]);
    const global = "static u8 limit;\n\nstatic bool fits(u64 offset)\n{\n\treturn offset == 0 && limit == 0;\n}\n";
    expect((await judge(global, "--no-out", ...lets("limit=256"))).out).toContain("refuted");
  });

  it("may be one of ours, with another meaning", async () => {
    const text = "static bool fits(u64 offset)\n{\n\treturn IS_ALIGNED(offset, SZ_1G / PAGE_SIZE);\n}\n";
    expect((await judge(text, "--no-out")).code).toBe(1);
    expect((await judge(text, "--no-out", ...lets("offset=pgoff"))).code).toBe(0);
  });

  it("is what is said in an expression", async () => {
    const words = ["--claims", "folio_starts_in_slot", "--no-out", ...lets("start=pgoff")];
    const { code, out } = await command(["judge", "-e", "IS_ALIGNED(start, SZ_1G / PAGE_SIZE)", ...words], folder);
    expect([code, /reads: start \(pgoff\)/.test(out)]).toEqual([0, true]);
  });

  it("does not see the text's own variables", async () => {
    const text = "static bool fits(u64 start)\n{\n\tu64 offset = 0;\n\treturn IS_ALIGNED(start + offset, SZ_1G);\n}\n";
    expect((await judge(text, "--no-out", ...lets("start=offset"))).code).toBe(0);
  });
});

it.each([
  ["start=offst", "it.c:3:22: --let start=offst: unknown name 'offst'; did you mean off, offset?"],
  ["start=offset +", "--let start:1:8: an operand is missing between '+' and the end"],
  ["start=mem->x", "--let start:1:4: '->' cannot stand here: a name stands for C over offset"],
  ["strat=offset", "--let strat: nothing that is judged has that name"],
  ["fits=1", "--let fits: what is judged has that name for something of its own, which is not settled from outside"],
  ["start=", '--let: "start=" is not NAME=y, NAME=m, NAME=n or NAME=EXPR'],
  ["start=offset /* */", "--let start: a comment cannot stand there"],
])("--let '%s' is refused", async (word, message) => {
  const { code, err } = await judge(FITS, "--no-out", ...lets(word));
  expect(code).toBe(2);
  expect(err.startsWith(`foliofence: ${message}`)).toBe(true);
  expect(err.trimEnd().split("\n")).toHaveLength(1);
});

it("does not settle what the text defines itself", async () => {
  const { code, err } = await judge(`#define LIMIT 42\n\n${FITS}`, "--no-out", ...lets("LIMIT=41"));
  expect([code, err]).toEqual([
    2,
    expect.stringContaining("--let LIMIT: what is judged has that name for something of"),
  ]);
});

it.each([
  ["is set in a loop", "for (;;) {\n\t\tif (total == 3)\n\t\t\tbreak;\n\t\ttotal++;\n\t}\n\treturn offset == 0;"],
  ["is set in another function", "set_total();\n\treturn total == 0 && offset == 0;"],
  ["has its address taken", "fill(&total);\n\treturn total == 0 && offset == 0;"],
])("a name that %s cannot be settled", async (_what, body) => {
  const text = `static void set_total(void)\n{\n\ttotal = 1;\n}\n\nstatic bool fits(u64 offset)\n{\n\t${body}\n}\n`;
  const { code, err } = await judge(text, "--no-out", ...lets("total=0"));
  expect([code, err]).toEqual([2, expect.stringContaining("--let total=0: the text sets 'total' itself")]);
});

it("stays with the counterexample: every file of it replays", async () => {
  const text = FITS.replace("SZ_1G) &&", "SZ_2M) &&");
  const { out } = await judge(
    text,
    "--out",
    join(folder, "counterexamples"),
    ...lets("start=offset", "LIMIT=1ull << 40"),
  );
  const id = idOf({ code: 1, out, err: "" });
  const files = readdirSync(join(folder, "counterexamples")).filter((name) => id !== undefined && name.includes(id));
  const replayed = await Promise.all(
    files.map(async (file) => (await command(["replay", join(folder, "counterexamples", file)], folder)).out),
  );
  expect(replayed.length).toBeGreaterThan(2);
  for (const each of replayed) expect(each).toContain("folio_starts_in_slot is broken by step 3");
});
