/** Functions and macros of the kernel's that deal in pointers and places. */

import type { Expr } from "../../../model/rule/tree.ts";
import { forgetCalled } from "../memory/called.ts";
import { binary, compare, constant, convert, divide, int, logic } from "../tree/build.ts";
import { UNKNOWN } from "../tree/ctype.ts";
import { cellOf, forgetMark, objectOf, readMark } from "../tree/memory.ts";
import { addLocal, addSite, after, localRead, lower, once, parameter } from "../tree/scope.ts";
import { isBound, linkedTo, readAt, readCell } from "../memory/cell.ts";
import { watchOverwrite } from "../memory/obligation.ts";
import { assignTo } from "./assign.ts";
import { guard, irqSaving, lockSaving, type Special } from "./locks.ts";
import { OF_STORES } from "../memory/stores.ts";
import { OF_LAYOUT } from "../memory/layout.ts";
import { OF_FOLIO } from "../memory/folio.ts";
import { locate } from "../memory/place.ts";
import {
  anyOf,
  asCondition,
  asInt,
  asPointer,
  asType,
  effectsOf,
  fresh,
  integer,
  loseIn,
  recastIn,
  withEffects,
} from "../memory/value.ts";
import { stripped } from "../memory/variables.ts";
import { textOf } from "../memory/words.ts";

const onPointer =
  (make: (value: Expr) => Expr): Special =>
  (scope, _syntax, [argument]) => {
    if (!argument) return undefined;
    const { effects, value } = once(scope, asPointer(lower(scope, argument), argument));
    return integer(after(effects, make(value)));
  };

/** @kernel include/linux/err.h IS_ERR_VALUE */
const isErr = (value: Expr): Expr => compare("ge", value, constant("u64", -4095n));

const set: Special = (scope, _syntax, [left, right]) => {
  if (!left || !right) return undefined;
  const value = lower(scope, right);
  return { is: "nothing", effects: assignTo(scope, locate(scope, left), value, left, right).effects };
};

/** smp_store_release(&x, v) */
const setThrough: Special = (scope, _syntax, [left, right]) => {
  const inner =
    left?.type === "pointer_expression" ? stripped(left.children.find(({ field }) => field === "argument")) : undefined;
  if (!inner || !right) return undefined;
  return { is: "nothing", effects: assignTo(scope, locate(scope, inner), lower(scope, right), inner, right).effects };
};

/** A value that others may change: of what is no input, a fresh one each time. */
const readOnce: Special = (scope, syntax, [argument]) => {
  if (!argument) return undefined;
  const value = lower(scope, argument);
  return value.is === "any" ? anyOf(scope, syntax, "call", value.drop) : value;
};

const sizeOf: Special = (scope, _syntax, [argument]) => {
  if (!argument) return undefined;
  const value = lower(scope, argument);
  const at = value.is === "pointer" ? value.at : undefined;
  if (value.is === "any" || !at) return integer(after(effectsOf(value), fresh(scope, argument, "call", "s64", false)));
  if (at.obj.role === "inode" && isBound(scope, at.obj)) {
    scope.rule.readAs.set(`i_size_read(${textOf(argument)})`, "i_size");
    return integer(after(effectsOf(value), parameter(scope.rule, "i_size", argument.place)));
  }
  const { line, column } = argument.place;
  const cell = cellOf(scope.rule.memory, { ...at, path: "i_size" }, "s64", false, { isInput: true });
  return integer(
    readMark(scope.rule.memory, { cell, text: `i_size_read(${textOf(argument)})`, line, column, isOnce: false }),
  );
};

const inodeOf: Special = (scope, syntax, [argument]) => {
  if (!argument) return undefined;
  const value = lower(scope, argument);
  const at = value.is === "pointer" ? value.at : undefined;
  if (!at || at.obj.role !== "file" || at.path !== "") return undefined;
  const effects = effectsOf(value);
  if (at.obj.isStable)
    return withEffects(
      effects,
      readAt(
        scope,
        {
          is: "memory",
          at: { ...at, path: "f_inode" },
          type: { is: "pointer", to: UNKNOWN, isConst: false },
          effects: [],
        },
        syntax,
      ),
    );
  return {
    is: "pointer",
    expr: after(effects, fresh(scope, syntax, "call", "u64", true)),
    to: UNKNOWN,
    at: linkedTo(scope, { ...at, path: "f_inode" }),
  };
};

