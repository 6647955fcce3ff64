/* oxlint-disable no-await-in-loop -- one question after the other: the answers come from one solver */

/**
 * Monotony: what is proved of a rule with an unknown in it is proved whatever stands there; what a refutation was given makes
 * the known rule break.
 */

import { newVm } from "../../model/abstract/machine.ts";
import type { Given } from "../../model/given.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { CLAIM_NAMES, type ClaimName } from "../../model/claim.ts";
import { brokenAt } from "../../props/claims/run.ts";
import { claimsOf } from "../../props/judge/context.ts";
import { minimiseGiven } from "../../props/judge/given.ts";
import type { Prover } from "../../props/prove/prover.ts";
import type { Question } from "../../props/prove/question.ts";
import { placeOf } from "../../sim/answers.ts";
import { giving, givenOf, type Op } from "../../sim/op.ts";
import { worldOf } from "../../sim/world.ts";
import { shapes } from "./agree-rules.ts";
import { filling, holed, type Holed, type Next, numbers } from "./holes.ts";
import { byId, question } from "./prove-models.ts";
import { type CRule, simulator } from "./simulator.ts";

export interface Monotony {
  rules: number;
  /** Whose text is refused: a name is an input's by one letter, a macro writes. */
  unread: number;
  cells: number;
  proved: number;
  /** Fillings of which a proof was asked for again, and those that the second simulator tried to break. */
  fillings: number;
  tried: number;
  refuted: number;
  /** Refutations that rest on given values, and those of them that could be filled in. */
  given: number;
  filledIn: number;
  inconclusive: number;
  readonly forms: Record<string, number>;
  readonly differences: string[];
}

export interface MonotonyOptions {
  readonly prover: Prover;
  /** @returns undefined for a text that is refused */
  readonly parse: (text: string, kind: Holed["kind"]) => Rule | undefined;
  readonly seed: number;
  readonly rules: number;
  readonly fillings: number;
  /** Fillings of each rule that the second simulator tries, so many times each; it takes a C compiler. */
  readonly tries?: { readonly fillings: number; readonly times: number };
  readonly onRule?: (at: number) => void;
}

/** Broken by a rule that accepts everything, so that a proof of them says something. */
const CLAIMS = CLAIM_NAMES.filter((each) => !/^mapping_(?:starts|ends)_in_slot$/.test(each));

export async function monotony(options: MonotonyOptions): Promise<Monotony> {
  const { prover, parse, seed, fillings: many } = options;
  const next = numbers(seed);
  const cases: Case[] = [];
  const came: Monotony = { rules: 0, unread: 0, cells: 0, proved: 0, fillings: 0, tried: 0, refuted: 0, given: 0, filledIn: 0, inconclusive: 0, forms: {}, differences: [] }; // prettier-ignore
  for (const proposed of shapes(seed, options.rules)) {
    options.onRule?.(came.rules);
    came.rules++;
    const made = holed(proposed, next);
    const rule = made && parse(made.text, made.kind);
    if (!made || !rule || rule.unknowns.length === 0) {
      came.unread++;
      continue;
    }
    came.forms[made.form] = (came.forms[made.form] ?? 0) + 1;
    const asked = asking(made, rule);
    const proved: ClaimName[] = [];
    let isTold = false;
    for (const claim of claimsOf(rule, CLAIMS)) {
      came.cells++;
      const proof = await prover.prove(asked, claim).catch((error: unknown) => `${String(error)}:\n${made.text}`);
      if (typeof proof === "string") {
        came.differences.push(proof);
        continue;
      }
      if (proof.status === "proved") proved.push(claim);
      else if (proof.status === "unknown") came.inconclusive++;
      else {
        came.refuted++;
        if (!isTold) {
          const why = (error: unknown): void => void came.differences.push(`${String(error)}:\n${made.text}`);
          await fillIn(asked, made, claim, proof.ops, came, options, next).catch(why);
        }
        isTold = true;
      }
    }
    came.proved += proved.length;
    if (options.tries && proved.length > 0) {
      for (let i = 0; i < options.tries.fillings; i++) {
        const text = made.filled(Array.from({ length: made.holes }, () => filling(made.kind, made.form, next)));
        cases.push({ kind: made.kind, text, proved, of: made.text });
      }
      if (cases.length >= BATCH) tryToBreak(cases.splice(0), options.tries.times, came);
    }
    for (let i = 0; i < many && proved.length > 0; i++) {
      const text = made.filled(Array.from({ length: made.holes }, () => filling(made.kind, made.form, next)));
      const known = parse(text, made.kind);
      if (!known) {
        came.differences.push(`a filling is refused:\n${text}`);
        continue;
      }
      for (const claim of proved) {
        came.fillings++;
        const { status } = await prover.prove(asking(made, known), claim);
        if (status !== "proved")
          came.differences.push(`${claim} is proved of\n${made.text}\nand ${status} of\n${text}`);
      }
    }
  }
  if (options.tries) tryToBreak(cases, options.tries.times, came);
  return came;
}

