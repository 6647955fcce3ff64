/** What the command line says, and to whom, where it cannot do what was asked. */

import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { foliofence, MAIN, scratch } from "../support/cli.ts";

describe("--json", () => {
  it.each([
    [["judge", "--json", "-e", "offset &&"], { file: "-e", line: 1, column: 8, message: /^an operand is missing/ }],
    [["judge", "--format", "json", "no-such"], { message: /^"no-such" is no rule of the catalogue and no file/ }],
    [["judge", "--format=json", "--seed", "1.5"], { message: /^--seed: "1\.5" is no whole number/ }],
    [["replay", "no-such.json", "--json"], { message: /^no-such\.json: no such file$/ }],
    [["--json", "--frob"], { message: /^unknown option '--frob'$/ }],
  ])("%j: the refusal is an object on stdout and a line on stderr", (args, { message, ...at }) => {
    const { code, out, err } = foliofence(args);
    expect(code).toBe(2);
    const told: unknown = JSON.parse(out);
    expect(told).toMatchObject({
      foliofence: "0.1.0",
      schema: 1,
      error: { ...at, message: expect.stringMatching(message) },
    });
    expect(err).toMatch(/^foliofence: .*\n$/);
  });
});

describe("what is no command", () => {
  it.each([
    ["frob", 'foliofence: no command "frob"; to judge a rule: foliofence judge frob\n'],
    ["offset == 0", `foliofence: no command "offset == 0"; to judge a rule: foliofence judge -e 'offset == 0'\n`],
  ])("%s", (word, err) => {
    expect(foliofence([word])).toEqual({ code: 2, out: "", err });
  });

  it("has help by that name too", () => {
    expect(foliofence(["help", "judge"])).toEqual(foliofence(["judge", "--help"]));
    expect(foliofence(["--help"]).out).toMatch(/^Usage: foliofence \[options\] \[command\]\n/);
  });
});

it("does not take an empty trace for one that agrees", () => {
  const cwd = scratch();
  writeFileSync(join(cwd, "cut.jsonl"), "\n");
  expect(foliofence(["replay", "cut.jsonl"], { cwd })).toEqual({
    code: 2,
    out: "",
    err: "foliofence: cut.jsonl: no step of a trace in it\n",
  });
});

it("refuses --kind of a rule of the catalogue that is of another", () => {
  expect(foliofence(["judge", "ctz", "--kind", "map"])).toEqual({
    code: 2,
    out: "",
    err: "foliofence: --kind map: ctz is a bind rule\n",
  });
});

const shell = (script: string): { readonly status: number | null; readonly stderr: string } =>
  spawnSync("sh", ["-c", script, process.execPath, MAIN], { cwd: scratch(), encoding: "utf8", timeout: 60_000 });

it("keeps its exit code when nobody reads stdout", () => {
  const { stderr } = shell('{ "$0" "$1" judge ctz --no-out --json; echo "code $?" >&2; } | true');
  expect(stderr).toBe("code 1\n");
});

it.skipIf(!existsSync("/dev/full"))("says in a line that stdout is full", () => {
  expect(shell('"$0" "$1" judge ctz --no-out > /dev/full')).toMatchObject({
    status: 2,
    stderr: "foliofence: stdout: no space left on the device\n",
  });
});

it.skipIf(!existsSync("/proc/self"))("ends where no directory can be made", () => {
  expect(foliofence(["judge", "ctz", "--out", "/proc/foliofence/x"])).toEqual({
    code: 2,
    out: "",
    err: "foliofence: /proc/foliofence/x: cannot be written to: no such file\n",
  });
});
