/** Lists of ops for the models and the kernel to be compared on. Every list is legal, so one shrinks by leaving ops out. */

import * as fc from "fast-check";
import { abstractOps } from "./abstract-arb.ts";
import type { Case, CaseKind } from "./case.ts";
import { hugetlb, shmem, shmem2 } from "./files.ts";
import { mapping } from "./mapping.ts";
import { guest, memslots } from "./vm.ts";

export const ALL_KINDS: readonly CaseKind[] = [
  "shmem",
  "shmem2",
  "memslots",
  "guest",
  "hugetlb",
  "mapping",
  "abstract_write",
  "abstract_store",
];

const of = <K extends CaseKind, O>(kind: K, arbitrary: fc.Arbitrary<O>): fc.Arbitrary<{ kind: K; ops: O }> =>
  arbitrary.map((ops) => ({ kind, ops }));

const KINDS: Readonly<Record<CaseKind, fc.Arbitrary<Case>>> = {
  shmem: of("shmem", shmem),
  shmem2: of("shmem2", shmem2),
  memslots: of("memslots", memslots),
  guest: of("guest", guest),
  hugetlb: of("hugetlb", hugetlb),
  mapping: of("mapping", mapping),
  abstract_write: of("abstract_write", abstractOps("write")),
  abstract_store: of("abstract_store", abstractOps("guest_store")),
};

/** How often each kind: making and unmaking a VM takes the kernel a hundred times what an op on a file does. */
const WEIGHTS: Readonly<Record<CaseKind, number>> = {
  shmem: 4,
  shmem2: 4,
  memslots: 1,
  guest: 1,
  hugetlb: 1,
  mapping: 1,
  abstract_write: 4,
  abstract_store: 2,
};

/** Cases of these kinds. */
export function cases(kinds: readonly CaseKind[]): fc.Arbitrary<Case> {
  return fc.oneof(...kinds.map((kind) => ({ weight: WEIGHTS[kind], arbitrary: KINDS[kind] })));
}
