/** The repository keeps its own shape: imports go left, the models are pure, packages have one importer. */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { VERSION } from "../../props/cli/terminal/version.ts";

const LAYERS = ["model", "sim", "props", "test"];

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name))
    .toSorted();

const sources = LAYERS.slice(0, 3).flatMap(filesOf);
const textOf = (file: string): string => readFileSync(file, "utf8");
const layerOf = (file: string): number => LAYERS.indexOf(file.split("/")[0] ?? "");

/** Modules a file imports: static, dynamic and type-only. */
const importsOf = (text: string): string[] =>
  [...text.matchAll(/(?:from\s+|import\s*\(\s*|import\s+)"([^"]+)"/g)].map(([, name]) => name ?? "");

/** The layer that a relative import leads to. */
function targetLayer(file: string, name: string): number {
  const parts = join(file, "..", name).split("/");
  return LAYERS.indexOf(parts[0] ?? "");
}

describe("layers", () => {
  it("finds the sources", () => {
    expect(sources.length).toBeGreaterThan(50);
  });

  it("imports leftward only", () => {
    const wrong = sources.flatMap((file) =>
      importsOf(textOf(file))
        .filter((name) => name.startsWith(".") && targetLayer(file, name) > layerOf(file))
        .map((name) => `${file} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it("keeps packages out of model/", () => {
    const wrong = filesOf("model").flatMap((file) =>
      importsOf(textOf(file))
        .filter((name) => !name.startsWith("."))
        .map((name) => `${file} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it.each([
    ["bigint-buffer", /^sim\/kernel\/live\/abi(-\w+)?\.ts$/],
    ["web-tree-sitter", /^sim\/c\//],
    ["koffi", /^sim\/kernel\/live\//],
    ["z3-solver", /^props\/prove\//],
    ["commander", /^props\/cli\/(program|manual\/\w+)\.ts$/],
  ])("imports %s in its own place only", (name, place) => {
    const importers = sources.filter((file) => importsOf(textOf(file)).some((one) => one === name));
    expect(importers.length).toBeGreaterThan(0);
    expect(importers.filter((file) => !place.test(file))).toEqual([]);
  });
});

/**
 * Rooms in order: each imports those before it only, and its own. A file that is named is the way into the rooms of its
 * folder, and stands above them.
 */
const ROOMS = `
  model model/folios model/kvm model/abstract model/kernel model/rule model/rule/wasm model/rule/catalogue
  sim sim/c/syntax sim/c/tree sim/c/memory sim/c/helpers sim/c/lower sim/c/text sim/c/contract sim/c sim/words sim/schema
  sim/picture sim/script/mjs sim/script/c sim/script/contract sim/script sim/layout sim/kernel sim/kernel/live
  props/claims props/search props/shrink props/prove/smt props/prove/sat props/prove props/prove/fix
  props/prove/prover.ts props/prove/certificate props/contract props/judge props/judge/jobs props/conform props/scenarios
  props/cli/terminal props/cli/format props/cli/explore props/cli/judge props/library props/cli/manual props/cli props/cli/mcp
  props/cli/program.ts props/page/state props/page/judging props/page props
`
  .trim()
  .split(/\s+/);

const roomOf = (file: string): number => ROOMS.indexOf(ROOMS.includes(file) ? file : dirname(file));
const importedBy = (file: string): string[] =>
  importsOf(textOf(file))
    .filter((name) => name.startsWith("."))
    .map((name) => join(dirname(file), name))
    .filter((name) => sources.includes(name));

describe("rooms", () => {
  it("has each file in one", () => {
    expect(sources.filter((file) => roomOf(file) < 0)).toEqual([]);
  });

  it("imports from rooms that stand before only", () => {
    const wrong = sources.flatMap((file) =>
      importedBy(file)
        .filter((name) => roomOf(name) > roomOf(file))
        .map((name) => `${file} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it("has no circle of imports, those of types included", () => {
    // What imports nothing that is left is taken away, until nothing is left or the rest imports itself.
    let left = new Map(sources.map((file) => [file, importedBy(file)]));
    for (let before = 0; before !== left.size;) {
      before = left.size;
      const now = left;
      left = new Map([...now].filter(([, names]) => names.some((name) => now.has(name))));
    }
    expect([...left.keys()]).toEqual([]);
  });

  it.each([...new Set(sources.map((file) => dirname(file)))])(
    "keeps %s small enough to be read at a glance",
    (folder) => {
      expect(sources.filter((file) => dirname(file) === folder).length).toBeLessThanOrEqual(24);
    },
  );

  it("keeps files under 300 lines, but for the list of what the package exports", () => {
    const long = sources.filter((file) => textOf(file).split("\n").length > 300 && file !== "props/library/index.ts");
    expect(long).toEqual([]);
  });
});

describe("lists of any length", () => {
  it("are not spread into a call where a user's text is read: the stack holds some hundred thousand arguments", () => {
    const read = sources.filter((file) => /^sim\/(?:c|layout|script)\/|^props\/cli\/(?:terminal|layout)/.test(file));
    expect(read.length).toBeGreaterThan(100);
    const wrong = read.flatMap((file) =>
      textOf(file)
        .split("\n")
        .filter((line) =>
          /\.(?:push|unshift)\(\.\.\.|Math\.(?:max|min)\([^)]*\.\.\.(?!setting|ce\.setting|widths|lengths)/.test(line),
        )
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe("determinism", () => {
  const BANNED = /\b(Math\.random|Date\.now|new Date\b|performance\.now|process\.env|process\.hrtime|localeCompare)\b/;

  it("reads clock, randomness and environment in main.ts alone", () => {
    const wrong = sources.filter((file) => file !== "props/process.ts" && BANNED.test(textOf(file)));
    expect(wrong).toEqual([]);
  });

  it("never evaluates text", () => {
    expect(sources.filter((file) => /\beval\(|new Function\b/.test(textOf(file)))).toEqual([]);
  });

  it("never shifts or masks page numbers with 32-bit operators", () => {
    // The catalogue's texts are C, where these operators are 64 bits wide.
    const typescript = filesOf("model").filter((file) => !file.startsWith("model/rule/catalogue"));
    const wrong = typescript.flatMap((file) =>
      textOf(file)
        .split("\n")
        .filter((line) => /\b(gfn|pgoff|npages|index)\b *(<<|>>>?|&|\|) *[0-9a-z(]/.test(line) && !/&&|\|\|/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(wrong).toEqual([]);
  });
});

it("knows its own version", () => {
  const { version }: { version: string } = JSON.parse(textOf("package.json"));
  expect(VERSION).toBe(version);
});
