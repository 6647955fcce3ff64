/** The commands apart from what they call: a kernel that disagrees, a spinner that is watched. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { runCommand } from "../../props/cli/program.ts";
import { duration, progressOf } from "../../props/cli/terminal/progress.ts";
import type { ConformOptions, ConformReport } from "../../props/conform/conform.ts";
import type { EscapeReport } from "../../props/conform/escape.ts";
import { command, keepingIo } from "../support/cli-io.ts";

const { spinner, kernel, TRACE } = vi.hoisted(() => ({
  TRACE: { id: "case-1", kernel: "6.18.44", family: "shmem", steps: [] },
  spinner: { text: "", shown: [] as string[], stopped: 0 },
  kernel: { asked: [] as unknown[], report: {}, escape: {} },
}));

vi.mock("yocto-spinner", () => ({
  default: ({ text }: { text: string }) => {
    spinner.shown.push(text);
    return {
      start() {
        return this;
      },
      stop: () => {
        spinner.stopped++;
      },
      set text(now: string) {
        spinner.shown.push(now);
      },
    };
  },
}));

vi.mock("../../props/conform/conform.ts", () => ({
  conform: async (options: ConformOptions): Promise<unknown> => {
    const { ops, seed, record, onProgress, signal } = options;
    record?.(TRACE);
    onProgress?.(7);
    kernel.asked.push({ ops, seed, aborted: signal?.aborted });
    return Promise.resolve(kernel.report);
  },
}));

vi.mock("../../props/conform/escape.ts", async (original) => ({
  ...(await original<object>()),
  showEscape: async (): Promise<unknown> => Promise.resolve(kernel.escape),
}));

const dir = mkdtempSync(join(tmpdir(), "apart-"));
afterAll(() => rmSync(dir, { recursive: true }));

const AGREES: ConformReport = {
  kernel: "6.18.44",
  family: "6.18",
  ops: 20_012,
  machines: { kernel: 20_012, abstract: 8_000 },
  discarded: 2,
  discarded_because: { disturbed: 1, not_again: 1 },
  disagreements: [],
  skipped: [],
};
const DIFFERS: ConformReport = {
  ...AGREES,
  disagreements: [
    {
      id: "seed-1-case-9",
      machine: "kernel",
      step: 1,
      op: { op: "create_vm" },
      expected: { errno: 0 },
      model: { errno: "EINVAL" },
      what: "result",
      before: "file f\n  huge=always",
      ops: [{ op: "mount", huge: "always" }, { op: "create_vm" }],
      found_in: 30,
    },
  ],
};

beforeEach(() => {
  Object.assign(spinner, { shown: [], stopped: 0 });
  Object.assign(kernel, { asked: [], report: AGREES, escape: {} });
});

describe("conform", () => {
  it("tells how much was compared", async () => {
    expect(await command(["conform"], dir)).toEqual({
      code: 0,
      out: "kernel 6.18.44, family 6.18: 20012 ops compared (kernel machine 20012, abstract machine 8000), 2 cases discarded, 0 disagreements\n",
      err: "",
    });
    expect(kernel.asked).toEqual([{ ops: 20_000, seed: 1, aborted: false }]);
  });

  it("takes a number of ops and a seed", async () => {
    await command(["conform", "--ops", "1", "--seed", "-2147483648"], dir);
    await command(["conform", "--ops", "1000000000", "--seed", "2147483647"], dir);
    expect(kernel.asked).toEqual([
      { ops: 1, seed: -(2 ** 31), aborted: false },
      { ops: 1e9, seed: 2 ** 31 - 1, aborted: false },
    ]);
    for (const words of [
      ["--ops", "1000000001"],
      ["--seed", "2147483648"],
      ["--seed", "-2147483649"],
    ]) {
      expect((await command(["conform", ...words], dir)).code).toBe(2); // oxlint-disable-line no-await-in-loop -- one after the other
    }
  });

  it("shows each step that differs, what was before it, and ends with 5", async () => {
    kernel.report = DIFFERS;
    expect(await command(["conform"], dir)).toEqual({
      code: 5,
      out: [
        "seed-1-case-9: the kernel machine differs at step 1 in result; shrunk from 30 ops to 2",
        '    {"op":"mount","huge":"always"}',
        '  > {"op":"create_vm"}',
        '  kernel    {"errno":0}',
        '  machine   {"errno":"EINVAL"}',
        "  before it the machine held",
        "    file f",
        "      huge=always",
        "kernel 6.18.44, family 6.18: 20012 ops compared (kernel machine 20012, abstract machine 8000), 2 cases discarded, 1 disagreements",
        "",
      ].join("\n"),
      err: "",
    });
  });

  it("is inconclusive where nothing could be compared, and says why", async () => {
    kernel.report = { ...AGREES, ops: 0, skipped: ["/dev/kvm: permission denied", "no tmpfs"] };
    const { code, out } = await command(["conform"], dir);
    expect(code).toBe(3);
    expect(out).toMatch(/^not run: \/dev\/kvm: permission denied\nnot run: no tmpfs\nkernel 6\.18\.44/);
  });

  it("prints and records what is asked for", async () => {
    const trace = join(dir, "trace.jsonl");
    const { code, out } = await command(["conform", "--json", "--record", trace], dir);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(AGREES);
    expect(readFileSync(trace, "utf8")).toBe('{"id":"case-1","kernel":"6.18.44","family":"shmem","steps":[]}\n');
  });

  it("stops at Ctrl-C with what there is", async () => {
    const { code, out } = await command(["conform"], dir, { interrupted: () => true });
    expect(code).toBe(130);
    expect(out).toContain("20012 ops compared");
    expect(kernel.asked).toEqual([{ ops: 20_000, seed: 1, aborted: true }]);
  });

  it("shows progress on a terminal only", async () => {
    await command(["conform", "--ops", "50"], dir);
    expect(spinner.shown).toEqual([]);
    await command(["conform", "--ops", "50"], dir, { progress: true });
    expect(spinner).toMatchObject({ shown: ["judging", "conform: 7 of 50 ops"], stopped: 1 });
  });
});

describe("conform --escape", () => {
  const ways = (...agree: boolean[]): EscapeReport => ({
    kernel: "6.18.44",
    slot: [8, 12],
    ways: agree.map((model_agrees) => ({
      way: "written without a VMA",
      ops: [],
      pages: [[0, 512]],
      outside: 508,
      model_agrees,
    })),
    skipped: agree.length === 0 ? ["no tmpfs"] : [],
  });

  it.each([
    [[true, true], 0],
    [[true, false], 5],
    [[], 3],
  ] as const)("models that agree %j: exit code %i", async (agree, code) => {
    kernel.escape = ways(...agree);
    const told = await command(["conform", "--escape"], dir);
    const lines = agree.map(
      (same) =>
        "written without a VMA: pages [[0,512]] are there, 508 outside the slot; the model says " +
        (same ? "the same" : "something else"),
    );
    const head = "Linux 6.18.44, huge=always, a slot on file pages [8, 12)";
    expect(told).toEqual({
      code,
      out: [head, ...lines, ...(agree.length === 0 ? ["no tmpfs"] : []), ""].join("\n"),
      err: "",
    });
    expect(JSON.parse((await command(["conform", "--escape", "--json"], dir)).out)).toEqual(kernel.escape);
    expect(kernel.asked).toEqual([]);
  });
});

describe("progress", () => {
  it("says how long as people do", () => {
    const said = [0, 0.2, 45, 89.9, 90, 5369, 5400, 12_030].map(duration);
    expect(said).toEqual(["0 s", "1 s", "45 s", "90 s", "2 min", "89 min", "1 h 30 min", "3 h 21 min"]);
  });

  it("tells the time left from what was done since the start", () => {
    let now = 1000;
    const progress = progressOf({ ...keepingIo().io, progress: true, now: () => now });
    progress.tell("ctz", "hunting");
    now = 11_000;
    progress.done(0.2, "1/5 rules");
    now = 21_000;
    progress.done(0.6, "3/5 rules");
    progress.tell("fls64", "proving");
    progress.end();
    expect(spinner.shown).toEqual([
      "judging",
      "ctz: hunting",
      "1/5 rules, ctz: hunting",
      "3/5 rules, ctz: hunting, 20 s left",
      "3/5 rules, fls64: proving, 20 s left",
    ]);
    expect(spinner.stopped).toBe(1);
  });

  it("is of rules, runs and what is done", async () => {
    const args = ["judge", "ctz", "offset_and_size_2m", "--engine", "hunt,exhaust", "--runs", "300", "--jobs", "1"];
    await command([...args, "--no-out", "--claims", "folio_starts_in_slot"], dir, { progress: true });
    expect(spinner.shown).toEqual(expect.arrayContaining([expect.stringMatching(/^ctz: hunting, block 0 on$/)]));
    expect(spinner.shown.at(-1)).toMatch(/^2\/2 rules, \d+ of 600 runs, offset_and_size_2m: concluding, 0 s left$/);
    expect(spinner.stopped).toBe(1);
  });

  it("of a hunt by time is of that time", async () => {
    let now = 0;
    const clock = (): number => (now += 40);
    const args = ["judge", "offset_and_size_1g", "--engine", "hunt", "--time", "2", "--jobs", "1", "--no-out"];
    await command([...args, "--claims", "folio_starts_in_slot"], dir, { progress: true, now: clock });
    expect(spinner.shown.some((text) => /^0\/1 rules, \d+ runs, .*, \d s left$/.test(text))).toBe(true);
  });
});

describe("explore --port", () => {
  it("serves until Ctrl-C", async () => {
    let looks = 0;
    const { code, out } = await command(["explore", "--port", "0"], dir, { interrupted: () => ++looks > 2 });
    expect(code).toBe(130);
    expect(out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/);
    expect(looks).toBe(3);
  });
});

it("a summary is for where there is one", async () => {
  const args = ["judge", "ctz", "--engine", "hunt", "--runs", "100", "--jobs", "1", "--no-out", "--format", "github"];
  const { summary, ...io } = keepingIo().io;
  expect(summary).toBeDefined();
  expect(await runCommand([...args, "--claims", "folio_starts_in_slot"], io)).toBe(1);
});

it("colours are asked of nobody but the Io", async () => {
  const args = ["judge", "ctz", "--engine", "hunt", "--runs", "100", "--jobs", "1", "--no-out"];
  const { out } = await command([...args, "--claims", "folio_starts_in_slot"], dir, { color: true });
  expect(out).toContain("\u001B[31mrefuted\u001B[39m");
});
