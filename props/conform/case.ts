/** What is run on the kernel: system calls for the kernel machine, or ops for the abstract machine and it. */

import type { AccessWay } from "../../model/kernel/behaviour.ts";
import type { LinuxOp } from "../../sim/kernel/op.ts";
import type { MachineOp } from "../../sim/op.ts";

/** A list of system calls, for the kernel machine. */
export type KernelKind = "shmem" | "shmem2" | "memslots" | "guest" | "hugetlb" | "mapping";
/** A list of the abstract machine's ops, which all three run. */
export type AbstractKind = "abstract_write" | "abstract_store";
export type CaseKind = KernelKind | AbstractKind;

export type Case =
  | { readonly kind: KernelKind; readonly ops: readonly LinuxOp[] }
  | { readonly kind: AbstractKind; readonly ops: readonly MachineOp[] };

export type AbstractCase = Extract<Case, { kind: AbstractKind }>;

export const isAbstract = (one: Case): one is AbstractCase =>
  one.kind === "abstract_write" || one.kind === "abstract_store";

export const wayOf = ({ kind }: AbstractCase): AccessWay => (kind === "abstract_write" ? "write" : "guest_store");
