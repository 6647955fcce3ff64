/** What a check reads that no model knows, and what a finding was given of it, in the report. */

import { describe, expect, it } from "vitest";
import type { Rule } from "../../../model/rule/tree.ts";
import { codeOf } from "../../../props/cli/format/format.ts";
import type { Report } from "../../../props/cli/format/json.ts";
import { judgeJson } from "../../../props/cli/format/json.ts";
import { ruleReport, undefinedText } from "../../../props/cli/format/text.ts";
import { UNDEFINED } from "../../../props/cli/judge/read.ts";
import { paint } from "../../../props/cli/terminal/paint.ts";
import type { Judged } from "../../../props/judge/judge.ts";
import { judgeRule } from "../../../props/judge/judge.ts";
import type { Engine } from "../../../props/judge/verdict.ts";
import { openProver } from "../../../props/prove/prover.ts";
import { parseInput } from "../../../sim/schema/parse.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";
import { byId } from "../../support/prove-models.ts";
import { ruleWith } from "../../support/unknown-rules.ts";

const FIND = "xa_find(&gmem->bindings, &start, offset, XA_PRESENT)";
const finds: Rule = {
  ...ruleWith("userspace_addr == 0 && folio_size != 0", {
    userspace_addr: { text: FIND, pointer: true, plain: 0n },
    folio_size: { text: "slot_lock", plain: 0n },
  }),
  readAs: [{ text: "mem->guest_memfd_offset", as: "offset" }],
  takenNotToChange: ["xa_find"],
  polarity: { use: "bind-accepts", why: "its name says nothing against it" },
};

const judged = (rule: Rule, engines: readonly Engine[] = ["hunt", "exhaust", "prove"]): Promise<Judged> =>
  judgeRule(rule, {
    setting: DEFAULT_SETTING,
    claims: ["folio_starts_in_slot", "mapping_starts_in_slot"],
    engines,
    seed: 1,
    numRuns: 200,
    ruleById: byId,
    prover: () => openProver(),
  });

const reportOf = (one: Judged): Report => ({
  version: "1",
  seed: 1,
  setting: DEFAULT_SETTING,
  asked: { claims: [], engines: [], bound: 1 },
  canary: "refuted",
  judged: [one],
  interrupted: false,
  filesOf: () => [],
});

describe("a report", () => {
  it("says what is read, what of it is arbitrary, and on what a finding rests", async () => {
    const one = await judged(finds);
    const text = ruleReport(one, DEFAULT_SETTING, paint(false)).join("\n");
    expect(text).toContain("  true accepts the slot: its name says nothing against it\n");
    expect(text).toContain("  reads: mem->guest_memfd_offset (offset)\n");
    expect(text).toContain(`  arbitrary: ${FIND} (1:1), slot_lock (1:2)\n`);
    expect(text).toContain("  taken not to change slot: xa_find\n");
    expect(text).toMatch(/folio_starts_in_slot +refuted +if xa_find\(…\) is NULL and slot_lock is 1; 3 ops/);
    expect(text).toContain("folio_starts_in_slot: depends on xa_find(), which is not here; breaks if xa_find(…) is NULL and slot_lock is 1: ");
    expect(text).toContain(`  given ${FIND} is NULL (1:1)\n  and slot_lock is 1 (1:2)\n`);
    expect(text).toMatch(/mapping_starts_in_slot +proved +a guest mapping does not start below the memslot.s guest frames; exhaust is not run/);
  }); // prettier-ignore

  it("has all of it in JSON", async () => {
    const one = await judged(finds);
    const { verdicts }: { verdicts: object[] } = JSON.parse(judgeJson(reportOf(one)));
    const facts = {
      kind: "bind",
      reads: [{ text: "mem->guest_memfd_offset", as: "offset" }],
      arbitrary: [{ text: FIND, line: 1, column: 1 }, { text: "slot_lock", line: 1, column: 2 }],
    }; // prettier-ignore
    expect(verdicts[0]).toMatchObject({ ...facts, given: [`${FIND} is NULL (1:1)`, "slot_lock is 1 (1:2)"] });
    expect(verdicts[1]).toMatchObject({ ...facts, not_run: ["exhaust"] });
    expect(verdicts[1]).not.toHaveProperty("given");
    expect(verdicts[0]).toMatchObject({ counterexample: { ops: [{ given: [{ at: "1:1", value: "0x0" }, { value: "0x1" }] }, {}, {}] } }); // prettier-ignore
  });

  it("has an empty list of a finding that rests on nothing, and its reads by their own names", async () => {
    const { verdicts }: { verdicts: object[] } = JSON.parse(judgeJson(reportOf(await judged(byId("ctz")))));
    const reads = [{ text: "offset", as: "offset" }, { text: "gpa", as: "gpa" }]; // prettier-ignore
    expect(verdicts[0]).toMatchObject({ verdict: "refuted", kind: "bind", reads, arbitrary: [], given: [] });
  });

  it("says where a finding may rest on less than it tells", async () => {
    const [one] = (await judged(finds, ["hunt"])).judgements;
    expect(one?.givenInFull ?? one?.inconclusive).toBe("no solver was asked");
  });
});

describe("undefined C that takes an arbitrary value", () => {
  it("is listed with it, read back, and does not set the exit code", async () => {
    const shift = ruleWith("(1ULL << userspace_addr) && !(offset & (SZ_1G - 1))", { userspace_addr: { text: "f()" } });
    const one = await judged(shift);
    const [met] = one.undefinedInputs;
    expect(met).toMatchObject({ given: [{ text: "f()" }] });
    if (met === undefined) throw new Error("nothing is undefined");
    expect(undefinedText(met)).toMatch(/^rule:1:\d+: undefined if f\(\) is .*: shift of a 64-bit value by 64 or more/);
    const { undefined: told }: { undefined: unknown[] } = JSON.parse(judgeJson(reportOf(one)));
    expect(parseInput(UNDEFINED, told[0])).toEqual(met);
    const only = (undefinedInputs: Judged["undefinedInputs"]) => codeOf(reportOf({ ...one, judgements: [], undefinedInputs }));
    const { given: _, ...whatever } = met;
    expect([only([met]), only([whatever])]).toEqual([0, 1]);
  }); // prettier-ignore
});
