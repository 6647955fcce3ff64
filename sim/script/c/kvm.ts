/** The part of a .c that asks the running KVM whether it binds the same slots. */

import { isBinding } from "../../../model/claim.ts";
import type { Counterexample } from "../../counterexample.ts";
import { type Model, readsFileSize } from "./model.ts";
import { readsUserspaceAddr } from "../../words/claim.ts";

const DECLARATIONS = `\
/* From linux/kvm.h, which may be older than the kernel. */
struct region2 {
	u32 slot, flags;
	u64 guest_phys_addr, memory_size, userspace_addr, guest_memfd_offset;
	u32 guest_memfd, pad1;
	u64 pad2[14];
};
struct create_guest_memfd {
	u64 size, flags, reserved[6];
};
#define KVM_CREATE_VM _IO(0xae, 0x01)
#define KVM_CHECK_EXTENSION _IO(0xae, 0x03)
#define KVM_SET_USER_MEMORY_REGION2 _IOW(0xae, 0x49, struct region2)
#define KVM_CREATE_GUEST_MEMFD _IOWR(0xae, 0xd4, struct create_guest_memfd)
#define KVM_CAP_GUEST_MEMFD 234
#define KVM_MEM_GUEST_MEMFD 4
`;

const MAKE_VM = `
/* A VM with guest_memfd: of the default type or software-protected. */
static int make_vm(int kvm)
{
	skip("this KVM has no guest_memfd", 0);
	for (int type = 0; type < 2; type++) {
		int vm = ioctl(kvm, KVM_CREATE_VM, type);

		if (vm < 0) {
			if (type == 0)
				skip("KVM_CREATE_VM", errno);
			continue;
		}
		if (ioctl(vm, KVM_CHECK_EXTENSION, KVM_CAP_GUEST_MEMFD) > 0)
			return vm;
		close(vm);
	}
	return -1;
}
`;

/** A file that every slot lies in, or of the size that a slot is to be bound past. */
const makeFile = ({ claim, violation }: Counterexample): string => `
static int open_guest_memfd(int vm)
{
	struct create_guest_memfd file = { 0 };
	u64 total = 0;
	int fd;

	for (int i = 0; i < NR_OPS; i++) {
		if (ops[i].op != BIND_MEMSLOT)
			continue;
		total += ops[i].size;
${
  claim === "binding_in_file"
    ? ""
    : `\
		if (ops[i].offset + ops[i].size > file.size)
			file.size = ops[i].offset + ops[i].size;
`
}\
	}
${claim === "binding_in_file" ? `\tfile.size = 0x${(BigInt(violation.expected.npages) << 12n).toString(16)};\n` : ""}\
	/* KVM allocates some bytes for each page of a slot. */
	if (total > 8ULL << 30) {
		skip("the slots are larger than 8 GiB", 0);
		return -1;
	}
	fd = ioctl(vm, KVM_CREATE_GUEST_MEMFD, &file);
	if (fd < 0)
		skip("KVM_CREATE_GUEST_MEMFD", errno);
	return fd;
}
`;

const bind = (model: Model): string => {
  const { ce, unknown } = model;
  return `
static enum result bind_on_kvm(int vm, int fd)
{
	enum result result = skip("the check refuses it: KVM not asked", 0);

	start_over();
	for (int i = 0; i < NR_OPS; i++) {
		struct op op = ops[i];
		struct region2 region = {
			.slot = op.slot,
			.flags = KVM_MEM_GUEST_MEMFD,
			.guest_memfd = fd,
		};
		int before = nr_slots;

${unknown.length > 0 ? "\t\top_now = i + 1;\n" : ""}\
		if (op.op == BIND_MEMSLOT) {
			region.guest_phys_addr = op.gpa;
			region.memory_size = op.size;
${readsUserspaceAddr(ce) ? "\t\t\tregion.userspace_addr = op.userspace_addr;\n" : ""}\
			region.guest_memfd_offset = op.offset;
			bind_memslot(op);
${ce.ops.some(({ op }) => op === "delete_memslot") ? "\t\t} else if (op.op == DELETE_MEMSLOT) {\n\t\t\tdelete_memslot(op);\n" : ""}\
${ce.ops.some(({ op }) => op === "set_i_size") && readsFileSize(model) ? "\t\t} else if (op.op == SET_I_SIZE) {\n\t\t\tfile_size = op.size;\n" : ""}\
${ce.ops.some(({ op }) => op === "set_order") ? "\t\t} else if (op.op == SET_ORDER) {\n\t\t\tfolio_size_now = PAGE << op.order;\n" : ""}\
		}
		if (nr_slots == before)
			continue;
		if (ioctl(vm, KVM_SET_USER_MEMORY_REGION2, &region))
			return skip("the running kernel refuses it", errno);
		printf("# operation %d: KVM_SET_USER_MEMORY_REGION2: ok\\n",
		       i + 1);
		result = OK;
	}
${isBinding(ce.claim) ? "" : '\tif (result == OK)\n\t\tprintf("# not tested: no fault was made\\n");\n'}\
	return result;
}
`;
};

const ON_KVM = `
/* Does the running kernel let the slot in? It has a check of its own. */
static enum result on_kvm(void)
{
	enum result result = SKIP;
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC), vm, fd;

	if (kvm < 0)
		return skip("/dev/kvm", errno);
	vm = make_vm(kvm);
	if (vm >= 0) {
		fd = open_guest_memfd(vm);
		if (fd >= 0) {
			result = bind_on_kvm(vm, fd);
			close(fd);
		}
		close(vm);
	}
	close(kvm);
	return result;
}
`;

export const kvmInC = (model: Model): string => `${DECLARATIONS}${MAKE_VM}${makeFile(model.ce)}${bind(model)}${ON_KVM}`;
