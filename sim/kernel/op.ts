/**
 * The ops of a kernel trace: system calls on one tmpfs mount, one process, one VM. Names and fields are those of the trace
 * file; bytes are bigint here and "0x…" strings there. Every op is legal in every state: what makes no sense earns an errno.
 */

import type { Huge } from "../../model/kernel/file.ts";

/** The size of a mount whose op gives none: 6 GiB. */
export const DEFAULT_MOUNT_BYTES = 6n << 30n;

export type LinuxOp =
  | { readonly op: "mount"; readonly huge: Huge; readonly size?: bigint }
  /** With a size, the mount's limit changes too. */
  | { readonly op: "remount"; readonly huge: Huge; readonly size?: bigint }
  | { readonly op: "create_file"; readonly file: string; readonly size: bigint }
  | { readonly op: "create_memfd"; readonly file: string; readonly size: bigint }
  | { readonly op: "unlink"; readonly file: string }
  | { readonly op: "close"; readonly file: string }
  | { readonly op: "write"; readonly file: string; readonly offset: bigint; readonly length: bigint }
  | { readonly op: "truncate"; readonly file: string; readonly size: bigint }
  | {
      readonly op: "fallocate";
      readonly file: string;
      /** 0, 1 KEEP_SIZE, 3 PUNCH_HOLE | KEEP_SIZE; others are refused. */
      readonly mode: number;
      readonly offset: bigint;
      readonly length: bigint;
    }
  | Touch
  | {
      readonly op: "collapse";
      readonly file: string;
      readonly va: bigint;
      readonly vma_offset: bigint;
      readonly vma_length: bigint;
      readonly offset: bigint;
      readonly length: bigint;
    }
  | { readonly op: "map"; readonly file: string; readonly va: bigint; readonly offset: bigint; readonly length: bigint }
  /** munmap of a part of the address space. */
  | { readonly op: "unmap"; readonly va: bigint; readonly length: bigint }
  /** madvise on what lasts there: MADV_REMOVE punches the file, MADV_DONTNEED drops page tables. */
  | { readonly op: "advise"; readonly va: bigint; readonly length: bigint; readonly advice: "remove" | "dontneed" }
  | { readonly op: "create_hugetlb"; readonly file: string; readonly size: bigint }
  | { readonly op: "truncate_hugetlb"; readonly file: string; readonly size: bigint }
  | {
      readonly op: "fallocate_hugetlb";
      readonly file: string;
      readonly mode: number;
      readonly offset: bigint;
      readonly length: bigint;
    }
  | { readonly op: "write_hugetlb"; readonly file: string; readonly offset: bigint; readonly length: bigint }
  | { readonly op: "create_vm" }
  | { readonly op: "create_guest_memfd"; readonly memfd: string; readonly size: bigint; readonly flags: bigint }
  | { readonly op: "close_guest_memfd"; readonly memfd: string }
  | {
      readonly op: "fallocate_guest_memfd";
      readonly memfd: string;
      readonly mode: number;
      readonly offset: bigint;
      readonly length: bigint;
    }
  | {
      /** mmap one page of a guest_memfd and touch it. */
      readonly op: "touch_guest_memfd";
      readonly memfd: string;
      readonly offset: bigint;
      readonly access: "read" | "write";
    }
  | SetUserMemoryRegion
  | (Omit<SetUserMemoryRegion, "op"> & {
      readonly op: "set_user_memory_region2";
      /** null passes descriptor 0, which is open and no guest_memfd. */
      readonly memfd: string | null;
      readonly memfd_offset: bigint;
    })
  | { readonly op: "guest_write"; readonly gpa: bigint }
  /** The same vCPU loads one byte. */
  | { readonly op: "guest_read"; readonly gpa: bigint }
  /** A vCPU in long mode at CPL 3 stores one byte; the result has the order of the page that KVM mapped for it. */
  | { readonly op: "guest_map"; readonly gpa: bigint };

/** A fresh VMA of the file, one byte touched in it, the VMA unmapped again. */
export interface Touch {
  readonly op: "touch";
  readonly file: string;
  readonly va: bigint;
  readonly vma_offset: bigint;
  readonly vma_length: bigint;
  readonly offset: bigint;
  readonly access: "read" | "write";
  readonly advice?: "hugepage" | "nohugepage" | null;
}

interface SetUserMemoryRegion {
  readonly op: "set_user_memory_region";
  readonly slot: number;
  readonly flags: number;
  readonly gpa: bigint;
  readonly size: bigint;
  readonly uaddr: bigint;
}

/** What can be seen of a file from outside. */
export interface FileState {
  /** i_size, in bytes */
  readonly size: bigint;
  /** Pages charged, those reserved and those beyond i_size included. */
  readonly pages: number;
  /** Half-open byte ranges that SEEK_DATA finds. */
  readonly data: readonly (readonly [bigint, bigint])[];
}

/** What an op came to. `errno` is 0, or its name. */
export interface LinuxResult {
  readonly errno?: string | 0;
  readonly size?: bigint;
  readonly pages?: number;
  readonly data?: readonly (readonly [bigint, bigint])[];
  /** Bytes written, where fewer than asked. */
  readonly written?: bigint;
  readonly exit?: string;
  /** Order at which KVM mapped the page: 0, 9 or 18. */
  readonly order?: number;
  readonly files?: Readonly<Record<string, FileState>>;
}
