import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { foliofence, scratch } from "../support/cli.ts";

const QUICK = ["--engine", "hunt,exhaust", "--runs", "500", "--jobs", "1"];

describe("bad input is one line on stderr, exit code 2, and nothing written", () => {
  const dir = scratch();
  const file = (name: string, text: string | Uint8Array): string => {
    writeFileSync(join(dir, name), text);
    return name;
  };

  it.each<[string, string[], RegExp]>([
    ["an unknown identifier", ["judge", "-e", "offset >= foo"], /^foliofence: -e:1:11: unknown name 'foo'/],
    [
      "a syntax error",
      ["judge", file("syntax.c", "static bool f(u64 offset)\n{\n\treturn offset +;\n}\n")],
      /^foliofence: syntax\.c:3:\d+: /,
    ],
    [
      "an unsupported construct",
      ["judge", file("goto.c", "static bool f(u64 offset)\n{\nout:\n\tgoto out;\n}\n")],
      /^foliofence: goto\.c:[34]:\d+: /,
    ],
    [
      "a path without a return",
      ["judge", file("noreturn.c", "static bool f(u64 offset)\n{\n\tif (offset)\n\t\treturn true;\n}\n")],
      /^foliofence: noreturn\.c:1:13: f\(\) can end without a return/,
    ],
    [
      "a loop that never ends",
      ["judge", file("loop.c", "static bool f(u64 offset)\n{\n\tfor (;;)\n\t\t;\n}\n")],
      /^foliofence: loop\.c:3:\d+: this loop never ends/,
    ],
    [
      "a file of 5 MB",
      ["judge", file("large.c", "x".repeat(5_000_000))],
      /^foliofence: large\.c:1:1: too long to be C: 5000000 characters, at most 4194304/,
    ],
    [
      "a binary file",
      [
        "judge",
        file(
          "binary.c",
          Uint8Array.from({ length: 3000 }, (_, i) => (i * 7919) % 256),
        ),
      ],
      /^foliofence: binary\.c:\d+:\d+: /,
    ],
    ["no C at all", ["judge", file("empty.c", "\n/* nothing */\n")], /^foliofence: empty\.c:\d+:\d+: no C here/],
    ["no file", ["judge", "no-such.c"], /^foliofence: no-such\.c: no such file/],
    ["a directory", ["judge", "."], /^foliofence: \.: is a directory/],
    ["a rule that is none", ["judge", "ctx"], /^foliofence: "ctx" is no rule of the catalogue and no file/],
    [
      "a claim that is none",
      ["judge", "ctz", "--claims", "folio_starts"],
      /^foliofence: --claims: "folio_starts" is none of /,
    ],
    ["a claim of the other family", ["judge", "stock", "--claims", "allocation"], /has no say in what is allocated/],
    [
      "a folio size that is none",
      ["judge", "ctz", "--orders", "4K,3M"],
      /^foliofence: --orders: "3M" is no power of two/,
    ],
    ["an engine that is none", ["judge", "ctz", "--engine", "guess"], /^foliofence: --engine: "guess" is none of /],
    [
      "a proof of a part",
      ["judge", "ctz", "--smallest", "--shard", "1/2"],
      /^foliofence: --smallest is about the whole/,
    ],
    ["a proof by a search", ["judge", "ctz", "--smallest", "--engine", "hunt"], /^foliofence: --smallest: the engine/],
    ["a kernel that is none", ["judge", "ctz", "--kernel", "2.4"], /^foliofence: --kernel: "2\.4" is none of /],
    ["a seed that is none", ["judge", "ctz", "--seed", "x"], /^foliofence: --seed: "x" is no whole number/],
    ["an option that is none", ["judge", "--frobnicate"], /unknown option '--frobnicate'/],
    [
      "a capture cut short",
      ["layouts", file("half.strace", "7 ioctl(9, KVM_SET_USER_MEMORY_REGION, {slot=0, fla")],
      /^foliofence: half\.strace:1: /,
    ],
    [
      "a capture of something else",
      ["layouts", file("other.log", "hello\n")],
      /^foliofence: other\.log:1: no memslot ioctl/,
    ],
    [
      "a trace with a broken line",
      ["replay", file("broken.jsonl", '{"id":"a","kernel":"6.18.44",\n')],
      /^foliofence: broken\.jsonl:1: /,
    ],
    ["a counterexample cut short", ["replay", file("cut.json", '{"schema": 1, "ops": [')], /^foliofence: cut\.json:/],
    ["a scenario that is none", ["scenarios", "nothing"], /^foliofence: no scenario "nothing"/],
    [
      "an output directory under a file",
      ["judge", "ctz", "--out", "empty.c/out"],
      /^foliofence: empty\.c\/out: cannot be written to: not a directory/,
    ],
  ])("%s", (_what, args, expected) => {
    const before = readdirSync(dir).length;
    const { code, out, err } = foliofence(args, { cwd: dir });
    expect(err.trimEnd()).toMatch(expected);
    expect(err.trimEnd().split("\n").length).toBeLessThanOrEqual(args.includes("--frobnicate") ? 2 : 1);
    expect(out).toBe("");
    expect(code).toBe(2);
    expect(readdirSync(dir).length).toBe(before);
  });
});

