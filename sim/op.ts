/**
 * The ops of the judged machine, as data. Every op is legal in every state; one that makes no sense there earns an
 * errno. So a list of ops needs no preconditions, shrinks by leaving ops out, and replays from JSON.
 */

import type { Gfn, Npages, Order, Pgoff, Ugfn } from "../model/units.ts";
import type { Given } from "../model/given.ts";
import { gfn, npages, order, pgoff, ugfn } from "../model/units.ts";

/** KVM_SET_USER_MEMORY_REGION2 with a range of the file; page quantities. */
export interface BindMemslot {
  readonly op: "bind_memslot";
  readonly vm: number;
  readonly slot: number;
  readonly base_gfn: Gfn;
  readonly npages: Npages;
  readonly pgoff: Pgoff;
  /** userspace_addr >> 12 */
  readonly ugfn: Ugfn;
  /** What the bind rule was given, and the level rule at each order, in the order in which they asked. */
  readonly given?: readonly Given[];
}

/** KVM_SET_USER_MEMORY_REGION2 with memory_size 0. */
export interface DeleteMemslot {
  readonly op: "delete_memslot";
  readonly vm: number;
  readonly slot: number;
}

/** The folio size of the file changes: the next allocation takes this order. */
export interface SetOrder {
  readonly op: "set_order";
  readonly order: Order;
}

/** ftruncate of the file. */
export interface SetISize {
  readonly op: "set_i_size";
  readonly npages: Npages;
}

/** fallocate with FALLOC_FL_PUNCH_HOLE: the folios that lie in the range are freed. */
export interface PunchHole {
  readonly op: "punch_hole";
  readonly pgoff: Pgoff;
  readonly npages: Npages;
}

/** A vCPU touches a guest frame. */
export interface Fault {
  readonly op: "fault";
  readonly vm: number;
  readonly gfn: Gfn;
  /** What the map rule was given at each order, in the order in which it asked. */
  readonly given?: readonly Given[];
}

export type Op = BindMemslot | DeleteMemslot | SetOrder | SetISize | PunchHole | Fault;

/** The host collapses the 2 MiB of the file around this page, which needs a file that somebody maps. */
export interface Collapse {
  readonly op: "collapse";
  readonly pgoff: Pgoff;
}

/** All that the machine can do. No setting that a rule is judged in has a mapped file, so no counterexample has the last. */
export type MachineOp = Op | Collapse;

/** A bind, of numbers as they are: searches make millions, so nothing else is made for one. */
export function bindAt(
  vm: number,
  slot: number,
  at: number,
  pages: number,
  start: number,
  user: number,
  given?: readonly Given[],
): BindMemslot {
  const op: BindMemslot = {
    op: "bind_memslot",
    vm,
    slot,
    base_gfn: gfn(at),
    npages: npages(pages),
    pgoff: pgoff(start),
    ugfn: ugfn(user),
  };
  return isNothing(given) ? op : { ...op, given };
}

/** Constructors for tests and stories; arguments not given are 0. */
export const bind = (at: {
  base_gfn?: number;
  npages: number;
  pgoff?: number;
  ugfn?: number;
  slot?: number;
  vm?: number;
  given?: readonly Given[];
}): BindMemslot => bindAt(at.vm ?? 0, at.slot ?? 0, at.base_gfn ?? 0, at.npages, at.pgoff ?? 0, at.ugfn ?? 0, at.given);
export const unbind = (slot: number, vm = 0): DeleteMemslot => ({ op: "delete_memslot", vm, slot });
export const setOrder = (o: number): SetOrder => ({ op: "set_order", order: order(o) });
export const setISize = (n: number): SetISize => ({ op: "set_i_size", npages: npages(n) });
export const punchHole = (start: number, n: number): PunchHole => ({
  op: "punch_hole",
  pgoff: pgoff(start),
  npages: npages(n),
});
export const collapse = (page: number): Collapse => ({ op: "collapse", pgoff: pgoff(page) });
export function fault(frame: number, vm = 0, given?: readonly Given[]): Fault {
  const op: Fault = { op: "fault", vm, gfn: gfn(frame) };
  return isNothing(given) ? op : { ...op, given };
}

/** An op that was given nothing has no such key: its text and its JSON stay short. */
const isNothing = (given: readonly Given[] | undefined): given is undefined =>
  given === undefined || given.length === 0;

/** What the op was given; nothing for ops that ask no rule. */
export const givenOf = (op: Op): readonly Given[] =>
  op.op === "bind_memslot" || op.op === "fault" ? (op.given ?? []) : [];

/** The op, given these values and no others. */
export const giving = (op: Op, given: readonly Given[]): Op => {
  if (op.op !== "bind_memslot" && op.op !== "fault") return op;
  const { given: _, ...bare } = op;
  return isNothing(given) ? bare : { ...bare, given };
};

/**
 * The number of a VM, or a slot as the ioctl takes it, with its address space in the upper half.
 * @throws RangeError unless it is a u32
 */
export function u32(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** 32) throw new RangeError(`${name} is no u32`);
  return value;
}

const hex = (value: bigint): string => (value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`);

/** A given value as it stands in JSON. */
export const givenToJson = (given: Given): object => ({ ...given, value: hex(given.value) });

/** The op as it stands in JSON: u64 values are hex strings. */
export function opToJson(op: Op): object {
  const given = givenOf(op);
  return given.length === 0 ? op : { ...op, given: given.map(givenToJson) };
}

/** Behind an op that was given something, what that was; so the texts of all others stay as they are. */
const givenText = (op: Op): string => {
  const given = givenOf(op);
  if (given.length === 0) return "";
  return ` given=${given.map(({ at, text, times, order: asked, value }) => `${at}#${times}${asked === undefined ? "" : `@${asked}`} ${JSON.stringify(text)} ${hex(value)}`).join(",")}`;
};

/** One op a string, with the keys in one order: what is hashed and compared. */
export function opText(op: Op): string {
  switch (op.op) {
    case "bind_memslot":
      return `bind_memslot vm=${op.vm} slot=${op.slot} base_gfn=${op.base_gfn} npages=${op.npages} pgoff=${op.pgoff} ugfn=${op.ugfn}${givenText(op)}`;
    case "delete_memslot":
      return `delete_memslot vm=${op.vm} slot=${op.slot}`;
    case "set_order":
      return `set_order order=${op.order}`;
    case "set_i_size":
      return `set_i_size npages=${op.npages}`;
    case "punch_hole":
      return `punch_hole pgoff=${op.pgoff} npages=${op.npages}`;
    case "fault":
      return `fault vm=${op.vm} gfn=${op.gfn}${givenText(op)}`;
    default:
      return op satisfies never;
  }
}
