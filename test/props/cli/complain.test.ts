/** How a refusal is told, and rules out of the words of a command line. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { complain, tellJson } from "../../../props/cli/terminal/complain.ts";
import { UsageError } from "../../../props/cli/terminal/io.ts";
import { rulesFrom } from "../../../props/cli/terminal/sources.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import { VERSION } from "../../../props/cli/terminal/version.ts";
import { keepingIo } from "../../support/cli-io.ts";
import { scratch } from "../../support/cli.ts";

const AT = { file: "a.c", line: 2, column: 3 };

function told(error: unknown, args: readonly string[], before = false) {
  const said = keepingIo();
  const code = complain(error, said.io, args, before);
  return { code, out: said.out(), err: said.err() };
}

const json = (error: object): string => `${JSON.stringify({ foliofence: VERSION, schema: 1, error }, undefined, 2)}\n`;

describe("a refusal", () => {
  it("is a line with its place", () => {
    expect(told(new UsageError("no C", { at: AT }), [])).toEqual({
      code: 2,
      out: "",
      err: "foliofence: a.c:2:3: no C\n",
    });
    expect(told(new UsageError("no rule"), [])).toEqual({ code: 2, out: "", err: "foliofence: no rule\n" });
  });

  it.each([
    [["--json"], true],
    [["judge", "--format=json"], true],
    [["judge", "--format", "json"], true],
    [["judge", "--format", "junit"], false],
    [["judge", "json", "--format"], false],
    [["json"], false],
    [["--format"], false],
    [["--frob", "json"], false],
    [[], false],
  ])("is an object too where JSON is asked for: %j", (args, wanted) => {
    const { out } = told(new UsageError("no C", { at: AT }), args);
    expect(out).toBe(wanted ? json({ ...AT, message: "no C" }) : "");
    expect(told(new UsageError("no C"), args, true).out).toBe("");
  });

  it("is an internal error where nobody foresaw it", () => {
    const error = new Error("no such step");
    error.stack = "Error: no such step\n    at f";
    expect(told(error, ["--json"])).toEqual({
      code: 70,
      out: json({ message: "internal error: no such step" }),
      err: "foliofence: internal error: Error: no such step\n    at f\n",
    });
    delete error.stack;
    expect(told(error, []).err).toBe("foliofence: internal error: no such step\n");
    expect(told("thrown", ["--json"])).toEqual({
      code: 70,
      out: json({ message: "internal error: thrown" }),
      err: "foliofence: internal error: thrown\n",
    });
    expect(told(error, ["--json"], true).out).toBe("");
  });
});

it("an object is for whoever asked for one", () => {
  const said = keepingIo();
  tellJson({ message: "x" }, said.io, []);
  tellJson({ message: "x" }, said.io, ["--json"]);
  expect(said.out()).toBe(json({ message: "x" }));
});

describe("rules", async () => {
  const book = await openRulebook();
  const dir = scratch();
  const file = join(dir, "two.c");
  writeFileSync(file, "bool one(u64 offset) { return offset; }\nbool ctz(u64 size) { return size; }\n");
  mkdirSync(join(dir, "folder"));
  const asked = (words: readonly string[], expressions: readonly string[] = [], kind?: "bind" | "map" | "level") =>
    rulesFrom(book, { words, expressions, ...(kind === undefined ? {} : { kind }) }).map((rule) => [
      rule.id,
      rule.kind,
      rule.file,
      rule.line,
    ]);

  it("are the whole catalogue where none is asked for", () => {
    expect(asked([])).toHaveLength(book.all.length);
  });

  it("are of the catalogue, of files, and pasted, each with a name of its own", () => {
    expect(asked(["ctz", file, "stock"], ["offset == 0", "order == 0", "!size"])).toEqual([
      ["ctz", "bind", undefined, 1],
      ["one", "bind", file, 1],
      ["ctz_2", "bind", file, 2],
      ["stock", "level", undefined, 1],
      ["expression", "bind", "-e", 1],
      ["expression_2", "map", "-e", 1],
      ["expression_3", "bind", "-e", 1],
    ]);
  });

  it("are of the kind that is asked for", () => {
    expect(asked([file], ["size == 0"], "map").map(([, kind]) => kind)).toEqual(["map", "map", "map"]);
    expect(asked(["ctz"], [], "bind")).toHaveLength(1);
    expect(() => asked(["ctz"], [], "map")).toThrow("--kind map: ctz is a bind rule");
  });

  it.each([
    [["ctx"], [], '"ctx" is no rule of the catalogue and no file; did you mean ctz?'],
    [["ctx c"], [], '"ctx c" is no rule of the catalogue and no file; see `foliofence rules`'],
    [[join(dir, "none.c")], [], /none.c: no such file/],
    [[join(dir, "folder")], [], /folder: is a directory/],
  ] satisfies [string[], string[], string | RegExp][])("%j, %j: %s", (words, expressions, message) => {
    expect(() => asked(words, expressions)).toThrow(message);
  });

  it("say where their C is wrong", () => {
    writeFileSync(file, "bool one(u64 offset)\n{\n\treturn offst;\n}\n");
    expect(() => asked([file])).toThrow(expect.objectContaining({ at: { file, line: 3, column: 9 } }));
    expect(() => asked([], ["offset &&"])).toThrow(expect.objectContaining({ at: { file: "-e", line: 1, column: 8 } }));
  });
});
