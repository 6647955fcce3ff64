/** The mail is short, fits its columns, and answers what a maintainer asks. */

import { describe, expect, it } from "vitest";
import { layoutHits, slotHits } from "../../../props/judge/layout-hits.ts";
import { toMail } from "../../../sim/script/mail.ts";
import { costText, hitText } from "../../../sim/words/hits.ts";
import { CASES } from "../../support/script-cases.ts";

const STORIES = Object.entries(CASES);
const of = (name: string) => {
  const ce = CASES[name];
  if (ce === undefined) throw new Error("no case");
  return ce;
};
const before = (mail: string): number => mail.split("\n").findIndex((line) => line.startsWith("---- rule "));

describe("a mail", () => {
  it.each(["below", "past", "seed_1g", "expression", "struct", "errno_function", "body", "neighbour", "translate"])(
    "of %s has at most 45 lines before the rule's text",
    (name) => {
      expect(before(toMail(of(name), layoutHits(of(name))))).toBeLessThanOrEqual(45);
    },
  );

  it.each(STORIES)("of %s is never twice as long, and at most 72 columns wide", (_, ce) => {
    const mail = toMail(ce, layoutHits(ce));
    expect(before(mail)).toBeLessThanOrEqual(51);
    const rules = new Set([ce.rule, ce.control.rule].flatMap(({ text }) => text.split("\n")));
    const wide = mail.split("\n").filter((line) => line.length > 72 && !line.startsWith("Link: "));
    expect(wide.filter((line) => !rules.has(line))).toEqual([]);
  });

  it("answers", () => {
    const mail = toMail(of("below"), layoutHits(of("below"))).replaceAll(/\n(?=\S)/g, " ");
    for (const question of ["Why? ", "In a released kernel? No: ", "Real layouts? Of 32 slots ", "A fix? "]) {
      expect(mail).toContain(question);
    }
  });
});

describe("real slots", () => {
  it("are counted with the check and with its control", () => {
    const ce = of("below");
    const hits = layoutHits(ce);
    if (hits === undefined) throw new Error("no hits");
    expect(hitText(hits, ce.claim, 2)).toBe(
      "of 32 slots that QEMU and other VMMs make it takes 18; 3 of these break the claim: " +
        "qemu-low-memory slot 1, qemu-snp-16G slot 3 and 1 more",
    );
    expect(costText(hits)).toBe("of these 32 slots it refuses 20");
    expect(hits.check.find(({ layout }) => layout === "seed-1g")).toEqual({
      layout: "seed-1g",
      slot: 0,
      taken: false,
      breaks: ["folio_starts_in_slot", "folio_ends_in_slot"],
    });
  });

  it("break nothing where the file has small folios alone", () => {
    const { rules, setting } = of("below");
    const hits = slotHits(rules, { ...setting, orders: [0] }) ?? [];
    expect(hits.length).toBe(32);
    expect(hits.filter(({ breaks }) => breaks.length > 0)).toEqual([]);
  });

  it("have no one answer where the check reads what no model knows", () => {
    const { rules, setting, rule } = of("below");
    const unknown = { ...rule, unknowns: [{}] } as unknown as typeof rule; // oxlint-disable-line typescript/no-unsafe-type-assertion -- only counted
    expect(slotHits({ ...rules, bind: unknown }, setting)).toBeUndefined();
  });
});
