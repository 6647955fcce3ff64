/**
 * The structs of KVM's memslot ioctls, to bytes and back: little-endian, packed as x86-64 has them.
 *
 * bigint-buffer does not check what it is given: its native and its pure build turn an oversized value into different bytes,
 * and a wrong width reads out of bounds (CVE-2025-3194). So every call here is behind a range and a width check, and the
 * pure build is loaded by its file: the package's own entry prints a warning where no native build is at hand. It is
 * loaded when the first struct is coded, which only talking to a kernel does.
 */

import { createRequire } from "node:module";
import type * as BigintBuffer from "bigint-buffer";

let loaded: typeof BigintBuffer | undefined;
const codec = (): typeof BigintBuffer =>
  (loaded ??= createRequire(import.meta.url)("bigint-buffer/dist/browser.js") as typeof BigintBuffer); // oxlint-disable-line typescript/no-unsafe-type-assertion -- the package's own types

type Width = 4 | 8;
type Layout = readonly (readonly [name: string, at: number, width: Width])[];

/** struct kvm_userspace_memory_region. */
export const REGION_BYTES = 32;
/** struct kvm_userspace_memory_region2, whose last 112 bytes no kernel reads. */
export const REGION2_BYTES = 160;
/** struct kvm_create_guest_memfd, whose last 48 bytes no kernel reads. */
export const CREATE_GUEST_MEMFD_BYTES = 64;

const REGION = [
  ["slot", 0, 4],
  ["flags", 4, 4],
  ["guest_phys_addr", 8, 8],
  ["memory_size", 16, 8],
  ["userspace_addr", 24, 8],
] as const satisfies Layout;

const REGION2 = [...REGION, ["guest_memfd_offset", 32, 8], ["guest_memfd", 40, 4]] as const satisfies Layout;

const CREATE_GUEST_MEMFD = [
  ["size", 0, 8],
  ["flags", 8, 8],
] as const satisfies Layout;

type Struct<L extends Layout> = { readonly [Name in L[number][0]]: bigint };
export type RegionStruct = Struct<typeof REGION>;
export type Region2Struct = Struct<typeof REGION2>;
export type CreateGuestMemfdStruct = Struct<typeof CREATE_GUEST_MEMFD>;

/** @throws RangeError where a field does not fit its width */
function encode<L extends Layout>(layout: L, length: number, value: Struct<L>): Uint8Array {
  const bytes = new Uint8Array(length);
  for (const [name, at, width] of layout) {
    const field: unknown = Reflect.get(value, name);
    if (typeof field !== "bigint" || field < 0n || field >= 1n << BigInt(width * 8)) {
      throw new RangeError(`${name} does not fit ${width * 8} bits: ${String(field)}`);
    }
    bytes.set(codec().toBufferLE(field, width), at);
  }
  return bytes;
}

/** @throws RangeError where the struct has another length */
function decode(layout: Layout, length: number, bytes: Uint8Array): Map<string, bigint> {
  if (bytes.length !== length) throw new RangeError(`${length} bytes expected, ${bytes.length} given`);
  return new Map(
    layout.map(([name, at, width]) => [name, codec().toBigIntLE(Buffer.from(bytes.subarray(at, at + width)))]),
  );
}

const field = (fields: ReadonlyMap<string, bigint>, name: string): bigint => {
  const value = fields.get(name);
  if (value === undefined) throw new Error(`no field ${name}`);
  return value;
};

export const encodeRegion = (value: RegionStruct): Uint8Array => encode(REGION, REGION_BYTES, value);
export const encodeRegion2 = (value: Region2Struct): Uint8Array => encode(REGION2, REGION2_BYTES, value);
export const encodeCreateGuestMemfd = (value: CreateGuestMemfdStruct): Uint8Array =>
  encode(CREATE_GUEST_MEMFD, CREATE_GUEST_MEMFD_BYTES, value);

function regionFields(fields: ReadonlyMap<string, bigint>): RegionStruct {
  return {
    slot: field(fields, "slot"),
    flags: field(fields, "flags"),
    guest_phys_addr: field(fields, "guest_phys_addr"),
    memory_size: field(fields, "memory_size"),
    userspace_addr: field(fields, "userspace_addr"),
  };
}

export const decodeRegion = (bytes: Uint8Array): RegionStruct => regionFields(decode(REGION, REGION_BYTES, bytes));

export function decodeRegion2(bytes: Uint8Array): Region2Struct {
  const fields = decode(REGION2, REGION2_BYTES, bytes);
  return {
    ...regionFields(fields),
    guest_memfd_offset: field(fields, "guest_memfd_offset"),
    guest_memfd: field(fields, "guest_memfd"),
  };
}

export function decodeCreateGuestMemfd(bytes: Uint8Array): CreateGuestMemfdStruct {
  const fields = decode(CREATE_GUEST_MEMFD, CREATE_GUEST_MEMFD_BYTES, bytes);
  return { size: field(fields, "size"), flags: field(fields, "flags") };
}