/** @kernel lib/xarray.c xa_find: it changes the index only where it finds something */
const find =
  (name: string): Special =>
  (scope, syntax, args) => {
    const values = args.map((each) => lower(scope, each));
    const effects = values.flatMap(effectsOf);
    const local = addLocal(scope, "found", "u64", true);
    const found: Expr = { node: "assign", type: "u64", local, value: fresh(scope, syntax, "call", "u64", true) };
    const at = values[1]?.is === "pointer" ? values[1].at : undefined;
    const forget = forgetMark(scope.rule.memory, at ? { what: "object", obj: at.obj } : { what: "all", but: -1 });
    const moved: Expr = {
      node: "conditional",
      type: "s32",
      condition: compare("ne", localRead(scope, local), int(0)),
      whenTrue: forget,
      whenFalse: int(0),
    };
    const taken = forgetCalled(scope, name, syntax.place);
    return { is: "pointer", expr: after([...effects, found, ...taken, moved], localRead(scope, local)), to: UNKNOWN };
  };

const container: Special = (scope, syntax, [pointer, type]) => {
  if (!pointer || !type) return undefined;
  const value = lower(scope, pointer);
  recastIn(scope, value);
  const effects = effectsOf(value);
  return {
    is: "pointer",
    expr: after(effects, fresh(scope, syntax, "call", "u64", true)),
    to: { is: "struct", tag: type.unit.out },
  };
};

/** memset, memcpy, copy_from_user: what is behind the first argument changes. */
const overwrites =
  (isZero: boolean): Special =>
  (scope, syntax, args) => {
    const values = args.map((each) => lower(scope, each));
    const effects = values.flatMap(effectsOf);
    const [to] = values;
    const at = to?.is === "pointer" || to?.is === "place" ? to.at : undefined;
    const zeroed = isZero && args[1]?.unit.out === "0" && at && at.path === "" && at.obj.is === "stack";
    const { memory } = scope.rule;
    const change = zeroed
      ? forgetMark(memory, { what: "zero", obj: at.obj })
      : at?.obj.is === "stack"
        ? forgetMark(memory, { what: "object", obj: at.obj })
        : at && at.obj.is === "role" && at.path !== ""
          ? forgetMark(memory, { what: "aliases", of: at.obj, but: -1 })
          : forgetMark(memory, { what: "all", but: -1 });
    if (at) watchOverwrite(scope, at, syntax);
    return anyOf(scope, syntax, "call", [...effects, change]);
  };

/** @kernel include/asm-generic/div64.h do_div: n becomes the quotient, the value is the remainder */
const doDiv: Special = (scope, syntax, [n, base]) => {
  if (!n || !base) return undefined;
  const old = lower(scope, n);
  const by = convert("u32", asInt(scope, lower(scope, base), base));
  if (old.is !== "int") return undefined;
  const value = once(scope, convert("u64", old.expr));
  const divisor = once(scope, by);
  const site = (): number => addSite(scope.rule, syntax.place, "do_div by 0");
  const rest = addLocal(scope, "tmp", "u32", true);
  const kept: Expr = {
    node: "assign",
    type: "u32",
    local: rest,
    value: convert("u32", divide("rem", value.value, divisor.value, site)),
  };
  const quotient = integer(divide("div", value.value, divisor.value, site));
  const done = assignTo(scope, locate(scope, n), quotient, n, n);
  return integer(after([...value.effects, ...divisor.effects, kept, ...done.effects], localRead(scope, rest)));
};

const swap: Special = (scope, syntax, [a, b]) => {
  if (!a || !b) return undefined;
  const [x, y] = [lower(scope, a), lower(scope, b)];
  for (const each of [x, y]) if (each.is === "place") watchOverwrite(scope, each.at, syntax);
  if (x.is !== "int" || y.is !== "int") return undefined;
  const kept = addLocal(scope, "tmp", x.expr.type, true);
  const first: Expr = { node: "assign", type: x.expr.type, local: kept, value: x.expr };
  const one = assignTo(scope, locate(scope, a), y, a, b);
  const two = assignTo(scope, locate(scope, b), integer(localRead(scope, kept)), b, a);
  return { is: "nothing", effects: [first, ...one.effects, ...two.effects] };
};

