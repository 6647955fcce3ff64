/** What docs/scale gives to Slurm, Kubernetes and GitHub, run as they would run it: their variables set, three or eight times. */

import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { foliofence, MAIN, scratch } from "../support/cli.ts";

const CHECK = "static bool check(u64 offset, u64 size)\n{\n\treturn IS_ALIGNED(offset | size, SZ_2M);\n}\n";
const RUNS = "4000";
const ASKED = ["check.c", "--runs", RUNS, "--claims", "allocation"];

const bin = scratch();
/** The text of one of the files, with a hunt that a test has time for. */
const given = (name: string): string =>
  readFileSync(`docs/scale/${name}`, "utf8").replaceAll(/--runs \d+/g, ASKED.slice(1).join(" "));

beforeAll(() => {
  const tools = {
    foliofence: `exec "${process.execPath}" "${MAIN}" "$@"`,
    npm: `mkdir -p "${bin}/node_modules/.bin" && ln -sf "${bin}/foliofence" "${bin}/node_modules/.bin/foliofence"`,
    npx: '[ "$1 $2" = "--yes foliofence" ] && shift 2 && exec foliofence "$@"',
    srun: '[ -e preempted ] && exit 130; exec "$@"',
    scontrol: 'echo "$@" >>requeued',
  };
  for (const [name, line] of Object.entries(tools)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(bin, name), 0o755);
  }
});

function run(cwd: string, shell: string, script: string, env: NodeJS.ProcessEnv, ...args: string[]) {
  const path = `${bin}:${process.env["PATH"] ?? ""}`;
  return spawnSync(shell, ["-e", "-c", script, shell, ...args], {
    cwd,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", ...env, PATH: path },
  });
}

/** A directory with the check. */
function place(): string {
  const cwd = scratch();
  writeFileSync(join(cwd, "check.c"), CHECK);
  return cwd;
}

/** What the check comes to in one piece. */
let whole = "";
beforeAll(() => {
  whole = foliofence(["judge", ...ASKED, "--no-out", "--json"], { cwd: place() }).out;
});

/** The result of files of shards, as if it had been made in one piece: no scripts are named. */
const merged = (cwd: string, files: readonly string[]): string =>
  foliofence(["merge", ...files, "--json"], { cwd }).out.replaceAll(/"files": \[[^\]]*\]/g, '"files": []');

describe("Slurm", () => {
  const task = (cwd: string, at: number): ReturnType<typeof run> => {
    const env = { SLURM_ARRAY_TASK_ID: `${at}`, SLURM_ARRAY_TASK_COUNT: "3", SLURM_ARRAY_JOB_ID: "77" };
    return run(cwd, "sh", given("slurm.sh"), { ...env, SLURM_CPUS_PER_TASK: "1" }, ...ASKED);
  };

  it("makes a shard a task, and their merge is the whole", () => {
    const cwd = place();
    for (const at of [1, 2, 3]) expect(task(cwd, at)).toMatchObject({ status: 0, stderr: "" });
    expect(
      merged(
        cwd,
        [1, 2, 3].map((at) => `shards/shard-${at}.json`),
      ),
    ).toBe(whole);
  });

  it("puts a task back into the queue whose time was up", () => {
    const cwd = place();
    writeFileSync(join(cwd, "preempted"), "");
    expect(task(cwd, 2).status).toBe(0);
    expect(readFileSync(join(cwd, "requeued"), "utf8")).toBe("requeue 77_2\n");
    expect(existsSync(join(cwd, "shards/shard-2.json"))).toBe(false);
  });

  it("tells a task that failed", () => {
    const cwd = place();
    writeFileSync(join(cwd, "check.c"), "no C\n");
    expect(task(cwd, 1)).toMatchObject({ status: 2, stderr: expect.stringMatching(/^foliofence: check\.c:1:/) });
  });
});

interface Job {
  readonly spec: {
    readonly completions: number;
    readonly completionMode: string;
    readonly template: {
      readonly spec: {
        readonly containers: readonly [
          {
            readonly command: readonly [string, string, string];
            readonly env: readonly [{ readonly name: string; readonly value: string }];
          },
        ];
      };
    };
  };
}

describe("Kubernetes", () => {
  const job: Job = parse(given("kubernetes.yaml"));
  const [{ command, env }] = job.spec.template.spec.containers;

  it("has as many shards as pods", () => {
    expect(job.spec).toMatchObject({ completionMode: "Indexed", completions: Number(env[0].value) });
    expect(env[0].name).toBe("SHARDS");
  });

  it("makes a shard a pod, and their merge is the whole", () => {
    const cwd = place();
    const [shell, , written] = command;
    // What a pod installs is there already.
    const script = written.replaceAll("/tmp/foliofence", bin);
    for (const index of ["0", "1", "2"]) {
      const pod = run(cwd, shell, script, { JOB_COMPLETION_INDEX: index, SHARDS: "3" });
      expect(pod).toMatchObject({ status: 0, stderr: "" });
    }
    expect(
      merged(
        cwd,
        readdirSync(cwd).filter((name) => name.endsWith(".json")),
      ),
    ).toBe(whole);
  });

  it("has a pod fail that has no result", () => {
    const cwd = place();
    writeFileSync(join(cwd, "check.c"), "no C\n");
    expect(run(cwd, "sh", command[2], { JOB_COMPLETION_INDEX: "0", SHARDS: "3" }).status).not.toBe(0);
    expect(readdirSync(cwd).filter((name) => name.endsWith(".json"))).toEqual([]);
  });
});

interface Workflow {
  readonly jobs: {
    readonly judge: {
      readonly strategy: { readonly matrix: { readonly shard: readonly number[] } };
      readonly steps: readonly { readonly run?: string }[];
    };
    readonly merge: { readonly steps: readonly { readonly run?: string }[] };
  };
}

describe("GitHub", () => {
  const { jobs }: Workflow = parse(given("github-actions.yml"));
  const scriptOf = (steps: readonly { readonly run?: string }[]): string =>
    steps.map(({ run: script = "" }) => script).join("");

  it("judges in a matrix, then annotates the rule's line and fails", () => {
    const cwd = place();
    const { shard } = jobs.judge.strategy.matrix;
    for (const at of shard) {
      const script = scriptOf(jobs.judge.steps).replaceAll("${{ matrix.shard }}", `${at}`); // oxlint-disable-line no-template-curly-in-string -- GitHub's own
      expect(run(cwd, "bash", script, {})).toMatchObject({ status: 0, stderr: "" });
    }
    expect(
      merged(
        cwd,
        shard.map((at) => `shard-${at}.json`),
      ),
    ).toBe(whole);
    const summary = join(cwd, "summary.md");
    const told = run(cwd, "bash", scriptOf(jobs.merge.steps), { GITHUB_STEP_SUMMARY: summary });
    expect(told.status).toBe(1);
    expect(told.stdout).toMatch(/^::error file=check\.c,line=1,title=check%3A folio_starts_in_slot is refuted::/);
    expect(readFileSync(summary, "utf8")).toContain("| check | folio\\_starts\\_in\\_slot | **refuted** |");
  });
});
