/** Every format of every case: it says the same, it runs, and it can be read back. */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { toSvg } from "../sim/picture/svg.ts";
import { toC } from "../sim/script/c.ts";
import { claimText, rulesOf } from "../sim/script/claim.ts";
import { importScript } from "../sim/script/import.ts";
import { toJson } from "../sim/script/json.ts";
import { toMail } from "../sim/script/mail.ts";
import { toMjs } from "../sim/script/mjs.ts";
import { called, fileStem } from "../sim/script/name.ts";
import { CASES } from "./script-cases.ts";

const FORMATS = { json: toJson, mjs: toMjs, txt: toMail, c: toC, svg: toSvg } as const;
const formats = Object.entries(FORMATS);
const cases = Object.entries(CASES);

const folder = mkdtempSync(join(tmpdir(), "scripts-"));
afterAll(() => rmSync(folder, { recursive: true }));

const GOLDEN = new Set(["below", "seed_1g", "neighbour", "translate"]);

const golden = cases.filter(([name]) => GOLDEN.has(name));

describe.each(golden)("golden %s", (name, ce) => {
  it.each(formats)("%s", async (extension, write) => {
    // Not .mjs: it is no module of the project, and linters shall not take it for one.
    await expect(write(ce)).toMatchFileSnapshot(`golden/${name}.${extension === "mjs" ? "mjs.txt" : extension}`);
  });
});

describe.each(cases)("%s", (_name, ce) => {
  it.each(formats)(".%s is read back with the same ops, rule, claim and setting", (extension, write) => {
    const back = importScript(write(ce), `finding.${extension}`);
    const { id, kind, text } = ce.rule;
    expect(back).toEqual({
      ok: true,
      id: ce.id,
      ops: ce.ops,
      rule: { id, kind, text: extension === "json" ? text : text.replace(/\n+$/, "") },
      claim: ce.claim,
      setting: ce.setting,
    });
    expect(write(ce)).toBe(write(ce));
  });

  it("names its files with the id, short enough for a line of a mail", () => {
    expect(fileStem(ce)).toContain(ce.id);
    expect(fileStem(ce).length).toBeLessThanOrEqual(68);
  });

  it(".txt is ASCII, at most 72 columns but for the quoted C and the Link: line", () => {
    const mail = toMail(ce);
    expect(mail).toMatch(/^[\t\n -~]*$/);
    const quoted = new Set(
      [ce.rule, ce.control.rule, ...Object.values(ce.rules)].flatMap(({ text }) => text.split("\n")),
    );
    expect(mail.split("\n").filter((line) => line.length > 72 && !quoted.has(line))).toEqual(
      mail.split("\n").filter((line) => line.length > 72 && /^Link: https:\S+( \(in a reply\))?$/.test(line)),
    );
  });

  it(".svg has no script, no outside address, and balanced text", () => {
    const svg = toSvg(ce);
    expect(svg).not.toMatch(/<script|@import|url\((?!#)|href=/);
    expect(svg.match(/https?:[^"]*/g)).toEqual(["http://www.w3.org/2000/svg"]);
    expect(svg).not.toMatch(/NaN|undefined<|Infinity/);
  });
});

describe.each(cases)(".c of %s", (_name, ce) => {
  const source = toC(ce);

  it("has lines of at most 100 columns, tabs of 8, but for the quoted C", () => {
    const given = new Set(rulesOf(ce).flatMap(({ text }) => text.split("\n")));
    const wide = source.split("\n").filter((line) => line.replaceAll("\t", " ".repeat(8)).length > 100);
    expect(wide.filter((line) => !given.has(line))).toEqual([]);
  });

  it("says of exit 4 only where something can be undefined", () => {
    expect(source.includes("4 if the check is undefined")).toBe(source.includes("undefined("));
  });
});

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

const FLAGS = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror"];

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
    const { never } = claimText(ce);
    expect(lines[0]).toBe(`not ok 1 ${called(ce.rule)}: ${never}`);
    expect(lines[1]).toBe(`ok 2 ${called(ce.control.rule)}: ${never}`);
    expect(lines).toHaveLength(4);
    expect(status).toBe(1);
  });

  it.each(golden)("%s exits with 0 when the control is put in", { timeout: 20_000 }, (_name, ce) => {
    const { status, lines } = runProgram(built("gcc", toC(ce), "-O0", "-DCHECK=control"));
    // The check that ran is named.
    expect(lines[0]).toBe(`ok 1 ${called(ce.control.rule)}: ${claimText(ce).never}`);
    expect(status).toBe(0);
  });

  it("exits with 4 when the check is undefined for the values", { timeout: 20_000 }, () => {
    const ce = CASES["body"];
    if (ce === undefined) throw new Error("no case");
    const source = toC(ce).replace("__ffs64(offset) >=", "__ffs64(offset & 0) >=");
    const { status, lines } = runProgram(built("gcc", source, "-O0"));
    expect(lines[0]).toBe(`ok 1 ${called(ce.rule)}: ${claimText(ce).never} # SKIP __ffs64(0) is undefined`);
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
