/** --assume on the command line. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { command, type Ran } from "../../support/cli-io.ts";
import { scratch } from "../../support/cli.ts";

let folder: string;
beforeEach(() => {
  folder = scratch();
});

const CLAIMS = ["--claims", "folio_starts_in_slot,folio_ends_in_slot", "--engine", "prove"];
const run = (...words: readonly string[]): Promise<Ran> => command(["judge", ...words], folder);
const judge = (...words: readonly string[]): Promise<Ran> => run(...words, "--no-out", ...CLAIMS);
const assume = (...words: readonly string[]): string[] => words.flatMap((word) => ["--assume", word]);

const MEMBER = `struct kvm { u64 limit; };

static bool fits(struct kvm *kvm, u64 offset, u64 start)
{
	prepare(kvm);
	return IS_ALIGNED(offset, kvm->limit) && IS_ALIGNED(start, SZ_1G);
}
`;
const file = (text: string): string => {
  writeFileSync(join(folder, "it.c"), text);
  return "it.c";
};

describe("an assumption", () => {
  it("makes a proof, which tells it", async () => {
    expect((await judge("-e", "IS_ALIGNED(offset, SZ_1G)")).code).toBe(1);
    const { code, out } = await judge("-e", "IS_ALIGNED(offset, SZ_1G)", ...assume("IS_ALIGNED(size, SZ_1G)"));
    expect(code).toBe(0);
    expect(out).toContain("  assuming: IS_ALIGNED(size, SZ_1G)\n");
    expect(out).toContain("whatever ops came before, assuming IS_ALIGNED(size, SZ_1G)\n");
    expect(out).toContain(", --assume 'IS_ALIGNED(size, SZ_1G)'; seed 1");
  });

  it("that is never true makes it vacuous", async () => {
    const { code, out } = await judge("-e", "IS_ALIGNED(offset, SZ_1G)", ...assume("size < 3"));
    expect(code).toBe(4);
    expect(out).toContain("vacuous  never met: slot_accepted");
    expect((await judge("ctz", ...assume("size > 5", "size < 3"))).code).toBe(4);
  });

  it("is about rules of the catalogue, too, and of every kind", async () => {
    expect((await judge("lowest_bit", ...assume("offset == 0 && IS_ALIGNED(size, SZ_1G)"))).code).toBe(0);
    const mapping = ["--no-out", "--engine", "prove,exhaust", "--claims", "mapping_translates"];
    for (const rule of ["folio_order", "stock"]) {
      expect((await run(rule, ...mapping)).code).toBe(1);
      expect((await run(rule, ...mapping, ...assume("gpa == offset"))).code).toBe(0);
      expect((await run(rule, ...mapping, ...assume("gpa < offset && gpa > offset"))).code).toBe(4);
    }
  });

  it("speaks of parameters and members, as they are when the check starts", async () => {
    const about = (...words: readonly string[]): Promise<Ran> => judge(file(MEMBER), ...assume(...words));
    expect((await about("start == size")).code).toBe(1);
    // What prepare() leaves in the member is another value.
    expect((await about("start == size", "kvm->limit == SZ_1G")).code).toBe(1);
    writeFileSync(join(folder, "it.c"), MEMBER.replace("\tprepare(kvm);\n", ""));
    expect((await judge("it.c", ...assume("start == size", "kvm->limit == SZ_1G"))).code).toBe(0);
  });

  it("does not say where the check stands: a slot's own offset stays what is bound", async () => {
    const text = "static bool fits(struct kvm_memory_slot *slot)\n{\n\treturn slot->gmem.pgoff == 0;\n}\n";
    // Were it 0 before it is stored, every slot would be taken.
    const { out } = await run(file(text), "--no-out", "--claims", "folio_starts_in_slot", ...assume("offset < SZ_1G"));
    expect(out).toContain("folio_starts_in_slot  proved");
  });
});

describe("stays", () => {
  const words = ["-e", "IS_ALIGNED(offset, SZ_2M)", ...assume("IS_ALIGNED(size, SZ_2M)"), ...CLAIMS];

  it("with every file of a counterexample, which replays", async () => {
    const { out } = await run(...words, "--out", join(folder, "out"));
    expect(out).toMatch(/^folio_starts_in_slot: .*, assuming IS_ALIGNED\(size, SZ_2M\)$/m);
    const files = readdirSync(join(folder, "out")).filter((name) => /\.(?:json|mjs|txt|c|svg)$/.test(name));
    expect(files.length).toBeGreaterThan(3);
    for (const name of files) {
      const text = readFileSync(join(folder, "out", name), "utf8");
      const said = name.endsWith(".json")
        ? '"assume":["IS_ALIGNED(size, SZ_2M)"]'
        : ", assuming IS_ALIGNED(size, SZ_2M).";
      expect(text.replaceAll(/\s*\n(?:\/\/| \*)?\s*/g, " ")).toContain(said);
      // oxlint-disable-next-line no-await-in-loop -- one file after the other
      expect((await command(["replay", join(folder, "out", name)], folder)).code).toBe(1);
    }
  });

  it("in a replay: ops that break it are refused there", async () => {
    await run(...words, "--out", join(folder, "out"));
    const name = readdirSync(join(folder, "out")).find((each) => each.endsWith(".json")) ?? "";
    const text = readFileSync(join(folder, "out", name), "utf8").replace(/"id": "\w+"/, '"id": "edited"');
    writeFileSync(join(folder, "edited.json"), text.replace('"IS_ALIGNED(size, SZ_2M)"', '"IS_ALIGNED(size, SZ_1G)"'));
    const { code, out } = await command(["replay", join(folder, "edited.json")], folder);
    expect([code, out.includes("EINVAL")]).toEqual([0, true]);
  });

  it("in JSON and in certificates", async () => {
    const { out } = await run(...words, "--no-out", "--json", "--certificate", join(folder, "certificates"));
    expect(JSON.parse(out)).toMatchObject({ setting: { assume: ["IS_ALIGNED(size, SZ_2M)"] } });
    expect(readFileSync(join(folder, "certificates", "manifest.json"), "utf8")).toContain("IS_ALIGNED(size, SZ_2M)");
  });

  it("in what is merged, of a rule of the catalogue", async () => {
    const asked = ["ctz", ...assume("IS_ALIGNED(size, SZ_2M)"), ...CLAIMS, "--no-out", "--json"];
    const whole = await run(...asked);
    for (const shard of ["1", "2"]) {
      // oxlint-disable-next-line no-await-in-loop -- one shard after the other
      writeFileSync(join(folder, `${shard}.json`), (await run(...asked, "--shard", `${shard}/2`)).out);
    }
    const merged = await command(["merge", join(folder, "1.json"), join(folder, "2.json"), "--json"], folder);
    expect([merged.err, merged.out]).toEqual(["", whole.out]);
  });
});

