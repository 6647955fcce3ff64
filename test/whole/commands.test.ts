/** Every command in this process: what it says, to the letter, and its exit code. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratch } from "../support/cli.ts";
import type { Ran } from "../support/cli-io.ts";
import { command } from "../support/cli-io.ts";
import { filesIn } from "../support/command-files.ts";
import { toTheLetter } from "../support/golden-commands.ts";

const dir = scratch();
const file = filesIn(dir);
file("errno.c", "int check(u64 offset)\n{\n\tif (offset & 0xfff)\n\t\treturn -EINVAL;\n\treturn 0;\n}\n\n\n");

const QUICK = ["--engine", "hunt,exhaust", "--runs", "600", "--jobs", "1"];
const BRIEF = [...QUICK, "--no-out", "--claims", "allocation"];
const SAMPLED = ["--engine", "hunt", "--runs", "3000", "--jobs", "1", "--no-out", "--claims", "folio_ends_in_slot"];
const MAPS = ["--engine", "hunt", "--runs", "3000", "--jobs", "1", "--no-out", "--claims", "mapping_starts_in_slot"];
const HUNT = ["--engine", "hunt", "--runs", "100", "--jobs", "1", "--no-out", "--claims", "allocation"];

/** Whole groups of commands beside what they said. */
const GROUPS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  judge: [
    ["judge", "ctz", ...BRIEF],
    ["judge", "offset_and_size_1g", ...BRIEF],
    ["judge", "ctz", ...QUICK, "--no-out", "--claims", "mapping_translates,folio_ends_in_slot", "--resize", "never"],
    ["judge", "two.c", ...BRIEF],
    ["judge", "-e", "offset == 0", "-e", "false", ...BRIEF, "--orders", "4K,2M"],
    ["judge", "stock", ...QUICK, "--no-out", "--claims", "mapping", "--kind", "level"],
    ["judge", "ctz", "--engine", "hunt", "--runs", "10", "--no-out", "--claims", "folio_avoids_other_slots"],
    ["judge", "offset_and_size_2m", "--kernel", "gmem-v13", ...BRIEF],
    ["judge", "none", ...QUICK, "--no-out", "--claims", "folio_starts_in_slot", "--seed", "7", "--bound", "2"],
    ["judge", "errno.c", ...HUNT],
    ["judge", "offset_and_size_1g", ...HUNT],
    ["judge", "offset_and_size_1g", ...SAMPLED],
    ["judge", "two.c", "two.c", ...HUNT],
    ["judge", "-e", "offset == 0", "-e", "(offset >> (gpa >> 12)) == 0 || true", ...MAPS],
    ["judge", "folio_order", "binding_aligned", "ctz", ...HUNT.slice(0, -1), "mapping_translates"],
  ],
  formats: [
    ["judge", "two.c", ...HUNT, "--json", "--format", "json"],
    ["judge", "two.c", ...HUNT, "--format", "junit"],
    ["judge", "two.c", ...HUNT, "--format", "sarif"],
    ["judge", "two.c", ...HUNT, "--format", "github"],
    ["judge", "offset_and_size_1g", ...SAMPLED, "--json"],
    ["judge", "offset_and_size_1g", ...SAMPLED, "--format", "sarif"],
    ["judge", "offset_and_size_1g", ...HUNT, "--format", "junit"],
    ["judge", "offset_and_size_1g", ...HUNT, "--format", "sarif"],
    ["judge", "offset_and_size_1g", ...HUNT, "--format", "github"],
    ["judge", "order_zero", ...HUNT, "--format", "junit"],
    ["judge", "order_zero", ...HUNT, "--format", "sarif"],
    ["judge", "order_zero", ...HUNT, "--format", "github"],
    ["judge", "ctz", "--engine", "hunt", "--runs", "600", "--jobs", "1", "--no-out", "--shard", "2/2", "--json"],
  ],
  proofs: [
    ["judge", "ctz", "offset_and_size_2m", "--compare"],
    ["judge", "ctz", "fls64", "--compare", "--json"],
    ["judge", "-e", "IS_ALIGNED(offset, SZ_2M)", "-e", "!(offset & 0x1fffff)", "--compare"],
    ["judge", "ctz", "--fix", "--claims", "folio_starts_in_slot", "--orders", "4K,2M"],
    ["judge", "size_level", "--fix", "--claims", "folio_ends_in_slot", "--json"],
    ["judge", "offset_and_size_1g", "--jobs", "1", "--no-out", "--claims", "folio_starts_in_slot"],
    ["judge", "ctz", "--engine", "prove", "--smallest", "--no-out", "--claims", "folio_starts_in_slot"],
    ["judge", "ctz", "--engine", "prove", "--smallest", "--no-out", "--claims", "folio_avoids_other_slots"],
  ],
  main: [
    [...HUNT],
    [...HUNT.slice(0, -1), "mapping_translates"],
    [...QUICK, "--no-out", "--claims", "folio_ends_in_slot"],
    [...QUICK, "--no-out", "--resize", "never", "--orders", "4K,2M"],
  ],
};

