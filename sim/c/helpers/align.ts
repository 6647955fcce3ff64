/** Rounding and alignment macros, typed as the kernel's: a mask takes the type of the first argument. */

import { pmdOrder } from "../../../model/arch.ts";
import { binary, compare, constant, convert, divide, int, shift, unary } from "../tree/build.ts";
import { type Expr, WIDTH } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";
import { type Call, type Helper, type Helpers, shiftSite, undefinedFor } from "../tree/call.ts";
import { after, once } from "../tree/scope.ts";

const plain = (lower: (call: Call, x: Expr, a: Expr) => Expr): Helper => ({
  takes: 2,
  lower: (call) => lower(call, call.value(0), call.value(1)),
});

/** For macros that name their second argument more than once: it is evaluated once, before the first. */
const again = (lower: (call: Call, x: Expr, a: Expr) => Expr): Helper =>
  plain((call, x, a) => {
    const { effects, value } = once(call.scope, a);
    return after(effects, lower(call, x, value));
  });

const add = (a: Expr, b: Expr): Expr => binary("add", a, b);
const sub = (a: Expr, b: Expr): Expr => binary("sub", a, b);
const and = (a: Expr, b: Expr): Expr => binary("and", a, b);
const complement = (a: Expr): Expr => unary("complement", a);

/** @kernel include/uapi/linux/const.h __ALIGN_KERNEL */
function align(x: Expr, type: IntType, a: Expr): Expr {
  const mask = sub(convert(type, a), int(1));
  return and(add(x, mask), complement(mask));
}
/** An int, as of any comparison. */
const isAligned = (x: Expr, a: Expr): Expr =>
  convert("s32", compare("eq", and(x, sub(convert(x.type, a), int(1))), int(0)));
/** @kernel include/linux/math.h __round_mask */
const roundMask = (x: Expr, y: Expr): Expr => convert(x.type, sub(y, int(1)));

const divisor = (call: Call): ((signed: boolean) => number) => undefinedFor(call, `${call.name} to a multiple of 0`);

/** A helper of one argument. */
const of = (lower: (call: Call, x: Expr) => Expr): Helper => ({
  takes: 1,
  lower: (call) => lower(call, call.value(0)),
});

const pageSize = (call: Call): Expr => constant("u64", 1n << BigInt(call.scope.rule.arch.page_shift), "PAGE_SIZE");
const pageShift = (call: Call): Expr => constant("s32", BigInt(call.scope.rule.arch.page_shift), "PAGE_SHIFT");
/** @kernel arch/x86/include/asm/kvm_host.h KVM_HPAGE_GFN_SHIFT */
const levelShift = (call: Call, level: Expr): Expr =>
  binary("mul", sub(level, int(1)), int(pmdOrder(call.scope.rule.arch)));
const levelPages = (call: Call, level: Expr): Expr =>
  shift("shl", constant("u64", 1n), levelShift(call, level), shiftSite(call));
const levelBytes = (call: Call, level: Expr): Expr =>
  shift("shl", constant("u64", 1n), add(pageShift(call), levelShift(call, level)), shiftSite(call));

const roundUp = plain((_call, x, y) => add(binary("or", sub(x, int(1)), roundMask(x, y)), int(1)));
const roundDown = plain((_call, x, y) => and(x, complement(roundMask(x, y))));

export const ALIGN_HELPERS: Helpers = {
  IS_ALIGNED: plain((_call, x, a) => isAligned(x, a)),
  ALIGN: again((_call, x, a) => align(x, x.type, a)),
  ALIGN_DOWN: again((_call, x, a) => {
    const less = sub(x, sub(a, int(1)));
    return align(less, less.type, a);
  }),
  PAGE_ALIGNED: of((call, x) => isAligned(convert("u64", x), pageSize(call))),
  PAGE_ALIGN: of((call, x) => align(x, x.type, pageSize(call))),
  PAGE_ALIGN_DOWN: of((call, x) => and(x, complement(sub(pageSize(call), int(1))))),
  offset_in_page: of((call, x) => and(convert("u64", x), sub(pageSize(call), int(1)))),
  round_up: roundUp,
  round_down: roundDown,
  roundup: again((call, x, y) => binary("mul", divide("div", add(x, sub(y, int(1))), y, divisor(call)), y)),
  rounddown: plain((call, x, y) => {
    const { effects, value } = once(call.scope, x);
    return after(effects, sub(value, divide("rem", value, y, divisor(call))));
  }),
  DIV_ROUND_UP: again((call, n, d) =>
    divide("div", sub(add(n, d), int(1)), d, undefinedFor(call, "DIV_ROUND_UP by 0")),
  ),
  div_u64: divideAs("u32"),
  div64_u64: divideAs("u64"),
  div64_ul: divideAs("u64"),
  PFN_DOWN: of((call, x) => shift("shr", x, pageShift(call))),
  PFN_UP: of((call, x) => shift("shr", sub(add(x, pageSize(call)), int(1)), pageShift(call))),
  PFN_PHYS: of((call, x) => shift("shl", convert("u64", x), pageShift(call))),
  PHYS_PFN: of((call, x) => convert("u64", shift("shr", x, pageShift(call)))),
  gpa_to_gfn: of((call, x) => shift("shr", convert("u64", x), pageShift(call))),
  gfn_to_gpa: of((call, x) => shift("shl", convert("u64", x), pageShift(call))),
  KVM_HPAGE_GFN_SHIFT: of(levelShift),
  KVM_HPAGE_SHIFT: of((call, level) => add(pageShift(call), levelShift(call, level))),
  KVM_HPAGE_SIZE: of(levelBytes),
  KVM_HPAGE_MASK: of((call, level) => complement(sub(levelBytes(call, level), int(1)))),
  KVM_PAGES_PER_HPAGE: of(levelPages),
  gfn_round_for_level: plain((call, gfn, level) => {
    const pages = levelPages(call, convert("s32", level));
    return and(convert("u64", gfn), unary("negate", pages));
  }),
  /** @kernel include/linux/minmax.h in_range: of u32 where nothing is wider; an int, as of any ?: */
  in_range: {
    takes: 3,
    lower: (call) => {
      const given = [call.value(0), call.value(1), call.value(2)] as const;
      const type = given.every((each) => WIDTH[each.type] <= 32) ? "u32" : "u64";
      const [value, start, length] = [convert(type, given[0]), convert(type, given[1]), convert(type, given[2])];
      return convert("s32", compare("lt", sub(value, start), length));
    },
  },
};

/** @kernel include/linux/math64.h: a u64 by a divisor of this type */
function divideAs(type: IntType): Helper {
  return {
    takes: 2,
    lower: (call) =>
      divide(
        "div",
        convert("u64", call.value(0)),
        convert(type, call.value(1)),
        undefinedFor(call, `${call.name} by 0`),
      ),
  };
}
