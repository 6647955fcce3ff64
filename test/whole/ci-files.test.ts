/** The files that CI systems run, run: what a step, a pod or a hook of them does here. */

import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { MAIN, scratch } from "../support/cli.ts";

const CHECK = `static bool bad(u64 offset, u64 gpa)
{
	return fls64(offset) >= fls64(gpa);
}
`;

/** A folder with the check in it, and with programs that stand for npm's and an installed foliofence. */
function place(): { readonly dir: string; readonly env: NodeJS.ProcessEnv } {
  const dir = scratch();
  const bin = join(dir, "bin");
  mkdirSync(bin);
  writeFileSync(join(dir, "check.c"), CHECK);
  const command = `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`;
  // What npm would install, where it is told to.
  const npm = `#!/bin/sh
while [ "$1" != --prefix ]; do shift; done
mkdir -p "$2/node_modules/.bin"
cp "${bin}/foliofence" "$2/node_modules/.bin/foliofence"
`;
  for (const [name, text] of [
    ["foliofence", command],
    ["npm", npm],
  ] as const) {
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o755);
  }
  return {
    dir,
    env: { ...process.env, PATH: `${bin}:${process.env["PATH"]}`, RUNNER_TEMP: join(dir, "temp"), NO_COLOR: "1" },
  };
}

interface Step {
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Run the steps of the action as a runner does: inputs filled in, one bash each, until one fails. */
function action(inputs: Readonly<Record<string, string>>): { code: number; out: string; outputs: string } {
  const { dir, env } = place();
  const file = join(dir, "outputs");
  writeFileSync(file, "");
  const { runs }: { runs: { steps: Step[] } } = parse(readFileSync("action.yml", "utf8"));
  let out = "";
  for (const { run = "", env: own = {} } of runs.steps) {
    const filled = Object.entries(own).map(([name, value]) => {
      return [name, value.replace(/^\$\{\{ inputs\.(\w+) \}\}$/, (_, input: string) => inputs[input] ?? "")];
    });
    const ran = spawnSync("bash", ["-eo", "pipefail", "-c", run], {
      cwd: dir,
      env: { ...env, ...Object.fromEntries(filled), GITHUB_OUTPUT: file },
      encoding: "utf8",
    });
    out += ran.stdout;
    if (ran.status !== 0) return { code: ran.status ?? -1, out, outputs: readFileSync(file, "utf8") };
  }
  return { code: 0, out, outputs: readFileSync(file, "utf8") };
}

it("the action annotates what breaks, and fails", () => {
  const { code, out, outputs } = action({
    rules: "check.c",
    arguments: "--engine hunt --claims allocation",
    package: "foliofence",
  });
  expect(code).toBe(1);
  expect(out).toMatch(/^::error file=\S*check\.c,line=1,title=bad%3A folio_starts_in_slot is refuted::/);
  expect(outputs).toMatch(/^exit-code=1\nscripts=.*counterexamples\n$/);
});

it("the action passes a check that holds, and reads no input as shell", () => {
  const rules = "offset_and_size_1g ; touch pwned";
  const { code, out } = action({ rules, arguments: "--engine exhaust --claims allocation", package: "foliofence" });
  expect(code).toBe(2);
  expect(out).toMatch(/^::error title=foliofence%3A not read::";" is no rule/);
  const fine = action({
    rules: "offset_and_size_1g",
    arguments: "--engine hunt --runs 2000 --claims allocation",
    package: "x",
  });
  expect(fine).toMatchObject({ code: 0, out: "" });
});

it("a pod passes its SIGTERM on, saves how far it came, and says 143", async () => {
  const { dir, env } = place();
  const text = readFileSync("docs/scale/kubernetes.yaml", "utf8");
  const job: { spec: { template: { spec: { containers: { command: string[] }[] } } } } = parse(text);
  const [shell = "", flag = "", script = ""] = job.spec.template.spec.containers[0]?.command ?? [];
  const told = script
    .replaceAll("/tmp/foliofence", join(dir, "installed"))
    .replace("--runs 1000000000", "--runs 40000000 --engine hunt --jobs 1 --claims folio_ends_in_slot");
  const slow = "static bool good(u64 offset, u64 size)\n{\n\treturn IS_ALIGNED(offset | size, SZ_1G);\n}\n";
  writeFileSync(join(dir, "check.c"), slow);
  const pod = spawn(shell, [flag, told], { cwd: dir, env: { ...env, JOB_COMPLETION_INDEX: "0", SHARDS: "2" } });
  const ended = new Promise<number | null>((done) => pod.once("exit", done));
  // As long as it takes to be judging.
  while (!existsSync(join(dir, "scripts-1"))) await sleep(50);
  await sleep(1500);
  pod.kill("SIGTERM");
  expect(await ended).toBe(143);
  expect(existsSync(join(dir, "scripts-1", "foliofence-resume.json"))).toBe(true);
  expect(existsSync(join(dir, "shard-1.json"))).toBe(false);
  expect(JSON.parse(readFileSync(join(dir, "shard-1.part"), "utf8"))).toMatchObject({ interrupted: true });
});

const PATCH = `From: somebody
Subject: [PATCH] KVM: check the offset

--- a/virt/kvm/guest_memfd.c
+++ b/virt/kvm/guest_memfd.c
@@ -0,0 +1,4 @@
+static bool bad(u64 offset, u64 gpa)
+{
+	return fls64(offset) >= fls64(gpa);
+}
`;

it("the hook of b4 says a line a finding, and nothing of a patch that is none of its business", () => {
  const { dir, env } = place();
  const hook = (input: string) =>
    spawnSync(resolve("docs/scale/b4-check.sh"), { cwd: dir, env, input, encoding: "utf8" });
  const said = hook(PATCH);
  expect(said.stdout).toMatch(/^foliofence: ERROR: bad, folio_starts_in_slot: refuted: 3 ops, /);
  expect(said.status).toBe(1);
  expect(hook("--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n+int x;\n")).toMatchObject({ stdout: "", status: 0 });
  expect(hook(PATCH.replace("(gpa);", "(gpa) +;")).stdout).toMatch(/^foliofence: WARNING: not judged: stdin:\d+:\d+: /);
});
