/* oxlint-disable no-await-in-loop -- one question after the other: the answers come from one solver */

import { CLAIM_NAMES } from "../../../model/claim.ts";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Query } from "../../../props/prove/question.ts";
import type { Bench } from "../../support/prove-bench.ts";
import { openBench } from "../../support/prove-bench.ts";

// A solver shares its machine with other tests: what ends is right, however late.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.prover.close());

describe("the saved queries", () => {
  const Z3 = ["/usr/bin/z3", "/usr/local/bin/z3"].find((path) => existsSync(path));
  if (Z3 === undefined) console.log("prove: queries are not re-checked, there is no z3 on this machine");

  it.skipIf(Z3 === undefined)(
    "get the same answer from Debian's z3",
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "foliofence-smt-"));
      const queries: Query[] = [];
      for (const id of [
        "ctz",
        "offset_and_size_1g",
        "congruent_1g",
        "file_folio",
        "round_up_contained",
        "offset_congruent",
      ]) {
        for (const claim of CLAIM_NAMES) queries.push(...(await bench.prove(bench.book.byId(id), claim)).queries);
      }
      const files = queries.map(({ text }, at) => {
        const file = join(folder, `${at}.smt2`);
        writeFileSync(file, text);
        return file;
      });
      const said = files.map((file) => spawnSync(Z3 ?? "", ["-smt2", file], { encoding: "utf8" }).stdout.trim());
      rmSync(folder, { recursive: true, force: true });
      expect(said).toEqual(queries.map(({ answer }) => answer));
      expect(queries.length).toBeGreaterThan(50);
      console.log(`prove: ${queries.length} queries re-checked, 0 differences`);
    },
    120_000,
  );

  it("are named as files can be, each once in an answer", async () => {
    const { queries } = await bench.prove(bench.book.byId("offset_and_size_1g"), "mapping_ends_in_binding");
    expect(queries.map(({ name }) => name)).toEqual([
      "mapping_ends_in_binding-2M-as-2M",
      "mapping_ends_in_binding-1G-as-1G",
    ]);
    for (const { text } of queries) expect(text).toMatch(/^; .*\n[^]*\(set-logic QF_BV\)\n[^]*\(check-sat\)\n$/);
  });
});
