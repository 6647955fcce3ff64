/** Rules of the user's own beside the judged one, and `none`. */

import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { command, type Ran } from "../../support/cli-io.ts";
import { scratch } from "../../support/cli.ts";

let folder: string;
beforeEach(() => {
  folder = scratch();
  writeFileSync(join(folder, "map.c"), MAP);
  writeFileSync(join(folder, "level.c"), LEVEL);
  writeFileSync(join(folder, "order.c"), ORDER);
});

const MAP = `#define LIMIT 9
/* Comments that end: "*/ // and others
static bool page_ok(u64 gfn, u64 index, int order)
{
\treturn order < LIMIT || !((gfn ^ index) & ((1ULL << order) - 1)); // é
}
static bool other_ok(u64 gfn, u64 index, int order)
{
\treturn order != 18;
}
`;
const LEVEL = `static bool disallow(u64 base_gfn, u64 ugfn, int order)
{
\treturn (base_gfn ^ ugfn) & ((1ULL << order) - 1);
}
`;
const ORDER = `static bool folio_order_ok(u64 index, u64 pgoff, int order)
{
\treturn round_down(index, 1UL << order) >= pgoff;
}
`;

const run = (...words: readonly string[]): Promise<Ran> => command(["judge", ...words], folder);
const judge = (...words: readonly string[]): Promise<Ran> => run("none", "--no-out", ...words);

describe("a rule of one's own beside the judged one", () => {
  it("decides what may be mapped, and is told", async () => {
    const { code, out } = await judge("--map-rule", join(folder, "map.c:page_ok"), "--claims", "mapping");
    expect(code).toBe(0);
    expect(out).toContain("page_ok: map rule beside\n    #define LIMIT 9\n");
    expect(out).toContain("  true lets the page be mapped: its name says ok\n");
    expect(out.match(/ {2}proved {2}/g)).toHaveLength(5);
    expect(out).toContain(", map rule page_ok, ");
    const catalogue = await judge("--map-rule", "folio_order", "--claims", "mapping_translates");
    expect(catalogue.code).toBe(1);
  });

  it("is the same to every engine and in threads", async () => {
    const words = ["--map-rule", join(folder, "map.c:other_ok"), "--claims", "mapping_translates"];
    const ids = await Promise.all(
      ["hunt", "exhaust", "prove"].map(async (engine) => {
        const { out } = await judge(...words, "--engine", engine);
        return /id ([0-9a-f]{12})/.exec(out)?.[1];
      }),
    );
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toBeDefined();
    const [one, two] = await Promise.all(["1", "2"].map((jobs) => judge("ctz", "--json", "--jobs", jobs, ...words)));
    expect(one?.out).toBe(two?.out);
  });

  it("whose C is undefined is told with an input", async () => {
    writeFileSync(
      join(folder, "part.c"),
      "static bool page_ok(u64 gfn, int order)\n{\n\treturn 1 / (int)(gfn % 3) < 2;\n}\n",
    );
    const { code, out } = await judge("--map-rule", join(folder, "part.c"), "--claims", "mapping_starts_in_slot");
    expect(code).toBe(1);
    expect(out).toMatch(/^page_ok:3:11: undefined: division by 0, .*gfn=0x/m);
  });

  it("is refused in one line where it is not one rule of the kind, or reads what is not known", async () => {
    writeFileSync(join(folder, "asks.c"), "static bool page_ok(u64 gfn)\n{\n\treturn mystery(gfn);\n}\n");
    const said = async (...words: readonly string[]): Promise<string> => {
      const { code, err } = await judge(...words);
      expect(code).toBe(2);
      expect(err.trimEnd().split("\n")).toHaveLength(1);
      return err;
    };
    expect(await said("--map-rule", join(folder, "map.c"))).toContain("has 2 map rules (page_ok, other_ok): name one");
    expect(await said("--map-rule", join(folder, "level.c"))).toContain("a map rule cannot read 'ugfn'");
    expect(await said("--map-rule", join(folder, "gone.c"))).toContain("gone.c: no such file");
    expect(await said("--map-rule", join(folder, "asks.c"))).toContain("reads mystery(gfn) (3:9), which is not known");
    expect(await said("--map-rule", "congruent_ordr")).toContain("did you mean congruent_order?");
  });
});

describe("none", () => {
  it("of levels leaves out a slot's ends, and only a map rule that stays in the slot keeps a mapping there", async () => {
    const { code, out } = await judge(
      "--level-rule",
      "none",
      "--claims",
      "mapping_starts_in_slot,mapping_ends_in_slot",
    );
    expect(code).toBe(1);
    expect(out.match(/ {2}refuted {2}3 ops/g)).toHaveLength(2);
    expect(out).toContain("  does not happen with no_slot\n");
    const inside = "round_down(gfn, nr_pages) >= base_gfn && round_down(gfn, nr_pages) + nr_pages <= base_gfn + npages";
    const kept = await run(
      "-e",
      inside,
      "--kind",
      "map",
      "--level-rule",
      "none",
      "--no-out",
      "--claims",
      "mapping_ends_in_slot",
    );
    expect(kept.code).toBe(0);
    expect((await judge("--claims", "mapping_starts_in_slot,mapping_ends_in_slot")).code).toBe(0);
  });

  it("of maps and orders says what is said where nothing is", async () => {
    const [plain, none] = await Promise.all([
      judge("--json"),
      judge("--json", "--map-rule", "none", "--order-rule", "none"),
    ]);
    expect(none?.out.replace('"map_rule": "none"', '"map_rule": "folio_order"')).toBe(plain?.out);
  });
});

describe("the files of a finding", () => {
  it("carry what stood beside, run, and are read back", async () => {
    const out = join(folder, "found");
    const files = ["--map-rule", join(folder, "map.c:other_ok"), "--order-rule", join(folder, "order.c")];
    const words = [...files, "--claims", "folio_ends_in_slot,mapping_ends_in_slot", "--out", out];
    expect((await run("none", "--level-rule", "none", ...words)).code).toBe(1);
    expect(
      (
        await run(
          "none",
          "--level-rule",
          join(folder, "level.c"),
          "--claims",
          "mapping_translates",
          ...files,
          "--out",
          out,
        )
      ).code,
    ).toBe(1);
    const all = readdirSync(out);
    expect(all.length).toBeGreaterThan(14);
    for (const name of all) {
      const replayed = await command(["replay", join(out, name)], folder); // oxlint-disable-line no-await-in-loop -- one after the other
      expect({ name, code: replayed.code }).toEqual({ name, code: 1 });
    }
    for (const name of all.filter((each) => each.endsWith(".mjs"))) {
      expect({ name, is: spawnSync(process.execPath, [join(out, name)]).status }).toEqual({ name, is: 1 });
    }
    for (const name of all.filter((each) => each.endsWith(".c"))) {
      const path = join(out, name);
      const flags = ["-std=gnu11", "-O2", "-fwrapv", "-Wall", "-Wextra", "-Werror"];
      const { status, stderr } = spawnSync("gcc", [...flags, "-o", `${path}.out`, path], { encoding: "utf8" });
      expect({ name, status, stderr }).toEqual({ name, status: 0, stderr: "" });
    }
    for (const name of all.filter((each) => /(?<!-live)\.c$/.test(each))) {
      expect({ name, is: spawnSync(join(out, `${name}.out`)).status }).toEqual({ name, is: 1 });
    }
  });
});