describe("judge", () => {
  it("tells refuted by its exit code, and quotes the rule", () => {
    const { code, out } = foliofence(["judge", ...QUICK, "--no-out", "-e", "fls64(offset) >= fls64(gpa)"]);
    expect(code).toBe(1);
    expect(out).toContain("    fls64(offset) >= fls64(gpa)\n");
    expect(out).toMatch(/folio_starts_in_slot +refuted/);
  });

  it("prints one JSON object of the contract, and writes the files that it names", () => {
    const cwd = scratch();
    const { code, out } = foliofence(["judge", "ctz", ...QUICK, "--claims", "folio_starts_in_slot", "--json"], { cwd });
    expect(code).toBe(1);
    const json: unknown = JSON.parse(out);
    expect(json).toMatchObject({
      foliofence: "0.1.0",
      schema: 1,
      seed: 1,
      setting: { orders: ["4K", "2M", "1G"], resize: "any", map_rule: "folio_order", level_rule: "stock" },
      verdicts: [
        {
          rule: "ctz",
          claim: "folio_starts_in_slot",
          verdict: "refuted",
          engine: "hunt",
          counterexample: {
            ops: [
              { op: "bind_memslot", base_gfn: 1, npages: 1, pgoff: 1 },
              { op: "set_order", order: 9 },
              { op: "fault", gfn: 1 },
            ],
          },
        },
      ],
    });
    const written = readdirSync(join(cwd, "counterexamples")).toSorted();
    expect(written.map((name) => name.split(".").at(-1))).toEqual(["c", "c", "json", "mjs", "svg", "txt"]);
    for (const name of written) expect(out).toContain(`"counterexamples/${name}"`);
  });

  it("has it shown that no counterexample is smaller, with --smallest", () => {
    const args = ["judge", "ctz", "--no-out", "--smallest", "--claims", "allocation"];
    const { code, out } = foliofence(args);
    expect(code).toBe(1);
    expect(out).toMatch(/folio_starts_in_slot +refuted +3 ops, .*; none is smaller \(proved\)\n/);
    expect(out).toMatch(/folio_avoids_other_slots +refuted .*; that none is smaller is unknown: there are two slots\n/);
    const json: unknown = JSON.parse(foliofence([...args, "--json"]).out);
    expect(json).toMatchObject({
      asked: { smallest: true },
      verdicts: [{ smallest: "proved" }, { smallest: "proved" }, { smallest: "unknown: there are two slots" }],
    });
  });

  it("reads several functions of a file as several rules", () => {
    const cwd = scratch();
    writeFileSync(
      join(cwd, "two.c"),
      "static u64 largest(void) { return SZ_1G; }\n" +
        "static bool good(u64 offset, u64 size) { return IS_ALIGNED(offset | size, largest()); }\n" +
        "static bool bad(u64 offset) { return IS_ALIGNED(offset, SZ_2M); }\n",
    );
    const { out } = foliofence(["judge", "two.c", ...QUICK, "--no-out", "--claims", "folio_ends_in_slot", "--json"], {
      cwd,
    });
    expect(JSON.parse(out)).toMatchObject({
      verdicts: [
        { rule: "good", verdict: "exhausted" },
        { rule: "bad", verdict: "refuted" },
      ],
    });
  });

  it("reads a check from stdin", () => {
    const args = ["judge", "-", ...QUICK, "--no-out", "--claims", "folio_starts_in_slot"];
    const input = "> static bool pasted(u64 offset)\n> {\n> \treturn IS_ALIGNED(offset, SZ_4K);\n> }\n";
    const { code, out } = foliofence(args, { input });
    expect(code).toBe(1);
    expect(out).toMatch(/^pasted: bind rule \(stdin:1\)\n/);
    expect(foliofence(args, { input: "bool f(u64 offset) { return offset +; }" })).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^foliofence: stdin:1:\d+: /),
    });
    expect(foliofence(args, { input: `//${"x".repeat(5_000_000)}` }).err).toBe(
      "foliofence: stdin:1:1: too long to be C: 5000002 characters, at most 4194304\n",
    );
  });

  it("reports undefined C as a finding of its own", () => {
    const args = ["judge", ...QUICK, "--no-out", "--claims", "mapping_starts_in_slot", "--json", "-e"];
    const { code, out } = foliofence([...args, "(offset >> (gpa >> 12)) == 0 || true"]);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      undefined: [{ rule: "expression", line: 1, what: expect.stringMatching(/shift/) }],
    });
  });

  it("says vacuous for a rule that takes nothing", () => {
    const asked = ["--no-out", "--claims", "allocation", "-e", "false"];
    const { code, out } = foliofence(["judge", "--engine", "prove", ...asked]);
    expect(code).toBe(4);
    expect(out).toMatch(/vacuous +never met: /);
    // A search that met nothing has not shown that there is nothing.
    const searched = foliofence(["judge", ...QUICK, ...asked]);
    expect(searched.code).toBe(3);
    expect(searched.out).toMatch(/sampled .*inconclusive: never met: /);
  });

  it("gives the same bytes twice, in another time zone, locale and directory", () => {
    const args = ["judge", "congruent_2m", "size_level", ...QUICK, "--json"];
    const [a, b] = [scratch(), scratch()];
    const first = foliofence(args, { cwd: a });
    const second = foliofence(args, {
      cwd: b,
      env: { TZ: "Asia/Kathmandu", LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8" },
    });
    expect(second).toEqual(first);
    const files = readdirSync(join(a, "counterexamples"));
    expect(files.length).toBeGreaterThan(10);
    for (const name of files) {
      const [one, other] = [a, b].map((dir) => readFileSync(join(dir, "counterexamples", name), "utf8"));
      expect(other).toBe(one);
    }
  });
});

