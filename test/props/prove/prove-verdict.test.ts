/** From answers to verdicts, with a solver that knows a few models: what is asked, in which words, and what is made of it. */

import { CLAIM_NAMES } from "../../../model/claim.ts";
import { describe, expect, it } from "vitest";
import { aboutWorld, asker } from "../../../props/prove/ask.ts";
import { casesOf } from "../../../props/prove/claims.ts";
import { judgeCases, proveClaim } from "../../../props/prove/verdict.ts";
import type { Solvers } from "../../../props/prove/solvers.ts";
import type { Answer } from "../../../props/prove/smt/answer.ts";
import { bits, eq, TRUE, variable } from "../../../props/prove/smt/term.ts";
import { opText } from "../../../sim/op.ts";
import type { Model } from "../../support/prove-models.ts";
import { byId, knowing, model, parse, question } from "../../support/prove-models.ts";

const NOTHING: readonly Model[] = [];
const unknown = (): Answer => ({ answer: "unknown", reason: "gave up" });
const LOOP = "bool f(u64 offset) { while (!(offset & 1)) offset >>= 1; return true; }";
const LONG = `bool f(u64 offset) { u64 x = 0; for (int i = 0; i < 900; i++) { ${"x++; ".repeat(100)} } return x == offset; }`;

describe("an ask", () => {
  const A = variable("a", 8);
  const solvers: Solvers = { names: "none", check: () => ({ answer: { answer: "unsat" }, by: "own" }) };

  it("is a text that is kept with its answer, the words about it as comments ahead", async () => {
    const { query, said } = await asker(solvers)("name", ["sat if", "so"], eq(A, bits(8, 1)));
    expect(said).toEqual({ answer: "unsat" });
    expect(query).toEqual({
      name: "name",
      text: "; sat if\n; so\n(set-logic QF_BV)\n(declare-const a (_ BitVec 8))\n(assert (= a #x01))\n(check-sat)\n",
      answer: "unsat",
    });
  });

  it("says so where it was z3 that answered", async () => {
    const check: Solvers["check"] = () => ({ answer: { answer: "unsat" }, by: "z3" });
    expect((await asker({ names: "z3", check })("one", [], eq(A, bits(8, 1)))).query.by).toBe("z3");
  });

  it("tells the world that it is about", () => {
    const asked = question({ map: byId("order_zero") }, { orders: [0, 9, 18], resize: "never" });
    const about = aboutWorld(asked);
    expect(about[0]).toBe("orders 4K,2M,1G, resize never");
    expect(about.filter((_, at) => at % 2 === 1)).toEqual([
      "bind rule none:",
      "map rule order_zero:",
      "level rule stock:",
    ]);
    expect([about[2], about[4], about[6]]).toEqual([asked.rules.bind.text, asked.rules.map.text, asked.rules.level.text]);
  }); // prettier-ignore
});

