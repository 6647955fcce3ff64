/** Formats for machines: what a kernel's harness, patchwork and code scanning read; and a refusal in each of them. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Log } from "sarif";
import { describe, expect, it } from "vitest";
import type { Report } from "../../../props/cli/format/json.ts";
import { FORMATS, tellReport } from "../../../props/cli/format/format.ts";
import { toKtap } from "../../../props/cli/format/ktap.ts";
import { toPatchwork } from "../../../props/cli/format/patchwork.ts";
import { repositoryPath, uriOf } from "../../../props/cli/format/place.ts";
import { formatAsked, refusedIn } from "../../../props/cli/format/refused.ts";
import { toSarif } from "../../../props/cli/format/sarif.ts";
import { giving } from "../../../sim/op.ts";
import { scratch } from "../../support/cli.ts";
import { refutedBy, REPORT, SHORT } from "../../support/report-cases.ts";

const only = (at: number): Report => {
  const { shard: _, ...rest } = REPORT;
  return { ...rest, judged: REPORT.judged.slice(at, at + 1) };
};

describe("KTAP", () => {
  it("counts its tests and subtests, and numbers them from 1", () => {
    const lines = toKtap(REPORT).trimEnd().split("\n");
    expect(lines[0]).toBe("KTAP version 1");
    expect(lines[1]).toBe(`1..${REPORT.judged.length}`);
    const tests = lines.filter((line) => /^(not )?ok /.test(line));
    expect(tests.map((line) => /(\d+)/.exec(line)?.[1])).toEqual(REPORT.judged.map((_, at) => `${at + 1}`));
    const plans = lines.filter((line) => /^ {2}1\.\./.test(line)).map((line) => Number(line.slice(5)));
    const results = lines.filter((line) => /^ {2}(not )?ok /.test(line));
    expect(plans.reduce((a, b) => a + b)).toBe(results.length);
    // A name ends at "#", where the reason begins.
    for (const line of results) expect(line).toMatch(/^ {2}(not )?ok \d+ [^#\s]+( # \S.*)?$/);
    expect(lines.every((line) => /^( {2})?(KTAP version 1|1\.\.\d+|(not )?ok \d+ .*|#.*)$/.test(line))).toBe(true);
  });

  it("fails a rule of which one claim fails, with the story before it", () => {
    const [, judged] = REPORT.judged;
    const text = toKtap({
      ...REPORT,
      judged: judged === undefined ? [] : [{ ...judged, judgements: [refutedBy(SHORT)] }],
    });
    expect(text).toContain("  # 1. set_order order=9\n");
    expect(text).toMatch(/\n {2}not ok 1 folio_starts_in_slot # refuted\n(.*\n)*not ok 1 /);
  });
});

describe("a check of patchwork", () => {
  const stateOf = (report: Report): unknown => JSON.parse(toPatchwork(report));

  it("is the worst of all, in the words that its API takes", () => {
    expect(stateOf({ ...REPORT, judged: [] })).toEqual({
      state: "warning",
      target_url: "",
      description: "nothing was judged",
      context: "foliofence",
    });
    expect(stateOf(REPORT)).toMatchObject({ state: "fail" });
    const whole = only(0);
    const [judged] = whole.judged;
    if (judged === undefined) throw new Error("no rule");
    const good = judged.judgements.filter(
      ({ verdict, inconclusive }) => verdict === "sampled" && inconclusive === undefined,
    );
    expect(good.length).toBeGreaterThan(0);
    const fine = { ...whole, judged: [{ ...judged, judgements: good, undefinedInputs: [] }] };
    expect(stateOf(fine)).toMatchObject({ state: "success", description: `${good.length} claims of 1 rules hold` });
    const open = good.map((one) => ({ ...one, inconclusive: "x".repeat(400) }));
    const long = stateOf({ ...fine, judged: [{ ...judged, judgements: open, undefinedInputs: [] }] });
    expect(long).toMatchObject({ state: "warning", description: expect.stringMatching(/^.{254}…$/) });
  });
});

describe("a place", () => {
  it("is told from the top of its repository, wherever the command runs", () => {
    const top = scratch();
    mkdirSync(join(top, ".git"));
    mkdirSync(join(top, "virt dir"));
    const file = join(top, "virt dir", "a,100%.c");
    writeFileSync(file, "");
    expect(repositoryPath(file)).toBe("virt dir/a,100%.c");
    expect(uriOf(file)).toBe("virt%20dir/a%2C100%25.c");
    const loose = join(scratch(), "x.c");
    expect(repositoryPath(loose)).toBe(loose);
    expect(uriOf(loose)).toMatch(/^file:\/\/\//);
    expect(repositoryPath("checks/odd.c")).toBe("checks/odd.c");
  });
});

describe("SARIF", () => {
  const log = JSON.parse(toSarif(REPORT)) as Log; // oxlint-disable-line typescript/no-unsafe-type-assertion -- our own
  const results = log.runs[0]?.results ?? [];

  it("has a fingerprint for each rule, claim and finding", () => {
    const prints = results.map(({ partialFingerprints }) => JSON.stringify(partialFingerprints));
    expect(new Set(prints).size).toBe(results.length);
  });

  it("has a place for every finding, and brings along C that is no file", () => {
    expect(results.every(({ locations }) => locations?.[0]?.physicalLocation !== undefined)).toBe(true);
    const [judged] = REPORT.judged;
    if (judged === undefined) throw new Error("no rule");
    const pasted = { ...judged, rule: { ...judged.rule, file: "-e" } };
    const told = JSON.parse(toSarif({ ...REPORT, judged: [pasted] })) as Log; // oxlint-disable-line typescript/no-unsafe-type-assertion -- our own
    expect(told.runs[0]?.artifacts).toEqual([
      { location: { uri: "odd_check.c" }, contents: { text: judged.rule.text } },
    ]);
  });
});

describe("C that cannot be read", () => {
  const refused = { message: "it's <odd>", at: { file: "virt/x.c", line: 3, column: 7 } };

  it.each([
    ["github", "::error file=virt/x.c,line=3,col=7,title=foliofence%3A not read::it's <odd>\n"],
    ["ktap", "KTAP version 1\n1..1\n# virt/x.c:3:7: it's <odd>\nnot ok 1 readable # unreadable\n"],
    ["junit", '<error type="unreadable" message="it&apos;s &lt;odd&gt;">it&apos;s &lt;odd&gt;</error>'],
    ["junit", '<testcase name="readable" classname="foliofence" file="virt/x.c" line="3">'],
    ["sarif", '"executionSuccessful": false'],
    ["sarif", '"uri": "virt/x.c"'],
    ["patchwork", '"description": "virt/x.c:3:7: it\'s <odd>"'],
  ])("is told in %s", (format, part) => {
    expect(refusedIn(format, refused, "1.2.3")).toContain(part);
  });

  it("has no place where the C is no file, and says nothing in text", () => {
    const pasted = { message: "odd", at: { file: "-e", line: 1, column: 1 } };
    expect(refusedIn("github", pasted, "1.2.3")).toBe("::error title=foliofence%3A not read::odd\n");
    expect(refusedIn("github", { message: "odd", at: undefined }, "1.2.3")).toBe(
      "::error title=foliofence%3A not read::odd\n",
    );
    expect(refusedIn("text", refused, "1.2.3")).toBe("");
    expect(refusedIn(undefined, refused, "1.2.3")).toBe("");
  });

  it("is told in the format that was asked for last", () => {
    expect(formatAsked(["judge", "x.c", "--format", "junit", "--format=sarif"])).toBe("sarif");
    expect(formatAsked(["judge", "--format", "ktap"])).toBe("ktap");
    expect(formatAsked(["judge"])).toBe(undefined);
  });
});

describe("a finding that was given what no model knows", () => {
  const given = [{ at: "1:9", text: "folio_of(offset)", times: 1, value: 2n ** 64n - 1n }];
  const [, judged] = REPORT.judged;
  const report: Report = {
    ...REPORT,
    judged:
      judged === undefined
        ? []
        : [
            {
              ...judged,
              judgements: [refutedBy(SHORT.map((op) => (op.op === "bind_memslot" ? giving(op, given) : op)))],
            },
          ],
  };

  it.each(FORMATS.filter((format) => format !== "text"))("is told in %s", async (format) => {
    let out = "";
    await tellReport(report, format, {
      out: (text) => (out += text),
      err: () => undefined,
      color: false,
      progress: false,
      now: () => 0,
      cpus: 1,
      interrupted: () => false,
    });
    expect(out).toContain(format === "patchwork" ? "refuted" : "folio_of");
  });
});
