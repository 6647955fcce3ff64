/** The few functions that JavaScript lacks for C's integers; a rule gets those that it uses. */

import type { IntrinsicOp } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";

type HelperName =
  Exclude<IntType, "bool"> | IntrinsicOp | "min" | "max" | "quotient" | "remainder" | "count" | "undefined_at" | "burn";

const CUT = (type: "u" | "s", width: number): string =>
  `const ${type}${width} = (n) => BigInt.as${type === "u" ? "Uint" : "Int"}N(${width}, n);`;

/** In the order in which they are printed: each uses only earlier ones. */
const HELPERS: Readonly<Record<HelperName, readonly [string, ...HelperName[]]>> = {
  u8: [CUT("u", 8)],
  s8: [CUT("s", 8)],
  u16: [CUT("u", 16)],
  s16: [CUT("s", 16)],
  u32: [CUT("u", 32)],
  s32: [CUT("s", 32)],
  u64: [CUT("u", 64)],
  s64: [CUT("s", 64)],
  undefined_at: ["const undefined_at = (where) => { throw new Error(`undefined in C, ${where}`); };"],
  burn: [
    'let fuel = 4096;\nconst burn = () => { if (fuel-- === 0) throw new Error("the loops do not end within 4096 iterations"); };',
  ],
  min: ["const min = (a, b) => (a < b ? a : b);"],
  max: ["const max = (a, b) => (a > b ? a : b);"],
  quotient: [
    "const quotient = (a, b, least, where) => (b === 0n || (a === least && b === -1n) ? undefined_at(where) : a / b);",
    "undefined_at",
  ],
  remainder: [
    "const remainder = (a, b, least, where) => (b === 0n || (a === least && b === -1n) ? undefined_at(where) : a % b);",
    "undefined_at",
  ],
  count: ["const count = (n, width, where) => (n < 0n || n >= width ? undefined_at(where) : n);", "undefined_at"],
  fls64: ["const fls64 = (n) => BigInt(n === 0n ? 0 : n.toString(2).length); // 1 + number of the highest set bit"],
  ffs64: ["const ffs64 = (n) => fls64(n & -n); // 1 + number of the lowest set bit", "fls64"],
  ctz64: [
    "const ctz64 = (n, where) => (n === 0n ? undefined_at(where) : fls64(n & -n) - 1n);",
    "fls64",
    "undefined_at",
  ],
  clz64: ["const clz64 = (n, where) => (n === 0n ? undefined_at(where) : 64n - fls64(n));", "fls64", "undefined_at"],
  popcount64: ['const popcount64 = (n) => BigInt(n.toString(2).replaceAll("0", "").length);'],
  umul_overflows: ["const umul_overflows = (a, b) => u64(a * b) !== a * b;", "u64"],
  smul_overflows: ["const smul_overflows = (a, b) => s64(a * b) !== a * b;", "s64"],
};

export type Runtime = {
  /** @returns the helper's name, which is from now on defined */
  readonly use: (name: IntType | HelperName) => string;
  readonly constant: (name: string, value: bigint) => string;
  /** The definitions of all that was used. */
  readonly lines: () => readonly string[];
};

export const RUNTIME_NAMES: readonly string[] = [...Object.keys(HELPERS), "fuel"];

export function createRuntime(): Runtime {
  const used = new Set<string>();
  const constants = new Map<string, bigint>();
  const add = (name: HelperName): void => {
    if (used.has(name)) return;
    used.add(name);
    const [, ...needed] = HELPERS[name];
    needed.forEach(add);
  };
  return {
    use: (name) => {
      if (name !== "bool") add(name);
      return name;
    },
    constant: (name, value) => {
      constants.set(name, value);
      return name;
    },
    lines: () => [
      ...[...constants].map(([name, value]) => `const ${name} = ${hex(value)}n;`),
      ...Object.entries(HELPERS).flatMap(([name, [text]]) => (used.has(name) ? text.split("\n") : [])),
    ],
  };
}

const hex = (value: bigint): string =>
  value < 0n ? `-0x${(-value).toString(16)}` : value < 4096n ? value.toString() : `0x${value.toString(16)}`;
