/** Contracts judged: for every value of every parameter, and told with the smallest that break them. */

import { describe, expect, it } from "vitest";
import { judged, told } from "../../support/contracts.ts";

describe("a contract is", () => {
  it.each([
    ["proved", "ensures(result >= x)\nstatic u64 f(u64 x) { return x | 1; }", ["ensures_1 proved"]],
    [
      "refuted",
      "ensures(result > x)\nstatic u64 f(u64 x) { return x + 1; }",
      ["ensures_1 refuted x=0xffffffffffffffff result=0x0"],
    ],
    [
      "refuted at a value of its own type",
      "ensures(result > x)\nstatic u8 f(u8 x) { return x + 1; }",
      ["ensures_1 refuted x=0xff result=0x0"],
    ],
    [
      "refuted by what is negative",
      "ensures(result >= 0)\nstatic int f(int x) { return x; }",
      ["ensures_1 refuted x=-0x1 result=-0x1"],
    ],
    [
      "proved under what it requires",
      "requires(x != U64_MAX)\nensures(result > x)\nstatic u64 f(u64 x) { return x + 1; }",
      ["ensures_1 proved"],
    ],
    [
      "vacuous",
      "requires(x > 3)\nrequires(x < 3)\nensures(result)\nstatic bool f(u64 x) { return x; }",
      ["ensures_1 vacuous"],
    ],
    [
      "one verdict a claim",
      "ensures(result == x)\nensures(result <= x)\nstatic u64 f(u64 x) { return x / 2; }",
      ["ensures_1 refuted x=0x1 result=0x0", "ensures_2 proved"],
    ],
    // A name of the machine's is just a name here: no alignment, no premise.
    [
      "free of the machine",
      "ensures(gpa % 4096 == 0 && size && npages * 4096 == size)\nstatic bool f(u64 gpa, u64 size, u64 npages) { return true; }",
      ["ensures_1 refuted gpa=0x0 size=0x0 npages=0x0 result=0x1"],
    ],
    [
      "about itself elsewhere",
      "ensures(f(x, y) == f(y, x))\nstatic u32 f(u32 x, u32 y) { return x - y; }",
      ["ensures_1 refuted x=0x0 y=0x1 result=-0x1".replace("-0x1", "0xffffffff")],
    ],
    [
      "about a bool",
      "ensures(result == a)\nstatic bool f(bool a, bool b) { return a && b; }",
      ["ensures_1 refuted a=0x1 b=0x0 result=0x0"],
    ],
  ])("%s", async (_, text, expected) => {
    expect(told(await judged(text))).toEqual(expected);
  });

  it("about what a pointer leads to, before and after", async () => {
    const text = `
struct range { u64 start, end; };
ensures(r->start == old(r->start) + by)
ensures(r->end >= old(r->end))
ensures(*left == r->end)
static void move(struct range *r, u64 by, u64 *left)
{
	r->start += by;
	r->end += by;
	*left = r->end;
}`;
    const { judgements } = await judged(text);
    expect(told({ judgements })).toEqual([
      "ensures_1 proved",
      "ensures_2 refuted by=0x1 *left=0x0 r->end=0xffffffffffffffff r->start=0x0",
      "ensures_3 proved",
    ]);
    expect(judgements[1]?.finding?.after).toEqual([{ name: "*left", type: "u64", value: 0n }]);
  });

  it("inconclusive where a loop never ends that anybody follows", async () => {
    const { judgements } = await judged(
      "ensures(result == n)\nstatic u64 f(u64 n) { u64 i = 0; while (i < n) i++; return i; }",
    );
    expect(judgements).toMatchObject([
      {
        verdict: "sampled",
        engine: "hunt",
        inconclusive: "a loop that depends on the inputs was not followed to its end",
      },
    ]);
  });

  it("about a loop whose state is summed up", async () => {
    const text =
      "ensures(result <= 4)\nstatic u64 f(u64 n) { u64 i = 0; while (i < n) { if (i == 4) break; i++; } return i > 4 ? 4 : i; }";
    expect(told(await judged(text))).toEqual(["ensures_1 proved"]);
  });
});

