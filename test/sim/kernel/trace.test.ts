/** Kernel traces: the recorded ones agree with the models, a wrong one is found, a malformed one is refused. */

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { replayTraceFile } from "../../../props/conform/replay-trace.ts";
import { parseTraces, writeTraces } from "../../../sim/kernel/trace-file.ts";

const FOLDER = new URL("../../traces/", import.meta.url);
const files = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".jsonl"))
  .toSorted();

const read = (name: string): string => readFileSync(new URL(name, FOLDER), "utf8");

function report(text: string, name = "t.jsonl") {
  const told = replayTraceFile(text, name);
  if ("error" in told) throw new Error(`${told.error.file}:${told.error.line}: ${told.error.message}`);
  return told;
}

describe("recorded traces", () => {
  it("are of all kinds", () => {
    const kinds = new Set(files.map((name) => name.replace(/[-.].*/, "")));
    expect([...kinds].toSorted()).toEqual([
      "calls",
      "edges",
      "guest",
      "hugetlb",
      "mapping",
      "memslots",
      "shmem",
      "shmem2",
    ]);
  });

  it.each(files)("%s: the models do what the kernel did", (name) => {
    const { traces, steps, agree, disagreements } = report(read(name), name);
    expect(disagreements).toEqual([]);
    expect(agree).toBe(traces);
    expect(steps).toBeGreaterThan(60);
  });

  it.each(files)("%s: reading and writing keeps every byte", (name) => {
    const text = read(name);
    const parsed = parseTraces(text, name);
    expect("traces" in parsed ? writeTraces(parsed.traces) : parsed.error).toBe(text);
  });
});

const TRACE = {
  id: "t",
  kernel: "6.18.0",
  family: "shmem",
  steps: [
    { op: { op: "mount", huge: "always" }, result: { errno: 0 } },
    { op: { op: "create_file", file: "f", size: "0x0" }, result: { errno: 0, size: "0x0", pages: 0, data: [] } },
    {
      op: { op: "write", file: "f", offset: "0x8000", length: "0x1" },
      result: { errno: 0, size: "0x8001", pages: 512, data: [["0x0", "0x8001"]] },
    },
  ],
};

describe("a trace that is wrong", () => {
  it.each([
    ["an errno", "errno", "ENOSPC"],
    ["the size", "size", "0x8000"],
    ["the pages", "pages", 1],
    ["the data", "data", [["0x8000", "0x8001"]]],
  ])("about %s is found", (_what, key, value) => {
    const [mount, create, step] = TRACE.steps;
    const wrong = { ...step, result: { ...step?.result, [key]: value } };
    const told = report(JSON.stringify({ ...TRACE, steps: [mount, create, wrong] }));
    expect(report(JSON.stringify(TRACE)).agree).toBe(1);
    expect(told).toMatchObject({ traces: 1, steps: 3, agree: 0 });
    expect(told.disagreements[0]).toMatchObject({ id: "t", step: 2, op: { op: "write" }, model: { pages: 512 } });
    expect(told.disagreements[0]?.before).toContain("mount huge=always, 0 of 1572864 pages used");
  });
});

const line = (over: object) => JSON.stringify({ ...TRACE, ...over });
const step = (op: object, result: object = { errno: 0 }) => line({ steps: [{ op, result }] });

describe("a line that is no trace", () => {
  it.each([
    ["no JSON", "{", /^not JSON: /],
    ["a list", "[]", /^trace: expected an object$/],
    ["no steps", line({ steps: 3 }), /^trace: steps is no list: 3$/],
    ["a missing field", step({ op: "remount" }), /^trace\.steps\[0\]\.op: huge is missing$/],
    ["an unknown op", step({ op: "sync" }), /unknown op "sync"$/],
    ["a number for bytes", step({ op: "truncate", file: "f", size: 5 }), /size is no u64 as a "0x…" string: 5$/],
    ["bytes too long for a u64", step({ op: "truncate", file: "f", size: "0x10000000000000000" }), /size is no u64/],
    ["an unknown huge=", step({ op: "mount", huge: "maybe" }), /huge is no never \| always \| within_size \| advise/],
    ["an unknown field", step({ op: "unlink", file: "f", size: "0x1" }), /unknown field size$/],
    ["an unknown field of a result", step({ op: "create_vm" }, { errno: 0, took: 1 }), /result: unknown field took$/],
    ["a range that is none", step({ op: "create_vm" }, { errno: 0, data: [["0x0"]] }), /data is no list of ranges/],
  ])("(%s) is told with its place", (_what, bad, message) => {
    const told = replayTraceFile(`${JSON.stringify(TRACE)}\n\n${bad}\n`, "t.jsonl");
    expect(told).toMatchObject({
      error: { file: "t.jsonl", line: 3, message: expect.stringMatching(message) as unknown },
    });
  });
});
