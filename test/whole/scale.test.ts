import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { inThreads } from "../../props/judge/jobs/threads.ts";
import type { Task, Work } from "../../props/judge/jobs/task.ts";
import { DEFAULT_SETTING } from "../../sim/setting.ts";
import type { Built, Ended } from "../support/scale-cli.ts";
import { build, start } from "../support/scale-cli.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let built: Built;
let directory: string;
beforeAll(() => {
  built = build("scale");
  directory = mkdtempSync(join(tmpdir(), "scale-"));
});
afterAll(() => {
  built.remove();
  rmSync(directory, { recursive: true });
});

const foliofence = (...args: string[]): Promise<Ended> => start(built, args, directory).ended;

/** Every file of a directory with what is in it. */
const contents = (name: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(directory, name))
      .toSorted()
      .map((file) => [file, readFileSync(join(directory, name, file), "utf8")]),
  );

/** The paths of scripts name the directory they are in. */
const unplaced = (text: string): string => text.replaceAll(/"out-[^/]*\//g, '"out/');

/** What four rules come to with so many threads, and the scripts. */
const judge = async (jobs: string): Promise<readonly [Ended, Record<string, string>]> => {
  const rules = ["ctz", "size_level", "offset_and_size_1g", "folio_order"];
  const ended = await foliofence("judge", ...rules, "--json", "--jobs", jobs, "--out", `out-${jobs}`);
  return [{ ...ended, out: unplaced(ended.out) }, contents(`out-${jobs}`)];
};

describe("--jobs", () => {
  it("gives the same bytes with 1, 2 and 8 threads, on stdout and in the scripts", async () => {
    const one = await judge("1");
    expect(one[0].code).toBe(1);
    expect(Object.keys(one[1]).length).toBeGreaterThan(20);
    expect(await judge("2")).toEqual(one);
    expect(await judge("8")).toEqual(one);
  });

  it("cuts one long hunt", async () => {
    const args = ["judge", "-e", "IS_ALIGNED(offset, SZ_1G)", "--engine", "hunt", "--runs", "53500", "--no-out"];
    const one = await foliofence(...args, "--json", "--jobs", "1");
    expect(one.code).toBe(1);
    expect(one.out).toContain('"runs": 53500');
    expect(await foliofence(...args, "--json", "--jobs", "3")).toEqual(one);
  });

  const WORK: Work = {
    rules: [],
    options: { setting: DEFAULT_SETTING, claims: [], seed: 1, numRuns: 1 },
    keepQueries: false,
  };
  const TASK: Task = { task: "hunt", rule: 0, stretch: { from: 0, to: 1, open: [] } };

  it.each([
    ["process.exit(3)", "ended with 3"],
    ["throw new Error('no luck')", "no luck"],
    [
      "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(4))",
      "ended with 4",
    ],
    [
      "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { throw new Error('bad') })",
      "bad",
    ],
  ])("is an error where a thread dies: %s", async (text, message) => {
    const entry = join(directory, "thread.mjs");
    writeFileSync(entry, text);
    const executor = inThreads({ work: WORK, catalogue: [], solvers: ["own"] }, 1, pathToFileURL(entry));
    await expect(executor.run(TASK)).rejects.toThrow(message);
    await executor.close();
  });
});

describe("Ctrl-C and --resume", () => {
  const args = ["judge", "ctz", "offset_and_size_1g", "folio_order", "--engine", "hunt", "--runs", "90000", "--json"];
  let whole: Awaited<ReturnType<typeof foliofence>>;
  beforeAll(async () => {
    whole = await foliofence(...args, "--jobs", "2", "--out", "out-whole");
  });

  it.each(["1", "2"])("ends at the same bytes as if nothing had happened, from %s threads", async (jobs) => {
    const place = ["--out", `out-resumed-${jobs}`];
    const running = start(built, [...args, "--jobs", jobs, ...place], directory);
    // The directory is made when the judging starts.
    while (!existsSync(join(directory, `out-resumed-${jobs}`))) await sleep(20); // oxlint-disable-line no-await-in-loop -- waiting
    await sleep(400);
    running.interrupt();
    const early = await running.ended;
    expect(early.code).toBe(130);
    const file = join(`out-resumed-${jobs}`, "foliofence-resume.json");
    expect(early.err).toContain(file);
    expect(JSON.parse(early.out)).toMatchObject({ interrupted: true });
    const other = await foliofence(...args, "--seed", "2", ...place, "--resume");
    expect(other.code).toBe(2);
    expect(other.err).toContain("saved by a judging with other rules or options");
    const resumed = await foliofence(...args, "--jobs", jobs === "1" ? "2" : "1", ...place, "--resume");
    expect({ ...resumed, out: unplaced(resumed.out) }).toEqual({ ...whole, out: unplaced(whole.out) });
    expect(contents(`out-resumed-${jobs}`)).toEqual(contents("out-whole"));
  });

  it("ends it at once while it reads, of which nothing is to be saved", async () => {
    const file = join(directory, "long.mbox");
    writeFileSync(file, `From: a <a@b>\nSubject: x\n\n${"> hi\n".repeat(300_000)}`);
    const running = start(built, ["judge", file, "--no-out"], directory);
    await sleep(600);
    running.interrupt();
    // By the signal, which a shell calls 130.
    expect(await running.ended).toEqual({ code: null, out: "", err: "" });
  });

  it("has nothing to go on from where nothing was ended early", async () => {
    const { code, err } = await foliofence("judge", "ctz", "--resume", "--out", "out-nothing");
    expect(code).toBe(2);
    expect(err).toMatch(/^foliofence: --resume: .* is not there: nothing was ended early\n$/);
  });

  it("refuses a state that is damaged", async () => {
    mkdirSync(join(directory, "out-nothing"));
    writeFileSync(join(directory, "out-nothing", "foliofence-resume.json"), '{ "key": ');
    const { code, err } = await foliofence("judge", "ctz", "--resume", "--out", "out-nothing");
    expect(code).toBe(2);
    expect(err).toMatch(/^foliofence: [^\n]*damaged[^\n]*\n$/);
  });
});

it("hunts by time, each rule in its turn", async () => {
  const rules = ["offset_and_size_1g", "congruent_1g", "--claims", "mapping_starts_in_binding"];
  const args = ["--engine", "hunt", "--time", "1", "--no-out", "--json", "--jobs", "1"];
  const { out, code } = await foliofence("judge", ...rules, ...args);
  const { verdicts } = JSON.parse(out) as { verdicts: { runs: number }[] }; // oxlint-disable-line typescript/no-unsafe-type-assertion -- our own
  expect(code).toBe(3);
  expect(verdicts.every(({ runs }) => runs >= 1000)).toBe(true);
});

describe("engines that run shards", () => {
  const parallel = spawnSync("parallel", ["--version"]).status === 0;
  if (!parallel) console.log("GNU parallel is not installed: docs/scale/parallel.sh is not run");

  it.runIf(parallel)("GNU parallel: the merge is the whole", async () => {
    const script = fileURLToPath(new URL("../../docs/scale/parallel.sh", import.meta.url));
    const args = ["ctz", "-e", "IS_ALIGNED(offset | size, SZ_1G) /* it's */", "--engine", "hunt", "--runs", "7500"];
    const env = { ...process.env, FOLIOFENCE: built.command.join(" "), OUT: "shards", NO_COLOR: "1" };
    const ran = spawnSync(script, ["4", ...args], { cwd: directory, env, encoding: "utf8" });
    const files = Array.from({ length: 4 }, (_, at) => join("shards", `shard-${at + 1}.json`));
    const whole = await foliofence("judge", ...args, "--no-out", "--json");
    expect(ran.status).toBe(whole.code);
    const merged = await foliofence("merge", ...files, "--json");
    const withoutFiles = merged.out.replaceAll(/"files": \[[^\]]*\]/g, '"files": []');
    expect(withoutFiles).toBe(whole.out);
  });

  it.each(["parallel.sh", "slurm.sh"])("%s is a shell script", (name) => {
    const script = fileURLToPath(new URL(`../../docs/scale/${name}`, import.meta.url));
    expect(() => execFileSync("sh", ["-n", script])).not.toThrow();
  });
});
