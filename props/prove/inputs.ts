/**
 * What is free in a proof: slots, orders and file sizes, everything that the ioctl and ftruncate let through.
 *
 * Page quantities are 64-bit terms made of as many free bits as the limits leave, so that nothing wraps and the solver
 * never meets a value that the kernel would refuse for its size. Byte quantities are those with 12 zero bits behind.
 */

import { MEMSLOT_LIMITS } from "../../model/kvm/limits.ts";
import { MAX_I_SIZE_NPAGES } from "../../model/abstract/file.ts";
import type { FileBehaviour, FileName } from "../../model/abstract/behaviour.ts";
import { FILES, PLAIN } from "../../model/abstract/behaviour.ts";
import { PAGE_NUMBER_LIMIT, PAGE_SHIFT } from "../../model/units.ts";
import type { Resize } from "../../model/abstract/machine.ts";
import type { Inputs } from "./smt/expression.ts";
import type { Term } from "./smt/term.ts";
import {
  add,
  and,
  bitAnd,
  bits,
  concat,
  eq,
  extract,
  ite,
  not,
  shl,
  TRUE,
  ule,
  ult,
  variable,
  zeroExtend,
} from "./smt/term.ts";

export const page = (n: number): Term => bits(64, n);

/** A free number of pages below 2^width. */
export const pages = (name: string, width: number): Term => zeroExtend(variable(name, width), 64);
const bitsOf = (limit: number): number => Math.ceil(Math.log2(limit));

/** An order that can be any of a few; the first is what a model that does not care means. */
export interface Choice {
  readonly name: string;
  readonly orders: readonly number[];
  /** The choice between what each order makes. */
  readonly of: (make: (order: number) => Term) => Term;
}

export function choice(name: string, orders: readonly number[]): Choice {
  const width = Math.max(1, bitsOf(orders.length));
  const which = variable(name, width);
  const from = (at: number, make: (order: number) => Term): Term => {
    const made = make(orders[at] ?? 0);
    return at + 1 >= orders.length ? made : ite(eq(which, bits(width, at)), made, from(at + 1, make));
  };
  return { name, orders, of: (make) => from(0, make) };
}

/** The order that a model gives to a choice. Numbers past the last order mean the last. */
export const chosen = ({ name, orders }: Choice, model: ReadonlyMap<string, bigint>): number =>
  orders[Math.min(Number(model.get(name) ?? 0n), orders.length - 1)] ?? 0;

/** A slot at its bind: what the ioctl passes, and the file then. */
export interface FreeSlot {
  readonly name: string;
  readonly pgoff: Term;
  readonly base_gfn: Term;
  readonly npages: Term;
  readonly ugfn: Term;
  readonly order: Choice;
  readonly i_size_npages: Term;
  /** The ioctl's own checks pass. */
  readonly allowed: Term;
}

/**
 * `reach` says which inputs are meant: those of slots that come to be, or those that a bind rule sees. The gfn limit is
 * checked behind the rule, so a rule sees frames that no slot has. `at` is where in the file it starts, if not anywhere.
 * @kernel virt/kvm/kvm_main.c kvm_set_memory_region
 */
export function freeSlot(
  name: string,
  order: Choice,
  reach: "slots" | "rule" = "slots",
  at?: Term,
  i_size_npages: Term = freeISize(`${name}_i_size`),
): FreeSlot {
  const { max_gfn, max_npages, user_pages } = MEMSLOT_LIMITS;
  const gfns = reach === "slots" ? max_gfn + 1 : PAGE_NUMBER_LIMIT;
  const pgoff = at ?? pages(`${name}_pgoff`, bitsOf(PAGE_NUMBER_LIMIT));
  const base_gfn = pages(`${name}_base_gfn`, bitsOf(gfns));
  const npages = pages(`${name}_npages`, bitsOf(max_npages));
  const ugfn = pages(`${name}_ugfn`, bitsOf(user_pages));
  const allowed = and(
    not(eq(npages, page(0))),
    ule(npages, page(max_npages)),
    ule(add(ugfn, npages), page(user_pages)),
    ult(add(pgoff, npages), page(PAGE_NUMBER_LIMIT)),
    ule(add(base_gfn, npages), page(reach === "slots" ? gfns : PAGE_NUMBER_LIMIT - 1)),
  );
  return { name, pgoff, base_gfn, npages, ugfn, order, i_size_npages, allowed };
}

/** i_size in pages: any that ftruncate can set, or the untouched file's, the largest of them. */
export const freeISize = (name: string): Term => pages(name, bitsOf(MAX_I_SIZE_NPAGES));

/** The name of an i_size that is the same at every bind and fault. */
export const FIXED_I_SIZE = "file_i_size";

export interface ISize {
  readonly i_size: Term;
  /** A file of this size and folio size can be made. */
  readonly made: Term;
}

/**
 * The size that something sees of a file whose folios have this order then: any under this name where ftruncate sets it; else that of the
 * file's making, which is not 0 and may have to be whole folios.
 */
export function freeISizeOf({ i_size: kind }: Pick<FileBehaviour, "i_size">, name: string, order: Choice): ISize {
  if (kind === "any") return { i_size: freeISize(name), made: TRUE };
  const i_size = freeISize(FIXED_I_SIZE);
  const rest = bitAnd(
    i_size,
    order.of((o) => page(2 ** o - 1)),
  );
  return { i_size, made: and(not(eq(i_size, page(0))), kind === "fixed" ? TRUE : eq(rest, page(0))) };
}

const toBytes = (t: Term): Term => concat(extract(t, 63 - PAGE_SHIFT, 0), bits(PAGE_SHIFT, 0));

/** What any rule reads of a slot, with the file as it is when the rule is asked. */
export function slotInputs(slot: FreeSlot, order: Choice, i_size_npages: Term): Inputs {
  const { pgoff, base_gfn, npages, ugfn } = slot;
  return {
    offset: toBytes(pgoff),
    gpa: toBytes(base_gfn),
    size: toBytes(npages),
    userspace_addr: toBytes(ugfn),
    base_gfn,
    pgoff,
    npages,
    folio_size: order.of((o) => shl(bits(64, 1), bits(64, o + PAGE_SHIFT))),
    i_size: toBytes(i_size_npages),
    ugfn,
  };
}

/** How the question's file is made. */
export const fileOf = (file: FileName | undefined): FileBehaviour => (file === undefined ? PLAIN : FILES[file]);

/** Orders when a slot is bound, at the fault, and of the folio that the fault finds or gets. */
export interface Orders {
  readonly atBind: (slot: string) => Choice;
  /** Of the file at the fault. */
  readonly atFault: Choice;
}

/**
 * The file's order can change at any time, or it was fixed before the first bind: then every bind and every fault see
 * the same one, and it is that of the folio, `folio`, or of a folio that was a base page one of `fixedTo`.
 */
export function freeOrders(
  orders: readonly number[],
  resize: Resize,
  folio: number,
  fixedTo: readonly number[] = [folio],
): Orders {
  if (resize !== "any") {
    const fixed = choice("file_order", fixedTo);
    return { atBind: () => fixed, atFault: fixed };
  }
  return {
    atBind: (slot) => choice(`${slot}_file_order`, orders),
    atFault: choice("fault_file_order", orders),
  };
}
