/** A kernel's answer beside the model's: what counts as the same, and how a disagreement is told. */

import { describe, expect, it } from "vitest";
import { FAMILIES } from "../../../model/kernel/family.ts";
import { emptyMachine } from "../../../model/kernel/machine.ts";
import { defaultKnobs } from "../../../model/kernel/orders.ts";
import { agrees, machineText, replayTraceFile } from "../../../props/conform/replay-trace.ts";
import type { LinuxOp, LinuxResult } from "../../../sim/kernel/op.ts";
import { stepLinux } from "../../../sim/kernel/step.ts";
import { writeTraces } from "../../../sim/kernel/trace-file.ts";

const FILE = { size: 0x2000n, pages: 2, data: [[0n, 0x2000n]] } as const;

describe("an answer agrees", () => {
  it.each<[string, LinuxResult, LinuxResult]>([
    ["if it is the same", { errno: 0, ...FILE }, { errno: 0, ...FILE }],
    ["if both tell no errno", { exit: "mmio" }, { exit: "mmio" }],
    ["where a kernel says EFAULT for what would be SIGBUS", { errno: "EFAULT" }, { errno: "SIGBUS" }],
    ["and the other way round", { errno: "SIGBUS" }, { errno: "EFAULT" }],
    [
      "whatever the order in which files are told",
      { files: { a: FILE, b: { ...FILE, pages: 1 } } },
      { files: { b: { ...FILE, pages: 1 }, a: FILE } },
    ],
  ])("%s", (_when, expected, model) => {
    expect(agrees(expected, model)).toBe(true);
  });

  it.each<[string, LinuxResult, LinuxResult]>([
    ["another errno", { errno: "EINVAL" }, { errno: "EEXIST" }],
    ["an errno where there is none", { errno: 0 }, { errno: "SIGBUS" }],
    ["none where there is one", { errno: "SIGBUS" }, { errno: 0 }],
    ["EFAULT for another errno", { errno: "EFAULT" }, { errno: "EINVAL" }],
    ["another errno for EFAULT", { errno: "EINVAL" }, { errno: "EFAULT" }],
    ["SIGBUS for another errno", { errno: "EINVAL" }, { errno: "SIGBUS" }],
    ["another size", { errno: 0, ...FILE }, { errno: 0, ...FILE, size: 0x1000n }],
    ["other pages", { errno: 0, ...FILE }, { errno: 0, ...FILE, pages: 3 }],
    ["other data", { errno: 0, ...FILE }, { errno: 0, ...FILE, data: [] }],
    ["fewer bytes written", { errno: 0, written: 0x1000n }, { errno: 0 }],
    ["another exit", { exit: "mmio" }, { exit: "EFAULT" }],
    ["a file of another size", { files: { a: FILE } }, { files: { a: { ...FILE, size: 0x1000n } } }],
    ["a file of other pages", { files: { a: FILE } }, { files: { a: { ...FILE, pages: 0 } } }],
    ["a file of other data", { files: { a: FILE } }, { files: { a: { ...FILE, data: [] } } }],
    ["a file more", { files: { a: FILE } }, { files: { a: FILE, b: FILE } }],
    ["a file of another name", { files: { a: FILE } }, { files: { b: FILE } }],
    ["files where none were told", {}, { files: { a: FILE } }],
    ["no files where some were told", { files: { a: FILE } }, {}],
  ])("not with %s", (_what, expected, model) => {
    expect(agrees(expected, model)).toBe(false);
  });
});

/** A machine after some ops that must be accepted. */
function machineAfter(ops: readonly LinuxOp[]) {
  const machine = emptyMachine(FAMILIES["6.18"], defaultKnobs());
  for (const op of ops) expect(stepLinux(machine, op)).toMatchObject({ errno: 0 });
  return machine;
}

