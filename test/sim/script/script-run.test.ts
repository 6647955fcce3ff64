/** The scripts run: by node, and built by gcc and clang. */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { toC } from "../../../sim/script/c/program.ts";
import { CLAIMS } from "../../../model/claim.ts";
import { toMjs } from "../../../sim/script/mjs/mjs.ts";
import { called } from "../../../sim/words/name.ts";
import { CASES, GOLDEN } from "../../support/script-cases.ts";

const cases = Object.entries(CASES);
const golden = cases.filter(([name]) => GOLDEN.has(name));

const folder = mkdtempSync(join(tmpdir(), "scripts-"));
afterAll(() => rmSync(folder, { recursive: true }));

function node(script: string): { status: number | null; output: string } {
  const file = join(folder, "script.mjs");
  writeFileSync(file, script);
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], { env: {}, cwd: folder, encoding: "utf8" });
  return { status, output: stdout + stderr };
}

describe.each(cases)(".mjs of %s", (_name, ce) => {
  const script = toMjs(ce);

  it("imports nothing, breaks the claim and exits with 1", () => {
    expect(script).not.toMatch(/^import|require\(|process\.env/m);
    const { status, output } = node(script);
    expect(output).toContain(`${ce.claim} is BROKEN`);
    expect(status).toBe(1);
  });

  it("exits with 0 when the control is put in", () => {
    const edited = script.replace(/^const CHECK = .*$/m, `const CHECK = control_${ce.control.rule.id};`);
    expect(edited).not.toBe(script);
    expect(node(edited)).toMatchObject({ status: 0 });
  });
});

function has(compiler: string): boolean {
  try {
    execFileSync(compiler, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const FLAGS = ["-std=gnu11", "-O2", "-fwrapv", "-Wall", "-Wextra", "-Werror"];

function built(compiler: string, source: string, ...flags: readonly string[]): string {
  const file = join(folder, "reproducer.c");
  const program = join(folder, "reproducer");
  writeFileSync(file, source);
  const { status, stderr } = spawnSync(compiler, [...FLAGS, ...flags, "-o", program, file], { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return program;
}

const runProgram = (program: string, ...args: readonly string[]): { status: number | null; lines: string[] } => {
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8" });
  return { status, lines: stdout.split("\n").filter((line) => /^(not )?ok/.test(line)) };
};

// No compiler: the skipped suite's name says so.
describe.skipIf(!has("gcc"))("gcc: every .c (skipped without gcc)", () => {
  it.each(cases)("%s builds without a warning and its verdict is the model's", { timeout: 20_000 }, (_name, ce) => {
    const { status, lines } = runProgram(built("gcc", toC(ce)));
    const { never } = CLAIMS[ce.claim];
    expect(lines[0]).toBe(`not ok 1 ${called(ce.rule)}: ${never}`);
    expect(lines[1]).toBe(`ok 2 ${called(ce.control.rule)}: ${never}`);
    expect(lines).toHaveLength(4);
    expect(status).toBe(1);
  });

  it.each(golden)("%s exits with 0 when the control is put in", { timeout: 20_000 }, (_name, ce) => {
    const { status, lines } = runProgram(built("gcc", toC(ce), "-O0", "-DCHECK=control"));
    // The check that ran is named.
    expect(lines[0]).toBe(`ok 1 ${called(ce.control.rule)}: ${CLAIMS[ce.claim].never}`);
    expect(status).toBe(0);
  });

  it("exits with 4 when the check is undefined for the values", { timeout: 20_000 }, () => {
    const ce = CASES["body"];
    if (ce === undefined) throw new Error("no case");
    const source = toC(ce).replace("__ffs64(offset) >=", "__ffs64(offset & 0) >=");
    const { status, lines } = runProgram(built("gcc", source, "-O0"));
    expect(lines[0]).toBe(`ok 1 ${called(ce.rule)}: ${CLAIMS[ce.claim].never} # SKIP __ffs64(0) is undefined`);
    expect(status).toBe(4);
  });

  it("refuses an argument that it does not know", { timeout: 20_000 }, () => {
    for (const name of ["below", "translate"]) {
      const ce = CASES[name];
      if (ce === undefined) throw new Error("no case");
      expect(runProgram(built("gcc", toC(ce)), "huge=nevr")).toEqual({ status: 2, lines: [] });
    }
  });

  it("shows no escape on the running kernel while large folios are off", { timeout: 20_000 }, () => {
    const ce = CASES["below"];
    if (ce === undefined) throw new Error("no case");
    const { lines } = runProgram(built("gcc", toC(ce)), "huge=never");
    expect(lines[2]).toMatch(/^ok 3 /);
  });
});

describe.skipIf(!has("clang"))("clang: some .c (skipped without clang)", () => {
  it.each(golden)("%s", { timeout: 20_000 }, (_name, ce) => {
    expect(runProgram(built("clang", toC(ce), "-O1")).status).toBe(1);
  });
});
