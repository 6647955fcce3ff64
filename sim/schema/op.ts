/** Ops from outside. */

import * as v from "valibot";
import type { Given } from "../../model/given.ts";
import { MAX_ORDER, PAGE_NUMBER_LIMIT } from "../../model/units.ts";
import type { Op } from "../op.ts";
import { bind, fault, punchHole, setISize, setOrder, unbind } from "../op.ts";
import { exactly, list, maybe, parseInput, shown, text, truth, whole } from "./parse.ts";

const pages = whole(0, PAGE_NUMBER_LIMIT);
const u32 = whole(0, 2 ** 32 - 1);
const orZero = <S extends v.GenericSchema<number>>(schema: S): v.OptionalSchema<S, 0> => v.optional(schema, 0);

const wrong =
  (what: string) =>
  (issue: v.BaseIssue<unknown>): string =>
    `${shown(issue.input)} is no ${what}`;

/** A value that a rule was given; hex, negative where its type is signed. */
const GIVEN = v.pipe(
  exactly("given value", {
    at: v.pipe(text, v.regex(/^\d+:\d+$/, wrong("line:column"))),
    text,
    times: u32,
    order: maybe(whole(0, MAX_ORDER)),
    value: v.pipe(text, v.regex(/^-?0x[0-9a-f]{1,16}$/, wrong("hex number of 64 bits"))),
    pointer: maybe(truth),
  }),
  v.transform(({ at, text: of, times, order, value, pointer }): Given => {
    const size = BigInt(value.replace("-", ""));
    return {
      at,
      text: of,
      times,
      ...(order !== undefined && { order }),
      value: value.startsWith("-") ? -size : size,
      ...(pointer === true && { pointer }),
    };
  }),
);
/** What an op was given, if anything. */
export const GIVEN_LIST = maybe(list(GIVEN));
const given = GIVEN_LIST;

const op = <const Name extends Op["op"]>(name: Name): v.LiteralSchema<Name, undefined> => v.literal(name);

const OPS = {
  bind_memslot: v.pipe(
    exactly("bind_memslot", {
      op: op("bind_memslot"),
      vm: orZero(u32),
      slot: orZero(u32),
      base_gfn: pages,
      npages: pages,
      pgoff: pages,
      ugfn: orZero(pages),
      given,
    }),
    v.transform((at): Op => bind(at)),
  ),
  delete_memslot: v.pipe(
    exactly("delete_memslot", { op: op("delete_memslot"), vm: orZero(u32), slot: orZero(u32) }),
    v.transform(({ slot, vm }): Op => unbind(slot, vm)),
  ),
  set_order: v.pipe(
    exactly("set_order", { op: op("set_order"), order: whole(0, MAX_ORDER) }),
    v.transform(({ order }): Op => setOrder(order)),
  ),
  set_i_size: v.pipe(
    exactly("set_i_size", { op: op("set_i_size"), npages: pages }),
    v.transform(({ npages }): Op => setISize(npages)),
  ),
  punch_hole: v.pipe(
    exactly("punch_hole", { op: op("punch_hole"), pgoff: pages, npages: pages }),
    v.transform(({ pgoff, npages }): Op => punchHole(pgoff, npages)),
  ),
  fault: v.pipe(
    exactly("fault", { op: op("fault"), vm: orZero(u32), gfn: pages, given }),
    v.transform(({ gfn, vm, given: values }): Op => fault(gfn, vm, values)),
  ),
};

type Loose<O> = O extends Op
  ? { readonly [K in keyof O as K extends "vm" | "slot" | "ugfn" | "given" ? never : K]: Plain<O[K]> } & {
      readonly [K in keyof O as K extends "vm" | "slot" | "ugfn" | "given" ? K : never]?: Plain<O[K]>;
    }
  : never;
type Plain<T> = T extends number ? number : T;

/** An op as it may be written: page quantities are plain numbers; vm, slot and ugfn may be left out where they are 0. */
export type OpLiteral = Loose<Op>;

const isOp = (name: unknown): name is keyof typeof OPS => typeof name === "string" && Object.hasOwn(OPS, name);

/** Which schema an op has, its name says. */
export const OP = v.lazy((input) => {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    return v.never((issue) => `${shown(issue.input)} is no op: an op is an object`);
  }
  const name: unknown = "op" in input ? input.op : undefined;
  if (isOp(name)) return OPS[name];
  return v.never(() => `unknown op ${shown(name)}: ${Object.keys(OPS).join(", ")} are known`);
});

/** A list of ops, which may be empty. */
export const OP_LIST = list(OP);

/**
 * An op from parsed JSON: `vm`, `slot` and `ugfn` may be left out where they are 0.
 * @throws RangeError that names the member that is missing, unknown or out of range
 */
export const opFromJson = (json: unknown): Op => parseInput(OP, json);

/** @throws RangeError that names the op, from 0, and its member */
export const opsFromJson = (json: unknown): Op[] => parseInput(OP_LIST, json, "ops");
