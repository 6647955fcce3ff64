/** Order rules on the command line: what a fault may allocate, in C. */

import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { command, type Ran } from "../../support/cli-io.ts";
import { scratch } from "../../support/cli.ts";

let folder: string;
beforeEach(() => {
  folder = scratch();
});

const run = (...words: readonly string[]): Promise<Ran> => command(["judge", ...words], folder);
const judge = (...words: readonly string[]): Promise<Ran> => run(...words, "--no-out");
const file = (text: string): string => {
  const path = join(folder, "it.c");
  writeFileSync(path, text);
  return path;
};

const IN_THE_SLOT = "round_down(index, nr_pages) >= pgoff && round_down(index, nr_pages) + nr_pages <= pgoff + npages";

describe("an order rule", () => {
  it("bound at get_page needs no bind rule", async () => {
    const { code, out } = await judge("-e", IN_THE_SLOT, "--kind", "order");
    expect(code).toBe(0);
    expect(out).toContain("expression: order rule");
    expect(out.match(/ {2}proved {2}/g)).toHaveLength(3);
    const beside = await judge("none", "--order-rule", "bound_at_get_page", "--claims", "allocation");
    expect(beside.code).toBe(0);
    expect(beside.out).toContain(", order rule bound_at_get_page; seed 1");
  });

  it("that forgets an end of the slot is refuted", async () => {
    const { code, out } = await judge("-e", "round_down(index, nr_pages) >= pgoff", "--kind", "order");
    expect(code).toBe(1);
    expect(out).toMatch(/folio_starts_in_slot +proved/);
    expect(out).toMatch(/folio_ends_in_slot +refuted +3 ops/);
    expect(out).toContain("  does not happen with bound_at_get_page\n");
  });

  it("gives the folios that are mapped", async () => {
    const { out } = await judge("none", "--order-rule", "folio_in_file", "--claims", "mapping");
    expect(out).toMatch(/mapping_starts_in_slot +proved/);
    expect(out).toMatch(/mapping_starts_in_binding +refuted +3 ops/);
    const never = ["--resize", "never", "--claims", "mapping_translates"];
    expect((await judge("-e", "folio_size != SZ_2M", "--order-rule", "folio_in_file", ...never)).code).toBe(1);
  });

  it("that allows more than fits in the file leaves the next order to be asked for", async () => {
    const rule = "order == 18 ? i_size < SZ_1G : order == 9 && folio_size == SZ_1G && i_size < SZ_1G";
    const where = ["--kernel", "thp-rfc-2024", "--orders", "4K,2M,1G", "--resize", "never"];
    const { code, out } = await judge("-e", rule, "--kind", "order", ...where, "--claims", "allocation");
    expect(code).toBe(1);
    expect(out.match(/ {2}refuted {2}/g)).toHaveLength(3);
  });

  it("has no say in what is mapped, and is vacuous where it allows nothing large", async () => {
    expect((await judge("-e", "order == 9", "--kind", "order", "--claims", "mapping")).err).toContain("has no say in");
    expect((await judge("-e", "order == 0", "--kind", "order")).code).toBe(4);
  });

  it.each(["hunt", "exhaust", "prove"])("that allows nothing large lets %s pass nothing", async (engine) => {
    const rule = ["-e", "folio_size > SZ_2M", "--kind", "order", "--orders", "4K,2M"];
    const { code } = await judge(...rule, "--claims", "allocation", "--engine", engine);
    expect(code).toBe(engine === "prove" ? 4 : 3);
  });

  it("may hand out an order, forbid one, and read what no model knows", async () => {
    const handed = file(
      "static int slot_order(pgoff_t pgoff, u64 npages)\n{\n\treturn IS_ALIGNED(pgoff | npages, SZ_1G >> PAGE_SHIFT) ? 18 : 0;\n}\n",
    );
    expect((await judge(handed, "--kind", "order")).code).toBe(0);
    expect((await judge("-e", `!(${IN_THE_SLOT})`, "--kind", "order-forbids")).code).toBe(0);
    const asked = file(
      "static bool may_be_huge(struct inode *inode, int order)\n{\n\treturn order == 9 && mapping_is_large(inode->i_mapping);\n}\n",
    );
    const { out } = await judge(asked, "--kind", "order", "--claims", "folio_starts_in_slot");
    expect(out).toContain("given mapping_is_large(inode->i_mapping) is 1, at 2M (3:23)");
  });

  it("whose C is undefined is told with an input", async () => {
    const { code, out } = await judge("-e", "1 << (index + 20) > 0", "--kind", "order", "--engine", "prove");
    expect(code).toBe(1);
    expect(out).toMatch(/expression:1:3: undefined: shift of a 32-bit value .* index=0x/);
  });

  it("from any engine and any number of threads is the same", async () => {
    const all = await Promise.all(
      [
        ["--jobs", "1"],
        ["--jobs", "2"],
      ].map((words) => judge("folio_in_file", "within_size", "--json", ...words)),
    );
    expect(all[0]?.out).toBe(all[1]?.out);
    const ids = await Promise.all(
      ["hunt", "exhaust", "prove"].map(async (engine) => {
        const { out } = await judge("folio_in_file", "--claims", "folio_starts_in_slot", "--engine", engine);
        return /id ([0-9a-f]{12})/.exec(out)?.[1];
      }),
    );
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toBeDefined();
  });
});

