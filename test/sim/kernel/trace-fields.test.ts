/** The fields of a trace by kind: what is taken, and what is said of anything else. */

import { describe, expect, it } from "vitest";
import type { Fields } from "../../../sim/kernel/trace-fields.ts";
import { fieldsOf } from "../../../sim/kernel/trace-fields.ts";
import { parseTraces, writeTraces } from "../../../sim/kernel/trace-file.ts";

type Reader = (fields: Fields) => unknown;

function read(value: unknown, reader: Reader): { value: unknown; message: string | undefined } {
  const problem: { message?: string } = {};
  return { value: reader(fieldsOf(value, "x", problem)), message: problem.message };
}

const READERS = {
  name: (f) => f.name("k"),
  nullableName: (f) => f.nullableName("k"),
  bytes: (f) => f.bytes("k"),
  u32: (f) => f.u32("k"),
  huge: (f) => f.huge("k"),
  access: (f) => f.access("k"),
  advice: (f) => f.advice("k"),
  errno: (f) => f.errno("k"),
  ranges: (f) => f.ranges("k"),
  list: (f) => f.list("k", (one) => one.name("n")),
  each: (f) => f.each("k", (one) => one.name("n")),
  under: (f) => f.under("k", (one) => one.name("n")),
} satisfies Record<string, Reader>;
type Kind = keyof typeof READERS;

const TAKEN: readonly (readonly [Kind, unknown, unknown])[] = [
  ["name", "", ""],
  ["name", "f", "f"],
  ["nullableName", null, null],
  ["nullableName", "f", "f"],
  ["bytes", "0x0", 0n],
  ["bytes", "0XfF", 255n],
  ["bytes", "0xffffffffffffffff", 2n ** 64n - 1n],
  ["u32", 0, 0],
  ["u32", 2 ** 32 - 1, 2 ** 32 - 1],
  ["huge", "never", "never"],
  ["huge", "always", "always"],
  ["huge", "within_size", "within_size"],
  ["huge", "advise", "advise"],
  ["access", "read", "read"],
  ["access", "write", "write"],
  ["advice", "hugepage", "hugepage"],
  ["advice", "nohugepage", "nohugepage"],
  ["advice", null, null],
  ["errno", 0, 0],
  ["errno", "EINVAL", "EINVAL"],
  ["ranges", [], []],
  ["ranges", [["0x0", "0x1000"]], [[0n, 0x1000n]]],
  ["list", [], []],
  ["list", [{ n: "a" }, { n: "b" }], ["a", "b"]],
  ["each", {}, {}],
  ["each", { p: { n: "a" } }, { p: "a" }],
  ["under", { n: "a" }, "a"],
];

it.each(TAKEN)("%s takes %j", (kind, value, told) => {
  expect(read({ k: value }, READERS[kind])).toEqual({ value: told, message: undefined });
});

/** [kind, value, what is said, what is gone on with] */
const REFUSED: readonly (readonly [Kind, unknown, string, unknown])[] = [
  ["name", 1, "k is no string: 1", ""],
  ["name", null, "k is no string: null", ""],
  ["nullableName", 1, "k is no string: 1", ""],
  ["bytes", 1, 'k is no u64 as a "0x…" string: 1', 0n],
  ["bytes", "1", 'k is no u64 as a "0x…" string: "1"', 0n],
  ["bytes", "0x", 'k is no u64 as a "0x…" string: "0x"', 0n],
  ["bytes", "00x1", 'k is no u64 as a "0x…" string: "00x1"', 0n],
  ["bytes", "0x1 ", 'k is no u64 as a "0x…" string: "0x1 "', 0n],
  ["bytes", "0x10000000000000000", 'k is no u64 as a "0x…" string: "0x10000000000000000"', 0n],
  ["bytes", ["0x1"], 'k is no u64 as a "0x…" string: ["0x1"]', 0n],
  ["u32", "1", 'k is no number of 32 bits: "1"', 0],
  ["u32", -1, "k is no number of 32 bits: -1", 0],
  ["u32", 0.5, "k is no number of 32 bits: 0.5", 0],
  ["u32", 2 ** 32, "k is no number of 32 bits: 4294967296", 0],
  ["u32", [1], "k is no number of 32 bits: [1]", 0],
  ["huge", "maybe", 'k is no never | always | within_size | advise: "maybe"', "never"],
  ["huge", undefined, "k is no never | always | within_size | advise: undefined", "never"],
  ["access", "frob", 'k is no read | write: "frob"', "read"],
  ["advice", "frob", 'k is no hugepage | nohugepage | null: "frob"', null],
  ["errno", 1, "k is no 0 or errno name: 1", 0],
  ["errno", null, "k is no 0 or errno name: null", 0],
  ["ranges", 1, "k is no list of ranges: 1", []],
  ["ranges", {}, "k is no list of ranges: {}", []],
  ["ranges", [1], "k is no list of ranges: [1]", [[0n, 0n]]],
  ["ranges", [["0x0"]], 'k is no list of ranges: [["0x0"]]', [[0n, 0n]]],
  ["ranges", [[0, "0x1"]], 'k is no list of ranges: [[0,"0x1"]]', [[0n, 0n]]],
  ["list", {}, "k is no list: {}", []],
  ["each", [], "k is no object: []", {}],
  ["each", null, "k is no object: null", {}],
  ["each", 1, "k is no object: 1", {}],
];

