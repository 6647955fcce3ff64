/** One report that has every standing there is, in every format for machines, to the letter. */

import { describe, expect, it } from "vitest";
import { toAnnotations, toSummary } from "../../../props/cli/format/github.ts";
import { toJunit } from "../../../props/cli/format/junit.ts";
import { toSarif } from "../../../props/cli/format/sarif.ts";
import type { Report } from "../../../props/cli/format/json.ts";
import { tellText } from "../../../props/cli/judge/command.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import type { Judgement } from "../../../props/judge/verdict.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";
import { keepingIo } from "../../support/cli-io.ts";
import { CASES } from "../../support/script-cases.ts";

const book = await openRulebook();
const parsed = book.parse("bool odd_check(u64 offset, u64 size)\n{\n\treturn (1ULL << (offset >> 12)) < size;\n}\n", {
  file: "checks\\my check&%1.c",
});
if (!parsed.ok) throw new Error(parsed.error.message);
const [odd] = parsed.rules;
const counterexample = CASES["below"];
if (odd === undefined || counterexample === undefined) throw new Error("a case is gone");

const of = (rule: string, rest: Partial<Judgement>): Judgement => ({
  rule,
  claim: "folio_starts_in_slot",
  verdict: "sampled",
  engine: "hunt",
  witnesses: {},
  runs: 100,
  residual_rate: 0.03,
  ...rest,
});
const proved = { verdict: "proved", engine: "prove", premises: { accepted: true } } as const;
const refuted = { verdict: "refuted", counterexample, runs: 7 } as const;

const REPORT: Report = {
  version: "1.2.3",
  seed: 5,
  setting: DEFAULT_SETTING,
  asked: { claims: ["folio_starts_in_slot"], engines: ["hunt"], runs: 100, bound: 1 },
  canary: "refuted",
  interrupted: true,
  judged: [
    {
      rule: odd,
      judgements: [
        of(odd.id, { ...refuted, seed: 5, path: "6:1", smallest: "proved" }),
        of(odd.id, { ...refuted, seed: 5, claim: "folio_ends_in_slot", smallest: "unknown: there are two slots" }),
        of(odd.id, {
          ...refuted,
          path: "6:1",
          claim: "mapping_translates",
          counterexample: { ...counterexample, claim: "mapping_translates" },
        }),
        of(odd.id, { verdict: "vacuous", claim: "mapping_ends_in_slot", unmet: ["bind_accepted", "folio_of_2M"] }),
        of(odd.id, { inconclusive: "a solver's <unknown> & more\r\nthan a line\t", claim: "mapping_ends_in_binding" }),
      ],
      undefinedInputs: [
        {
          rule: odd.id,
          site: { line: 3, column: 15, what: "shift of a 64-bit value by 64 or more" },
          inputs: { offset: 0x40000n, size: 0n },
        },
      ],
    },
    {
      rule: book.byId("offset_and_size_1g"),
      judgements: [
        of("offset_and_size_1g", proved),
        of("offset_and_size_1g", { verdict: "exhausted", engine: "exhaust", states: 12, bound: "one slot" }),
      ],
      undefinedInputs: [],
    },
  ],
  filesOf: ({ claim }) => (claim === "folio_starts_in_slot" ? ["out/a.c", "out/a.json"] : []),
};

/** Of the main job, where what is refuted may be what is wanted. */
const EXPECTED: Report = { ...REPORT, interrupted: false, expected: ({ verdict }) => verdict === "refuted" };
/** Of a part, where only a counterexample is final. */
const PART: Report = { ...REPORT, shard: { of: 3, has: [2], hunts: [] } };

const text = (report: Report): string => {
  const said = keepingIo();
  tellText(report, true, "out", said.io);
  tellText(report, false, "out", said.io);
  return said.out();
};

describe.each([
  ["junit.xml", toJunit],
  ["sarif.json", toSarif],
  ["github.txt", toAnnotations],
  ["summary.md", toSummary],
  ["text.txt", text],
])("%s", (name, tell) => {
  it.each([
    ["whole", REPORT],
    ["expected", EXPECTED],
    ["part", PART],
  ])("of the %s", async (which, report) => {
    await expect(tell(report)).toMatchFileSnapshot(`../../golden/formats/${which}-${name}`);
  });
});
