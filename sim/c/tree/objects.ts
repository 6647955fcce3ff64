/**
 * Which object a pointer of the kernel's stands for, and which of its members is which input of a rule. A member is known
 * by its owner: offset of the ioctl's region, of a folio and of a fault are three things.
 */

import type { ReadableName } from "./readable.ts";

export type Role = "slot" | "old" | "mem" | "fault" | "folio" | "file" | "inode" | "mapping" | "vma" | "vmf" | "other";

/** By the tag of the struct that a pointer points to. */
export const ROLE_OF_STRUCT: ReadonlyMap<string, Role> = new Map(
  Object.entries({
    kvm_memory_slot: "slot",
    kvm_userspace_memory_region: "mem",
    kvm_userspace_memory_region2: "mem",
    kvm_userspace_memory_region_ext: "mem",
    kvm_user_mem_region: "mem",
    kvm_user_mem_region2: "mem",
    kvm_page_fault: "fault",
    folio: "folio",
    file: "file",
    inode: "inode",
    address_space: "mapping",
    vm_area_struct: "vma",
    vm_fault: "vmf",
  } as const),
);

/** What pointers are called where nothing declares them. */
export const ROLE_OF_NAME: ReadonlyMap<string, Role> = new Map(
  Object.entries({
    slot: "slot",
    memslot: "slot",
    new: "slot",
    old: "old",
    mem: "mem",
    region: "mem",
    fault: "fault",
    folio: "folio",
    page: "folio",
    file: "file",
    inode: "inode",
    mapping: "mapping",
    vma: "vma",
    vmf: "vmf",
    kvm: "other",
    vcpu: "other",
    gmem: "other",
  } as const),
);

/** What is bound or mapped has a role; to a contract it is what its text declares. */
type Roles = { readonly isContract: boolean };
export const roleOfName = ({ isContract }: Roles, name: string): Role | undefined =>
  isContract ? undefined : ROLE_OF_NAME.get(name);
export const roleOfStruct = ({ isContract }: Roles, tag: string): Role | undefined =>
  isContract ? undefined : ROLE_OF_STRUCT.get(tag);

/** Offset at which the binding starts, in bytes, by era: v5-v8, v9-v10, its rework, guest_memfd. */
const OFFSETS = "guest_memfd_offset gmem_offset restricted_offset restrictedmem_offset private_offset";

const paths = (words: string, name: ReadableName): [string, ReadableName][] =>
  words.split(" ").map((path): [string, ReadableName] => [path, name]);

/** Of each role: member path -> input. */
export const INPUT_MEMBERS: Readonly<Partial<Record<Role, ReadonlyMap<string, ReadableName>>>> = {
  slot: new Map([
    ...paths("base_gfn", "base_gfn"),
    ...paths("npages", "npages"),
    ...paths("userspace_addr", "userspace_addr"),
    // v11 and later; the rework of v10; v5-v8, in bytes.
    ...paths("gmem.pgoff gmem.index restrictedmem.index restrictedmem.pgoff pgoff", "pgoff"),
    ...paths("private_offset restricted_offset restrictedmem_offset gmem_offset", "offset"),
  ]),
  mem: new Map([
    ...paths("guest_phys_addr region.guest_phys_addr", "gpa"),
    ...paths("memory_size region.memory_size", "size"),
    ...paths("userspace_addr region.userspace_addr", "userspace_addr"),
    ...paths(OFFSETS, "offset"),
  ]),
  fault: new Map([...paths("gfn", "gfn"), ...paths("goal_level req_level", "level")]),
};

/** Members of a new slot that its caller has set before anything else is asked; all others are 0 until they are. */
export const SET_BY_CALLER: ReadonlySet<string> = new Set([
  "base_gfn",
  "npages",
  "userspace_addr",
  "flags",
  "id",
  "as_id",
]);

/** Of members that are what they are for as long as a rule is asked: the object that they point to, and where it stands. */
export const LINKS: Readonly<Record<string, Role>> = {
  "fault.slot": "slot",
  "file.f_inode": "inode",
  "file.f_mapping": "mapping",
  "inode.i_mapping": "mapping",
  "mapping.host": "inode",
  "vmf.vma": "vma",
};

/** Types of the members that checks read most. "p": a pointer. */
const MEMBER_TYPES: Readonly<Record<string, string>> = {
  u32: "flags",
  s16: "id",
  u16: "as_id",
  u64: "vm_start vm_end vm_pgoff vm_flags nr_memslot_pages pgsize_bitmap i_blocks",
  s64: "i_size",
  p: "private_data f_op f_inode f_mapping i_mapping host i_sb vm_file vm_mm vma file dirty_bitmap slot kvm mm bindings_kvm i_private s_fs_info",
};
export const TYPE_OF_MEMBER: ReadonlyMap<string, string> = new Map(
  Object.entries(MEMBER_TYPES).flatMap(([type, words]) => words.split(" ").map((word) => [word, type] as const)),
);
