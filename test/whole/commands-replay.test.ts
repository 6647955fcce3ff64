/** `replay`: what is told of a counterexample and of a kernel's trace, and of those that somebody changed. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { toJson } from "../../sim/script/json.ts";
import { scratch } from "../support/cli.ts";
import type { Ran } from "../support/cli-io.ts";
import { command } from "../support/cli-io.ts";
import { CASES } from "../support/script-cases.ts";

const dir = scratch();
const { below } = CASES;
if (below === undefined) throw new Error("a case is gone");
const WHOLE = toJson(below);

async function replayed(text: string, name = "it.json", ...flags: string[]): Promise<Ran> {
  writeFileSync(join(dir, name), text);
  return command(["replay", name, ...flags], dir);
}

describe("a counterexample", () => {
  it("is told op by op, with the claim that it breaks", async () => {
    expect(await replayed(WHOLE)).toEqual({
      code: 1,
      out: [
        "34b0409cb3b0: fls64, folio_starts_in_slot",
        "folios of 4K, 2M, 1G, resize any, map rule folio_order, level rule stock",
        "  1. bind_memslot slot=0 gpa=0x1000 size=0x1000 offset=0x1000: ok",
        "  2. set_order order=9: ok",
        "  3. fault gpa=0x1000: asks for file offset 0x1000, gets folio [0x0, 0x200000)",
        "folio_starts_in_slot is broken by step 3: folio starts below its slot: 0x1000 bytes below",
        "",
      ].join("\n"),
      err: "",
    });
  });

  it("that breaks nothing any more holds", async () => {
    const harmless = WHOLE.replace('"order":9}', '"order":0}').replace('"id": "34b0409cb3b0"', '"id": "edited"');
    const { code, out, err } = await replayed(harmless);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(
      /\nfolio_starts_in_slot holds: a folio allocated by a guest's fault does not start below the memslot's file range\n$/,
    );
    const json = await replayed(harmless, "it.json", "--json");
    expect(json.code).toBe(0);
    expect(JSON.parse(json.out)).toMatchObject({ verdict: "holds", step: -1, excess_pages: 0, ops: { length: 3 } });
  });

  it.each([
    ["a claim that is none", '"claim": "folio_starts_in_slot"', '"claim": "frob"', '"frob" is no claim'],
    ["a rule of no kind", '"rule": {"id":"fls64","kind":"bind"', '"rule": {"id":"fls64","kind":"frob"', "frob"],
    ["a rule that is no C", "return fls64(offset) >= fls64(gpa);", "return fls64(offset) >= ;", "the rule in it: "],
    ["no rule", '"text":"static bool highest_bit', '"text":"static u64 highest_bit', ""],
    ["an unknown map rule", '"map_rule":"folio_order"', '"map_rule":"frob"', '"frob" is no map rule of the catalogue'],
    ["a map rule of another kind", '"map_rule":"folio_order"', '"map_rule":"stock"', '"stock" is no map rule'],
    [
      "an unknown level rule",
      '"level_rule":"stock"',
      '"level_rule":"frob"',
      '"frob" is no level rule of the catalogue',
    ],
  ])("with %s is refused in one line", async (_what, from, to, says) => {
    expect(WHOLE).toContain(from);
    const { code, out, err } = await replayed(WHOLE.replace(from, to));
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/^foliofence: it\.json[^\n]*\n$/);
    expect(err).toContain(says);
  });
});

const STEPS = [
  { op: { op: "mount", huge: "never" }, result: { errno: 0 } },
  { op: { op: "create_file", file: "f", size: "0x2000" }, result: { errno: 0, size: "0x2000", pages: 0, data: [] } },
];
const trace = (id: string, steps: readonly object[]): string =>
  `${JSON.stringify({ id, kernel: "6.18.44", family: "shmem", steps })}\n`;

describe("a kernel's traces", () => {
  it("are counted where the model agrees", async () => {
    expect(await replayed(trace("a", STEPS) + trace("b", STEPS), "t.jsonl")).toEqual({
      code: 0,
      out: "t.jsonl: 2 traces, 4 steps: 2 traces agree, 0 do not\n",
      err: "",
    });
  });

  it("are shown at the step where it does not, with what it held before", async () => {
    const odd = [STEPS[0] ?? {}, { ...STEPS[1], result: { errno: "ENOSPC" } }];
    const { code, out, err } = await replayed(trace("a", STEPS) + trace("odd", odd), "t.jsonl");
    expect({ code, err }).toEqual({ code: 5, err: "" });
    expect(out).toBe(
      [
        "odd: step 1 differs",
        '  op        {"op":"create_file","file":"f","size":"0x2000"}',
        '  kernel    {"errno":"ENOSPC"}',
        '  model     {"errno":0,"size":"0x2000","pages":0,"data":[]}',
        "  before it the model held",
        "    mount huge=never, 0 of 1572864 pages used",
        "t.jsonl: 2 traces, 4 steps: 1 traces agree, 1 do not",
        "",
      ].join("\n"),
    );
    const json = await replayed(trace("odd", odd), "t.jsonl", "--json");
    expect(json.code).toBe(5);
    expect(JSON.parse(json.out)).toMatchObject({
      traces: 1,
      agree: 0,
      disagreements: [{ id: "odd", step: 1, model: { size: "0x2000" } }],
    });
  });

  it("without a step are no agreement", async () => {
    const refused = { code: 2, out: "", err: "foliofence: t.jsonl: no step of a trace in it\n" };
    for (const text of ["", "\n\n", trace("a", [])]) expect(await replayed(text, "t.jsonl")).toEqual(refused); // oxlint-disable-line no-await-in-loop -- one after the other
  });

  it("that are cut say where", async () => {
    const { code, err } = await replayed(trace("a", STEPS) + trace("b", STEPS).slice(0, 60), "t.jsonl");
    expect(code).toBe(2);
    expect(err).toMatch(/^foliofence: t\.jsonl:2: [^\n]*\n$/);
  });
});
