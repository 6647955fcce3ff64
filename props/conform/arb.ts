/** Lists of ops for the models and the kernel to be compared on. Every list is legal, so one shrinks by leaving ops out. */

import * as fc from "fast-check";
import type { LinuxOp } from "../../sim/kernel/op.ts";
import { hugetlb, shmem, shmem2 } from "./files.ts";
import { guest, memslots } from "./vm.ts";

export type CaseKind = "shmem" | "shmem2" | "memslots" | "guest" | "hugetlb";
export interface Case {
  readonly kind: CaseKind;
  readonly ops: readonly LinuxOp[];
}

const KINDS: Readonly<Record<CaseKind, fc.Arbitrary<LinuxOp[]>>> = { shmem, shmem2, memslots, guest, hugetlb };

/** How often each kind: making and unmaking a VM takes the kernel a hundred times what an op on a file does. */
const WEIGHTS: Readonly<Record<CaseKind, number>> = { shmem: 4, shmem2: 4, memslots: 1, guest: 1, hugetlb: 1 };

/** Cases of these kinds. */
export function cases(kinds: readonly CaseKind[]): fc.Arbitrary<Case> {
  const of = (kind: CaseKind): fc.Arbitrary<Case> => KINDS[kind].map((ops) => ({ kind, ops }));
  return fc.oneof(...kinds.map((kind) => ({ weight: WEIGHTS[kind], arbitrary: of(kind) })));
}
