/** The repository keeps its own shape: imports go left, the models are pure, packages have one importer. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { VERSION } from "../../props/version.ts";

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

describe("determinism", () => {
  const BANNED = /\b(Math\.random|Date\.now|new Date\b|performance\.now|process\.env|process\.hrtime|localeCompare)\b/;

  it("reads clock, randomness and environment in main.ts alone", () => {
    const wrong = sources.filter((file) => file !== "props/main.ts" && BANNED.test(textOf(file)));
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
