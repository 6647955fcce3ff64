/** Loops that nobody can follow to their end: a summary of them proves, a run of them refutes. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { certify } from "../../../props/prove/certificate/certify.ts";
import { openProver } from "../../../props/prove/prover.ts";
import type { Prover } from "../../../props/prove/prover.ts";
import type { Question } from "../../../props/prove/question.ts";
import { parse, question } from "../../support/prove-models.ts";

let prover: Prover;
beforeAll(async () => void (prover = await openProver()));
afterAll(() => prover.close());

const LARGE = "if (offset & 0xffff) return false;";
const bind = (body: string): string => `static bool rule(struct kvm *kvm, u64 offset, u64 size)\n{\n${body}\n}`;

it.each([
  [
    "what it writes does not matter",
    `${LARGE} for (u64 i = 0; i < pages(kvm); i++) clear(kvm, i); return true;`,
    "proved",
  ],
  ["it only refuses", `${LARGE} while (more(kvm)) { if (bad(kvm)) return false; } return true;`, "proved"],
  ["it may accept early", `while (more(kvm)) { if (good(kvm)) return true; } ${LARGE} return true;`, "refuted"],
  ["what is checked is written before", `while (more(kvm)) offset += size; ${LARGE} return true;`, "refuted"],
  [
    "it leaves only where it should",
    `while (offset & 0xffff) offset = next(kvm, offset); return (offset & 0xffff) == 0;`,
    "refuted",
  ],
  ["its condition is checked again", `u64 x = offset; while (x & 0xffff) x = next(kvm); return x == offset;`, "proved"],
  [
    "do … while, whose body runs once at least",
    `u64 n = 0; do { n = next(kvm); } while (more(kvm)); ${LARGE} return true;`,
    "proved",
  ],
  [
    "a break out of it",
    `bool found = false; for (;;) { if (!(offset & 0xffff)) { found = true; break; } if (!more(kvm)) break; } return found;`,
    "proved",
  ],
  [
    "a loop in a loop",
    `${LARGE} while (more(kvm)) for (u64 i = 0; i < pages(kvm); i++) clear(kvm); return !bad(kvm);`,
    "proved",
  ],
])("%s", async (_, body, status) => {
  const asked = question({ bind: parse(bind(body)) });
  const proof = await prover.prove(asked, "folio_starts_in_slot");
  expect(proof).toMatchObject({ status });
});

it("proves nothing that holds in no more than the iterations it follows", async () => {
  // The 300th iteration accepts what the others refuse.
  const body = `u64 i = 0; while (more(kvm)) { if (i == 300) return true; i++; } ${LARGE} return true;`;
  const proof = await prover.prove(question({ bind: parse(bind(body)) }), "folio_starts_in_slot");
  expect(proof).toMatchObject({
    status: "unknown",
    reason: "a loop that depends on the inputs was not followed to its end",
  });
});

describe("what comes behind the iterations that are followed", () => {
  const twice = (result: string, first = ""): string =>
    `bool f(u64 offset, u64 npages) { ${first} for (u64 i = 0; i < npages + 300; i++) ; return ${result}; }`;
  const asked = (text: string, resize: "any" | "never" = "any"): Question =>
    question({ bind: parse(text) }, { resize });

  it.each([
    ["whatever is bound", asked(twice("true"))],
    ["an offset", asked(twice("offset == 0"))],
    ["base pages, which no case is about", asked(twice("true", "if (folio_size > 4096) return false;"), "never")],
  ])("is not called impossible: %s", async (_, world) => {
    const { undecided, premises } = await prover.prove(world, "mapping_starts_in_slot");
    expect(undecided).toContain("slot_accepted");
    expect(premises).not.toHaveProperty("slot_accepted");
    expect(() => certify(world, "mapping_starts_in_slot", ["slot_accepted"])).toThrow("was proved and is possible");
  });

  it("is, where it refuses", async () => {
    const world = asked(twice("false"));
    expect((await prover.prove(world, "mapping_starts_in_slot")).premises).toMatchObject({ slot_accepted: false });
    expect(certify(world, "mapping_starts_in_slot", ["slot_accepted"])?.length).toBeGreaterThan(0);
  });
});
