/** A result that is read back is the one that was written; one that was damaged is refused in a line that says where. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Report } from "../../../props/cli/format/json.ts";
import { judgeJson } from "../../../props/cli/format/json.ts";
import { readReport } from "../../../props/cli/judge/merge-read.ts";
import { scratch } from "../../support/cli.ts";
import { book, FIRST, REPORT } from "../../support/report-cases.ts";

const file = join(scratch(), "result.json");

function read(text: string): Report {
  writeFileSync(file, text);
  return readReport(file, "1.2.3", book).report;
}

const TEXT = judgeJson(REPORT);

/** The text with the value at `path` replaced; undefined takes it away. */
function changed(path: string, value: unknown): string {
  const whole: unknown = JSON.parse(TEXT);
  const keys = path.split(".");
  let at = whole as Record<string, unknown>; // oxlint-disable-line typescript/no-unsafe-type-assertion -- our own
  for (const key of keys.slice(0, -1)) at = at[key] as Record<string, unknown>; // oxlint-disable-line typescript/no-unsafe-type-assertion -- our own
  at[keys.at(-1) ?? ""] = value;
  return JSON.stringify(whole);
}

describe("read back", () => {
  it("is the same result", () => {
    const { filesOf, ...rest } = read(TEXT);
    const { filesOf: writtenTo, ...told } = REPORT;
    expect(rest).toEqual(told);
    expect(rest.judged.flatMap(({ judgements }) => judgements).map((judgement) => filesOf(judgement))).toEqual(
      REPORT.judged.flatMap(({ judgements }) => judgements).map((judgement) => writtenTo(judgement)),
    );
    expect(writtenTo(FIRST)).toHaveLength(2);
  });

  it("is written to the same bytes", () => {
    expect(judgeJson(read(TEXT))).toBe(TEXT);
  });

  it("is the same without what a result may do without", () => {
    const { asked, shard: _, ...rest } = REPORT;
    const { claims, engines, bound } = asked;
    const bare: Report = { ...rest, asked: { claims, engines, bound }, interrupted: false };
    const { filesOf: _files, ...told } = read(judgeJson(bare));
    const { filesOf: _written, ...was } = bare;
    expect(told).toEqual(was);
  });

  it("keeps proofs and their premises", () => {
    const proof = {
      rule: "odd_check",
      claim: "folio_starts_in_slot",
      verdict: "proved",
      engine: "prove",
      premises: { accepted: true, large: false },
      witnesses: {},
    };
    expect(read(changed("verdicts.0", proof)).judged[0]?.judgements[0]).toEqual(proof);
  });

  it("parses a catalogue rule's name with another text as the rule of that text", () => {
    const rule = read(changed("rules.1.text", "bool none(u64 offset)\n{\n\treturn offset < SZ_4G;\n}\n")).judged[1]
      ?.rule;
    expect(rule).toMatchObject({ id: "none", kind: "bind", file: "catalogue.c", line: 9 });
    expect(rule?.text).toContain("SZ_4G");
  });

  it("keeps the name of a rule without one of its own", () => {
    const text = changed("rules.0.text", "offset < size");
    expect(read(text).judged[0]?.rule).toMatchObject({ id: "odd_check", text: "offset < size", file: "checks/odd.c" });
  });
});