/** Its exit status. */
function status(script: string): number | null {
  if (script.endsWith(".mjs")) return spawnSync(process.execPath, [script]).status;
  const flags = ["-std=gnu11", "-O2", "-fwrapv", "-Wall", "-Wextra", "-Werror"];
  const { status: built, stderr } = spawnSync("gcc", [...flags, "-o", `${script}.out`, script], { encoding: "utf8" });
  expect({ built, stderr }).toEqual({ built: 0, stderr: "" });
  return spawnSync(`${script}.out`).status;
}

describe("the files of a finding", () => {
  it.each([
    ["folio_in_file", "--claims", "folio_avoids_other_slots"],
    ["within_size_unit", "--claims", "folio_ends_in_slot"],
    ["-e", "index != 1 || order < 12", "--kind", "order", "--claims", "folio_starts_in_slot", "--resize", "never"],
    ["file_folio", "--order-rule", "within_size", "--claims", "folio_ends_in_slot"],
  ])("of %s run, and are read back", async (...words) => {
    const out = join(folder, "found");
    expect((await run(...words, "--out", out)).code).toBe(1);
    const all = readdirSync(out);
    const files = all.filter((name) => !name.endsWith("-live.c"));
    expect(files).toHaveLength(5);
    for (const name of all) {
      const replayed = await command(["replay", join(out, name)], folder); // oxlint-disable-line no-await-in-loop -- one after the other
      expect({ name, code: replayed.code }).toEqual({ name, code: 1 });
    }
    for (const name of files.filter((each) => /\.(?:c|mjs)$/.test(each))) {
      expect({ name, is: status(join(out, name)) }).toEqual({ name, is: 1 });
    }
  });
});

describe("what true says", () => {
  it.each([
    ["bind-accepts", 0],
    ["bind-refuses", 1],
  ])("is what --kind %s says, in files that are read back, too", async (use, code) => {
    const check = file(
      "static bool aligned_to_1g(u64 offset, u64 size)\n{\n\treturn IS_ALIGNED(offset | size, SZ_1G);\n}\n",
    );
    const out = join(folder, "found");
    const judged = await run(check, "--kind", use, "--claims", "folio_starts_in_slot", "--out", out);
    expect(judged.code).toBe(code);
    expect(judged.out).toContain(`, --kind '${use}'; seed 1`);
    if (code === 0) return;
    for (const name of readdirSync(out)) {
      const replayed = await command(["replay", join(out, name)], folder); // oxlint-disable-line no-await-in-loop -- one after the other
      expect({ name, code: replayed.code }).toEqual({ name, code: 1 });
    }
  });

  it("is asked for in words that are taken", async () => {
    const check = file(
      "static bool no_overlap(u64 gfn, u64 index, int order)\n{\n\treturn gfn + (1ULL << order) <= index;\n}\n",
    );
    const { err } = await judge(check);
    expect(err).toContain("say --kind map-forbids or --kind map-allows");
    for (const use of ["map-forbids", "map-allows"]) expect((await judge(check, "--kind", use)).err).toBe(""); // oxlint-disable-line no-await-in-loop -- one after the other
    expect((await judge("ctz", "--kind", "bind-refuses")).err).toBe(
      "foliofence: --kind bind-refuses: what ctz says is known\n",
    );
  });
});