describe("a machine is told", () => {
  it("in no line while there is nothing", () => {
    expect(machineText(machineAfter([]))).toBe("");
    expect(machineText(machineAfter([{ op: "create_vm" }]))).toBe("");
  });

  it("in a line for the mount, each file and each slot", () => {
    const machine = machineAfter([
      { op: "mount", huge: "never", size: 0x10000n },
      { op: "create_file", file: "f", size: 0x2000n },
      { op: "write", file: "f", offset: 0n, length: 0x1001n },
      { op: "create_memfd", file: "m", size: 0n },
      { op: "fallocate", file: "m", mode: 1, offset: 0n, length: 0x3000n },
      { op: "create_file", file: "g", size: 0n },
      { op: "unlink", file: "g" },
      { op: "create_vm" },
      { op: "set_user_memory_region", slot: 3, flags: 1, gpa: 0x5000n, size: 0x2000n, uaddr: 0x7000n },
    ]);
    expect(machineText(machine).split("\n")).toEqual([
      "mount huge=never, 2 of 16 pages used",
      'f: {"size":"0x2000","pages":2,"data":[["0x0","0x2000"]]}',
      expect.stringMatching(/^m unlinked fallocend 3: \{"size":"0x0","pages":3,/),
      'g unlinked: {"size":"0x0","pages":0,"data":[]}',
      "slot 3: gfn [5, 7) ugfn 7 flags 1",
    ]);
  });
});

describe("a file of traces", () => {
  const mount = { op: { op: "mount", huge: "never" }, result: { errno: 0 } } as const;
  const create = (size: bigint) =>
    ({
      op: { op: "create_file", file: "f", size: 0x1000n },
      result: { errno: 0, size, pages: 0, data: [] },
    }) as const;
  const trace = (id: string, size: bigint, kernel = "6.18.0") => ({
    id,
    kernel,
    family: "shmem",
    steps: [mount, create(size), create(size)],
  });

  it("tells the machine where one differs, and not at every step", () => {
    const tellings = (...sizes: readonly bigint[]): number => {
      let times = 0;
      const traces = sizes.map((size, at) => trace(`${at}`, size));
      replayTraceFile(writeTraces(traces), "t.jsonl", () => `${++times}`);
      return times;
    };
    expect(tellings(0x1000n, 0x1000n)).toBe(0);
    expect(tellings(0x1000n, 0x2000n, 0x3000n)).toBe(2);
  });

  it("tells each disagreement at its first step, with what was there before", () => {
    const text = writeTraces([trace("a", 0x1000n), trace("b", 0x2000n), trace("c", 0x1000n), trace("d", 0x3000n)]);
    const report = replayTraceFile(text, "t.jsonl");
    expect(report).toMatchObject({ traces: 4, steps: 12, agree: 2 });
    if ("error" in report) throw new Error(report.error.message);
    expect(report.disagreements.map(({ id, step }) => [id, step])).toEqual([
      ["b", 1],
      ["d", 1],
    ]);
    const { op, result } = create(0x2000n);
    expect(report.disagreements[0]).toEqual({
      id: "b",
      step: 1,
      op,
      expected: result,
      model: { ...result, size: 0x1000n },
      before: "mount huge=never, 0 of 1572864 pages used",
    });
  });

  it("begins each on an empty machine", () => {
    const report = replayTraceFile(writeTraces([trace("a", 0x1000n), trace("a", 0x1000n)]), "t.jsonl");
    expect(report).toEqual({ traces: 2, steps: 6, agree: 2, disagreements: [] });
  });

  it("runs on the models of the kernel that wrote it", () => {
    // GUEST_MEMFD_FLAG_MMAP is 6.18.
    const steps = [
      { op: { op: "create_vm" }, result: { errno: 0 } },
      { op: { op: "create_guest_memfd", memfd: "g", size: 0x1000n, flags: 1n }, result: { errno: 0 } },
    ] as const;
    const replay = (kernel: string) =>
      replayTraceFile(writeTraces([{ id: "a", kernel, family: "guest", steps }]), "t.jsonl");
    expect(replay("6.18.44")).toMatchObject({ agree: 1 });
    expect(replay("6.12.117")).toMatchObject({ agree: 0, disagreements: [{ step: 1, model: { errno: "EINVAL" } }] });
  });

  it("that cannot be read is told with its line", () => {
    expect(replayTraceFile(`${writeTraces([trace("a", 0n)])}{`, "t.jsonl")).toMatchObject({
      error: { file: "t.jsonl", line: 2 },
    });
  });
});