it.each(REFUSED)("%s refuses %j", (kind, value, message, blank) => {
  expect(read({ k: value }, READERS[kind])).toEqual({ value: blank, message: `x: ${message}` });
});

describe("the place of a problem", () => {
  it.each([
    ["list", { k: [{ n: "a" }, { n: 1 }] }, "x.k[1]: n is no string: 1"],
    ["list", { k: [1] }, "x.k[0]: expected an object"],
    ["each", { k: { p: { n: 1 } } }, "x.k.p: n is no string: 1"],
    ["under", { k: { n: 1 } }, "x.k: n is no string: 1"],
    ["under", { k: null }, "x.k: expected an object"],
    ["under", { k: [] }, "x.k: expected an object"],
    ["under", { k: "n" }, "x.k: expected an object"],
    ["under", {}, "x: k is missing"],
    ["name", {}, "x: k is missing"],
    ["nullableName", {}, "x: k is missing"],
    ["name", [], "x: expected an object"],
    ["name", null, "x: expected an object"],
    ["name", "k", "x: expected an object"],
  ] satisfies [Kind, unknown, string][])("of %s in %j", (kind, value, message) => {
    expect(read(value, READERS[kind]).message).toBe(message);
  });

  it("is the first one's", () => {
    const both: Reader = (f) => [f.name("a"), f.name("b")];
    expect(read({ a: 1, b: 2 }, both)).toEqual({ value: ["", ""], message: "x: a is no string: 1" });
  });
});

it("leaves out of a list what is undefined", () => {
  expect(read({ k: [{}, {}] }, (f) => f.list("k", () => undefined)).value).toEqual([]);
});

it("knows the fields that are there, and those that nobody read", () => {
  const some: Reader = (f) => {
    const has = [f.has("a"), f.has("b"), f.has("toString")];
    f.nullableName("a");
    f.noMore();
    return has;
  };
  expect(read({ a: null, b: 1 }, some)).toEqual({ value: [true, true, false], message: "x: unknown field b" });
  expect(read({ a: null }, some)).toEqual({ value: [true, false, false], message: undefined });
});

describe("a trace file", () => {
  const line = '{"id":"a","kernel":"6.18","family":"shmem","steps":[]}';

  it("may have blank lines", () => {
    const parsed = parseTraces(`\n \t\n${line}\n\n${line}`, "t.jsonl");
    expect("traces" in parsed ? writeTraces(parsed.traces) : parsed.error).toBe(`${line}\n${line}\n`);
  });

  it("is of whole steps", () => {
    const step = (text: string): string => line.replace("[]", `[${text}]`);
    const error = (message: string) => ({ error: { file: "t.jsonl", line: 1, message } });
    expect(parseTraces(step('{"op":{"op":"create_vm"}}'), "t.jsonl")).toEqual(
      error("trace.steps[0]: result is missing"),
    );
    expect(parseTraces(step('{"result":{}}'), "t.jsonl")).toEqual(error("trace.steps[0]: op is missing"));
    expect(parseTraces(step('{"op":{"op":"create_vm"},"result":{},"took":1}'), "t.jsonl")).toEqual(
      error("trace.steps[0]: unknown field took"),
    );
    expect(parseTraces(`${line.slice(0, -1)},"when":1}`, "t.jsonl")).toEqual(error("trace: unknown field when"));
    expect(parseTraces("null", "t.jsonl")).toEqual(error("trace: expected an object"));
  });
});
