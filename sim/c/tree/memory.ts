/**
 * Memory as a rule sees it: objects, their members, and what makes a member unknown again.
 *
 * While a rule is lowered, a read of a member, a store and a forgetting are marks in its tree: which members there are
 * is only known at the end. settle.ts then turns the marks into cells. A member that nobody stores to and nothing
 * forgets is its input itself.
 */

import type { Expr } from "../../../model/rule/tree.ts";
import type { IntType } from "../../../model/rule/int-type.ts";
import { constant } from "./build.ts";
import type { Role } from "./objects.ts";

export type Obj = {
  readonly id: number;
  /** As the C calls it: "slot", "*gmem". */
  readonly name: string;
  /** role: one that the rule is about; stack: a variable of the text; heap: whatever else a pointer leads to. */
  readonly is: "role" | "stack" | "heap";
  readonly role?: Role;
  /** A pointer to it always leads to the same one: what is stored through one name is read through another. */
  readonly isStable: boolean;
  /** Of a stack object: its address went somewhere. Of any other: it went where nobody follows it, to whoever is called. */
  isEscaped: boolean;
  /** No member of it can share its bytes with another. */
  readonly isPlain: boolean;
  /** Where its address was read from or was put: who is handed one of these can reach it. */
  readonly within: Obj[];
};

/** What a pointer leads to: an object, or a member of one. */
export type Target = { readonly obj: Obj; readonly path: string; readonly isConst?: boolean };

export type MemoryCell = {
  readonly at: Target;
  readonly type: IntType;
  readonly isPointer: boolean;
  /** What it holds when the rule is asked; unknown if there is none. */
  readonly initial?: Expr;
  /** An input's: a call that gets no pointer to its object leaves it. */
  readonly isInput: boolean;
  reads: number;
  stores: number;
};

/** Who may have changed what: a call, by name. */
export type Caller = { readonly name: string; readonly line: number; readonly column: number };

export type Forget =
  /** A lock, a sleep: what nobody knows may have changed. */
  | { readonly what: "unknown" }
  | { readonly what: "call"; readonly handed: readonly Obj[]; readonly by?: Caller }
  /** A store through a pointer that leads nobody knows where. */
  | { readonly what: "all"; readonly but: number; readonly by?: Caller }
  /** A store to a member of a known object: unknown pointers may lead there. */
  | { readonly what: "aliases"; readonly of: Obj; readonly but: number }
  /** The pointer to it changes. */
  | { readonly what: "object"; readonly obj: Obj }
  /** All of it is set to 0. */
  | { readonly what: "zero"; readonly obj: Obj };

/** Of a read: how it is told if nobody knows what it finds. */
export type ReadMark = {
  readonly cell: number;
  readonly text: string;
  readonly line: number;
  readonly column: number;
  /** It is evaluated once at most. */
  readonly isOnce: boolean;
};

export type Memory = {
  readonly objects: Map<string, Obj>;
  readonly cells: MemoryCell[];
  readonly reads: Map<Expr, ReadMark>;
  readonly stores: Map<Expr, number>;
  readonly forgets: Map<Expr, Forget>;
  /** Places whose address goes where nobody follows it. */
  readonly lost: Set<string>;
  /** Objects that are looked at as something else: through a cast, a number, container_of. */
  readonly recast: Set<Obj>;
};

export const emptyMemory = (): Memory => ({
  objects: new Map(),
  cells: [],
  reads: new Map(),
  stores: new Map(),
  forgets: new Map(),
  lost: new Set(),
  recast: new Set(),
});

/** @param key the same for the same object */
export function objectOf(memory: Memory, key: string, make: Omit<Obj, "id" | "within"> & { within?: Obj[] }): Obj {
  const known = memory.objects.get(key);
  if (known) return known;
  const made: Obj = { ...make, id: memory.objects.size, within: [...(make.within ?? [])] };
  memory.objects.set(key, made);
  return made;
}

export function cellOf(
  memory: Memory,
  at: Target,
  type: IntType,
  isPointer: boolean,
  initial: { readonly value?: Expr; readonly isInput: boolean },
): number {
  const known = memory.cells.findIndex(
    (each) => each.at.obj === at.obj && each.at.path === at.path && each.type === type && each.isPointer === isPointer,
  );
  if (known >= 0) return known;
  const { value, isInput } = initial;
  const made = { at, type, isPointer, isInput, ...(value && { initial: value }), reads: 0, stores: 0 };
  return memory.cells.push(made) - 1;
}

