/**
 * What is proved of rules with unknowns and what their counterexamples rest on, held against all values: unknowns are
 * bools here, so that all of them can be tried on the machine.
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newVm } from "../../../model/abstract/machine.ts";
import type { Given } from "../../../model/given.ts";
import type { RuleKind } from "../../../model/rule/parameters.ts";
import { brokenAt } from "../../../props/claims/run.ts";
import type { ClaimName } from "../../../model/claim.ts";
import { minimiseGiven } from "../../../props/judge/given.ts";
import { openProver } from "../../../props/prove/prover.ts";
import type { Prover } from "../../../props/prove/prover.ts";
import type { Question } from "../../../props/prove/question.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, giving, givenOf, setOrder } from "../../../sim/op.ts";
import { worldOf } from "../../../sim/world.ts";
import { byId, parse, question } from "../../support/prove-models.ts";
import type { Made } from "../../support/unknown-rules.ts";
import { ruleWith } from "../../support/unknown-rules.ts";

let prover: Prover;
beforeAll(async () => void (prover = await openProver()));
afterAll(() => prover.close());

const is: Made = { type: "bool" };
/** f() and g() are bools in these texts, LIMIT one that keeps its value. */
function ruleOf(text: string, kind: RuleKind = "bind") {
  const c = text.replaceAll("f()", "userspace_addr").replaceAll("g()", "folio_size").replaceAll("LIMIT", "i_size");
  const limit: Made = { ...is, text: "LIMIT", lifetime: "run" };
  return ruleWith(
    c,
    { userspace_addr: { ...is, text: "f()" }, folio_size: { ...is, text: "g()" }, i_size: limit },
    kind,
  );
}

const asking = (text: string, kind: RuleKind = "bind"): Question => question({ [kind]: ruleOf(text, kind) });

/** With what it was given, whether the list breaks the claim at its end: whatever the values of the others are, some, or none. */
function outcomes({ rules, setting, arch }: Question, claim: ClaimName, ops: readonly Op[]): string {
  const { world, answers } = worldOf(rules, setting, arch);
  if (answers === undefined) throw new Error("no unknowns");
  const vm = newVm(world);
  let [breaks, holds] = [0, 0];
  // Depth first through the answers: each run takes the next branch of the last question that has one left.
  const script: { value: bigint; key: string }[] = [];
  for (;;) {
    let at = 0;
    const seen = new Map<string, bigint>();
    answers.otherwise = ({ unknown, times, order, op }) => {
      const key = `${op} ${order} ${unknown.text} ${times}`;
      const known = seen.get(key);
      if (known !== undefined) return known;
      const next = script[at] ?? { value: 0n, key };
      if (next.key !== key) throw new Error("the same answers lead to another question");
      script[at++] = next;
      seen.set(key, next.value);
      return next.value;
    };
    if (brokenAt(vm, claim, ops) === ops.length - 1) breaks++;
    else holds++;
    script.length = at;
    while (script.at(-1)?.value === 1n) script.pop();
    const last = script.at(-1);
    if (last === undefined) break;
    last.value = 1n;
  }
  return holds === 0 ? "always" : breaks === 0 ? "never" : "sometimes";
}

/** A proof, or the small counterexample. */
async function judged(asked: Question, claim: ClaimName): Promise<readonly Op[] | string> {
  const proof = await prover.prove(asked, claim);
  if (proof.status !== "refuted") return proof.status;
  const least = (ops: readonly Op[]) => prover.leastGiven(asked, claim, ops);
  const { ops, inFull } = await minimiseGiven(asked, claim, proof.ops, false, least);
  expect(inFull).toBeUndefined();
  return ops;
}

const without = (ops: readonly Op[], given: Given): Op[] =>
  ops.map((op) => giving(op, givenOf(op).filter((each) => each !== given))); // prettier-ignore

/** What it rests on breaks it whatever all else is; without any of it, it can hold. */
function checkGiven(asked: Question, claim: ClaimName, ops: readonly Op[]): void {
  expect(outcomes(asked, claim, ops)).toBe("always");
  for (const given of ops.flatMap(givenOf)) expect(outcomes(asked, claim, without(ops, given))).not.toBe("always");
}

const told = (ops: readonly Op[] | string): string =>
  typeof ops === "string"
    ? ops
    : ops.flatMap(givenOf).map(({ text, times, order, value }) => `${text}#${times}${order === undefined ? "" : `@${order}`}=${value}`).join(" "); // prettier-ignore

const ALIGNED = "!((offset | size) & (SZ_64K - 1))";