describe("a claim", () => {
  it("is refuted by the first case that can be, and the model shows its premises too", async () => {
    const broken = model({ slot_pgoff: 1, slot_npages: 4, slot_file_order: 0 });
    const { ask, asked } = knowing([broken]);
    const proof = await proveClaim(ask, question(), "folio_starts_in_slot");
    expect(proof.status === "refuted" && proof.ops.map(opText)).toEqual([
      "bind_memslot vm=0 slot=0 base_gfn=0 npages=4 pgoff=1 ugfn=0",
      "set_order order=2",
      "fault vm=0 gfn=0",
    ]);
    expect(asked.map(({ name, answer }) => [name, answer])).toEqual([["folio_starts_in_slot-16K", "sat"]]);
    expect(asked[0]?.about).toEqual([
      "unsat if folio_starts_in_slot holds, folio and mapping being of these orders",
      ...aboutWorld(question()),
    ]);
    expect(proof.queries.map(({ name, answer }) => [name, answer])).toEqual([["folio_starts_in_slot-16K", "sat"]]);
    expect(new Set(Object.values(proof.premises))).toEqual(new Set([true]));
  });

  it("is proved when no case can be, and each case was asked about", async () => {
    const { ask, asked } = knowing(NOTHING);
    const proof = await proveClaim(ask, question(), "folio_starts_in_slot");
    expect(proof.status).toBe("proved");
    expect(asked.map(({ name }) => name)).toEqual(["folio_starts_in_slot-16K", "folio_starts_in_slot-64K"]);
  });

  it("is unknown where the solver gives up, unless a later case breaks it", async () => {
    const gaveUp = await proveClaim(knowing(NOTHING, unknown).ask, question(), "folio_starts_in_slot");
    expect(gaveUp).toMatchObject({ status: "unknown", reason: "gave up" });
    // 4 pages at page 4: no folio of 4 pages leaves it, one of 16 does.
    const { ask } = knowing([model({ slot_pgoff: 4, slot_npages: 4 })], unknown);
    const late = await proveClaim(ask, question(), "folio_starts_in_slot");
    expect(late.status === "refuted" && late.ops.map(opText)).toContain("set_order order=4");
  });

  it("of one unsure case is unknown, although the next one cannot be", async () => {
    const { ask } = knowing(NOTHING, (name) => (name.endsWith("16K") ? unknown() : { answer: "unsat" }));
    expect(await proveClaim(ask, question(), "folio_starts_in_slot")).toMatchObject({ status: "unknown" });
  });

  it("of a rule that is too long is unknown, with nothing asked", async () => {
    const { ask } = knowing(NOTHING);
    expect(await proveClaim(ask, question({ bind: parse(LONG) }), "folio_starts_in_slot")).toEqual({
      status: "unknown",
      reason: "the rule is too long to unroll",
      premises: {},
      queries: [],
    });
  });

  it("fails where the ask fails", async () => {
    const failing = (): Promise<never> => Promise.reject(new Error("no solver"));
    await expect(proveClaim(failing, question(), "folio_starts_in_slot")).rejects.toThrow("no solver");
  });

  it.each(CLAIM_NAMES)("%s without large folios has no case, and its premises are not met", async (claim) => {
    const { ask, asked } = knowing(NOTHING);
    const proof = await proveClaim(ask, question({}, { orders: [0] }), claim);
    expect(proof).toMatchObject({ status: "proved", premises: { slot_accepted: true, large_folio: false } });
    expect(asked).toEqual([]);
  });
});

describe("a loop that is not followed to its end", () => {
  const asked = question({ bind: parse(LOOP) });
  const LOOPS = "a loop that depends on the inputs was not followed to its end";

  it("breaks nothing, but leaves unknown what it holds", async () => {
    const held = [model({ slot_pgoff: 0, slot_npages: 4 })];
    const { ask, asked: said } = knowing(held, (name) =>
      name.endsWith("summed-up") ? { answer: "sat", model: new Map() } : { answer: "unsat" },
    );
    const proof = await proveClaim(ask, asked, "folio_starts_in_slot");
    expect(proof).toMatchObject({ status: "unknown", reason: LOOPS });
    expect(said.slice(0, 4).map(({ name, answer }) => [name, answer])).toEqual([
      ["folio_starts_in_slot-16K", "unsat"],
      ["folio_starts_in_slot-16K-loops", "sat"],
      ["folio_starts_in_slot-16K-summed-up", "sat"],
      // What is unknown already is not asked again.
      ["folio_starts_in_slot-64K", "unsat"],
    ]);
    expect(said[1]?.about[0]).toBe("unsat if every loop was followed to its end");
    expect(said.map(({ name }) => name)).not.toContain("folio_starts_in_slot-64K-loops");
  });

  it("is no matter where the solver finds that no input is held", async () => {
    const { ask, asked: said } = knowing(NOTHING);
    expect(await proveClaim(ask, asked, "folio_starts_in_slot")).toMatchObject({ status: "proved" });
    expect(said.map(({ name }) => name)).toContain("folio_starts_in_slot-64K-loops");
  });

  it("is no matter where nothing breaks with the loop summed up", async () => {
    const { ask } = knowing(NOTHING, (name) => (name.endsWith("loops") ? unknown() : { answer: "unsat" }));
    expect(await proveClaim(ask, asked, "folio_starts_in_slot")).toMatchObject({ status: "proved" });
  });

  it("is unknown where the solver cannot say", async () => {
    const { ask } = knowing(NOTHING, (name) => (/loops$|up$/.test(name) ? unknown() : { answer: "unsat" }));
    expect(await proveClaim(ask, asked, "folio_starts_in_slot")).toMatchObject({ status: "unknown", reason: LOOPS });
  });

  it("is not asked about where the solver gave up on the case itself", async () => {
    const { ask, asked: said } = knowing(NOTHING, unknown);
    expect(await proveClaim(ask, asked, "folio_starts_in_slot")).toMatchObject({ status: "unknown", reason: "gave up" });
    expect(said.filter(({ name }) => name.endsWith("loops"))).toEqual([]);
  }); // prettier-ignore
});

