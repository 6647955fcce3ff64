/** From the words of `judge` to a plan: what is filled in, and what is no word of its kind. */

import { ALLOCATION_CLAIMS, CLAIM_NAMES, MAPPING_CLAIMS } from "../../../model/claim.ts";
import { describe, expect, it } from "vitest";
import type { JudgeFlags, Plan } from "../../../props/cli/judge/flags.ts";
import { planFrom } from "../../../props/cli/judge/flags.ts";
import { wholeNumber } from "../../../props/cli/terminal/setting.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import { keepingIo } from "../../support/cli-io.ts";

const book = await openRulebook();

const plan = (flags: JudgeFlags = {}, cpus = 2): Plan =>
  planFrom(["ctz"], flags, {
    io: { ...keepingIo().io, cpus },
    version: "1.2.3",
    book,
    prover: () => Promise.reject(new Error("not asked")),
  });

it("fills in what was not said", () => {
  const { ruleById, ...options } = plan().options;
  expect(ruleById("ctz").id).toBe("ctz");
  expect({ ...plan(), options, rules: [] }).toEqual({
    rules: [],
    patches: [],
    contracts: [],
    notices: [],
    options: {
      setting: {
        orders: [0, 9, 18],
        resize: "any",
        bind_rule: "none",
        map_rule: "folio_order",
        level_rule: "stock",
      },
      claims: CLAIM_NAMES,
      engines: ["hunt", "exhaust", "prove"],
      seed: 1,
      numRuns: 10_000,
      bound: 1,
    },
    asked: { claims: CLAIM_NAMES, engines: ["hunt", "exhaust", "prove"], runs: 10_000, bound: 1 },
    jobs: 2,
    time: Infinity,
    resume: false,
    out: "counterexamples",
    format: "text",
  });
});

it("has a thread a processor, one at least and four at most, unless told", () => {
  expect([0, 1, 2, 3, 4, 5, 64].map((cpus) => plan({}, cpus).jobs)).toEqual([1, 1, 2, 3, 4, 4, 4]);
  expect(plan({ jobs: "7" }, 1).jobs).toBe(7);
});

it("with a time limit goes on until it is over, and has no number of runs that results could be merged by", () => {
  const { time, options, asked } = plan({ time: "3" });
  expect([time, options.numRuns]).toEqual([3000, 2 ** 31 - 1]);
  expect(asked).not.toHaveProperty("runs");
  expect(plan({ time: "3", runs: "50" }).options.numRuns).toBe(50);
});

it.each([
  ["1", 1],
  ["2", 2],
  ["3", 3],
])("bound %s", (bound, is) => {
  expect(plan({ bound }).options.bound).toBe(is);
  expect(plan({ bound }).asked.bound).toBe(is);
});

describe("a path", () => {
  it.each(["7", "57", "123456789", "57:0:12", "57:123456789"])("%s", (path) => {
    expect(plan({ path })).toMatchObject({ options: { path }, asked: { path } });
  });

  it.each(["", "x57", "57x", "57:", ":57", "57:x", "1234567890", "57:1234567890", "-57", "5 7"])(
    "is not: %j",
    (path) => {
      expect(() => plan({ path })).toThrow(`--path: "${path}" is no path of fast-check, such as 57 or 57:0:1`);
    },
  );

  it("is none unless it is said", () => {
    expect(plan().asked).not.toHaveProperty("path");
    expect(plan().options).not.toHaveProperty("path");
  });
});

describe("a shard", () => {
  it.each([
    ["1/1", 0, 1],
    ["2/8", 1, 8],
    ["12/345", 11, 345],
    ["9999999/9999999", 9_999_998, 9_999_999],
  ])("%s", (shard, index, of) => {
    expect(plan({ shard }).options.shard).toEqual({ index, of });
  });

  it.each(["", "1", "x1/2", "1/2x", "0/2", "3/2", "12345678/12345678", "1/12345678", "1/2/3", "-1/2", "1/x"])(
    "is not: %j",
    (shard) => {
      expect(() => plan({ shard })).toThrow(`--shard: "${shard}" is not I/N with I from 1 to N, such as 2/8`);
    },
  );
});

describe("a whole number", () => {
  it.each([
    ["-5", -5],
    ["10", 10],
    ["007", 7],
  ])("%s", (text, n) => {
    expect(wholeNumber("--n", -5, 10)(text)).toBe(n);
  });

  it.each(["", "x1", "1x", "1 ", "+1", "0x1", "1e1", "1.0", "-6", "11", "--1", "99999999999999999999"])(
    "is not: %j",
    (text) => {
      expect(() => wholeNumber("--n", -5, 10)(text)).toThrow(`--n: "${text}" is no whole number from -5 to 10`);
    },
  );

  it("is exact", () => {
    expect(() => wholeNumber("--n", 0, Infinity)("9007199254740993")).toThrow("--n: ");
  });
});

describe("the setting", () => {
  it("has its folio sizes in order, each once, blanks or not", () => {
    expect(plan({ orders: "2M, 4K,1G ,2M" }).options.setting.orders).toEqual([0, 9, 18]);
    expect(plan({ orders: "1G,64K,4K,1M,2M" }).options.setting.orders).toEqual([0, 4, 8, 9, 18]);
  });

  it("may be a kernel's, which what is said besides overrides", () => {
    const { setting } = plan({ kernel: "hugetlb-rfc-2025" }).options;
    expect(plan({ kernel: "hugetlb-rfc-2025", resize: "any" }).options.setting).toEqual({ ...setting, resize: "any" });
    expect(setting).not.toEqual(plan().options.setting);
    for (const kernel of ["", "toString", "__proto__"]) {
      expect(() => plan({ kernel })).toThrow(`--kernel: "${kernel}" is none of restrictedmem-v10, `);
    }
  });
});

describe("claims", () => {
  it.each([
    ["all", CLAIM_NAMES],
    ["mapping,all", CLAIM_NAMES],
    ["allocation", ALLOCATION_CLAIMS],
    ["mapping, allocation", CLAIM_NAMES],
    ["mapping_translates,folio_ends_in_slot,mapping", ["folio_ends_in_slot", ...MAPPING_CLAIMS]],
  ])("%s", (claims, are) => {
    expect(plan({ claims }).options.claims).toEqual(are);
  });
});