describe("what nobody shows", () => {
  it("is given where the claim breaks on it, and only what it takes", async () => {
    const text = `ensures(result == x)
static u64 f(u64 x)
{
	if (is_hot(x) && other(x) != 7)
		return x + 1;
	return x;
}`;
    const { judgements } = await judged(text);
    expect(told({ judgements })).toEqual(["ensures_1 refuted x=0x0 result=0x1"]);
    expect(judgements[0]?.finding?.given.map(({ text: of, value }) => `${of}=${value}`)).toEqual([
      "is_hot(x)=1",
      "other(x) != 7=1",
    ]);
  });

  it("does not matter where the claim breaks whatever it is", async () => {
    const { judgements } = await judged(
      "ensures(result)\nstatic bool f(u64 x) { if (x) return true; return is_hot(x) && false; }",
    );
    expect(judgements[0]?.finding?.given).toEqual([]);
  });

  it("may change what a parameter leads to", async () => {
    const text = "ensures(*p == old(*p))\nstatic void f(u64 *p) { look_at(p); }";
    expect(told(await judged(text))).toEqual(["ensures_1 refuted *p=0x0"]);
    const apart = "ensures(*p == old(*p))\nstatic void f(u64 *p) { u64 x = *p; *p = x; }";
    expect(told(await judged(apart))).toEqual(["ensures_1 proved"]);
  });
});

describe("C that is undefined", () => {
  it("is told with the smallest inputs, and nothing is claimed of these", async () => {
    const { judgements, undefinedInputs } = await judged(
      "ensures(result <= a)\nstatic u32 f(u32 a, u32 b) { return a / b; }",
    );
    expect(told({ judgements })).toEqual(["ensures_1 proved"]);
    expect(undefinedInputs).toEqual([
      { rule: "f", site: { line: 2, column: 39, what: "division by 0" }, inputs: { a: 0n, b: 0n } },
    ]);
  });

  it("is none where it is required not to be", async () => {
    const { undefinedInputs } = await judged(
      "requires(b)\nensures(result <= a)\nstatic u32 f(u32 a, u32 b) { return a / b; }",
    );
    expect(undefinedInputs).toEqual([]);
  });
});

describe("another engine", () => {
  const text = `requires(n != 0)
ensures(result != 0)
static bool f(u64 a, u64 n) { return a + n != 0x2000 || n < 2; }`;

  it.each([
    ["prove", ["prove"]],
    ["hunt", ["hunt"]],
    ["both", ["hunt", "prove"]],
  ] as const)("ends at the same inputs: %s", async (_, engines) => {
    expect(told(await judged(text, { engines, runs: 20_000 }))).toEqual([
      "ensures_1 refuted a=0x0 n=0x2000 result=0x0",
    ]);
  });

  it("finds the same with other seeds", async () => {
    const all = await Promise.all([1, 2, 3].map((seed) => judged(text, { engines: ["hunt"], seed, runs: 20_000 })));
    expect(new Set(all.map(({ judgements }) => judgements[0]?.finding?.id)).size).toBe(1);
  });

  it("samples where it finds nothing", async () => {
    const { judgements } = await judged("ensures(result == x)\nstatic u64 f(u64 x) { return x; }", {
      engines: ["hunt", "exhaust"],
      runs: 300,
    });
    expect(judgements).toMatchObject([
      { verdict: "sampled", engine: "hunt", runs: 300, residual_rate: 0.01, notRun: ["exhaust"] },
    ]);
  });

  it("says so where no run met what is required", async () => {
    const { judgements } = await judged(
      "requires(x * 3 == 0x1234567890123)\nensures(!result)\nstatic u64 f(u64 x) { return x; }",
      { engines: ["hunt"], runs: 100 },
    );
    expect(judgements).toMatchObject([{ verdict: "sampled", inconclusive: "no run met what is required" }]);
  });
});
