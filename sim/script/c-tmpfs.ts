/** The part of a .c that shows the escape on a tmpfs file of the running kernel. */

import type { Counterexample } from "../counterexample.ts";
import { usesVms } from "./op-line.ts";

/** Bytes of the file that the claim objects to, after a fault in slot. */
export const OUTSIDE: Readonly<Record<string, string>> = {
  folio_starts_in_slot: "\treturn data_between(fd, 0, slot.offset);\n",
  folio_ends_in_slot: "\treturn data_between(fd, slot.offset + slot.size, -1ULL);\n",
  folio_avoids_other_slots: `\
	u64 bytes = 0;

	for (int i = 0; i < nr_slots; i++) {
		if (slots[i].offset != slot.offset)
			bytes += data_between(fd, slots[i].offset, slots[i].offset + slots[i].size);
	}
	return bytes;
`,
};

const STEPS = (ce: Counterexample): string => {
  const uses = (name: string): boolean => ce.ops.some(({ op }) => op === name);
  const vm = usesVms(ce.ops) ? "op.vm, " : "";
  return `\
		if (op.op == BIND_MEMSLOT) {
			bind_memslot(op, check);
${uses("delete_memslot") ? "\t\t} else if (op.op == DELETE_MEMSLOT) {\n\t\t\tdelete_memslot(op);\n" : ""}\
${
  uses("set_order")
    ? `\
		} else if (op.op == SET_ORDER) {
			folio_size_now = PAGE << op.order;
			if (mount("reproducer", dir, "tmpfs", MS_REMOUNT, huge_option(op.order))) {
				skip_why = "tmpfs cannot be remounted with huge=";
				goto out;
			}
`
    : ""
}\
${uses("set_i_size") ? "\t\t} else if (op.op == SET_I_SIZE) {\n\t\t\tfile_size = op.size;\n\t\t\tif (ftruncate(fd, op.size))\n\t\t\t\tgoto out;\n" : ""}\
${uses("punch_hole") ? "\t\t} else if (op.op == PUNCH_HOLE) {\n\t\t\tif (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, op.offset, op.size))\n\t\t\t\tgoto out;\n" : ""}\
		} else if (op.op == FAULT && find_slot(${vm}op.gpa) >= 0) {
			struct op slot = slots[find_slot(${vm}op.gpa)];
			u64 offset = op.gpa - slot.gpa + slot.offset, before, after;

			if (ftruncate(fd, cover))
				goto out;
			before = outside(fd, slot);
			blocks = allocated_bytes(fd);
			if (pwrite(fd, "x", 1, offset) != 1) {
				skip_why = "tmpfs does not take a write at this offset";
				goto out;
			}
			after = outside(fd, slot);
			blocks = allocated_bytes(fd) - blocks;
			printf("# wrote 1 byte at file offset 0x%llx: st_blocks grew by 0x%llx bytes\\n", offset, blocks);
			print_data(fd);
			printf("# slot's part of the file: [0x%llx, 0x%llx); of its data that the claim forbids: 0x%llx bytes\\n",
			       slot.offset, slot.offset + slot.size, after - before);
			wrote = true;
			if (after > before)
				escaped = true;
		}
`;
};

export const tmpfsInC = (ce: Counterexample): string => `\
static u64 allocated_bytes(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? 0 : 512ULL * st.st_blocks;
}

/* Bytes that are no hole, between two offsets. */
static u64 data_between(int fd, u64 from, u64 to)
{
	u64 bytes = 0;
	off_t data, hole;

	for (u64 at = from; at < to; at = hole) {
		data = lseek(fd, at, SEEK_DATA);
		if (data < 0 || (u64)data >= to)
			break;
		hole = lseek(fd, data, SEEK_HOLE);
		if (hole < 0)
			break;
		bytes += ((u64)hole < to ? (u64)hole : to) - data;
	}
	return bytes;
}

static void print_data(int fd)
{
	off_t hole = 0, data;

	while ((data = lseek(fd, hole, SEEK_DATA)) >= 0 && (hole = lseek(fd, data, SEEK_HOLE)) >= 0)
		printf("# SEEK_DATA: [0x%llx, 0x%llx)\\n", (u64)data, (u64)hole);
}

static u64 outside(int fd, struct op slot)
{
${OUTSIDE[ce.claim] ?? ""}\
}

static const char *huge_option(int order)
{
	return order > 0 && !huge_never ? "huge=always" : "huge=never";
}

/*
 * A tmpfs file stands for the memory file, and a write() of one byte for KVM's
 * fault: both ask shmem for the folio at an offset, without a VMA, and neither
 * tells it where the slot ends. Changing the folio size is a remount.
 */
static enum result on_tmpfs(const struct checks *check)
{
	char dir[] = "/tmp/reproducer-XXXXXX", path[sizeof(dir) + 5];
	bool wrote = false, escaped = false;
	u64 cover = 0, blocks = 0;
	int fd = -1;

	skip_why = "something failed";
	for (int i = 0; i < NR_OPS; i++) {
		if (ops[i].op == BIND_MEMSLOT && ops[i].offset + ops[i].size > cover)
			cover = ops[i].offset + ops[i].size;
	}
	/* So that SEEK_DATA, which stops at the file's size, sees all of the last folio. */
	cover = down(cover, 0x200000) + 0x400000;
	if (cover > 1ULL << 62) {
		skip_why = "the offsets are larger than a tmpfs file can be";
		return SKIP;
	}
	if (geteuid() != 0) {
		skip_why = "needs root, to mount a private tmpfs";
		return SKIP;
	}
	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL)) {
		skip_why = "no mount namespace of its own to be had";
		return SKIP;
	}
	if (!mkdtemp(dir)) {
		skip_why = "no directory in /tmp to be had";
		return SKIP;
	}
	if (mount("reproducer", dir, "tmpfs", 0, huge_option(${ce.setting.orders[0] ?? 0}))) {
		skip_why = "tmpfs takes no huge= option here";
		rmdir(dir);
		return SKIP;
	}
	snprintf(path, sizeof(path), "%s/file", dir);
	fd = open(path, O_RDWR | O_CREAT, 0600);
	if (fd < 0)
		goto out;
	start_over();
	for (int i = 0; i < NR_OPS; i++) {
		struct op op = ops[i];

${STEPS(ce)}\
	}
	if (!wrote)
		skip_why = "the check refuses the slot, so there is no fault to stand for";
	else if (!escaped && !huge_never && blocks < 0x200000)
		skip_why = "the kernel gave no 2 MiB folio";
	else if (!escaped && !huge_never && folio_size_now > 0x200000)
		skip_why = "it takes a 1 GiB folio, which tmpfs does not have";
	else
		skip_why = NULL;
out:
	if (fd >= 0)
		close(fd);
	umount2(dir, MNT_DETACH);
	rmdir(dir);
	if (skip_why)
		return SKIP;
	return escaped ? NOT_OK : OK;
}
`;
