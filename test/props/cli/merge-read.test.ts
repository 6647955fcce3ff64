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
    ["foliofence", 1, '"foliofence" is no text'],
    ["seed", "5", '"seed" is no number'],
    ["seed", undefined, '"seed" is no number'],
    ["seed", null, '"seed" is no number'],
    ["canary", undefined, '"canary" is no text'],
    ["setting", [], '"setting" is no object'],
    ["setting", null, '"setting" is no object'],
    ["setting", "4K", '"setting" is no object'],
    ["setting.orders", "4K", '"orders" is no list'],
    ["setting.orders.0", 9, '"orders" is no text'],
    ["setting.orders.1", "3M", '"3M" is no folio size'],
    ["setting.resize", "later", '"resize" is none of any, before-bind, never'],
    ["setting.bind_rule", 1, '"bind_rule" is no text'],
    ["setting.map_rule", 1, '"map_rule" is no text'],
    ["setting.level_rule", 1, '"level_rule" is no text'],
    ["setting.bind_rule", "folio_order", '"folio_order" is no bind rule of the catalogue'],
    ["setting.map_rule", "stock", '"stock" is no map rule of the catalogue'],
    ["setting.level_rule", "none", '"none" is no level rule of the catalogue'],
    ["asked", 1, '"asked" is no object'],
    ["asked.claims", {}, '"claims" is no list'],
    [
      "asked.claims.0",
      "folio",
      '"claims" is none of folio_starts_in_slot, folio_ends_in_slot, folio_avoids_other_slots, mapping_starts_in_slot, mapping_ends_in_slot, mapping_starts_in_binding, mapping_ends_in_binding, mapping_translates',
    ],
    ["asked.engines", 1, '"engines" is no list'],
    ["asked.engines.2", "guess", '"engines" is none of hunt, exhaust, prove'],
    ["asked.runs", "100", '"runs" is no number'],
    ["asked.path", 6, '"path" is no text'],
    ["asked.bound", undefined, '"bound" is no number'],
    ["asked.claims", ["folio_starts_in_slot"], 'the verdicts of rule "odd_check" are not those that were asked'],
    ["shard", 1, '"shard" is no object'],
    ["shard.of", "3", '"of" is no number'],
    ["shard.has", 2, '"has" is no list'],
    ["shard.has", [], "shards  of 3"],
    ["shard.has", [0], "shards 0 of 3"],
    ["shard.has", [4], "shards 4 of 3"],
    ["shard.has", [1, 1.5], "shards 1, 1.5 of 3"],
    ["shard.hunts", 1, '"hunts" is no list'],
    ["shard.hunts.0", 1, '"hunts" is no object'],
    ["shard.hunts.0.rule", 1, '"rule" is no text'],
    ["shard.hunts.0.runs", "1", '"runs" is no number'],
    ["shard.hunts.0.witnesses", 1, '"witnesses" is no object'],
    ["shard.hunts.0.witnesses.bind_accepted", "1", '"bind_accepted" is no number'],
    ["rules", 1, '"rules" is no list'],
    ["rules.0", 1, '"rules" is no object'],
    ["rules.0.id", 1, '"id" is no text'],
    ["rules.0.text", 1, '"text" is no text'],
    ["rules.0.kind", "frob", '"kind" is none of bind, map, level'],
    ["rules.0.line", "1", '"line" is no number'],
    ["rules.0.file", 1, '"file" is no text'],
    ["rules.0.text", "bool odd(", 'rule "odd_check": '],
    ["verdicts", 1, '"verdicts" is no list'],
    ["verdicts.0", 1, '"verdicts" is no object'],
    ["verdicts.0.rule", 1, '"rule" is no text'],
    ["verdicts.0.claim", "folio", '"claim" is none of folio_starts_in_slot'],
    ["verdicts.0.verdict", "right", '"verdict" is none of refuted, proved, exhausted, sampled, vacuous'],
    ["verdicts.0.engine", "guess", '"engine" is none of hunt, exhaust, prove'],
    ["verdicts.0.verdict", "refuted", 'a verdict "refuted" does not fit'],
    ["verdicts.2.verdict", "sampled", 'a verdict "sampled" does not fit'],
    ["verdicts.0.runs", "1", '"runs" is no number'],
    ["verdicts.0.residual_rate", "1", '"residual_rate" is no number'],
    ["verdicts.2.seed", "1", '"seed" is no number'],
    ["verdicts.2.path", 1, '"path" is no text'],
    ["verdicts.2.smallest", 1, '"smallest" is no text'],
    ["verdicts.3.states", "1", '"states" is no number'],
    ["verdicts.3.bound", 1, '"bound" is no text'],
    ["verdicts.3.inconclusive", 1, '"inconclusive" is no text'],
    ["verdicts.0.premises", { accepted: 1 }, '"accepted" is neither true nor false'],
    ["verdicts.0.premises", 1, '"premises" is no object'],
    ["verdicts.0.witnesses", undefined, '"witnesses" is no object'],
    ["verdicts.1.unmet", "folio", '"unmet" is no list'],
    ["verdicts.1.unmet", [1], '"unmet" is no text'],
    ["verdicts.2.counterexample", 1, '"counterexample" is no object'],
    ["verdicts.2.counterexample.ops", 1, '"ops" is no list'],
    ["verdicts.2.counterexample.ops.0", 1, ""],
    ["verdicts.2.counterexample.control", 1, '"control" is no text'],
    ["verdicts.2.counterexample.files", 1, '"files" is no list'],
    ["verdicts.2.counterexample.files", [1], '"files" is no text'],
    ["verdicts.2.counterexample.control", "stock", '"stock" is no bind rule of the catalogue'],
    ["verdicts.2.counterexample.ops.0.order", 0, "the counterexample to none, folio_starts_in_slot does not break it"],
    ["undefined", 1, '"undefined" is no list'],
    ["undefined.0", 1, '"undefined" is no object'],
    ["undefined.0.rule", 1, '"rule" is no text'],
    ["undefined.0.line", "1", '"line" is no number'],
    ["undefined.0.column", "1", '"column" is no number'],
    ["undefined.0.what", 1, '"what" is no text'],
    ["undefined.0.inputs", 1, '"inputs" is no object'],
    ["undefined.0.inputs.offset", 1, '"offset" is no text'],
    ["undefined.0.inputs.offset", "40000", '"offset" is no 64-bit number in hex'],
    ["undefined.0.inputs.offset", "0x", '"offset" is no 64-bit number in hex'],
    ["undefined.0.inputs.offset", "10x4", '"offset" is no 64-bit number in hex'],
    ["undefined.0.inputs.offset", "0x10000000000000000", '"offset" is no 64-bit number in hex'],
    ["undefined.0.inputs.offset", "0x4 ", '"offset" is no 64-bit number in hex'],
  ] satisfies [string, unknown, string][])("%s as %j", (path, value, message) => {
    const line = said(changed(path, value));
    expect(line.startsWith(`FILE: not a result of \`foliofence judge --json\`: ${message}`)).toBe(true);
    expect(line).not.toContain("\n");
  });

  it.each(["", "{", TEXT.slice(0, 500)])("no JSON: %j", (text) => {
    expect(said(text)).toBe("FILE: not a result of `foliofence judge --json`: no JSON");
  });

  it.each(["[]", "null", "1", '"x"'])("no object: %s", (text) => {
    expect(said(text)).toBe('FILE: not a result of `foliofence judge --json`: "result" is no object');
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
