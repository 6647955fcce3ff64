/**
 * One memslot ioctl as a log tells it: a struct that `strace` wrote, or a kvm_set_user_memory trace line of QEMU's,
 * from before or after address spaces and guest_memfd were added to it.
 */

import type { FileOffset, Gpa, SizeBytes, Uaddr } from "../../model/units.ts";
import { fileOffset, gpa, sizeBytes, U64_LIMIT, uaddr } from "../../model/units.ts";

export interface CapturedRegion {
  /** Line of the log, from 1. */
  readonly line: number;
  /** VMs of a log are counted from 0; QEMU's lines are of one. */
  readonly vm: number;
  readonly as_id: number;
  readonly slot: number;
  readonly flags: number;
  readonly gpa: Gpa;
  readonly size: SizeBytes;
  readonly userspace_addr: Uaddr;
  /** Where the line tells it: the descriptor of the guest_memfd that the slot is bound to, and the offset in it. */
  readonly guest_memfd: string | undefined;
  readonly guest_memfd_offset: FileOffset | undefined;
  /** The ioctl returned 0. */
  readonly succeeded: boolean;
}

const KVM_MEM_GUEST_MEMFD = 4;
const FLAG_NAMES: Readonly<Record<string, number>> = {
  KVM_MEM_LOG_DIRTY_PAGES: 1,
  KVM_MEM_READONLY: 2,
  KVM_MEM_GUEST_MEMFD: 4,
};

/** strace writes flags as names and numbers joined by |. */
function flagsFromStrace(text: string): number | undefined {
  let flags = 0;
  for (const part of text.split("|")) {
    const bits =
      (Object.hasOwn(FLAG_NAMES, part) ? FLAG_NAMES[part] : undefined) ??
      (/^(0x[\da-f]+|\d+)$/i.test(part) ? Number(part) : undefined);
    if (bits === undefined) return undefined;
    flags |= bits;
  }
  return flags;
}

/** The fields of a text like "a=1, b=0x2" or "a=1 b=0x2". */
const fieldsOf = (text: string): Map<string, string> =>
  new Map([...text.matchAll(/(?<!\w)(\w+)=([\w|]+)/g)].map(([, name, value]) => [name ?? "", value ?? ""]));

/** A u64 in decimal or hex; anything else is garbled. */
function bytesOf(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^(0x[\da-f]+|\d+)$/i.test(text)) return undefined;
  const value = BigInt(text);
  return value < U64_LIMIT ? value : undefined;
}

/** The fields that both kinds of line have, as text. */
interface Words {
  readonly as_id: number;
  readonly slot: number;
  readonly flags: number;
  readonly gpa: string | undefined;
  readonly size: string | undefined;
  readonly userspace_addr: string | undefined;
  readonly guest_memfd: string | undefined;
  readonly guest_memfd_offset: string | undefined;
  readonly succeeded: boolean;
}

/** A user address, a file's size and what a slot counts are below this, or no kernel takes the slot. */
const ADDRESS_END = 1n << 63n;

function toldOf(words: Words): Told {
  const { as_id, slot, flags, succeeded } = words;
  const address = bytesOf(words.gpa);
  const size = bytesOf(words.size);
  const user = bytesOf(words.userspace_addr);
  if (address === undefined || size === undefined || user === undefined) return undefined;
  const bound = (flags & KVM_MEM_GUEST_MEMFD) === 0 ? undefined : bytesOf(words.guest_memfd_offset);
  const ends = [address + size, user + size, (bound ?? 0n) + size];
  // It says that the kernel took what no kernel takes.
  if (succeeded && size > 0n && ends.some((end) => end > ADDRESS_END)) return undefined;
  return {
    as_id,
    slot,
    flags,
    gpa: gpa(address),
    size: sizeBytes(size),
    userspace_addr: uaddr(user),
    guest_memfd: bound === undefined ? undefined : words.guest_memfd,
    guest_memfd_offset: bound === undefined ? undefined : fileOffset(bound),
    succeeded,
  };
}

/** Undefined where the line is cut off or garbled. */
export type Told = Omit<CapturedRegion, "line" | "vm"> | undefined;

/** ioctl(9, KVM_SET_USER_MEMORY_REGION, {slot=0, flags=0, guest_phys_addr=0, …}) = 0 */
export function fromStrace(call: string, returned: string): Told {
  const struct = /^[^{]*\{(.*)\}/.exec(call)?.[1];
  if (struct === undefined) return undefined;
  const fields = fieldsOf(struct);
  const slot = bytesOf(fields.get("slot"));
  const flags = flagsFromStrace(fields.get("flags") ?? "");
  if (slot === undefined || flags === undefined) return undefined;
  return toldOf({
    as_id: Number(slot >> 16n),
    slot: Number(slot & 0xffffn),
    flags,
    gpa: fields.get("guest_phys_addr"),
    size: fields.get("memory_size"),
    userspace_addr: fields.get("userspace_addr"),
    guest_memfd: fields.get("guest_memfd"),
    guest_memfd_offset: fields.get("guest_memfd_offset"),
    succeeded: returned === "0",
  });
}

const QEMU_LINE =
  /kvm_set_user_memory (?:AddrSpace#(\d+) )?Slot#(\d+) flags=0x([\da-f]+) gpa=0x([\da-f]+) size=0x([\da-f]+) ua=0x([\da-f]+)(?: guest_memfd=(-?\d+) guest_memfd_offset=0x([\da-f]+))? ret=(-?\d+)\s*$/i;

/** kvm_set_user_memory Slot#0 flags=0x0 gpa=0x0 size=0x80000000 ua=0x7f786fe00000 ret=0 */
export function fromQemu(line: string): Told {
  const match = QEMU_LINE.exec(line);
  if (match === null) return undefined;
  const [, as_id, slot, flags, address, size, ua, memfd, offset, returned] = match;
  const hex = (digits: string | undefined): string | undefined => (digits === undefined ? undefined : `0x${digits}`);
  return toldOf({
    as_id: Number(as_id ?? 0),
    slot: Number(slot),
    flags: Number(hex(flags)),
    gpa: hex(address),
    size: hex(size),
    userspace_addr: hex(ua),
    guest_memfd: memfd,
    guest_memfd_offset: hex(offset),
    succeeded: returned === "0",
  });
}
