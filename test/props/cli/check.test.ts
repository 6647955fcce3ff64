/** Certificates written, looked at again, damaged, and refused. */

import { mkdirSync as mkdir, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Manifest } from "../../../props/prove/certificate/manifest.ts";
import type { Ran } from "../../support/cli-io.ts";
import { command } from "../../support/cli-io.ts";

const parent = mkdtempSync(join(tmpdir(), "foliofence-certificates-"));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const RULES = ["congruent_1g", "order_zero", "-e", "IS_ALIGNED(offset | size, SZ_1G)"];
const FEW = ["--claims", "folio_ends_in_slot,mapping_translates", "--runs", "200", "--no-out"];
const judge = (...words: readonly string[]): Promise<Ran> => command(["judge", ...words], parent);
const check = (directory: string, ...words: readonly string[]): Promise<Ran> =>
  command(["check", directory, ...words], parent);

const certificates = join(parent, "all");
let judged: { verdicts: readonly { rule: string; verdict: string; certificate: string | null }[] };
let manifest: Manifest;
beforeAll(async () => {
  const ran = await judge(...RULES, ...FEW, "--certificate", certificates, "--json");
  judged = JSON.parse(ran.out);
  manifest = JSON.parse(readFileSync(join(certificates, "manifest.json"), "utf8"));
});

describe("judge --certificate", () => {
  it("names a certificate for each proof, and none for what is refuted", () => {
    expect(judged.verdicts.map(({ rule, verdict, certificate }) => [rule, verdict, certificate])).toEqual([
      ["congruent_1g", "refuted", null],
      ["congruent_1g", "proved", "congruent_1g-mapping_translates"],
      ["order_zero", "vacuous", "order_zero-mapping_translates"],
      ["expression", "proved", "expression-folio_ends_in_slot"],
      ["expression", "refuted", null],
    ]);
  });

  it("writes clauses that say something even where the formula is false as it stands", () => {
    const vacuous = manifest.queries.find(({ name }) => name.startsWith("order_zero"));
    const text = readFileSync(join(certificates, vacuous?.files.cnf ?? ""), "utf8");
    expect(Number(/^p cnf \d+ (\d+)$/m.exec(text)?.[1])).toBeGreaterThan(1_000);
  });

  it("says which variable is which bit of what", () => {
    const [first] = manifest.queries;
    const { bits }: { bits: Record<string, number[]> } = JSON.parse(
      readFileSync(join(certificates, first?.files.map ?? ""), "utf8"),
    );
    expect(bits["slot_pgoff"]?.length).toBe(52);
    const named = Object.values(bits)
      .flat()
      .filter((literal) => literal !== 0);
    expect(new Set(named).size).toBe(named.length);
    expect(named.every((literal) => literal > 0)).toBe(true);
  });

  it("is the same bytes again", async () => {
    const again = join(parent, "again");
    await judge(...RULES, ...FEW, "--certificate", again, "--json");
    const bytes = (directory: string): string[] =>
      readdirSync(directory)
        .toSorted()
        .map((name) => `${name} ${readFileSync(join(directory, name), "utf8")}`);
    expect(bytes(again)).toEqual(bytes(certificates));
  });

  it.each([
    [["--certificate", ""], "--certificate: name a directory"],
    [["--certificate", "d", "--engine", "hunt"], "--certificate: the engine whose verdicts have one is prove"],
    [["--certificate", "d", "--shard", "1/2"], "--certificate is about the whole: it does not go with --shard"],
  ])("%j is refused", async (words, why) => {
    const { code, err } = await judge("ctz", ...words);
    expect([code, err]).toEqual([2, `foliofence: ${why}\n`]);
  });
});

