/** The scripts run: by node, and built by gcc and clang. */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { toLiveC } from "../../../sim/script/c/live.ts";
import { toC } from "../../../sim/script/c/program.ts";
import { claimOf, isAllocation, isMapping } from "../../../model/claim.ts";
import { toMjs } from "../../../sim/script/mjs/mjs.ts";
import { called } from "../../../sim/words/name.ts";
import { usesVms } from "../../../sim/words/op-line.ts";
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
    const { never } = claimOf(ce.claim);
    expect(lines[0]).toBe(`not ok 1 ${called(ce.rule)}: ${never}`);
    expect(lines[1]).toBe(`ok 2 ${called(ce.control.rule)}: ${never}`);
    expect(lines).toHaveLength(2);
    expect(status).toBe(1);
  });

  it.each(golden)("%s exits with 0 when the control is put in", { timeout: 20_000 }, (_name, ce) => {
    const source = toC(ce).replace("simulate(ask_suspect)", "simulate(ask_control)");
    const { status, lines } = runProgram(built("gcc", source, "-O0", "-Wno-unused-function"));
    expect(lines[0]).toMatch(/^ok 1 /);
    expect(status).toBe(0);
  });

  it("exits with 4 when the check is undefined for the values", { timeout: 20_000 }, () => {
    const ce = CASES["body"];
    if (ce === undefined) throw new Error("no case");
    const source = toC(ce).replace("__ffs64(offset) >=", "__ffs64(offset & 0) >=");
    const { status, lines } = runProgram(built("gcc", source, "-O0"));
    expect(lines[0]).toBe(`ok 1 ${called(ce.rule)}: ${claimOf(ce.claim).never} # SKIP __ffs64(0) is undefined`);
    expect(status).toBe(4);
  });

  it("is under 200 lines beside the texts of its rules, where nothing is mapped", () => {
    const lines = (text: string): number => text.trimEnd().split("\n").length;
    const counted = golden
      .filter(([, ce]) => isAllocation(ce.claim) && ce.ops.length === 3)
      .map(([, ce]) => lines(toC(ce)) - lines(ce.rule.text) - lines(ce.control.rule.text));
    expect(counted.length).toBeGreaterThan(1);
    expect(Math.max(...counted)).toBeLessThan(200);
  });
});

describe.skipIf(!has("gcc"))("gcc: -live.c (skipped without gcc)", () => {
  const some = golden.flatMap(([name, ce]) => {
    const source = toLiveC(ce);
    return source === undefined ? [] : [[name, source] as const];
  });

  it.each(some)(
    "%s builds without a warning, and what is not tested is a SKIP",
    { timeout: 20_000 },
    (_name, source) => {
      const { status, lines } = runProgram(
        built("gcc", source),
        ...(source.includes("on_tmpfs") ? ["huge=never"] : []),
      );
      expect(lines.length).toBeGreaterThan(0);
      // With small folios no escape is seen, on any kernel.
      for (const line of lines) expect(line).toMatch(/^ok \d /);
      expect(status).toBe(lines.every((line) => line.includes(" # SKIP ")) ? 4 : 0);
    },
  );

  it("is there for bind rules only", () => {
    expect(
      cases.filter(
        ([, ce]) =>
          (toLiveC(ce) === undefined) !==
          (ce.rule.kind !== "bind" || ce.claim === "accepts" || (usesVms(ce.ops) && isMapping(ce.claim))),
      ),
    ).toEqual([]);
  });

  it("refuses an argument that it does not know", { timeout: 20_000 }, () => {
    const source = some.find(([name]) => name === "below")?.[1] ?? "";
    expect(runProgram(built("gcc", source), "huge=nevr")).toEqual({ status: 2, lines: [] });
  });
});

describe.skipIf(!has("clang"))("clang: some .c (skipped without clang)", () => {
  it.each(golden)("%s", { timeout: 20_000 }, (_name, ce) => {
    expect(runProgram(built("clang", toC(ce), "-O1")).status).toBe(1);
  });
});