export function readMark(memory: Memory, mark: ReadMark): Expr {
  const cell = memory.cells[mark.cell];
  if (!cell) throw new Error("no such cell");
  cell.reads += 1;
  const made: Expr = { node: "cell", type: cell.type, cell: mark.cell };
  memory.reads.set(made, mark);
  return made;
}

/** @param value of the cell's type */
export function storeMark(memory: Memory, cell: number, value: Expr): Expr {
  const known = memory.cells[cell];
  if (!known) throw new Error("no such cell");
  known.stores += 1;
  const made: Expr = { node: "set_cell", type: known.type, cell, value };
  memory.stores.set(made, cell);
  return made;
}

export function forgetMark(memory: Memory, forget: Forget): Expr {
  const made: Expr = { node: "sequence", type: "s32", effects: [], value: constant("s32", 0n) };
  memory.forgets.set(made, forget);
  return made;
}

/** The pointer goes where nobody follows it: into a number, into an object that others reach, through a choice of several. */
export function lose(memory: Memory, at: Target | undefined): void {
  if (!at) return;
  at.obj.isEscaped = true;
  memory.lost.add(placeOf(at));
  // Who has it has what stands in it.
  if (at.obj.is === "stack") for (const each of storedIn(memory, at.obj)) lose(memory, { obj: each, path: "" });
}

const placeOf = ({ obj, path }: Target): string => `${obj.id} ${path}`;

/** Did the address of just this place go where nobody follows it? */
export const isLostAt = (memory: Memory, at: Target): boolean => memory.lost.has(placeOf(at));

const storedIn = (memory: Memory, obj: Obj): Obj[] =>
  [...memory.objects.values()].filter((each) => !each.isEscaped && each.within.includes(obj));

/** Can somebody who has a pointer to one of the objects find this one? */
export function isWithin(obj: Obj, handed: readonly Obj[], seen = new Set<Obj>()): boolean {
  if (handed.includes(obj)) return true;
  seen.add(obj);
  return obj.within.some((each) => !seen.has(each) && isWithin(each, handed, seen));
}

const isUnknown = ({ at: { obj }, isInput }: MemoryCell): boolean =>
  obj.is === "heap" || (obj.is === "role" && !isInput);

/** Whoever is called may have it. */
export const isLost = (obj: Obj, seen = new Set<Obj>()): boolean => {
  if (obj.isEscaped) return true;
  seen.add(obj);
  return obj.within.some((each) => each.is !== "stack" && !seen.has(each) && isLost(each, seen));
};

/** The file's size, and a folio's. */
const staysWhileAsked = ({ at: { obj, path } }: MemoryCell): boolean =>
  path === "its order" || (obj.role === "inode" && path === "i_size");

export const overlaps = (a: string, b: string): boolean =>
  a === b || a === "" || b === "" || within(a, b) || within(b, a);
const within = (a: string, b: string): boolean => a.startsWith(b) && /^[.[]/.test(a.slice(b.length));

/** Does the cell become unknown? */
export function forgets(memory: Memory, forget: Forget, index: number): boolean {
  const cell = memory.cells[index];
  if (!cell) return false;
  const { obj } = cell.at;
  switch (forget.what) {
    case "unknown":
      return isUnknown(cell);
    case "call":
      if (obj.is === "stack") return obj.isEscaped;
      return isUnknown(cell) || isWithin(obj, forget.handed) || (isLost(obj) && !staysWhileAsked(cell));
    case "all":
      return index !== forget.but && (obj.is !== "stack" || obj.isEscaped);
    case "aliases": {
      if (index === forget.but) return false;
      const but = memory.cells[forget.but];
      if (obj === forget.of) return !obj.isPlain || !but || overlaps(cell.at.path, but.at.path);
      return obj.is === "heap" && (forget.of.is !== "stack" || forget.of.isEscaped);
    }
    case "object":
    case "zero":
      return (
        obj === forget.obj ||
        (obj !== forget.obj && forget.what === "object" && isWithin(obj, [forget.obj]) && obj.is === "heap")
      );
    default:
      return forget satisfies never;
  }
}