describe("premises", () => {
  const odd = question({ bind: parse("offset == 0x5000 && size == 0x3000") }, { orders: [0, 2] });

  it("that no well aligned slot meets are asked of the solver, way by way, until one is possible", async () => {
    const { ask, asked } = knowing([model({ slot_pgoff: 5, slot_npages: 3, slot_file_order: 1 })], (name) =>
      name.includes("second") ? unknown() : { answer: "unsat" },
    );
    const { premises } = await proveClaim(ask, { ...odd, setting: { ...odd.setting, resize: "never" } }, "mapping_translates");
    expect(premises).toEqual({
      slot_accepted: true,
      large_folio: true,
      first_page_order_2: true,
      last_page_order_2: true,
      large_mapping: false,
    });
    expect(asked.map(({ name, answer }) => [name, answer])).toEqual([
      ["mapping_translates-16K-as-16K", "unsat"],
      ["mapping_translates-slot_accepted-0", "sat"],
      ["mapping_translates-first_page_order_2-0", "sat"],
      ["mapping_translates-last_page_order_2-0", "sat"],
      ["mapping_translates-large_mapping-0", "unsat"],
    ]);
    expect(asked[1]?.about[0]).toBe("sat if slot_accepted is possible");
  }); // prettier-ignore

  it("that the broken case's own model meets are not asked", async () => {
    const rule = { bind: parse("offset == 0x5000 && size == 0x4000") };
    const { ask, asked } = knowing([model({ slot_pgoff: 5, slot_npages: 4, slot_file_order: 1 })]);
    const proof = await proveClaim(ask, question(rule, { orders: [0, 2] }), "folio_starts_in_slot");
    expect(proof.status).toBe("refuted");
    expect(Object.values(proof.premises)).toEqual([true, true, true, true]);
    expect(asked.map(({ name }) => name)).toEqual(["folio_starts_in_slot-16K"]);
  });

  it("are open where the solver cannot decide", async () => {
    const { ask } = knowing(NOTHING, (name) => (name.includes("accepted") ? unknown() : { answer: "unsat" }));
    const { premises, undecided } = await proveClaim(ask, odd, "folio_avoids_other_slots");
    expect(undecided).toEqual(["slot_accepted", "two_slots_accepted"]);
    expect(premises).not.toHaveProperty("slot_accepted");
  });

  it("of which every way is tried", async () => {
    const { ask, asked } = knowing(NOTHING);
    await proveClaim(ask, odd, "folio_starts_in_slot");
    expect(asked.map(({ name }) => name)).toContain("folio_starts_in_slot-slot_accepted-1");
  });

  it("that cannot be are not asked about", async () => {
    const { ask, asked } = knowing(NOTHING);
    await proveClaim(ask, question({ bind: parse("false") }), "folio_starts_in_slot");
    expect(asked.filter(({ name }) => name.includes("accepted"))).toEqual([]);
  });
});

describe("cases narrowed by a premise", () => {
  it("are broken only where it holds too, and so are the loops", async () => {
    const cases = casesOf(question(), "folio_starts_in_slot");
    const { ask } = knowing([model({ slot_pgoff: 1, slot_npages: 4 })]);
    const say = async (name: string, what: string, term: typeof TRUE) => (await ask(name, [what], term)).said;
    const at = (page: number) => () => eq(variable("slot_pgoff", 52), bits(52, page));
    expect((await judgeCases(say, cases, at(1))).verdict.status).toBe("refuted");
    expect((await judgeCases(say, cases, at(2))).verdict.status).toBe("proved");
    const looping = casesOf(question({ bind: parse(LOOP) }), "folio_starts_in_slot");
    const zero = knowing([model({ slot_pgoff: 0, slot_npages: 4 })]);
    const sayZero = async (name: string, what: string, term: typeof TRUE) => (await zero.ask(name, [what], term)).said;
    expect((await judgeCases(sayZero, looping, at(0))).verdict.status).toBe("unknown");
    expect((await judgeCases(sayZero, looping, at(1))).verdict.status).toBe("proved");
  });

  it("tell the case that can be, and how", async () => {
    const cases = casesOf(question(), "folio_starts_in_slot");
    const known = model({ slot_pgoff: 4, slot_npages: 4 });
    const { ask } = knowing([known]);
    const say = async (name: string, what: string, term: typeof TRUE) => (await ask(name, [what], term)).said;
    const { broken } = await judgeCases(say, cases, () => TRUE);
    expect([broken?.case.name, broken?.model]).toEqual(["folio_starts_in_slot-64K", known]);
  });
});
