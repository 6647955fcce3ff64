/** The part of a .c that shows the escape on a tmpfs file of the running kernel. */

import type { AllocationClaim } from "../../../model/claim.ts";
import { CLAIMS } from "../../../model/built-in-claims.ts";
import type { Counterexample } from "../../counterexample.ts";
import type { Model } from "./model.ts";
import { LOOK, MOUNT } from "./tmpfs-file.ts";
import { usesVms } from "../../words/op-line.ts";

/** Bytes of the file that must not be allocated, after a fault in slot. */
const OUTSIDE: Readonly<Record<(typeof CLAIMS)[AllocationClaim]["side"], string>> = {
  start: "\treturn data_between(fd, 0, slot.offset);\n",
  end: "\treturn data_between(fd, slot.offset + slot.size, -1ULL);\n",
  others: `\
	u64 bytes = 0;

	for (int i = 0; i < nr_slots; i++) {
		if (slots[i].offset != slot.offset)
			bytes += data_between(fd, slots[i].offset,
					      slots[i].offset + slots[i].size);
	}
	return bytes;
`,
};

const WRITE = (claim: AllocationClaim): string => `
/* Bytes that must not be there. */
static u64 outside(int fd, struct op slot)
{
${OUTSIDE[CLAIMS[claim].side]}\
}

/*
 * A write() of one byte stands for KVM's fault: both ask shmem for the folio at
 * an offset, without a VMA, and neither tells it where the slot ends.
 */
static enum result write_byte(int fd, struct op slot, u64 offset, bool small)
{
	u64 before = outside(fd, slot), blocks = allocated_bytes(fd), more;

	if (pwrite(fd, "x", 1, offset) != 1)
		return skip("write to tmpfs", errno);
	more = outside(fd, slot) - before;
	blocks = allocated_bytes(fd) - blocks;
	printf("# wrote 1 byte at 0x%llx: st_blocks grew by 0x%llx bytes\\n",
	       offset, blocks);
	print_data(fd);
	printf("# the slot's range: [0x%llx, 0x%llx); outside: 0x%llx bytes\\n",
	       slot.offset, slot.offset + slot.size, more);
	if (more > 0)
		return NOT_OK;
	if (blocks < 0x200000 && !small)
		return skip("the kernel gave no 2 MiB folio", 0);
	return OK;
}
`;

const STEPS = (ce: Counterexample, readsSize: boolean): string => {
  const uses = (name: string): boolean => ce.ops.some(({ op }) => op === name);
  const vm = usesVms(ce.ops) ? "op.vm, " : "";
  const steps: readonly (readonly [string, string])[] = [
    ["bind_memslot", "\t\t\tbind_memslot(op);\n"],
    ["delete_memslot", "\t\t\tdelete_memslot(op);\n"],
    [
      "set_order",
      `\
			folio_size_now = PAGE << op.order;
			if (mount("reproducer", dir, "tmpfs", MS_REMOUNT,
				  huge_option(op.order, huge_never))) {
				result = skip("remount with huge=", errno);
				goto out;
			}
`,
    ],
    [
      "set_i_size",
      `\
${readsSize ? "\t\t\tfile_size = op.size;\n" : ""}\
			if (ftruncate(fd, op.size)) {
				result = skip("ftruncate", errno);
				goto out;
			}
`,
    ],
    [
      "punch_hole",
      `\
			if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				      op.offset, op.size)) {
				result = skip("punching a hole", errno);
				goto out;
			}
`,
    ],
    [
      "fault",
      `\
			at = find_slot(${vm}op.gpa);
			if (at < 0)
				break;
			if (ftruncate(fd, cover)) {
				result = skip("ftruncate", errno);
				goto out;
			}
			slot = slots[at];
			offset = op.gpa - slot.gpa + slot.offset;
			result = write_byte(fd, slot, offset, huge_never);
			if (result == NOT_OK)
				goto out;
`,
    ],
  ];
  return steps
    .filter(([name]) => uses(name))
    .map(([name, code]) => `\t\tcase ${name.toUpperCase()}:\n${code}\t\t\tbreak;\n`)
    .join("");
};

export const tmpfsInC = ({ ce, inputs, unknown }: Model, claim: AllocationClaim): string => `\
${LOOK}${WRITE(claim)}${MOUNT}
/* A tmpfs file stands for the memory file. */
static enum result on_tmpfs(bool huge_never)
{
	char dir[] = "/tmp/reproducer-XXXXXX", path[sizeof(dir) + 5];
	enum result result;
	struct op slot;
	u64 cover = 0, offset;
	int fd, at;

	for (int i = 0; i < NR_OPS; i++) {
		if (ops[i].op == BIND_MEMSLOT &&
		    ops[i].offset + ops[i].size > cover)
			cover = ops[i].offset + ops[i].size;
	}
	/* SEEK_DATA stops at the file's size: let it see all of a folio. */
	cover = DOWN(cover, 0x200000) + 0x400000;
	if (cover > 1ULL << 62)
		return skip("the offsets are too large for tmpfs", 0);
	result = mount_tmpfs(dir, huge_option(${ce.setting.orders[0] ?? 0}, huge_never));
	if (result != OK)
		return result;
	snprintf(path, sizeof(path), "%s/file", dir);
	fd = open(path, O_RDWR | O_CREAT, 0600);
	if (fd < 0) {
		result = skip("a file of the tmpfs", errno);
		goto out;
	}
	result = skip("the check refuses the slot, so nothing was written", 0);
	start_over();
	for (int i = 0; i < NR_OPS; i++) {
		struct op op = ops[i];

${unknown.length > 0 ? "\t\top_now = i + 1;\n" : ""}\
		switch (op.op) {
${STEPS(ce, inputs.includes("i_size"))}\
		}
	}
	if (result == OK && !huge_never && folio_size_now > 0x200000)
		result = skip("tmpfs has no 1 GiB folios", 0);
out:
	if (fd >= 0)
		close(fd);
	umount2(dir, MNT_DETACH);
	rmdir(dir);
	return result;
}
`;
