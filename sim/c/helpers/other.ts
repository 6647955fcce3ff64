/** Minimum and maximum, hints, and readers of a file, a folio and a slot. */

import { type Expr, isSigned } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";
import { binary, compare, condition, conditional, constant, convert, int, promoted, shift } from "../tree/build.ts";
import type { Call, Helper, Helpers } from "../tree/call.ts";
import { fail } from "../syntax/fail.ts";
import { readVariable } from "../tree/names.ts";
import { after, once, parameter } from "../tree/scope.ts";

type Extreme = "min" | "max";

const refuses = (signed: Expr, unsigned: Expr): boolean =>
  isSigned(promoted(signed.type)) &&
  !isSigned(promoted(unsigned.type)) &&
  isSigned(signed.type) &&
  !(signed.node === "const" && signed.value >= 0n);

/** The kernel's min() refuses to compare signed with unsigned, unless the signed one is a constant of at least 0. */
function refuseMixed(call: Call, left: Expr, right: Expr): void {
  if (!refuses(left, right) && !refuses(right, left)) return;
  fail(call.place, `${call.name}() of a signed and an unsigned value does not build: use ${call.name}_t(type, …)`);
}

function extreme(call: Call, op: Extreme, left: Expr, right: Expr): Expr {
  refuseMixed(call, left, right);
  return binary(op, left, right);
}

const plain = (op: Extreme, takes: number): Helper => ({
  takes,
  lower: (call) => {
    let value = call.value(0);
    for (let i = 1; i < takes; i += 1) value = extreme(call, op, value, call.value(i));
    return value;
  },
});

/** min_t(type, a, b): compared in that type; as of any ?:, the result is promoted. */
const typed = (op: Extreme): Helper => ({
  takes: 3,
  lower: (call) => {
    const type = call.type(0);
    return binary(op, convert(type, call.value(1)), convert(type, call.value(2)));
  },
});

/** @kernel include/linux/minmax.h __zero_extend: (x) + 0u + 0ul + 0ull */
const zeroExtended = (value: Expr): Expr =>
  value.type === "u64" || value.type === "s64" ? convert("u64", value) : convert("u64", convert("u32", value));

const unsigned = (op: Extreme): Helper => ({
  takes: 2,
  lower: (call) => binary(op, zeroExtended(call.value(0)), zeroExtended(call.value(1))),
});

/** @kernel include/linux/minmax.h __clamp: hi is looked at first, which shows where lo > hi */
function clampTo(call: Call, given: Expr, low: Expr, high: Expr): Expr {
  const [value, lo, hi] = [once(call.scope, given), once(call.scope, low), once(call.scope, high)];
  const below = conditional(compare("le", value.value, lo.value), lo.value, value.value);
  const clamped = conditional(compare("ge", value.value, hi.value), hi.value, below);
  return after([...value.effects, ...lo.effects, ...hi.effects], clamped);
}

const clamp: Helper = {
  takes: 3,
  lower: (call) => {
    const [value, lo, hi] = [call.value(0), call.value(1), call.value(2)];
    refuseMixed(call, value, lo);
    refuseMixed(call, value, hi);
    return clampTo(call, value, lo, hi);
  },
};
/** In the type of its first argument. */
const clampToFirst: Helper = {
  takes: 3,
  lower: (call) => {
    const value = call.value(0);
    return clampTo(call, value, convert(value.type, call.value(1)), convert(value.type, call.value(2)));
  },
};
const clampTyped: Helper = {
  takes: 4,
  lower: (call) => {
    const type = call.type(0);
    const at = (i: number): Expr => convert(type, call.value(i));
    return clampTo(call, at(1), at(2), at(3));
  },
};

/** !!(x), whatever the type. */
const truth = (type: IntType): Helper => ({ takes: 1, lower: (call) => convert(type, condition(call.value(0))) });
const itself: Helper = { takes: 1, lower: (call) => call.value(0) };

/** Reads a parameter whatever the argument: i_size_read(inode), folio_size(folio). */
const reads = (takes: number, lower: (call: Call) => Expr): Helper => ({ takes, lower });
const folioPages = (call: Call): Expr =>
  shift("shr", parameter(call.scope.rule, "folio_size", call.place), int(call.scope.rule.arch.page_shift));
const folioOrder = reads(1, (call) => readVariable(call.scope.rule, "folio_order", call.place));
const folioSize = reads(1, (call) => parameter(call.scope.rule, "folio_size", call.place));

/** @kernel virt/kvm/guest_memfd.c kvm_gmem_get_index */
const gmemIndex = reads(2, (call) => {
  const { rule } = call.scope;
  const inSlot = binary("sub", convert("u64", call.value(1)), parameter(rule, "base_gfn", call.place));
  return binary("add", inSlot, parameter(rule, "pgoff", call.place));
});

const isZero = (value: Expr): Expr => compare("eq", value, int(0));

export const OTHER_HELPERS: Helpers = {
  min: plain("min", 2),
  max: plain("max", 2),
  min3: plain("min", 3),
  max3: plain("max", 3),
  min_t: typed("min"),
  max_t: typed("max"),
  umin: unsigned("min"),
  umax: unsigned("max"),
  clamp,
  clamp_val: clampToFirst,
  clamp_t: clampTyped,
  min_not_zero: {
    takes: 2,
    lower: (call) => {
      const a = once(call.scope, call.value(0));
      const b = once(call.scope, call.value(1));
      const lesser = conditional(isZero(b.value), a.value, extreme(call, "min", a.value, b.value));
      return after([...a.effects, ...b.effects], conditional(isZero(a.value), b.value, lesser));
    },
  },
  /** __builtin_expect returns a long. */
  likely: truth("s64"),
  unlikely: truth("s64"),
  WARN_ON: truth("s32"),
  WARN_ON_ONCE: truth("s32"),
  WARN: { ...truth("s32"), takesMore: true },
  WARN_ONCE: { ...truth("s32"), takesMore: true },
  KVM_BUG_ON: { ...truth("s32"), takesMore: true },
  READ_ONCE: itself,
  /** Of a pointer, which is there. */
  IS_ERR: reads(1, () => int(0)),
  IS_ERR_OR_NULL: reads(1, () => int(0)),
  PTR_ERR: reads(1, () => constant("s64", 0n)),
  UL: { takes: 1, lower: (call) => convert("u64", call.value(0)) },
  ULL: { takes: 1, lower: (call) => convert("u64", call.value(0)) },
  i_size_read: reads(1, (call) => parameter(call.scope.rule, "i_size", call.place)),
  folio_size: folioSize,
  huge_page_size: folioSize,
  folio_order: folioOrder,
  huge_page_order: folioOrder,
  thp_order: folioOrder,
  compound_order: folioOrder,
  folio_nr_pages: reads(1, folioPages),
  kvm_gmem_get_index: gmemIndex,
};
