/**
 * Bit searches, lowered to a few intrinsics on u64. Argument and result types are the kernel's: fls takes an
 * unsigned int and loses high bits, ffs takes an int, fls64 a u64.
 */

import type { Expr } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";
import { binary, compare, constant, convert, int, intrinsic, logic, promote, shift, unary } from "../tree/build.ts";
import { type Call, type Helper, type Helpers, shiftSite, undefinedFor } from "../tree/call.ts";
import { after, once } from "../tree/scope.ts";

/** Through the parameter's type to u64; what is narrower is taken as unsigned, bit for bit. */
function bits(call: Call, takes: IntType): Expr {
  const value = convert(takes, call.value(0));
  const unsigned = takes === "s32" ? "u32" : takes === "s64" ? "u64" : takes;
  return convert("u64", convert(unsigned, value));
}

const ofZero = (call: Call): (() => number) => undefinedFor(call, `${call.name}(0)`);
const ctz = (call: Call, takes: IntType): Expr => intrinsic("ctz64", [bits(call, takes)], ofZero(call));
/** Number of the highest set bit. */
const top = (call: Call, value: Expr): Expr => binary("sub", int(63), intrinsic("clz64", [value], ofZero(call)));
const of = (op: "fls64" | "ffs64" | "popcount64", takes: IntType, returns: IntType = "s32") => ({
  takes: 1,
  lower: (call: Call) => convert(returns, intrinsic(op, [bits(call, takes)])),
});
const one = (takes: IntType, returns: IntType, lower: (call: Call, value: Expr) => Expr) => ({
  takes: 1,
  lower: (call: Call) => convert(returns, lower(call, bits(call, takes))),
});
const ONE = constant("u64", 1n);

function isPowerOf2(call: Call): Expr {
  const { effects, value } = once(call.scope, convert("u64", call.value(0)));
  const cleared = binary("and", value, binary("sub", value, ONE));
  return after(effects, logic("and", value, compare("eq", cleared, int(0))));
}

/** @kernel include/linux/log2.h order_base_2: 0 for 0 and 1 */
function orderBase2(call: Call): Expr {
  const { effects, value } = once(call.scope, convert("u64", call.value(0)));
  const above = convert("u64", compare("gt", value, ONE));
  // For 0 and 1 fls64 sees 0; else n - 1.
  return after(effects, intrinsic("fls64", [binary("mul", above, binary("sub", value, ONE))]));
}

function ilog2(call: Call): Expr {
  const value = call.value(0);
  const isWide = value.type === "u64" || value.type === "s64";
  return top(call, convert("u64", convert(isWide ? "u64" : "u32", value)));
}

function bit(type: IntType): Helper {
  return { takes: 1, lower: (call) => shift("shl", constant(type, 1n), call.value(0), shiftSite(call)) };
}

/** @kernel include/linux/bits.h GENMASK(h, l) */
const genmask = {
  takes: 2,
  lower: (call: Call) => {
    const all = constant("u64", -1n);
    const low = shift("shl", all, call.value(1), shiftSite(call));
    const high = shift("shr", all, binary("sub", int(63), call.value(0)), shiftSite(call));
    return binary("and", low, high);
  },
};

/** @kernel include/linux/math.h abs: of an unsigned value, what it is as a signed one of its width */
const SIGNED: Readonly<Record<IntType, IntType>> = {
  bool: "s8",
  u8: "s8",
  s8: "s8",
  u16: "s16",
  s16: "s16",
  u32: "s32",
  s32: "s32",
  u64: "s64",
  s64: "s64",
};

export const BIT_HELPERS: Helpers = {
  fls: of("fls64", "u32"),
  fls64: of("fls64", "u64"),
  fls_long: of("fls64", "u64", "u32"),
  ffs: of("ffs64", "s32"),
  ffs64: of("ffs64", "u64"),
  __builtin_ffs: of("ffs64", "s32"),
  __builtin_ffsl: of("ffs64", "s64"),
  __builtin_ffsll: of("ffs64", "s64"),
  hweight8: of("popcount64", "u8", "u32"),
  hweight16: of("popcount64", "u16", "u32"),
  hweight32: of("popcount64", "u32", "u32"),
  hweight64: of("popcount64", "u64", "u64"),
  hweight_long: of("popcount64", "u64", "u64"),
  __builtin_popcount: of("popcount64", "u32"),
  __builtin_popcountl: of("popcount64", "u64"),
  __builtin_popcountll: of("popcount64", "u64"),
  __fls: one("u64", "u64", top),
  __ffs: { takes: 1, lower: (call) => convert("u64", ctz(call, "u64")) },
  __ffs64: { takes: 1, lower: (call) => convert("u32", ctz(call, "u64")) },
  ctz64: { takes: 1, lower: (call) => ctz(call, "u64") },
  __builtin_ctz: { takes: 1, lower: (call) => ctz(call, "u32") },
  __builtin_ctzl: { takes: 1, lower: (call) => ctz(call, "u64") },
  __builtin_ctzll: { takes: 1, lower: (call) => ctz(call, "u64") },
  __builtin_clz: one("u32", "s32", (call, value) => binary("sub", intrinsic("clz64", [value], ofZero(call)), int(32))),
  __builtin_clzl: one("u64", "s32", (call, value) => intrinsic("clz64", [value], ofZero(call))),
  __builtin_clzll: one("u64", "s32", (call, value) => intrinsic("clz64", [value], ofZero(call))),
  /** @kernel include/linux/count_zeros.h: -1 for 0 on x86 */
  count_trailing_zeros: one("u64", "s32", (_call, value) => binary("sub", intrinsic("ffs64", [value]), int(1))),
  /** @kernel include/linux/count_zeros.h: 64 for 0 */
  count_leading_zeros: one("u64", "s32", (_call, value) => binary("sub", int(64), intrinsic("fls64", [value]))),
  ilog2: { takes: 1, lower: ilog2 },
  order_base_2: { takes: 1, lower: orderBase2 },
  is_power_of_2: { takes: 1, lower: isPowerOf2 },
  rounddown_pow_of_two: one("u64", "u64", (call, value) => shift("shl", ONE, top(call, value))),
  roundup_pow_of_two: one("u64", "u64", (call, value) =>
    shift(
      "shl",
      ONE,
      intrinsic("fls64", [binary("sub", value, ONE)]),
      undefinedFor(call, "roundup_pow_of_two of 0, or of more than 1 << 63"),
    ),
  ),
  /** @kernel include/asm-generic/getorder.h: 52 for 0 */
  get_order: {
    takes: 1,
    lower: (call) => {
      const { page_shift } = call.scope.rule.arch;
      const last = binary("sub", convert("u64", call.value(0)), ONE);
      return intrinsic("fls64", [shift("shr", last, int(page_shift))]);
    },
  },
  BIT: bit("u64"),
  BIT_ULL: bit("u64"),
  GENMASK: genmask,
  GENMASK_ULL: genmask,
  lower_32_bits: one("u64", "u32", (_call, value) => value),
  upper_32_bits: one("u64", "u32", (_call, value) => shift("shr", value, int(32))),
  abs: {
    takes: 1,
    lower: (call) => {
      const given = call.value(0);
      const { effects, value } = once(call.scope, promote(convert(SIGNED[given.type], given)));
      return after(effects, binary("max", value, unary("negate", value)));
    },
  },
};
