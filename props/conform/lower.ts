/**
 * An op of the abstract machine as system calls, so that both machines and the kernel run one list. A fault without a VMA is a
 * one-byte write; one with a VMA is a guest's store through a slot whose VMA shows the whole file; another folio size is a
 * remount; binding is that of a guest_memfd where the VM may have one, else of an ordinary slot.
 *
 * Which page a frame is, is worked out here from the slots that the kernel took, by a map: no model is asked.
 */

import type { AccessWay } from "../../model/kernel/behaviour.ts";
import type { LinuxOp, LinuxResult } from "../../sim/kernel/op.ts";
import type { BindMemslot, MachineOp } from "../../sim/op.ts";
import { VA } from "./values.ts";

/** The VMA's length, in pages: every file position of a list with guest stores lies in it. */
export const WINDOW_NPAGES = 8192;
/** The 2 MiB that a collapse is about, in a window of their own. */
const PMD_NPAGES = 512;
const COLLAPSE_VA = VA + (1n << 32n);
/** i_size of the file that is written to, and of the guest_memfd: the largest page multiple that is a loff_t. */
const LARGEST_BYTES = 2n ** 63n - 0x1000n;
const KVM_MEM_GUEST_MEMFD = 4;

const bytes = (pages: number): bigint => BigInt(pages) << 12n;

export const fileBytes = (way: AccessWay): bigint => (way === "write" ? LARGEST_BYTES : bytes(WINDOW_NPAGES));

const mapWindow: LinuxOp = { op: "map", file: "f", va: VA, offset: 0n, length: bytes(WINDOW_NPAGES) };

/** What stands before a list's first op. The file is made while huge=always holds, which a few kernels look at. */
export const setUp = (way: AccessWay, binds: boolean): readonly LinuxOp[] => [
  { op: "mount", huge: "always" },
  { op: "create_file", file: "f", size: fileBytes(way) },
  { op: "remount", huge: "never" },
  ...(way === "guest_store" || binds ? [{ op: "create_vm" } as const] : []),
  ...(way === "write" && binds
    ? [{ op: "create_guest_memfd", memfd: "g", size: LARGEST_BYTES, flags: 0n } as const]
    : []),
];

/** Slots that the kernel took, by id. */
export type Taken = Map<number, BindMemslot>;

function slotOf(taken: Taken, frame: number): BindMemslot | undefined {
  for (const slot of taken.values()) {
    if (slot.base_gfn <= frame && frame < slot.base_gfn + slot.npages) return slot;
  }
  return undefined;
}

function bindCall(way: AccessWay, { slot, base_gfn, npages, pgoff, ugfn }: BindMemslot): LinuxOp {
  const place = { slot, gpa: bytes(base_gfn), size: bytes(npages) };
  return way === "write"
    ? {
        op: "set_user_memory_region2",
        ...place,
        flags: KVM_MEM_GUEST_MEMFD,
        uaddr: bytes(ugfn),
        memfd: "g",
        memfd_offset: bytes(pgoff),
      }
    : { op: "set_user_memory_region", ...place, flags: 0, uaddr: VA + bytes(pgoff) };
}

/** Ops that are not compared, and why: all that the two machines may differ in. */
export const NOT_COMPARED = {
  page_past_loff_t:
    "a signed end lets a slot hold a file page whose last byte no write() can name; get_page would take its number",
  no_guest_memfd:
    "the VM may bind no guest_memfd on this kernel: the slot is the abstract machine's alone, its file is compared",
  frame_without_slot: "a frame without a slot has no file page, so there is nothing to write to without a VMA",
} as const;

/** The first page that write() cannot fill: its last byte is the largest loff_t. */
const UNWRITABLE = 2 ** 51 - 1;

/** The calls for one op, of which the last is compared. `binds`: the VM may bind a guest_memfd. */
export function lower(
  way: AccessWay,
  taken: Taken,
  op: MachineOp,
  binds = true,
): readonly LinuxOp[] | keyof typeof NOT_COMPARED {
  switch (op.op) {
    case "bind_memslot":
      return way === "write" && !binds ? "no_guest_memfd" : [bindCall(way, op)];
    case "delete_memslot":
      if (way === "write" && !binds) return "no_guest_memfd";
      return [{ op: "set_user_memory_region", slot: op.slot, flags: 0, gpa: 0n, size: 0n, uaddr: 0n }];
    case "set_order":
      return [{ op: "remount", huge: op.order === 0 ? "never" : "always" }];
    case "set_i_size":
      return [{ op: "truncate", file: "f", size: bytes(op.npages) }];
    case "punch_hole":
      return [{ op: "fallocate", file: "f", mode: 3, offset: bytes(op.pgoff), length: bytes(op.npages) }];
    case "collapse": {
      const block = bytes(op.pgoff - (op.pgoff % PMD_NPAGES));
      const window = { va: COLLAPSE_VA, vma_offset: block, vma_length: bytes(PMD_NPAGES) };
      return [{ op: "collapse", file: "f", ...window, offset: block, length: bytes(PMD_NPAGES) }];
    }
    case "fault": {
      // A VMA that is new holds no page table of an earlier store.
      if (way === "guest_store") return [mapWindow, { op: "guest_write", gpa: bytes(op.gfn) }];
      const slot = slotOf(taken, op.gfn);
      if (slot === undefined) return "frame_without_slot";
      if (op.gfn - slot.base_gfn + slot.pgoff >= UNWRITABLE) return "page_past_loff_t";
      // The page's last byte, so that a file which the write makes longer ends with a page.
      return [{ op: "write", file: "f", offset: bytes(op.gfn - slot.base_gfn + slot.pgoff) + 0xfffn, length: 1n }];
    }
    default:
      return op satisfies never;
  }
}

/** Notes what the kernel took. */
export function note(taken: Taken, op: MachineOp, result: LinuxResult | undefined): void {
  if (result?.errno !== 0) return;
  if (op.op === "bind_memslot") taken.set(op.slot, op);
  if (op.op === "delete_memslot") taken.delete(op.slot);
}
