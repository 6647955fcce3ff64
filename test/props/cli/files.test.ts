/** What is read and written for a user, and how it is said that it could not be. */

import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readText, reason, writableDirectory, writeWhole } from "../../../props/cli/terminal/files.ts";
import { paint } from "../../../props/cli/terminal/paint.ts";
import { table } from "../../../props/cli/terminal/table.ts";
import { scratch } from "../../support/cli.ts";

describe("an error of the file system", () => {
  it.each([
    ["ENOENT", "no such file"],
    ["EACCES", "permission denied"],
    ["EPERM", "not permitted"],
    ["EISDIR", "is a directory"],
    ["ENOTDIR", "not a directory"],
    ["ENOSPC", "no space left on the device"],
    ["EROFS", "read-only file system"],
    ["EEXIST", "a file of that name is in the way"],
    ["EIO", "EIO"],
  ])("%s is: %s", (code, words) => {
    expect(reason(Object.assign(new Error("it failed"), { code }))).toBe(words);
  });

  it("may be anything that was thrown", () => {
    expect([new Error("no code"), "a text", undefined, null].map(reason)).toEqual([
      "Error: no code",
      "a text",
      "undefined",
      "null",
    ]);
  });
});

describe("reading", () => {
  const dir = scratch();
  const path = join(dir, "four");
  writeFileSync(path, "four");

  it("has a limit, which a file may reach", () => {
    expect(readText(path, 4)).toBe("four");
    expect(() => readText(path, 3)).toThrow(`${path}: 4 bytes is too large (at most 3)`);
    expect(readText(path)).toBe("four");
  });

  it("says what is wrong with the path", () => {
    expect(() => readText(dir)).toThrow(`${dir}: is a directory`);
    expect(() => readText(join(path, "below"))).toThrow(`${path}/below: not a directory`);
    expect(() => readText(join(dir, "nowhere"))).toThrow(`${dir}/nowhere: no such file`);
  });
});

describe("a directory to write to", () => {
  it("is made with all above it, or is there", () => {
    const dir = scratch();
    const deep = join(dir, "a", "b", "c");
    writableDirectory(deep);
    writableDirectory(deep);
    writeFileSync(join(deep, "file"), "");
    symlinkSync(deep, join(dir, "link"));
    writableDirectory(join(dir, "link"));
    expect(() => writableDirectory(join(deep, "file"))).toThrow(
      `${deep}/file: cannot be written to: a file of that name is in the way`,
    );
    expect(() => writableDirectory(join(deep, "file", "below"))).toThrow(
      `${deep}/file/below: cannot be written to: not a directory`,
    );
  });

  it.skipIf(process.getuid?.() === 0)("is one that this user may write to, which root always may", () => {
    const dir = join(scratch(), "closed");
    mkdirSync(dir);
    chmodSync(dir, 0o500);
    expect(() => writableDirectory(dir)).toThrow(`${dir}: cannot be written to: permission denied`);
  });
});

describe("writing", () => {
  it("replaces the file whole, and leaves nothing else behind", () => {
    const dir = scratch();
    const path = join(dir, "file");
    writeWhole(path, "one");
    writeWhole(path, "two");
    expect(readFileSync(path, "utf8")).toBe("two");
    expect(readdirSync(dir)).toEqual(["file"]);
  });

  it("that fails leaves what was there", () => {
    const dir = scratch();
    const path = join(dir, "taken");
    mkdirSync(path);
    expect(() => writeWhole(path, "text")).toThrow(`${path}: not written: is a directory`);
    expect(readdirSync(dir)).toEqual(["taken"]);
    const below = join(dir, "nowhere", "file");
    expect(() => writeWhole(below, "text")).toThrow(`${below}: not written: no such file`);
  });
});

it("a table has columns as wide as their widest cell, colours aside, and rows that may be short", () => {
  expect(table([["a", "b", "c"], ["long"], [paint(true).bad("red"), "wide", "x"]])).toEqual([
    "a     b     c",
    "long",
    `${paint(true).bad("red")}   wide  x`,
  ]);
  expect(table([["a", "b"], ["cc"]], 1)).toEqual(["a  b", "cc"]);
});
