/** How two rules relate that read what no model knows, and for which inputs that is said. */

import { describe, expect, it } from "vitest";
import { openProver } from "../../../props/prove/prover.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import { parse, question } from "../../support/prove-models.ts";
import { ruleWith } from "../../support/unknown-rules.ts";

const prover = await openProver();
const f = { userspace_addr: { text: "f()" }, i_size: { text: "LIMIT", lifetime: "run" } } as const;
const related = (first: Rule, second: Rule, allInputs = false) =>
  prover.compare(first, second, { ...question(), allInputs });
const rule = (text: string): Rule => ruleWith(text.replace("f()", "userspace_addr").replace("LIMIT", "i_size"), f);

describe("two rules with unknowns", () => {
  it("are equivalent only where they are whatever both are", async () => {
    expect(await related(rule("f() || true"), rule("true"))).toMatchObject({ relation: "equivalent" });
    const said = await related(rule("f() == 0"), rule("!f()"));
    expect(said).toMatchObject({
      relation: "neither",
      unknowns: { shared: [], apart: ["f()"], equivalent_if_alike: true },
    });
    expect(said.unknowns?.only_first?.map(([given]) => given?.value === 0n)).toEqual([true, false]);
  });

  it("share what keeps its value for a run", async () => {
    const said = await related(rule("LIMIT > 4"), rule("LIMIT >= 5"));
    expect(said).toMatchObject({ relation: "equivalent", unknowns: { shared: ["LIMIT"], apart: [] } });
  });

  it("are told apart with equal values where that can be", async () => {
    const said = await related(rule("f() == 0 && offset"), rule("f() == 0"));
    expect(said).toMatchObject({ relation: "neither", unknowns: { equivalent_if_alike: false } });
    expect(said.unknowns?.only_second).toMatchObject([[{ value: 0n }], [{ value: 0n }]]);
  });
});

describe("all inputs", () => {
  it("are more than the ioctl lets through", async () => {
    const [first, second] = [parse("pgoff < (1ULL << 52)"), parse("npages != 0 || pgoff < (1ULL << 52)")];
    expect(await related(first, second)).toMatchObject({ relation: "equivalent" });
    const said = await related(first, second, true);
    expect(said).toMatchObject({ relation: "first_implies_second" });
    const { pgoff = 0n, npages = 0n } = "only_second" in said ? said.only_second : {};
    expect([pgoff >= 2n ** 52n, npages > 0n]).toEqual([true, true]);
  });

  it("keep pages and bytes of one quantity together", async () => {
    const both = parse("pgoff == offset >> 12");
    expect(await related(both, parse("true"), true)).toMatchObject({ relation: "equivalent" });
    expect(await related(parse("offset % 4096 == 0"), parse("true"), true)).toMatchObject({
      relation: "first_implies_second",
    });
  });
});