describe("a bind rule", () => {
  it.each([
    // Whatever the unknowns are.
    [`f() && ${ALIGNED}`, "proved"],
    [`(f() ? ${ALIGNED} : !((offset | size) & (SZ_128K - 1)))`, "proved"],
    [`f() || ${ALIGNED}`, "f()#1=1"],
    ["!f()", "f()#1=0"],
    ["f() || true", ""],
    ["f() == g() || f() != g()", "f()#1=0 g()#1=0"],
    ["!f() && !g()", "f()#1=0 g()#1=0"],
    // Either will do: the plain one, then the first.
    ["!f() || !g()", "f()#1=0"],
    ["f() ? g() : true", "f()#1=0"],
    ["f() && !f()", "f()#1=1 f()#2=0"],
    ["LIMIT == f()", "LIMIT#0=0 f()#1=0"],
    ["LIMIT != LIMIT", "proved"],
    ["f() != f()", "f()#1=0 f()#2=1"],
  ])("%s: %s", async (text, expected) => {
    const asked = asking(text);
    const ops = await judged(asked, "folio_starts_in_slot");
    expect(told(ops)).toBe(expected);
    if (typeof ops !== "string") checkGiven(asked, "folio_starts_in_slot", ops);
  }); // prettier-ignore

  it("is asked anew for every slot, but for what keeps its value", async () => {
    const [fresh, kept] = [asking("!f()"), asking("!LIMIT")];
    const [two, one] = await Promise.all([judged(fresh, "folio_avoids_other_slots"), judged(kept, "folio_avoids_other_slots")]);
    expect([told(two), told(one)]).toEqual(["f()#1=0 f()#1=0", "LIMIT#0=0"]);
    if (typeof two !== "string") checkGiven(fresh, "folio_avoids_other_slots", two);
    if (typeof one !== "string") checkGiven(kept, "folio_avoids_other_slots", one);
  }); // prettier-ignore

  it("has no proof from undefined C that only some value brings about", async () => {
    const shift = "!(1ULL << (f() ? 64 : 1)) || ";
    const asked = asking(`${shift} ${ALIGNED}`);
    expect(await prover.prove(asked, "folio_starts_in_slot")).toMatchObject({ status: "unknown" });
    expect(await prover.undefined(asked, "bind")).toMatchObject({ status: "undefined", given: [{ text: "f()", value: 1n }] });
    const whatever = asking(`${shift} (1ULL << (f() ? 65 : 64)) || offset`);
    const said = await prover.undefined(whatever, "bind");
    expect(said).toMatchObject({ status: "undefined" });
  }); // prettier-ignore

  it("is undefined whatever the unknowns are where no value has a say", async () => {
    const said = await prover.undefined(asking("f() || !f() || (1ULL << offset)"), "bind");
    expect(said).toMatchObject({ status: "undefined", given: [{ text: "f()", times: 1 }, { text: "f()", times: 2 }] });
    expect(await prover.undefined(asking("(1ULL << offset) && f()"), "bind")).not.toHaveProperty("given");
  }); // prettier-ignore
});

describe("a map or level rule", () => {
  it.each([
    ["f()", "map", "f()#1@2=1"],
    ["!f()", "map", "f()#1@2=0"],
    ["!(((gfn ^ index) & (nr_pages - 1)) || f())", "map", "proved"],
    ["f()", "level", "f()#1@2=0"],
    ["((base_gfn ^ pgoff) & (nr_pages - 1)) || f()", "level", "proved"],
    ["LIMIT", "level", "LIMIT#0=0"],
  ] as const)("%s, %s: %s", async (text, kind, expected) => {
    const asked = asking(text, kind);
    const ops = await judged(asked, "mapping_translates");
    expect(told(ops)).toBe(expected);
    if (typeof ops !== "string") checkGiven(asked, "mapping_translates", ops);
  });

  it("rests on both orders where the larger one must be forbidden first", () => {
    const asked = asking("f()", "map");
    const list = (...given: Given[]) => [setOrder(4), bind({ npages: 32, pgoff: 2 }), fault(0, 0, given)];
    const at = (order: number, value: bigint): Given => ({ at: "1:1", text: "f()", times: 1, order, value });
    expect(outcomes(asked, "mapping_translates", list(at(4, 1n)))).toBe("always");
    expect(outcomes(asked, "mapping_translates", list(at(4, 0n), at(2, 0n)))).toBe("never");
    expect(outcomes(asked, "mapping_translates", list())).toBe("sometimes");
  });
});

/** Random conditions over what a bind rule reads and over f(), g() and LIMIT. */
function* texts(many: number): Generator<string> {
  let state = 7;
  const next = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const ATOMS = ["f()", "g()", "LIMIT", "!(offset & 0xffff)", "!(size & 0xffff)", "size >= 0x10000", "!((offset ^ gpa) & 0xffff)", "!(offset & 0x3fff)"]; // prettier-ignore
  const text = (depth: number): string => {
    if (depth === 0 || next(4) === 0) return ATOMS[next(ATOMS.length)] ?? "f()";
    const of = (): string => text(depth - 1);
    return [() => `(${of()} && ${of()})`, () => `(${of()} || ${of()})`, () => `!${of()}`, () => `(${of()} ? ${of()} : ${of()})`][next(4)]?.() ?? ""; // prettier-ignore
  };
  for (let i = 0; i < many; i++) yield i % 2 === 0 ? text(3) : `${ALIGNED} && (${text(2)})`;
}

describe("random rules", () => {
  it("are proved only if they are for every filling, and refuted only by what breaks them whatever the rest is", async () => {
    const came = { proved: 0, refuted: 0, given: 0 };
    for (const text of texts(24)) {
      const asked = asking(text);
      if (Object.values(asked.rules).every(({ unknowns }) => unknowns.length === 0)) continue;
      const claim = "folio_ends_in_slot";
      const ops = await judged(asked, claim); // oxlint-disable-line no-await-in-loop -- one after another
      if (typeof ops !== "string") {
        came.refuted++;
        if (ops.some((op) => givenOf(op).length > 0)) came.given++;
        checkGiven(asked, claim, ops);
        continue;
      }
      came.proved++;
      for (const fill of [0, 1, 2, 3, 4, 5, 6, 7]) {
        const filled = text.replaceAll("f()", `${fill & 1}`).replaceAll("g()", `${(fill >> 1) & 1}`).replaceAll("LIMIT", `${fill >> 2}`); // prettier-ignore
        const { status } = await prover.prove(question({ bind: parse(filled) }), claim); // oxlint-disable-line no-await-in-loop -- one after another
        expect({ text, filled, status }).toEqual({ text, filled, status: ops });
      }
    }
    expect(came.proved).toBeGreaterThan(5);
    expect(came.given).toBeGreaterThan(5);
  });
});

it("is silent of rules that read what the models know", async () => {
  const { status } = await prover.prove(question({ bind: byId("none") }), "folio_starts_in_slot");
  expect(status).toBe("refuted");
});