toTheLetter(GROUPS, dir);

describe("the files of a counterexample", () => {
  const found = join(dir, "found");
  const args = ["judge", "size_level", ...QUICK, "--claims", "folio_ends_in_slot", "--out", found];

  it("are written in each format, and replayed from each to the same words", async () => {
    const { code, out } = await command(args, dir);
    expect(code).toBe(1);
    expect(out).toContain("1 counterexample written to found/\n");
    const names = readdirSync(found).toSorted();
    expect(names.map((name) => name.split(".").at(-1))).toEqual(["c", "c", "json", "mjs", "svg", "txt"]);
    const told = [];
    for (const name of names) told.push(await command(["replay", join("found", name)], dir)); // oxlint-disable-line no-await-in-loop -- one after the other
    for (const one of told) expect(one).toEqual(told[0]);
    const json = await command(["replay", join("found", names[1] ?? ""), "--json"], dir);
    expect(told[0]?.out).toContain("3. fault gpa=0x0: ");
    expect(JSON.parse(json.out)).toMatchObject({ verdict: "refuted", claim: "folio_ends_in_slot", excess_pages: 511 });
  });

  it("are named in every format of the report", async () => {
    for (const format of ["json", "junit", "sarif", "github"]) {
      const { out } = await command([...args, "--format", format], dir); // oxlint-disable-line no-await-in-loop -- one after the other
      expect(out).toMatch(/found\/size_level-folio_ends_in_slot-[0-9a-f]{12}\.c/);
    }
  });

  it("are a page to explore", async () => {
    const json = readdirSync(found).find((name) => name.endsWith(".json")) ?? "";
    const page = join(dir, "page.html");
    const { code, out } = await command(["explore", join("found", json), "--out", page], dir);
    expect({ code, out }).toEqual({ code: 0, out: `file://${page.replace(`${dir}/`, "")}\n` });
    expect(readFileSync(page, "utf8")).toContain("size_level");
  });

  it("are not written where something is in the way, and the verdicts are told all the same", async () => {
    const first = readdirSync(found).toSorted()[0] ?? "";
    mkdirSync(join(dir, "full", first), { recursive: true });
    const { code, out, err } = await command([...args.slice(0, -1), join(dir, "full")], dir);
    expect(code).toBe(2);
    expect(out).toContain("folio_ends_in_slot  refuted");
    expect(err).toBe(`foliofence: full/${first}: not written: is a directory\n`);
  });
});

describe("queries", () => {
  it("are saved by name, for any solver", async () => {
    const queries = join(dir, "queries");
    const args = ["judge", "ctz", "offset_and_size_2m", "--engine", "prove", "--claims", "folio_starts_in_slot"];
    expect((await command([...args, "--jobs", "1", "--no-out", "--smt2", queries], dir)).code).toBe(1);
    const saved = readdirSync(queries).toSorted();
    const names = saved.filter((name) => name !== "reduction");
    expect([names.length, saved.length]).toEqual([3, 4]);
    expect(readdirSync(join(queries, "reduction")).length).toBeGreaterThan(100);
    for (const name of names) {
      expect(name).toMatch(/^(ctz|offset_and_size_2m)-folio_starts_in_slot[\w.-]*\.smt2$/);
      expect(readFileSync(join(queries, name), "utf8")).toContain("(check-sat)");
    }
  });
});

