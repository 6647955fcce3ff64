/** --claim on the command line: verdicts, words, files of every format, and what is read back. */

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { AS_OWN } from "../../support/own-claims.ts";
import { command, type Ran } from "../../support/cli-io.ts";
import { scratch } from "../../support/cli.ts";

let folder: string;
beforeEach(() => {
  folder = scratch();
});

const run = (...words: readonly string[]): Promise<Ran> => command(["judge", ...words], folder);
const claim = (...texts: readonly string[]): string[] => texts.flatMap((text) => ["--claim", text]);

interface Verdict {
  readonly rule: string;
  readonly claim: string;
  readonly expr?: string;
  readonly verdict: string;
  readonly inconclusive?: string;
  readonly counterexample?: { readonly id: string };
}
const toldBy = (out: string): readonly Verdict[] =>
  (JSON.parse(out) as { readonly verdicts: readonly Verdict[] }).verdicts; // oxlint-disable-line typescript/no-unsafe-type-assertion -- what the product prints
const verdicts = async (...words: readonly string[]): Promise<readonly Verdict[]> =>
  toldBy((await run(...words, "--no-out", "--json")).out);

const MINE = AS_OWN.map(([name, text]) => `my_${name}: ${text}`);

describe("the built-in claims, said as one's own", () => {
  it.each([
    [["size_level", "congruent_1g"]],
    [["round_up_contained", "offset_congruent"]],
    [["file_folio", "ctz", "--resize", "never"]],
    [["file_folio", "size_level", "--orders", "2M", "--resize", "before-bind"]],
    [["signed_end", "none", "--kernel", "gmem-v13"]],
  ])("come to the same verdicts and ids: %j", async (words) => {
    // A map or a level rule is asked of nothing else.
    const asked = words[0] === "round_up_contained" ? MINE.filter((each) => each.startsWith("my_mapping")) : MINE;
    const all = await verdicts(...words, "--claims", "all", ...claim(...asked));
    const mine = new Map(all.map((one) => [`${one.rule} ${one.claim}`, one]));
    let compared = 0;
    for (const one of all) {
      if (one.claim.startsWith("my_")) continue;
      const other = mine.get(`${one.rule} my_${one.claim}`);
      expect({ ...one, verdict: other?.verdict, id: other?.counterexample?.id }).toEqual({
        ...one,
        id: one.counterexample?.id,
      });
      expect(other?.expr).toBe(AS_OWN.find(([name]) => name === one.claim)?.[1]);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(8);
  });
});

const ALIGNED = "IS_ALIGNED(offset | size, SZ_1G)";

describe("a claim of one's own", () => {
  it("is asked by itself, and told in its own words", async () => {
    const { code, out } = await run("none", "--no-out", ...claim("near:  binding_start <=  folio_start + 511 // less"));
    expect(code).toBe(1);
    expect(out).toMatch(
      /^ {2}near {2}refuted {2}3 ops, folio_start 0x0, binding_start 0x200 \(in pages\), id [0-9a-f]{12}$/m,
    );
    expect(out).not.toContain("folio_starts_in_slot");
    expect(out).toContain("near: does not hold: binding_start <= folio_start + 511\n");
    expect(out).toContain(
      "expected binding_start <= folio_start + 511, is folio_start 0x0, binding_start 0x200 (in pages)",
    );
  });

  it("is proved of what keeps it", async () => {
    const { code, out } = await run(
      "-e",
      ALIGNED,
      "--no-out",
      ...claim("dense: folio_end - folio_start <= binding_end - binding_start"),
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}dense {2}proved {2}folio_end - folio_start <= binding_end - binding_start$/m);
  });

  it("is vacuous where nothing is accepted", async () => {
    expect((await run("-e", "false", "--no-out", ...claim("none_at_all: index != 7"))).code).toBe(4);
  });

  it("looks at base pages, too", async () => {
    const [always] = await verdicts("-e", ALIGNED, ...claim("large: order > 0"));
    expect(always).toMatchObject({ verdict: "refuted" });
    // Its file has no base pages, and a page in the way makes one.
    const [seldom] = await verdicts("none", "--orders", "2M", ...claim("large: order > 0"));
    expect(seldom?.verdict === "proved").toBe(false);
  });

  it("holds for each other slot", async () => {
    const [apart] = await verdicts("none", ...claim("gap: other_start - binding_end != 5"));
    expect(apart).toMatchObject({ claim: "gap", verdict: "refuted" });
  });

  it("is vacuous where no base page can break it and there is no other, and says so of no other claim", async () => {
    const base = ["none", "--orders", "4K"];
    const all = await verdicts(...base, ...claim("small: order == 0", "low: index < 1ULL << 52", "odd: index != 5"));
    expect(all.map(({ verdict }) => verdict)).toEqual(["vacuous", "vacuous", "refuted"]);
    const checked = ["-e", "offset != 0x5000 && size == SZ_4K", "--orders", "4K"];
    const [page] = await verdicts(...checked, ...claim("odd: index != 5"));
    expect(page?.verdict).toBe("proved");
  });

  it("is about files of any order whose faults an order rule may give a folio", async () => {
    const world = ["-e", "folio_size != SZ_2M", "--order-rule", "folio_in_file", "--resize", "never"];
    const [smaller] = await verdicts(...world, ...claim("starts: folio_start >= binding_start || order != 9"));
    expect(smaller).toMatchObject({ verdict: "refuted" });
  });

  it("is the same with any number of threads, and from any engine", async () => {
    const [one, two] = await Promise.all(
      ["1", "2"].map((jobs) => run("ctz", "none", "--no-out", "--json", "--jobs", jobs, ...claim(...MINE.slice(0, 3)))),
    );
    expect(one?.out).toBe(two?.out);
    const ids = await Promise.all(
      ["hunt", "exhaust", "prove"].map(async (engine) => {
        const [found] = await verdicts("none", "--engine", engine, ...claim("near: folio_start >= binding_start"));
        return found?.counterexample?.id;
      }),
    );
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toBeDefined();
  });
});

