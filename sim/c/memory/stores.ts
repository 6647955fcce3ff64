/** Macros of the kernel's that store through a pointer, or to a name, something that is not followed. */

import { int } from "../tree/build.ts";
import { UNKNOWN } from "../tree/ctype.ts";
import { addLocal, after, localRead, lookUp, lower, type Scope } from "../tree/scope.ts";
import type { Value } from "../tree/value.ts";
import { child, type Syntax } from "../syntax/syntax.ts";
import type { Expr } from "../../../model/rule/tree.ts";
import { locate } from "./place.ts";
import { storeTo } from "./store.ts";
import { anyOf, asType, effectsOf, fresh, integer, loseIn } from "./value.ts";
import { stripped } from "./variables.ts";

type Special = (scope: Scope, syntax: Syntax, args: readonly Syntax[]) => Value | undefined;

/** What it holds from here on is anybody's guess: it may have been stored to, or not. */
function setToAny(scope: Scope, target: Syntax, at: Syntax): readonly Expr[] {
  const value: Value = { is: "any", make: (type, p) => fresh(scope, at, "call", type, p), drop: [] };
  const located = locate(scope, target);
  if (located.is !== "local") return storeTo(scope, located, value, target, (type) => asType(scope, value, type, at));
  const type = scope.locals[located.local]?.type ?? "u64";
  return [{ node: "assign", type, local: located.local, value: value.make(type, located.type.is === "pointer") }];
}

function setBehind(scope: Scope, pointer: Syntax): readonly Expr[] {
  const inner = stripped(pointer) ?? pointer;
  const target =
    inner.type === "pointer_expression" && inner.children[0]?.type === "&"
      ? stripped(child(inner, "argument"))
      : undefined;
  if (target) return setToAny(scope, target, pointer);
  const value = lower(scope, pointer);
  loseIn(scope, value);
  const effects = effectsOf(value);
  const nothing: Value = { is: "nothing", effects: [] };
  // Wherever it leads.
  return storeTo(scope, { is: "somewhere", type: UNKNOWN, effects }, nothing, pointer, () =>
    fresh(scope, pointer, "call", "u64", false),
  );
}

/** Stores through its first argument, after all are evaluated. */
const storesThrough: Special = (scope, syntax, [pointer, ...more]) => {
  if (scope.rule.isStrict || !pointer || more.length === 0) return undefined;
  const values = more.flatMap((each) => {
    const value = lower(scope, each);
    loseIn(scope, value);
    return effectsOf(value);
  });
  return anyOf(scope, syntax, "call", [...values, ...setBehind(scope, pointer)]);
};

/** try_cmpxchg(p, &old, new): where it fails, and nowhere else, old becomes what is there. */
const tries: Special = (scope, syntax, args) => {
  const [at, old, ...more] = args;
  if (scope.rule.isStrict || !at || !old || more.length === 0) return undefined;
  const values = more.flatMap((each) => {
    const value = lower(scope, each);
    loseIn(scope, value);
    return effectsOf(value);
  });
  const local = addLocal(scope, "done", "bool", true);
  const done: Expr = { node: "assign", type: "bool", local, value: fresh(scope, syntax, "call", "bool", false) };
  const failed: Expr = {
    node: "conditional",
    type: "s32",
    condition: localRead(scope, local),
    whenTrue: int(0),
    whenFalse: after(setBehind(scope, old), int(0)),
  };
  return integer(after([...values, ...setBehind(scope, at), done, failed], localRead(scope, local)));
};

/** this_cpu_inc(x): x is a name, and no pointer to it. */
const storesTo: Special = (scope, syntax, [name, ...more]) => {
  if (scope.rule.isStrict || !name) return undefined;
  const values = more.flatMap((each) => effectsOf(lower(scope, each)));
  return anyOf(scope, syntax, "call", [...values, ...setToAny(scope, name, name)]);
};

/** check_add_overflow(a, b, &x->y), of a member whose type nobody knows: it may overflow, or not. */
const overflows: Special = (scope, syntax, args) => {
  const last = stripped(args[2]);
  const isAddress = last?.type === "pointer_expression" && last.children[0]?.type === "&";
  const target = isAddress ? stripped(child(last, "argument")) : undefined;
  if (scope.rule.isStrict || !target || args.length !== 3) return undefined;
  const isVariable = target.type === "identifier" && lookUp(scope, target.unit.out)?.is !== "any";
  const located = isVariable ? undefined : locate(scope, target);
  if (!located || located.is === "local" || (located.is !== "lost" && located.type.is !== "unknown")) return undefined;
  const values = args.slice(0, 2).flatMap((each) => effectsOf(lower(scope, each)));
  return anyOf(scope, syntax, "call", [...values, ...setToAny(scope, target, syntax)]);
};

const named = (names: string, special: Special): [string, Special][] =>
  names.split(" ").map((name): [string, Special] => [name, special]);

export const OF_STORES: Readonly<Record<string, Special>> = Object.fromEntries([
  ...named("xchg xchg_relaxed xchg_acquire xchg_release", storesThrough),
  ...named(
    "cmpxchg cmpxchg64 cmpxchg_relaxed cmpxchg_acquire cmpxchg_release cmpxchg64_relaxed cmpxchg64_acquire cmpxchg64_release",
    storesThrough,
  ),
  ...named(
    "try_cmpxchg try_cmpxchg64 try_cmpxchg_relaxed try_cmpxchg_acquire try_cmpxchg_release try_cmpxchg64_relaxed try_cmpxchg64_acquire try_cmpxchg64_release",
    tries,
  ),
  ...named(
    ["this", "raw", "__this"]
      .flatMap((cpu) => ["write", "add", "sub", "inc", "dec"].map((op) => `${cpu}_cpu_${op}`))
      .join(" "),
    storesTo,
  ),
  ...named("check_add_overflow check_sub_overflow check_mul_overflow", overflows),
]);