interface Case extends CRule {
  readonly proved: readonly ClaimName[];
  /** With the hole. */
  readonly of: string;
}

/** Functions that are compiled at once. */
const BATCH = 2_000;

function tryToBreak(cases: readonly Case[], times: number, came: Monotony): void {
  if (cases.length === 0) return;
  const machine = simulator(cases, [4, 2]);
  for (const [i, broken] of machine.broken(came.rules, times).entries()) {
    const { text, proved, of } = cases[i] ?? { text: "", proved: [], of: "" };
    came.tried++;
    for (const claim of proved.filter((each) => broken.has(each)))
      came.differences.push(`${claim} is proved of\n${of}\nand the second simulator breaks\n${text}`);
  }
  machine.close();
}

const asking = ({ kind }: Holed, rule: Rule): Question => question({ bind: byId("none"), [kind]: rule });

/** The known rule with the given values in it, and anything in place of the others, is broken by the same ops. */
async function fillIn(
  asked: Question,
  made: Holed,
  claim: ClaimName,
  found: readonly Op[],
  came: Monotony,
  { prover, parse }: MonotonyOptions,
  next: Next,
): Promise<void> {
  const { ops } = await minimiseGiven(asked, claim, found, false, (each) => prover.leastGiven(asked, claim, each));
  const given = ops.flatMap(givenOf);
  if (given.length === 0) return;
  came.given++;
  const text = withGiven(made.text, asked.rules[made.kind], given);
  // Values that change from one evaluation to the next stand in no text.
  if (text === undefined) return;
  const rest = ["zork()", "kvm->zork", "ZORK_LIMIT", "zork_limit"].reduce(
    (whole, name) => whole.replaceAll(name, () => `(${filling(made.kind, "macro", next)})`),
    text.replaceAll(/zork\(\w+, \w+\)/g, () => `(${filling(made.kind, "macro", next)})`),
  );
  const known = parse(rest.replace("poke(&zork);", `zork = ${filling(made.kind, "macro", next)};`), made.kind);
  if (!known) return;
  came.filledIn++;
  const { rules, setting, arch } = asking(made, known);
  const { world, answers } = worldOf(rules, setting, arch);
  if (answers !== undefined) answers.otherwise = ({ unknown }) => BigInt(next(2)) * unknown.plain;
  const bare = ops.map((op) => giving(op, []));
  if (brokenAt(newVm(world), claim, bare) !== bare.length - 1) {
    came.differences.push(`${claim}: ${JSON.stringify(ops, (_, each: unknown) => (typeof each === "bigint" ? `${each}` : each))}\nbreak\n${made.text}\nand not\n${rest}`); // prettier-ignore
  }
}

/** The text with each given value where its unknown stands; undefined where one has several values. */
function withGiven(text: string, rule: Rule, given: readonly Given[]): string | undefined {
  const lines = text.split("\n");
  const starts = lines.map((_, i) => lines.slice(0, i).reduce((sum, line) => sum + line.length + 1, 0));
  const places = new Map<number, { readonly text: string; readonly value: string }>();
  for (const each of given) {
    const unknown = rule.unknowns.find((one) => one.text === each.text && placeOf(one) === each.at);
    if (!unknown) return undefined;
    const value = `((${unknown.type})0x${BigInt.asUintN(64, each.value).toString(16)}ULL)`;
    if (each.text === "zork" && text.includes("poke(&zork);")) {
      const at = text.indexOf("poke(&zork);");
      if ((places.get(at)?.value ?? `zork = ${value};`) !== `zork = ${value};`) return undefined;
      places.set(at, { text: "poke(&zork);", value: `zork = ${value};` });
      continue;
    }
    // What keeps its value is drawn where it is read first.
    if (each.times === 0 || /^(?:kvm->zork|zork_limit)$/.test(each.text)) {
      for (const { index } of text.matchAll(new RegExp(each.text.replaceAll(/\W/g, String.raw`\$&`), "g")))
        places.set(index, { text: each.text, value });
      continue;
    }
    const at = (starts[unknown.line - 1] ?? 0) + unknown.column - 1;
    if (!text.startsWith(each.text, at)) return undefined;
    if ((places.get(at)?.value ?? value) !== value) return undefined;
    places.set(at, { text: each.text, value });
  }
  const sorted = [...places].toSorted(([a], [b]) => b - a);
  return sorted.reduce(
    (whole, [at, { text: old, value }]) => whole.slice(0, at) + value + whole.slice(at + old.length),
    text,
  );
}
