/** What a finding was given stands in every script, which runs with it, and is read back from it. */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { ClaimName } from "../../../model/claim.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import { judgeRule } from "../../../props/judge/judge.ts";
import { openProver } from "../../../props/prove/prover.ts";
import type { Counterexample } from "../../../sim/counterexample.ts";
import { givenOf } from "../../../sim/op.ts";
import { toC } from "../../../sim/script/c/program.ts";
import { importScript } from "../../../sim/script/import.ts";
import { toJson } from "../../../sim/script/json.ts";
import { toMail } from "../../../sim/script/mail.ts";
import { toMjs } from "../../../sim/script/mjs/mjs.ts";
import { toSvg } from "../../../sim/script/svg.ts";
import { givenFromLine, givenInC, givenInJavaScript, givenInText } from "../../../sim/words/given-line.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";
import { byId } from "../../support/prove-models.ts";
import { ruleWith } from "../../support/unknown-rules.ts";

const f = { text: 'f("a\\n", offset, é)', pointer: true } as const;
const limit = { text: "LIMIT", lifetime: "run" } as const;
const RULES: readonly (readonly [string, ClaimName, Rule])[] = [
  ["a call", "folio_starts_in_slot", ruleWith("userspace_addr == 0 && folio_size > 7", { userspace_addr: f, folio_size: { text: "g()" } })],
  ["a value for the run", "folio_avoids_other_slots", ruleWith("i_size == -5", { i_size: { ...limit, type: "s32" } })],
  ["a map rule", "mapping_translates", ruleWith("userspace_addr == 3 && order > 9", { userspace_addr: f }, "map")],
  ["a level rule", "mapping_translates", ruleWith("userspace_addr == 0", { userspace_addr: { ...f, type: "bool" } }, "level")],
  ["undefined C", "folio_starts_in_slot", ruleWith("(1ULL << userspace_addr) == 4 || 7 / (offset + 1) == 9", { userspace_addr: f })],
]; // prettier-ignore

const CC = ["cc", "gcc", "clang"].find((name) => spawnSync(name, ["--version"]).status === 0);
const folder = mkdtempSync(join(tmpdir(), "foliofence-given-"));
const found = new Map<string, Counterexample>();

beforeAll(async () => {
  const prover = await openProver();
  for (const [name, claim, rule] of RULES) {
    const options = { setting: DEFAULT_SETTING, claims: [claim], engines: ["prove"] as const, seed: 1, numRuns: 1, ruleById: byId, prover: () => Promise.resolve(prover) }; // prettier-ignore
    const [one] = (await judgeRule(rule, options)).judgements; // oxlint-disable-line no-await-in-loop -- one after another
    if (one?.counterexample === undefined) throw new Error(`${name} is ${one?.verdict}`);
    found.set(name, one.counterexample);
  }
});

const findingOf = (name: string): Counterexample => {
  const ce = found.get(name);
  if (ce === undefined) throw new Error(name);
  return ce;
};

describe.each(RULES.map(([name]) => name))("the finding of a check with %s", (name) => {
  it("is given something", () => {
    expect(findingOf(name).ops.flatMap(givenOf).length).toBeGreaterThan(0);
  });

  it.each([["x.json", toJson], ["x.mjs", toMjs], ["x.txt", toMail], ["x.c", toC], ["x.svg", toSvg]] as const)("is read back from %s", (file, write) => {
    const ce = findingOf(name);
    const back = importScript(write(ce), file);
    expect(back).toMatchObject({ ok: true, id: ce.id, ops: ce.ops });
    const text = write(ce);
    const damaged = text.replace(/(value[:=" ]+-?)0x[0-9a-f]+/, "$10x77");
    if (damaged === text) throw new Error("nothing was damaged");
    expect(importScript(damaged, file)).toMatchObject({ ok: false });
  }); // prettier-ignore

  it("runs in Node with it, and not without", () => {
    const text = toMjs(findingOf(name));
    const path = join(folder, `${name.replaceAll(" ", "-")}.mjs`);
    writeFileSync(path, text);
    expect(spawnSync(process.execPath, [path]).status).toBe(1);
    writeFileSync(path, text.replaceAll(/times: (\d+)/g, "times: 9$1"));
    expect(spawnSync(process.execPath, [path], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  });

  it.runIf(CC)("runs in C with it, and not without", () => {
    const text = toC(findingOf(name));
    const [path, program] = [join(folder, "x.c"), join(folder, "x")];
    const run = (code: string): number | null => {
      writeFileSync(path, code);
      execFileSync(CC ?? "cc", ["-std=gnu11", "-fwrapv", "-Wall", "-Wextra", "-Werror", "-o", program, path]);
      return spawnSync(program).status;
    };
    expect(run(text)).toBe(1);
    expect(run(text.replaceAll(/\.times = (\d+)/g, ".times = 9$1"))).toBe(0);
  });
});

describe("a line of a given value", () => {
  const at = { op: 2, given: { at: "12:7", text: 'g("}, value=1", order=3) /* */', times: 2, order: 9, value: -22n, pointer: true } } as const;
  it.each([givenInText, givenInJavaScript, givenInC])("is read back", (told) => {
    expect(givenFromLine(told(at))).toEqual(at);
    const { order: _, pointer: __, ...bare } = at.given;
    expect(givenFromLine(told({ op: 0, given: { ...bare, value: 5n } }))).toEqual({ op: 0, given: { ...bare, value: 5n } });
  });
  it("refuses another", () => expect(() => givenFromLine("value=1")).toThrow("no given value"));
}); // prettier-ignore
