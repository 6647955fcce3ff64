/** Memory layouts that VMMs really give to KVM, in bytes, each with where it comes from. */

import type { FileOffset, Gpa, SizeBytes } from "../../model/units.ts";
import { fileOffset, gpa, sizeBytes, uaddr } from "../../model/units.ts";
import type { LayoutSlot } from "./layout.ts";

export interface VmmSlot {
  readonly gpa: Gpa;
  readonly size: SizeBytes;
  readonly offset: FileOffset;
}

export interface VmmLayout {
  readonly name: string;
  /** Who makes it, and when. */
  readonly of: string;
  readonly slots: readonly VmmSlot[];
}

const K = 1n << 10n;
const M = 1n << 20n;
const G = 1n << 30n;
const slot = (at: bigint, offset: bigint, size: bigint): VmmSlot => ({
  gpa: gpa(at),
  size: sizeBytes(size),
  offset: fileOffset(offset),
});

export const VMM_LAYOUTS: readonly VmmLayout[] = [
  {
    name: "qemu-q35-4G",
    of: "QEMU q35 -m 4G: 2 GiB below 4 GiB, the rest above, one RAM block",
    slots: [slot(0n, 0n, 2n * G), slot(4n * G, 2n * G, 2n * G)],
  },
  {
    name: "qemu-q35-2815M",
    of: "QEMU q35 -m 2815M: below 2.75 GiB all memory is low",
    slots: [slot(0n, 0n, 2815n * M)],
  },
  {
    name: "qemu-q35-2816M",
    of: "QEMU q35 -m 2816M: one MiB more, and it is split at 2 GiB",
    slots: [slot(0n, 0n, 2n * G), slot(4n * G, 2n * G, 768n * M)],
  },
  {
    name: "qemu-i440fx-4G",
    of: "QEMU pc -m 4G: 3 GiB low",
    slots: [slot(0n, 0n, 3n * G), slot(4n * G, 3n * G, 1n * G)],
  },
  {
    name: "qemu-pc-1.7-4G",
    of: "QEMU pc-i440fx-1.7 -m 4G: 3.5 GiB low, 512 MiB at offset 3.5 GiB",
    slots: [slot(0n, 0n, 3584n * M), slot(4n * G, 3584n * M, 512n * M)],
  },
  {
    name: "qemu-max-below-2.5G",
    of: "QEMU pc -m 4G,max-ram-below-4g=2.5G: kept with a warning",
    slots: [slot(0n, 0n, 2560n * M), slot(4n * G, 2560n * M, 1536n * M)],
  },
  {
    name: "qemu-low-memory",
    of: "QEMU after PAM and SMRAM are set up: 768 KiB, then all from 1 MiB on",
    slots: [slot(0n, 0n, 768n * K), slot(1n * M, 1n * M, 2n * G - 1n * M), slot(4n * G, 2n * G, 2n * G)],
  },
  {
    name: "qemu-snp-16G",
    of: "QEMU SNP guest, one guest_memfd: the slots after the BIOS ran",
    slots: [
      slot(0n, 0n, 0x80000000n),
      slot(0x100000000n, 0x80000000n, 0x380000000n),
      slot(0n, 0n, 0xc0000n),
      slot(0x100000n, 0x100000n, 0x7ff00000n),
    ],
  },
  {
    name: "qemu-amd-above-1T",
    of: "QEMU q35 with an AMD CPU and memory past the HyperTransport hole: the high part moves to 1 TiB",
    slots: [slot(0n, 0n, 2n * G), slot(0x10000000000n, 2n * G, 1022n * G)],
  },
  {
    name: "qemu-arm64-virt",
    of: "QEMU arm64 virt: all memory from 1 GiB on",
    slots: [slot(1n * G, 0n, 4n * G)],
  },
  {
    name: "cloud-hypervisor",
    of: "Cloud Hypervisor: 640 KiB, 1 MiB to 3 GiB, the rest at 4 GiB",
    slots: [slot(0n, 0n, 640n * K), slot(1n * M, 1n * M, 3n * G - 1n * M), slot(4n * G, 3n * G, 1n * G)],
  },
  {
    name: "firecracker",
    of: "Firecracker with the hole from 3.25 GiB",
    slots: [slot(0n, 0n, 3328n * M), slot(4n * G, 3328n * M, 768n * M)],
  },
  {
    name: "crosvm",
    of: "crosvm: 3.25 GiB low, the rest at 4 GiB",
    slots: [slot(0n, 0n, 3328n * M), slot(4n * G, 3328n * M, 4864n * M)],
  },
  {
    name: "gpa-2m-offset-1m",
    of: "the thread's example of an offset that cannot work",
    slots: [slot(2n * M, 1n * M, 2n * M)],
  },
  {
    name: "seed-1g",
    of: "the mail's example: 1 GiB at offset 0x4000",
    slots: [slot(0n, 0x4000n, 1n * G)],
  },
  {
    name: "alias-8k",
    of: "base_gfn 2 at offset 0: two guest blocks share one folio",
    slots: [slot(8n * K, 0n, 8n * M)],
  },
  {
    name: "syzkaller",
    of: "what syzkaller binds by habit",
    slots: [slot(0x80a0000n, 0x4000n, 0x2000n)],
  },
];

/** The first later slot with a guest frame of this one: KVM takes it only once this one is deleted. */
function replacedAt(slots: readonly VmmSlot[], at: number): number {
  const one = slots[at];
  const later = slots.findIndex(
    ({ gpa: start, size }, i) => i > at && one !== undefined && start < one.gpa + one.size && one.gpa < start + size,
  );
  return later < 0 ? Infinity : 2 * later;
}

/**
 * A layout as if it had been captured: one RAM block, mapped from userspace address 0 on, which no VMM does: what these
 * addresses are congruent to says nothing.
 */
export function slotsOf({ slots }: VmmLayout): LayoutSlot[] {
  const end = slots.reduce((most, { offset, size }) => (offset + size > most ? offset + size : most), 0n);
  const block_size = sizeBytes(end);
  return slots.map((one, at) => ({
    ...one,
    vm: 0,
    as_id: 0,
    slot: at,
    offset_from: "layout",
    file: 0,
    userspace_addr: uaddr(one.offset),
    block_size,
    moved: false,
    made: 2 * at + 1,
    gone: replacedAt(slots, at),
  }));
}