describe("refused", () => {
  const said = (text: string): string => {
    try {
      return JSON.stringify(read(text).judged.length);
    } catch (error) {
      return error instanceof Error ? error.message.replace(file, "FILE") : "";
    }
  };

  it.each([
    ["schema", 2, "no schema 1 in it"],
    ["schema", "1", "no schema 1 in it"],
    ["foliofence", 1, "foliofence: 1 is no text"],
    ["seed", "5", 'seed: "5" is no number'],
    ["seed", undefined, "seed: missing"],
    ["seed", null, "seed: null is no number"],
    ["canary", undefined, "canary: missing"],
    ["setting", [], "setting.orders: missing"],
    ["setting", null, "setting: null is no object"],
    ["setting", "4K", 'setting: "4K" is no object'],
    ["setting.orders", "4K", 'setting.orders: "4K" is no list'],
    ["setting.orders.0", 9, "setting.orders[0]: 9 is no text"],
    ["setting.orders.1", "3M", 'setting.orders[1]: "3M" is no power of two from 4K to 1G'],
    ["setting.resize", "later", 'setting.resize: "later" is none of any, before-bind, never'],
    ["setting.bind_rule", 1, "setting.bind_rule: 1 is no text"],
    ["setting.map_rule", 1, "setting.map_rule: 1 is no text"],
    ["setting.level_rule", 1, "setting.level_rule: 1 is no text"],
    ["setting.bind_rule", "folio_order", '"folio_order" is no bind rule of the catalogue'],
    ["setting.map_rule", "stock", '"stock" is no map rule of the catalogue'],
    ["setting.level_rule", "none", '"none" is no level rule of the catalogue'],
    ["asked", 1, "asked: 1 is no object"],
    ["asked.claims", {}, "asked.claims: {} is no list"],
    [
      "asked.claims.0",
      "folio",
      'asked.claims[0]: "folio" is none of folio_starts_in_slot, folio_ends_in_slot, folio_avoids_other_slots, mapping_starts_in_slot, mapping_ends_in_slot, mapping_starts_in_binding, mapping_ends_in_binding, mapping_translates',
    ],
    ["asked.engines", 1, "asked.engines: 1 is no list"],
    ["asked.engines.2", "guess", 'asked.engines[2]: "guess" is none of hunt, exhaust, prove, z3'],
    ["asked.runs", "100", 'asked.runs: "100" is no count'],
    ["asked.path", 6, "asked.path: 6 is no text"],
    ["asked.bound", undefined, "asked.bound: missing"],
    ["asked.claims", ["folio_starts_in_slot"], 'the verdicts of rule "odd_check" are not those that were asked'],
    ["shard", 1, "shard: 1 is no object"],
    ["shard.of", "3", 'shard.of: "3" is no count'],
    ["shard.has", 2, "shard.has: 2 is no list"],
    ["shard.has", [], "shard.has: empty: at least one shard is wanted"],
    ["shard.has", [0], "shard: not shards of 3: 0"],
    ["shard.has", [4], "shard: not shards of 3: 4"],
    ["shard.has", [1, 1.5], "shard.has[1]: 1.5 is no count"],
    ["shard.hunts", 1, "shard.hunts: 1 is no list"],
    ["shard.hunts.0", 1, "shard.hunts[0]: 1 is no object"],
    ["shard.hunts.0.rule", 1, "shard.hunts[0].rule: 1 is no text"],
    ["shard.hunts.0.runs", "1", 'shard.hunts[0].runs: "1" is no count'],
    ["shard.hunts.0.witnesses", 1, "shard.hunts[0].witnesses: 1 is no object"],
    ["shard.hunts.0.witnesses.bind_accepted", "1", 'shard.hunts[0].witnesses.bind_accepted: "1" is no number'],
    ["rules", 1, "rules: 1 is no list"],
    ["rules.0", 1, "rules[0]: 1 is no object"],
    ["rules.0.id", 1, "rules[0].id: 1 is no text"],
    ["rules.0.text", 1, "rules[0].text: 1 is no text"],
    ["rules.0.kind", "frob", 'rules[0].kind: "frob" is none of bind, map, level'],
    ["rules.0.line", "1", 'rules[0].line: "1" is no count'],
    ["rules.0.file", 1, "rules[0].file: 1 is no text"],
    ["rules.0.text", "bool odd(", 'rule "odd_check": '],
    ["verdicts", 1, "verdicts: 1 is no list"],
    ["verdicts.0", 1, "verdicts[0]: 1 is no object"],
    ["verdicts.0.rule", 1, "verdicts[0].rule: 1 is no text"],
    [
      "verdicts.0.claim",
      "folio",
      'verdicts[0].claim: "folio" is none of folio_starts_in_slot, folio_ends_in_slot, folio_avoids_other_slots, mapping_starts_in_slot, mapping_ends_in_slot, mapping_starts_in_binding, mapping_ends_in_binding, mapping_translates',
    ],
    [
      "verdicts.0.verdict",
      "right",
      'verdicts[0].verdict: "right" is none of refuted, proved, exhausted, sampled, vacuous',
    ],
    ["verdicts.0.engine", "guess", 'verdicts[0].engine: "guess" is none of hunt, exhaust, prove, z3'],
    ["verdicts.0.verdict", "refuted", 'verdicts[0]: a verdict "refuted" does not fit'],
    ["verdicts.2.verdict", "sampled", 'verdicts[2]: a verdict "sampled" does not fit'],
    ["verdicts.0.runs", "1", 'verdicts[0].runs: "1" is no count'],
    ["verdicts.0.residual_rate", "1", 'verdicts[0].residual_rate: "1" is no number'],
    ["verdicts.2.seed", "1", 'verdicts[2].seed: "1" is no number'],
    ["verdicts.2.path", 1, "verdicts[2].path: 1 is no text"],
    ["verdicts.2.smallest", 1, "verdicts[2].smallest: 1 is no text"],
    ["verdicts.3.states", "1", 'verdicts[3].states: "1" is no count'],
    ["verdicts.3.bound", 1, "verdicts[3].bound: 1 is no text"],
    ["verdicts.3.inconclusive", 1, "verdicts[3].inconclusive: 1 is no text"],
    ["verdicts.0.premises", { accepted: 1 }, "verdicts[0].premises.accepted: 1 is neither true nor false"],
    ["verdicts.0.premises", 1, "verdicts[0].premises: 1 is no object"],
    ["verdicts.0.witnesses", undefined, "verdicts[0].witnesses: missing"],
    ["verdicts.1.unmet", "folio", 'verdicts[1].unmet: "folio" is no list'],
    ["verdicts.1.unmet", [1], "verdicts[1].unmet[0]: 1 is no text"],
    ["verdicts.2.counterexample", 1, "verdicts[2].counterexample: 1 is no object"],
    ["verdicts.2.counterexample.ops", 1, "verdicts[2].counterexample.ops: 1 is no list"],
    ["verdicts.2.counterexample.ops.0", 1, "verdicts[2].counterexample.ops[0]: 1 is no op: an op is an object"],
    ["verdicts.2.counterexample.control", 1, "verdicts[2].counterexample.control: 1 is no text"],
    ["verdicts.2.counterexample.files", 1, "verdicts[2].counterexample.files: 1 is no list"],
    ["verdicts.2.counterexample.files", [1], "verdicts[2].counterexample.files[0]: 1 is no text"],
    ["verdicts.2.counterexample.control", "stock", '"stock" is no bind rule of the catalogue'],
    ["verdicts.2.counterexample.ops.0.order", 0, "the counterexample to none, folio_starts_in_slot does not break it"],
    ["undefined", 1, "undefined: 1 is no list"],
    ["undefined.0", 1, "undefined[0]: 1 is no object"],
    ["undefined.0.rule", 1, "undefined[0].rule: 1 is no text"],
    ["undefined.0.line", "1", 'undefined[0].line: "1" is no count'],
    ["undefined.0.column", "1", 'undefined[0].column: "1" is no count'],
    ["undefined.0.what", 1, "undefined[0].what: 1 is no text"],
    ["undefined.0.inputs", 1, "undefined[0].inputs: 1 is no object"],
    ["undefined.0.inputs.offset", 1, "undefined[0].inputs.offset: 1 is no text"],
    ["undefined.0.inputs.offset", "40000", 'undefined[0].inputs.offset: "40000" is no 64-bit number in hex'],
    ["undefined.0.inputs.offset", "0x", 'undefined[0].inputs.offset: "0x" is no 64-bit number in hex'],
    ["undefined.0.inputs.offset", "10x4", 'undefined[0].inputs.offset: "10x4" is no 64-bit number in hex'],
    [
      "undefined.0.inputs.offset",
      "0x10000000000000000",
      'undefined[0].inputs.offset: "0x10000000000000000" is no 64-bit number in hex',
    ],
    ["undefined.0.inputs.offset", "0x4 ", 'undefined[0].inputs.offset: "0x4 " is no 64-bit number in hex'],
  ] satisfies [string, unknown, string][])("%s as %j", (path, value, message) => {
    const line = said(changed(path, value));
    expect(line.startsWith(`FILE: not a result of \`foliofence judge --json\`: ${message}`)).toBe(true);
    expect(line).not.toContain("\n");
  });

  it.each(["", "{", TEXT.slice(0, 500)])("no JSON: %j", (text) => {
    expect(said(text)).toBe("FILE: not a result of `foliofence judge --json`: no JSON");
  });

  it.each(["[]", "null", "1", '"x"'])("no object: %s", (text) => {
    expect(said(text)).toBe("FILE: not a result of `foliofence judge --json`: no schema 1 in it");
  });

  it("written by another version", () => {
    expect(said(changed("foliofence", "1.2.4"))).toBe("FILE: written by foliofence 1.2.4, and this is 1.2.3");
  });

  it("with an op that is idle", () => {
    const [first, ...rest] = FIRST.counterexample?.ops ?? [];
    const line = said(changed("verdicts.2.counterexample.ops", [{ op: "set_order", order: 0 }, first, ...rest]));
    expect(line).toContain("op 0 is not needed");
  });

  it("with ops past the one that breaks the claim", () => {
    const { ops = [] } = FIRST.counterexample ?? {};
    const line = said(changed("verdicts.2.counterexample.ops", [...ops, { op: "set_order", order: 0 }]));
    expect(line).toContain("the counterexample to none, folio_starts_in_slot does not break it");
  });
});