describe("replay", () => {
  it("shows a written counterexample again, from each of its formats", () => {
    const cwd = scratch();
    foliofence(["judge", "size_level", ...QUICK, "--claims", "folio_ends_in_slot"], { cwd });
    const files = readdirSync(join(cwd, "counterexamples"));
    const told = files.map((name) => foliofence(["replay", "--json", join("counterexamples", name)], { cwd }));
    expect(told.length).toBe(6);
    for (const { code, out } of told) {
      expect(code).toBe(1);
      expect(out).toBe(told[0]?.out);
    }
    expect(JSON.parse(told[0]?.out ?? "")).toMatchObject({
      verdict: "refuted",
      claim: "folio_ends_in_slot",
      excess_pages: 511,
    });
  });
});

describe("layouts", () => {
  it("tells which real slots each rule takes", () => {
    const { code, out } = foliofence(["layouts", "--json"]);
    expect(code).toBe(0);
    const { captures }: { captures: { file: string; slots: { accepted: Record<string, boolean> }[] }[] } =
      JSON.parse(out);
    const q35 = captures.find(({ file }) => file === "qemu-q35-4G");
    // The layout that the first check refused: the slot above 4 GiB at offset 2 GiB.
    expect(q35?.slots[1]?.accepted).toMatchObject({ ctz: false, fls64: false, ctz_levels: true, size_level: true });
  });
});

describe("the terminal", () => {
  it("gets help for every command, with exit code 0", () => {
    for (const command of [[], ["judge"], ["replay"], ["layouts"], ["conform"], ["scenarios"], ["explore"]]) {
      const { code, out } = foliofence([...command, "--help"]);
      expect(code).toBe(0);
      expect(out).toMatch(/^Usage: foliofence/);
    }
  });

  it("gets colours only when it asks", () => {
    const args = ["judge", ...QUICK, "--no-out", "--claims", "folio_ends_in_slot", "-e", "true"];
    expect(foliofence(args).out).not.toContain("\u001B[");
    const forced = foliofence(args, { env: { NO_COLOR: undefined, FORCE_COLOR: "1" } });
    expect(forced.out).toContain("\u001B[");
  });

  it("keeps what stands in the output directory", () => {
    const cwd = scratch();
    mkdirSync(join(cwd, "found"));
    writeFileSync(join(cwd, "found", "mine.txt"), "mine");
    foliofence(["judge", ...QUICK, "--out", "found", "--claims", "folio_ends_in_slot", "-e", "true"], { cwd });
    expect(readFileSync(join(cwd, "found", "mine.txt"), "utf8")).toBe("mine");
    expect(existsSync(join(cwd, "counterexamples"))).toBe(false);
  });
});