/** A warning's condition, as an int. */
const truth: Special = (scope, _syntax, [argument]) =>
  argument && integer(convert("s32", asCondition(lower(scope, argument), argument)));

/** XA_STATE(name, …), LIST_HEAD(name): a variable that only the kernel's own functions look into. */
const declares: Special = (scope, syntax, [name, ...more]) => {
  if (!name || name.type !== "identifier") return undefined;
  const effects = more.flatMap((each) => effectsOf(lower(scope, each)));
  const obj = objectOf(scope.rule.memory, `${scope.instance} ${name.unit.out} ${syntax.place.start}`, {
    name: name.unit.out,
    is: "stack",
    isStable: true,
    isEscaped: true,
    isPlain: false,
  });
  scope.blocks.at(-1)?.set(name.unit.out, { is: "place", at: { obj, path: "" }, type: { is: "struct", tag: "" } });
  return { is: "nothing", effects: [...effects, forgetMark(scope.rule.memory, { what: "object", obj })] };
};

const readIndex: Special = (scope, syntax, [slot, gfn]) => {
  if (!slot || !gfn || scope.rule.isStrict) return undefined;
  const value = lower(scope, slot);
  if (value.is !== "pointer" || value.at?.obj.role !== "slot") return undefined;
  const at = value.at;
  const frame = asType(scope, lower(scope, gfn), "u64", gfn);
  const inSlot = binary("sub", frame, readCell(scope, { ...at, path: "base_gfn" }, "u64", false, syntax));
  return integer(
    after(
      effectsOf(value),
      binary("add", inSlot, readCell(scope, { ...at, path: "gmem.pgoff" }, "u64", false, syntax)),
    ),
  );
};

export const SPECIAL: ReadonlyMap<string, Special> = new Map(
  Object.entries({
    IS_ERR: onPointer(isErr),
    IS_ERR_VALUE: onPointer(isErr),
    IS_ERR_OR_NULL: onPointer((value) => logic("or", isErr(value), compare("eq", value, int(0)))),
    PTR_ERR: onPointer((value) => convert("s64", value)),
    PTR_ERR_OR_ZERO: onPointer((value) =>
      convert("s32", binary("mul", convert("s64", isErr(value)), convert("s64", value))),
    ),
    ERR_CAST: (scope, _syntax, [argument]) => {
      if (!argument) return undefined;
      const value = lower(scope, argument);
      loseIn(scope, value);
      return { is: "pointer", expr: asPointer(value, argument), to: UNKNOWN };
    },
    ERR_PTR: (scope, _syntax, [argument]) =>
      argument && {
        is: "pointer",
        expr: convert("u64", asType(scope, lower(scope, argument), "s64", argument)),
        to: UNKNOWN,
      },
    READ_ONCE: readOnce,
    rcu_dereference: readOnce,
    srcu_dereference: readOnce,
    rcu_dereference_protected: readOnce,
    rcu_dereference_check: readOnce,
    WRITE_ONCE: set,
    rcu_assign_pointer: set,
    RCU_INIT_POINTER: set,
    smp_store_release: setThrough,
    i_size_read: sizeOf,
    file_inode: inodeOf,
    xa_find: find("xa_find"),
    xa_find_after: find("xa_find_after"),
    container_of: container,
    list_entry: container,
    rb_entry: container,
    memset: overwrites(true),
    memcpy: overwrites(false),
    memmove: overwrites(false),
    copy_from_user: overwrites(false),
    do_div: doDiv,
    swap,
    spin_lock_irqsave: lockSaving,
    raw_spin_lock_irqsave: lockSaving,
    local_irq_save: irqSaving,
    KVM_MMU_WARN_ON: truth,
    KVM_BUG_ON_DATA_CORRUPTION: truth,
    VM_WARN_ON_ONCE: truth,
    XA_STATE: declares,
    XA_STATE_ORDER: declares,
    LIST_HEAD: declares,
    HLIST_HEAD: declares,
    DEFINE_WAIT: declares,
    DECLARE_BITMAP: declares,
    DECLARE_WAIT_QUEUE_HEAD_ONSTACK: declares,
    DECLARE_COMPLETION_ONSTACK: declares,
    ...OF_LAYOUT,
    ...OF_STORES,
    ...OF_FOLIO,
    kvm_gmem_get_index: readIndex,
    guard,
  } satisfies Readonly<Record<string, Special>>),
);
