/**
 * The hunt in blocks. Runs are numbered from 0; block b holds the runs from b * BLOCK_RUNS on and has a fast-check seed of
 * its own, so any block can be run by itself: in another thread, on another machine, tomorrow. What a hunt comes to is
 * defined by its blocks taken in order, each searching for the claims that no block before it broke.
 */

import type { ClaimName } from "../../model/claim.ts";
import type { Finding } from "./hunt.ts";
import type { Op } from "../../sim/op.ts";
import type { Witnesses } from "../claims/sometimes.ts";
import type { UndefinedInput } from "../../sim/world.ts";

export const BLOCK_RUNS = 1000;

/** One of `of` shards; index counts from 0. It runs every block whose number is `index` modulo `of`. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

export interface HuntPlan {
  readonly seed: number;
  /** Runs of the whole hunt, over all shards. */
  readonly numRuns: number;
  /** As in fast-check; then there is one block, and it is fast-check's own. */
  readonly path?: string;
  /** Run ahead of the first block's own runs. */
  readonly examples?: readonly (readonly Op[])[];
  readonly withISize: boolean;
  readonly shard?: Shard;
}

/** A finding with what replays it in fast-check: its block's seed, and the run within that. */
export interface BlockFinding extends Finding {
  readonly seed: number;
  readonly path: string;
}

/** What some of a hunt's blocks came to. Data: it can be sent to a thread or written to a file. */
export interface Hunt {
  /** Own blocks that are accounted for, from the first. */
  readonly blocks: number;
  readonly runs: number;
  readonly witnesses: Witnesses;
  readonly findings: ReadonlyMap<ClaimName, BlockFinding>;
  /** In the order in which they were met, one a place. */
  readonly undefinedInputs: readonly UndefinedInput[];
}

/** Own blocks `from` to `to` (half-open), searched for these claims. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly open: readonly ClaimName[];
}

export const NOTHING_HUNTED: Hunt = {
  blocks: 0,
  runs: 0,
  witnesses: {},
  findings: new Map(),
  undefinedInputs: [],
};

/** The finalizer of MurmurHash3: a bijection of 32-bit numbers, so no two blocks after the first share a seed. */
function mix(n: number): number {
  let h = n;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** The first block's seed is the hunt's own: its runs are those of fast-check with that seed. */
export const seedOfBlock = (seed: number, block: number): number =>
  block === 0 ? seed : mix((seed + Math.imul(block, 0x9e3779b9)) | 0);

const allBlocks = ({ numRuns, path }: HuntPlan): number => (path === undefined ? Math.ceil(numRuns / BLOCK_RUNS) : 1);

/** Blocks that this shard runs, or all. */
export function ownBlocks(plan: HuntPlan): number {
  const { index, of } = plan.shard ?? { index: 0, of: 1 };
  return Math.max(0, Math.ceil((allBlocks(plan) - index) / of));
}

export const numberOf = (plan: HuntPlan, own: number): number => own * (plan.shard?.of ?? 1) + (plan.shard?.index ?? 0);

export const runsOf = ({ numRuns, path }: HuntPlan, block: number): number =>
  path === undefined ? Math.min(BLOCK_RUNS, numRuns - block * BLOCK_RUNS) : numRuns;

/** Runs that this shard makes when nothing ends it early. */
export function ownRuns(plan: HuntPlan): number {
  const own = ownBlocks(plan);
  return own === 0 ? 0 : (own - 1) * BLOCK_RUNS + runsOf(plan, numberOf(plan, own - 1));
}

function sum(a: Witnesses, b: Witnesses): Witnesses {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...names].map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]));
}

export const sumWitnesses = (all: readonly Witnesses[]): Witnesses => all.reduce(sum, {});

/** What was met of undefined C, the first input of each place; one that takes no value that nobody knows, if there is. */
export function firstMet(all: readonly UndefinedInput[]): UndefinedInput[] {
  const places = new Map<string, UndefinedInput>();
  for (const one of all) {
    const place = `${one.rule}:${one.site.line}:${one.site.column}`;
    const there = places.get(place);
    if (there === undefined || (there.given !== undefined && one.given === undefined)) places.set(place, one);
  }
  return [...places.values()];
}

/** The claims that are still looked for. */
export const openClaims = (claims: readonly ClaimName[], { findings }: Hunt): readonly ClaimName[] =>
  claims.filter((claim) => !findings.has(claim));

/**
 * Put a stretch behind what came before it. It may have been begun before that was known, for claims that had fallen
 * by then: undefined if it then ran other than it should have, and must be run again.
 */
export function append(before: Hunt, stretch: Stretch, part: Hunt, claims: readonly ClaimName[]): Hunt | undefined {
  const open = openClaims(claims, before);
  if (open.length === 0) return before;
  const wider = stretch.open.some((claim) => !open.includes(claim));
  if (wider && open.every((claim) => part.findings.has(claim))) return undefined;
  const found = [...part.findings].filter(([claim]) => open.includes(claim));
  return {
    blocks: before.blocks + part.blocks,
    runs: before.runs + part.runs,
    witnesses: sum(before.witnesses, part.witnesses),
    findings: new Map([...before.findings, ...found]),
    undefinedInputs: firstMet([...before.undefinedInputs, ...part.undefinedInputs]),
  };
}