it.each([
  ["offset = 3", "it.c:4:1: --assume offset = 3: it cannot change anything"],
  ["offset++ == 3", "it.c:4:1: --assume offset++ == 3: it cannot change anything"],
  ["prepare(kvm) == 0", "it.c:4:1: --assume prepare(kvm) == 0: it cannot change anything, nor call what the text has"],
  ["limit == 3", "it.c:4:1: --assume limit == 3: the type of what is in it is not known here"],
  ["1 << gpa", "it.c:4:1: --assume 1 << gpa: it is undefined for some input"],
  ["offset >", "--assume:1:8: an operand is missing between '>' and the end"],
  ["offset; size", "--assume:1:7: ';' cannot stand here"],
  ["gfn == 3", "it.c:4:1: a bind rule cannot read 'gfn'"],
  ["size /* */", "--assume: a comment cannot stand there"],
])("--assume '%s' is refused", async (word, message) => {
  const { code, err } = await judge(file(MEMBER), ...assume(word));
  expect([code, err.startsWith(`foliofence: ${message}`) ? message : err]).toEqual([2, message]);
  expect(err.trimEnd().split("\n")).toHaveLength(1);
});

it.each([
  [["--must-accept", "size == SZ_4K"], "--assume does not go with --must-accept"],
  [["--fix"], "--fix asks about every slot: it does not go with --assume"],
])("does not go with %j", async (words, message) => {
  const { code, err } = await run("-e", "offset == 0", "--no-out", ...assume("size > 3"), ...words);
  expect([code, err.includes(message) ? message : err]).toEqual([2, message]);
});
