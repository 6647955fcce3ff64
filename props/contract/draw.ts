/** Inputs to try: small numbers, numbers at edges, and numbers that lie beside one another. The same seed, the same inputs. */

import type { IntType } from "../../model/rule/int-type.ts";
import type { RuleTree } from "../../model/rule/tree.ts";
import { WIDTH, wrapTo } from "../../model/rule/tree.ts";

/** A stream of numbers of 64 bits: Steele's and Vigna's SplitMix64. */
export function numbersFrom(seed: bigint): () => bigint {
  let state = BigInt.asUintN(64, seed);
  const mixed = (n: bigint, shift: bigint, by: bigint): bigint => BigInt.asUintN(64, (n ^ (n >> shift)) * by);
  return () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    const half = mixed(mixed(state, 30n, 0xbf58476d1ce4e5b9n), 27n, 0x94d049bb133111ebn);
    return half ^ (half >> 31n);
  };
}

/** Numbers below this are drawn often. */
const SMALL = 16n;

export function drawer(next: () => bigint): {
  /** @param beside numbers that were drawn before, or stand in the C */
  readonly draw: (type: IntType, beside: readonly bigint[]) => bigint;
} {
  const below = (n: bigint): bigint => next() % n;
  const power = (type: IntType): bigint => 1n << below(BigInt(WIDTH[type]));
  const near = (): bigint => below(3n) - 1n;
  const raw = (type: IntType, beside: readonly bigint[]): bigint => {
    switch (Number(below(8n))) {
      case 0:
      case 1:
        return below(SMALL);
      case 2:
        return power(type) + near();
      case 3:
        return -power(type) + near();
      case 4:
        return -below(SMALL);
      case 5:
      case 6: {
        const [a = 0n, b = 0n] = [0, 1].map(() => beside[Number(below(BigInt(Math.max(beside.length, 1))))] ?? 0n);
        const way = below(4n);
        return (way === 0n ? a : way === 1n ? a + b : way === 2n ? a - b : -a) + near();
      }
      default:
        return next() >> below(64n);
    }
  };
  return { draw: (type, beside) => wrapTo(type, raw(type, beside)) };
}

/** Numbers that stand in the C. */
export function constantsIn({ functions }: Pick<RuleTree, "functions">): bigint[] {
  const found = new Set<bigint>();
  const visit = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    if (isConstant(part)) found.add(part.value);
    for (const each of Object.values(part)) visit(each);
  };
  visit(functions);
  return [...found];
}

const isConstant = (part: object): part is { readonly value: bigint } =>
  "node" in part && part.node === "const" && "value" in part && typeof part.value === "bigint";
