/* oxlint-disable no-await-in-loop -- one question after the other: the answers come from one solver */

/**
 * Verdicts on random rules of every kind against a simulator that was written apart: what is proved it cannot break, what it
 * breaks is refuted, and every counterexample breaks it there as well.
 */

import { x86_64 } from "../../model/arch.ts";
import { CLAIM_NAMES, type ClaimName } from "../../model/claim.ts";
import type { Rule } from "../../model/rule/tree.ts";
import type { Prover } from "../../props/prove/prover.ts";
import type { Op } from "../../sim/op.ts";
import { DEFAULT_SETTING } from "../../sim/setting.ts";
import { type Proposed, shapes } from "./agree-rules.ts";
import { byId, question } from "./prove-models.ts";
import { simulator } from "./simulator.ts";

export interface Independent {
  readonly rules: number;
  readonly cells: number;
  readonly proved: number;
  readonly refuted: number;
  /** Of those that are refuted, what the simulator's own search found broken. */
  readonly found: number;
  readonly inconclusive: number;
  readonly differences: readonly string[];
}

export interface IndependentOptions {
  readonly prover: Prover;
  readonly parse: (text: string, kind: Proposed["kind"]) => Rule;
  readonly seed: number;
  readonly rules: number;
  readonly tries: number;
  readonly onRule?: (at: number) => void;
}

export async function independent({
  prover,
  parse,
  seed,
  rules,
  tries,
  onRule,
}: IndependentOptions): Promise<Independent> {
  const all = shapes(seed, rules);
  const machine = simulator(all, [18, 9]);
  const found = machine.broken(seed, tries);
  const counterexamples: { readonly rule: number; readonly claim: ClaimName; readonly ops: readonly Op[] }[] = [];
  const differences: string[] = [];
  const count = { cells: 0, proved: 0, refuted: 0, found: 0, inconclusive: 0 };
  for (const [rule, { kind, text }] of all.entries()) {
    onRule?.(rule);
    const asked = question({ bind: byId("none"), [kind]: parse(text, kind) }, DEFAULT_SETTING, x86_64);
    for (const claim of CLAIM_NAMES) {
      const isBroken = found[rule]?.has(claim) === true;
      const proof = await prover.prove(asked, claim);
      count.cells++;
      if (proof.status === "unknown") count.inconclusive++;
      else if (proof.status === "proved") {
        count.proved++;
        if (isBroken) differences.push(`${claim} is proved, and the simulator breaks it:\n${text}`);
      } else {
        count.refuted++;
        if (isBroken) count.found++;
        counterexamples.push({ rule, claim, ops: proof.ops });
      }
    }
  }
  for (const [i, isBroken] of machine.replay(counterexamples).entries()) {
    const { rule, claim, ops } = counterexamples[i] ?? { rule: -1, claim: "", ops: [] };
    if (!isBroken) differences.push(`${claim} is not broken there by ${JSON.stringify(ops)}:\n${all[rule]?.text}`);
  }
  machine.close();
  return { rules: all.length, ...count, differences };
}