/** Runs a script; its exit status, and what it printed. */
function ran(file: string): { readonly status: number | null; readonly said: string } {
  const program = file.endsWith(".mjs") ? [process.execPath, file] : [built(file)];
  const { status, stdout } = spawnSync(program[0] ?? "", program.slice(1), { encoding: "utf8" });
  return { status, said: stdout };
}

function built(file: string): string {
  const program = `${file}.out`;
  const { status, stderr } = spawnSync(
    "gcc",
    ["-std=gnu11", "-O2", "-fwrapv", "-Wall", "-Wextra", "-Werror", "-o", program, file],
    {
      encoding: "utf8",
    },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return program;
}

describe("the files of a finding", () => {
  it.each([
    ["none", "starts: folio_start >= binding_start /* of the file */", "starts"],
    ["none", "apart: folio_end <= other_start || other_end <= folio_start", "apart"],
    ["round_up_contained", "far: map_pgoff - index == map_gfn - gfn && IS_ALIGNED(map_gfn, map_npages)", "far"],
    [
      "or_offset",
      "same: (int)order < 0x9 || index - binding_start == gfn - slot_start + (map_npages % 7 == 1)",
      "same",
    ],
  ])("of %s and %s run, and are read back", async (rule, text, name) => {
    const { code } = await run(rule, "--out", join(folder, "found"), ...claim(text));
    expect(code).toBe(1);
    const out = join(folder, "found");
    const all = readdirSync(out);
    const files = all.filter((file) => !file.endsWith("-live.c"));
    expect(files.map((file) => /\.\w+$/.exec(file)?.[0])).toEqual([".c", ".json", ".mjs", ".svg", ".txt"]);
    for (const file of all) {
      const replayed = await command(["replay", join(out, file)], folder); // oxlint-disable-line no-await-in-loop -- one after the other
      expect(replayed).toMatchObject({ code: 1 });
      expect(replayed.out).toContain(`${name} is broken by step`);
      if (!/(?<!-live)\.(?:c|mjs)$/.test(file)) continue;
      const { status, said } = ran(join(out, file));
      expect({ file, status, said: said.includes("ok 2") || /it (?:holds|is broken too)/.test(said) }).toEqual({
        file,
        status: 1,
        said: true,
      });
    }
    for (const file of files) expect(readFileSync(join(out, file), "utf8")).not.toMatch(/\[object|NaN/);
  });

  it("of a claim that no rule of the kind keeps say so", async () => {
    const { out } = await run("folio_order", "--out", join(folder, "found"), ...claim("never: map_npages == 7"));
    expect(out).toContain("  happens with order_zero too\n");
    const mail = readdirSync(join(folder, "found")).find((file) => file.endsWith(".txt"));
    expect(readFileSync(join(folder, "found", mail ?? ""), "utf8")).toContain("A fix? Not by a check of this kind.");
  });
});

describe("what is refused, in one line", () => {
  it.each([
    ["folio_start > 3", "--claim: 'name: EXPR' is wanted"],
    ["Big: 1", "--claim: 'name: EXPR' is wanted"],
    ["accepts: 1", "--claim: 'name: EXPR' is wanted, of a name in lower case that no claim has yet"],
    ["a: 1", "--claim a: '1' reads none of folio_start, folio_end"],
    [
      "a: 1 % (index - 3) < 2",
      "--claim a:1:3: undefined: remainder of a division by 0, with index=0x3: a claim has to",
    ],
    ["a: other_end / (other_start - binding_end) < 9", "--claim a:1:11: undefined: division by 0, with "],
    ["a: 1 << (32 - order) == 5", "--claim a:1:3: undefined: shift of"],
    ["a: folio_strat > 3", "--claim a:1:1: unknown name 'folio_strat'; did you mean folio_start?"],
    ["a: offset > 3", "--claim a:1:1: unknown name 'offset'; a claim reads folio_start"],
    ["a: slot->npages > 3", "--claim a:1:"],
    ["a: f(index)", "--claim a:1:1: unknown function 'f'"],
    ["a: index = 3", "--claim a:1:"],
    ["a: if (index) return 1;", "--claim a:1:"],
    ["a: index > ", "--claim a:1:"],
  ])("%s", async (text, message) => {
    const { code, err } = await run("none", "--no-out", ...claim(text));
    expect({ code, err: err.slice(0, "foliofence: ".length + message.length) }).toEqual({
      code: 2,
      err: `foliofence: ${message}`,
    });
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });

  it("two of one name, and one beside --compare or --fix", async () => {
    expect((await run("none", ...claim("a: gfn", "a: index"))).err).toBe(
      "foliofence: --claim: two claims are called a\n",
    );
    expect((await run("none", "ctz", "--compare", ...claim("a: gfn"))).code).toBe(2);
    expect((await run("ctz", "--fix", ...claim("a: gfn"))).code).toBe(2);
  });
});

describe("shards", () => {
  it("are merged", async () => {
    const asked = [
      "none",
      "offset_and_size_1g",
      "--no-out",
      "--json",
      ...claim("starts: folio_start >= binding_start"),
    ];
    for (const shard of ["1/2", "2/2"]) {
      const { out } = await run(...asked, "--shard", shard); // oxlint-disable-line no-await-in-loop -- a file each
      writeFileSync(join(folder, `${shard[0]}.json`), out);
    }
    const merged = await command(["merge", join(folder, "1.json"), join(folder, "2.json"), "--json"], folder);
    const whole = await run(...asked);
    expect(toldBy(merged.out)).toEqual(toldBy(whole.out));
  });
});
