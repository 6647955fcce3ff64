/** The part of a .c that asks the running KVM whether it binds the same slots. */

import type { Counterexample } from "../counterexample.ts";

export const kvmInC = (ce: Counterexample): string => `\
/* Of linux/kvm.h, which may be older than the kernel. */
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

/* Does the running kernel let the same slots in? It has its own check, not this one. */
static enum result on_kvm(const struct checks *check)
{
	struct create_guest_memfd file = { 0 };
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC), vm = -1, fd = -1;
	enum result result = SKIP;
	static char why[100];
	u64 total = 0;

	skip_why = "/dev/kvm cannot be opened";
	if (kvm < 0)
		return SKIP;
	vm = ioctl(kvm, KVM_CREATE_VM, 0);
	skip_why = "no VM can be made";
	if (vm < 0)
		goto out;
	skip_why = "this KVM has no guest_memfd";
	if (ioctl(vm, KVM_CHECK_EXTENSION, KVM_CAP_GUEST_MEMFD) <= 0)
		goto out;
	for (int i = 0; i < NR_OPS; i++) {
		if (ops[i].op != BIND_MEMSLOT)
			continue;
		total += ops[i].size;
		if (ops[i].offset + ops[i].size > file.size)
			file.size = ops[i].offset + ops[i].size;
	}
	skip_why = "the slots are too large to try";
	if (total > 8ULL << 30)
		goto out;
	fd = ioctl(vm, KVM_CREATE_GUEST_MEMFD, &file);
	skip_why = "no guest_memfd of this size can be made";
	if (fd < 0)
		goto out;

	skip_why = "the check refuses the slot, so KVM is not asked";
	start_over();
	for (int i = 0; i < NR_OPS; i++) {
		struct op op = ops[i];
		struct region2 region = { .slot = op.slot, .flags = KVM_MEM_GUEST_MEMFD, .guest_memfd = fd };
		int before = nr_slots;

		if (op.op == BIND_MEMSLOT) {
			region.guest_phys_addr = op.gpa;
			region.memory_size = op.size;
			region.userspace_addr = op.userspace_addr;
			region.guest_memfd_offset = op.offset;
			bind_memslot(op, check);
${ce.ops.some(({ op }) => op === "delete_memslot") ? "\t\t} else if (op.op == DELETE_MEMSLOT) {\n\t\t\tdelete_memslot(op);\n" : ""}\
${ce.ops.some(({ op }) => op === "set_order") ? "\t\t} else if (op.op == SET_ORDER) {\n\t\t\tfolio_size_now = PAGE << op.order;\n" : ""}\
		}
		if (nr_slots == before)
			continue;
		if (ioctl(vm, KVM_SET_USER_MEMORY_REGION2, &region)) {
			snprintf(why, sizeof(why), "the running kernel refuses operation %d: %m", i + 1);
			skip_why = why;
			result = errno == EINVAL || errno == EEXIST ? SKIP : NOT_OK;
			goto out;
		}
		printf("# operation %d: KVM_SET_USER_MEMORY_REGION2 with a guest_memfd of 0x%llx bytes: ok\\n", i + 1, file.size);
		result = OK;
	}
	if (result == OK)
		printf("# guest_memfd has single pages only, so the fault cannot escape there today\\n");
out:
	if (fd >= 0)
		close(fd);
	if (vm >= 0)
		close(vm);
	close(kvm);
	return result;
}
`;