describe("check", () => {
  it("accepts them all", async () => {
    const { code, out } = await check("all");
    const { queries, verdicts } = manifest;
    expect(out).toBe(
      `${verdicts.length} verdicts: 3 certified, 2 refuted by ops, 0 without; ${queries.length} of ${queries.length} proofs accepted\n`,
    );
    expect(code).toBe(0);
  });

  /** A copy with one thing changed. */
  const damaged = (name: string, change: (directory: string, of: Manifest) => Manifest | void): string => {
    const directory = join(parent, name);
    rmSync(directory, { recursive: true, force: true });
    // Without what the formulas take for granted, which is long.
    const queries = manifest.queries.filter(({ name: of }) => !of.startsWith("obligation"));
    const copied: Manifest = { ...manifest, obligations: [], queries };
    mkdir(directory);
    for (const file of queries.flatMap(({ files }) => Object.values(files))) {
      writeFileSync(join(directory, file), readFileSync(join(certificates, file)));
    }
    const now = change(directory, copied) ?? copied;
    writeFileSync(join(directory, "manifest.json"), JSON.stringify(now));
    return name;
  };

  const edit =
    (file: (of: Manifest) => string, change: (text: string) => string) =>
    (directory: string, of: Manifest): void => {
      const path = join(directory, file(of));
      writeFileSync(path, change(readFileSync(path, "utf8")));
    };

  const cnf = ({ queries }: Manifest): string => queries[0]?.files.cnf ?? "";
  const lrat = ({ queries }: Manifest): string => queries[0]?.files.lrat ?? "";
  it.each([
    ["a clause less", edit(cnf, (text) => text.replace(/\n[^\n]*\n$/, "\n"))],
    ["a sign changed", edit(cnf, (text) => text.replace(/\n(-?\d+ )/, "\n-$1"))],
    ["a step less", edit(lrat, (text) => text.replace(/\n[^\n]*\n$/, "\n"))],
    ["a hint less", edit(lrat, (text) => text.replace(/ \d+ 0\n$/, " 0\n"))],
    [
      "a bit moved",
      edit(
        ({ queries }) => queries[0]?.files.map ?? "",
        (text) => text.replace(/\[(\d+), (\d+)/, "[$2, $1"),
      ),
    ],
    ["a file gone", (directory: string, of: Manifest) => rmSync(join(directory, lrat(of)))],
    ["a query gone", (_: string, of: Manifest) => ({ ...of, queries: of.queries.slice(1) })],
  ])("refuses one with %s", async (name, change) => {
    const { code, out } = await check(damaged(name.replaceAll(" ", "-"), change));
    expect(out).toMatch(/^refused: /);
    expect(code).toBe(1);
  });

  it.each([["--json"], []])("says that there is nothing to check where no verdict is listed %j", async (...words) => {
    const { code, err } = await check(
      damaged("empty", (_, of) => ({ ...of, verdicts: [] })),
      ...words,
    );
    expect(err).toBe("foliofence: empty/manifest.json: it has no verdict, so there is nothing to check\n");
    expect(code).toBe(2);
  });

  it("does not trust hashes alone: a proof that proves nothing is refused", async () => {
    const { createHash } = await import("node:crypto");
    const name = damaged("rehashed", (directory, of) => {
      const [first, ...rest] = of.queries;
      if (first === undefined) throw new Error("no query");
      const path = join(directory, first.files.lrat);
      const text = readFileSync(path, "utf8").replace(/ \d+ 0\n$/, " 0\n");
      writeFileSync(path, text);
      const sha256 = { ...first.sha256, lrat: createHash("sha256").update(text).digest("hex") };
      return { ...of, queries: [{ ...first, sha256 }, ...rest] };
    });
    const { code, out } = await check(name);
    expect(out).toMatch(/^refused: \S+: step \d+: no contradiction$/m);
    expect(code).toBe(1);
  });

  it("ends with 3 where a verdict has none", async () => {
    const name = damaged("sampled", (_, of) => ({
      ...of,
      verdicts: [...of.verdicts, { rule: "r", claim: "c", verdict: "proved", engine: "z3", certificate: null }],
    }));
    const { code, out } = await check(name);
    expect(out).toContain("no certificate: r, c: proved (z3)\n");
    expect(code).toBe(3);
    const { without_certificate }: { without_certificate: unknown } = JSON.parse((await check(name, "--json")).out);
    expect(without_certificate).toEqual([{ rule: "r", claim: "c", verdict: "proved", engine: "z3" }]);
  });

  it.each([["nowhere"], ["broken"], ["escaping"]])("cannot read %s", async (name) => {
    if (name !== "nowhere") {
      damaged(name, () => undefined);
      const [first] = manifest.queries;
      const text =
        name === "broken"
          ? "{"
          : JSON.stringify({ ...manifest, queries: [{ ...first, files: { ...first?.files, cnf: "../x" } }] });
      writeFileSync(join(parent, name, "manifest.json"), text);
    }
    const { code, err } = await check(name);
    expect(err).toMatch(/^foliofence: .*manifest\.json: .*\n$/);
    expect(code).toBe(2);
  });
});