describe("a judging that is ended early", () => {
  const rules = ["congruent_2m", "offset_and_size_2m", "ctz"];
  const judge = (out: string, ...more: string[]): string[] => {
    const asked = ["--engine", "hunt", "--runs", "3000", "--jobs", "1", "--claims", "folio_starts_in_slot", "--json"];
    return ["judge", ...rules, ...asked, "--out", join(dir, out), ...more];
  };

  it.each([1, 4, 9])("goes on to the same bytes, after %i looks at Ctrl-C", async (looks) => {
    let looked = 0;
    const whole = await command(judge("whole"), dir);
    const out = `early-${looks}`;
    const early = await command(judge(out), dir, { interrupted: () => ++looked > looks });
    expect(early.code).toBe(130);
    expect(early.err).toBe(
      `saved in ${out}/foliofence-resume.json: the same command with --resume goes on from there\n`,
    );
    expect(JSON.parse(early.out)).toMatchObject({ interrupted: true });
    const resumed = await command(judge(out, "--resume"), dir);
    expect({ ...resumed, out: resumed.out.replaceAll(`${out}/`, "whole/") }).toEqual(whole);
    const again = await command(judge(out, "--resume"), dir);
    expect(again).toEqual({
      code: 2,
      out: expect.stringContaining("nothing was ended early"),
      err: `foliofence: --resume: ${out}/foliofence-resume.json is not there: nothing was ended early\n`,
    });
  });

  it("says so, and of what it is not sure", async () => {
    let looked = 0;
    const args = ["judge", "offset_and_size_1g", "--engine", "hunt", "--runs", "9000", "--jobs", "1", "--no-out"];
    const early = (...more: string[]): Promise<Ran> => {
      looked = 0;
      return command([...args, ...more], dir, { interrupted: () => ++looked > 3 });
    };
    const { code, out, err } = await early("--claims", "folio_ends_in_slot");
    expect({ code, err }).toEqual({ code: 130, err: "" });
    expect(out).toMatch(/folio_ends_in_slot {2}sampled {2}\d+ runs, .* at 95 %; inconclusive: interrupted\n/);
    expect(out).toContain("interrupted: this is what was found by then\n");
    for (const format of ["junit", "sarif", "github", "json"]) {
      expect((await early("--format", format)).out).toContain("interrupted"); // oxlint-disable-line no-await-in-loop -- one after the other
    }
    const all = ["--engine", "hunt", "--runs", "9000", "--jobs", "1", "--no-out"];
    looked = 0;
    const main = await command(all, dir, { interrupted: () => ++looked > 6 });
    expect(main.code).toBe(130);
    expect(main.out).toContain("interrupted: this is what was found by then\n");
    expect(main.out).not.toContain("the recorded ones");
  });

  it("is not gone on with by another one, nor from a damaged state", async () => {
    let looked = 0;
    await command(judge("other"), dir, { interrupted: () => ++looked > 4 });
    const state = join(dir, "other", "foliofence-resume.json");
    const refusal = async (...more: string[]): Promise<string> =>
      (await command(judge("other", "--resume", ...more), dir)).err;
    const foreign =
      "foliofence: other/foliofence-resume.json: saved by a judging with other rules or options, or by another version\n";
    for (const other of [
      ["--seed", "2"],
      ["--resize", "never"],
      ["--runs", "4000"],
      ["--shard", "1/2"],
    ]) {
      expect(await refusal(...other)).toBe(foreign); // oxlint-disable-line no-await-in-loop -- one after the other
    }
    const saved = readFileSync(state, "utf8");
    for (const damaged of [
      saved.slice(0, -20),
      saved.replace('"blocks":', '"frob":'),
      saved.replace('"runs":', '"r":'),
    ]) {
      writeFileSync(state, damaged);
      expect(await refusal()).toMatch(/^foliofence: other\/foliofence-resume\.json: damaged: .*\n$/); // oxlint-disable-line no-await-in-loop -- one after the other
    }
  });
});
