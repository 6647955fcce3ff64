/*
 * lowest_bit_not_above() (check "ffs64") lets in a memslot with which a page
 * fault allocates file pages that belong to another slot: 0x4000 bytes (4
 * pages).
 *
 * Claim folio_avoids_other_slots, broken by the operations below: a folio
 * allocated by a guest's fault takes no page of another memslot's file range.
 * Who needs it: Two slots share one folio: a conversion, a memory failure or
 * a punched hole of the one concerns the pages of the other, which may be
 * another VM's.
 *
 *	cc -std=gnu11 -O2 -Wall -Wextra -Werror -o reproducer \
 *	   ffs64-folio_avoids_other_slots-5025bd7d686a.c && ./reproducer
 *
 * Test 1 is a model of KVM and of the file with the check in it, and decides
 * the exit status: 1 while the claim is broken, 0 when it is not, 4 when the
 * check is undefined for these values. Test 2 is the same with a check that
 * holds. Tests 3 and 4 try the running kernel (3 as root); with the argument
 * huge=never, 3 keeps large folios off.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long s64;

#define PAGE 0x1000ULL
#define PUD_SIZE 0x40000000UL

/* What the checks are asked with. */
static struct {
	u64 offset;
	u64 gpa;
	u64 size;
} asked;

static inline int ffs64(u64 x)
{
	return __builtin_ffsll(x);
}

#define IS_ALIGNED(x, a) (!((x) & ((__typeof__(x))(a) - 1)))

/* The kernel is built without these warnings. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wtype-limits"
#pragma GCC diagnostic ignored "-Wparentheses"

/* ffs64, a bind check, verbatim: the check judged. It restates Xiaoyao Li, 2023-03-24. */
/* ---- rule ffs64 (bind) ---- */
static bool lowest_bit_not_above(u64 offset, u64 gpa)
{
	return ffs64(offset) <= ffs64(gpa);
}
/* ---- end of rule ---- */

static bool judged(void)
{
	return lowest_bit_not_above(asked.offset, asked.gpa);
}

/* offset_and_size_1g, a bind check, verbatim: the check that holds. It restates Sean Christopherson, 2023-07-18. */
static bool offset_and_size_aligned(u64 offset, u64 size)
{
	return IS_ALIGNED(offset, PUD_SIZE) && IS_ALIGNED(size, PUD_SIZE);
}

static bool control(void)
{
	return offset_and_size_aligned(asked.offset, asked.size);
}
#pragma GCC diagnostic pop

struct checks {
	bool (*bind)(void);
};

/* EDIT HERE, or build with -DCHECK=control, which exits with 0. */
#ifndef CHECK
#define CHECK judged
#endif
static const struct checks with_judged = { .bind = CHECK };
static const struct checks with_control = { .bind = control };

enum op_kind {
	BIND_MEMSLOT,   /* KVM_SET_USER_MEMORY_REGION2: size is memory_size, offset is guest_memfd_offset */
	SET_ORDER,      /* the folios that the file takes from now on are of this order: 9 is 2 MiB, 18 is 1 GiB */
	FAULT,          /* a guest touches gpa */
};

struct op {
	enum op_kind op;
	int slot, order;
	u64 gpa, size, offset, userspace_addr; /* bytes */
};

static const struct op ops[] = {
	/* ---- operations 5025bd7d686a ---- */
	{ .op = BIND_MEMSLOT, .slot = 0, .gpa = 0x4000, .size = 0x4000, .offset = 0x4000 },
	{ .op = BIND_MEMSLOT, .slot = 1, .gpa = 0x0, .size = 0x4000, .offset = 0x0 },
	{ .op = SET_ORDER, .order = 9 },
	{ .op = FAULT, .gpa = 0x4000 },
	/* ---- end of operations ---- */
};
#define NR_OPS ((int)(sizeof(ops) / sizeof(ops[0])))

static void print_op(struct op op)
{
	switch (op.op) {
	case BIND_MEMSLOT:
		printf("bind_memslot slot=%d gpa=0x%llx size=0x%llx offset=0x%llx", op.slot, op.gpa, op.size, op.offset);
		break;
	case SET_ORDER:
		printf("set_order order=%d", op.order);
		break;
	case FAULT:
		printf("fault gpa=0x%llx", op.gpa);
		break;
	}
}

struct range { u64 start, size; };

/* Slots bound to the file, oldest first; folios of the file. */
static struct op slots[NR_OPS];
static int nr_slots;
static struct range folios[NR_OPS];
static int nr_folios;
/* Of the next folio, and of the file. */
static u64 folio_size_now, file_size;
/* Where the claim wants it, and where it is, of the first fault that broke it. */
static struct range expected, actual;

static bool overlap(u64 a, u64 a_size, u64 b, u64 b_size)
{
	return a < b + b_size && b < a + a_size;
}

static u64 down(u64 n, u64 size)
{
	return n - n % size;
}

/* What the checks are asked with: bytes, and the same in 4 KiB pages. */
static void ask_about(struct op s)
{
	asked.offset = s.offset;
	asked.gpa = s.gpa;
	asked.size = s.size;
}

/*
 * KVM_SET_USER_MEMORY_REGION2 with a range of the file. Its checks of one slot
 * by itself (alignment to pages, wrap-around) are left out: these pass them.
 */
static const char *bind_memslot(struct op op, const struct checks *check)
{
	for (int i = 0; i < nr_slots; i++) {
		if (slots[i].slot == op.slot)
			return "EINVAL: this slot exists";
	}
	for (int i = 0; i < nr_slots; i++) {
		if (overlap(slots[i].gpa, slots[i].size, op.gpa, op.size))
			return "EEXIST: overlaps another slot";
	}
	ask_about(op);
	if (!check->bind())
		return "EINVAL: the check refuses it";
	for (int i = 0; i < nr_slots; i++) {
		if (overlap(slots[i].offset, slots[i].size, op.offset, op.size))
			return "EINVAL: file range already bound";
	}
	slots[nr_slots++] = op;
	return "ok";
}

static bool touches_other_slot(struct op slot, struct range folio)
{
	for (int i = 0; i < nr_slots; i++) {
		if (slots[i].offset != slot.offset &&
		    overlap(slots[i].offset, slots[i].size, folio.start, folio.size))
			return true;
	}
	return false;
}

static int find_slot(u64 gpa)
{
	for (int i = 0; i < nr_slots; i++) {
		if (gpa >= slots[i].gpa && gpa - slots[i].gpa < slots[i].size)
			return i;
	}
	return -1;
}

/* A guest touches gpa: find the slot, get the folio. */
static const char *fault(u64 gpa, bool *broken)
{
	static char told[200];
	int at = find_slot(gpa);

	if (at < 0)
		return "no slot there";

	struct op slot = slots[at];
	u64 offset = gpa - slot.gpa + slot.offset; /* of the file; the slot's ends are not looked at again */
	struct range folio = { down(offset, folio_size_now), folio_size_now };
	bool allocated = true;

	for (int i = 0; i < nr_folios; i++) {
		if (overlap(folios[i].start, folios[i].size, offset, PAGE)) {
			folio = folios[i];
			allocated = false;
		}
	}
	if (allocated) {
		/* A page that is there already forbids a large folio over it. */
		for (int i = 0; i < nr_folios; i++) {
			if (overlap(folios[i].start, folios[i].size, down(offset, folio_size_now), folio_size_now))
				folio = (struct range){ offset, PAGE };
		}
		folios[nr_folios++] = folio;
	}

	/* THE CLAIM: a folio allocated by a guest's fault takes no page of another memslot's file range */
	if (!*broken && (allocated && touches_other_slot(slot, folio))) {
		*broken = true;
		expected = (struct range){ slot.offset, slot.size };
		actual = (struct range){ folio.start, folio.size };
	}
	snprintf(told, sizeof(told), "asks for file offset 0x%llx, gets folio [0x%llx, 0x%llx)",
		 offset, folio.start, folio.start + folio.size);
	return told;
}

/* An empty machine. */
static void start_over(void)
{
	nr_slots = nr_folios = 0;
	folio_size_now = PAGE << 0;
	file_size = 0x7ffffffffffff000;
}

/* Runs the operations on an empty machine; true if the claim broke. */
static bool simulate(const struct checks *check)
{
	bool broken = false;

	start_over();
	for (int i = 0; i < NR_OPS; i++) {
		const char *said = "ok";

		switch (ops[i].op) {
		case BIND_MEMSLOT:
			said = bind_memslot(ops[i], check);
			break;
		case SET_ORDER:
			folio_size_now = PAGE << ops[i].order;
			break;
		case FAULT:
			said = fault(ops[i].gpa, &broken);
			break;
		}
		printf("# %d. ", i + 1);
		print_op(ops[i]);
		printf("\n#      %s\n", said);
	}
	return broken;
}

/* The running kernel. */
enum result { OK, NOT_OK, SKIP };
static const char *skip_why;
static bool huge_never;

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
		printf("# SEEK_DATA: [0x%llx, 0x%llx)\n", (u64)data, (u64)hole);
}

static u64 outside(int fd, struct op slot)
{
	u64 bytes = 0;

	for (int i = 0; i < nr_slots; i++) {
		if (slots[i].offset != slot.offset)
			bytes += data_between(fd, slots[i].offset, slots[i].offset + slots[i].size);
	}
	return bytes;
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
	if (mount("reproducer", dir, "tmpfs", 0, huge_option(0))) {
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

		if (op.op == BIND_MEMSLOT) {
			bind_memslot(op, check);
		} else if (op.op == SET_ORDER) {
			folio_size_now = PAGE << op.order;
			if (mount("reproducer", dir, "tmpfs", MS_REMOUNT, huge_option(op.order))) {
				skip_why = "tmpfs cannot be remounted with huge=";
				goto out;
			}
		} else if (op.op == FAULT && find_slot(op.gpa) >= 0) {
			struct op slot = slots[find_slot(op.gpa)];
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
			printf("# wrote 1 byte at file offset 0x%llx: st_blocks grew by 0x%llx bytes\n", offset, blocks);
			print_data(fd);
			printf("# slot's part of the file: [0x%llx, 0x%llx); of its data that the claim forbids: 0x%llx bytes\n",
			       slot.offset, slot.offset + slot.size, after - before);
			wrote = true;
			if (after > before)
				escaped = true;
		}
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
		} else if (op.op == SET_ORDER) {
			folio_size_now = PAGE << op.order;
		}
		if (nr_slots == before)
			continue;
		if (ioctl(vm, KVM_SET_USER_MEMORY_REGION2, &region)) {
			snprintf(why, sizeof(why), "the running kernel refuses operation %d: %m", i + 1);
			skip_why = why;
			result = errno == EINVAL || errno == EEXIST ? SKIP : NOT_OK;
			goto out;
		}
		printf("# operation %d: KVM_SET_USER_MEMORY_REGION2 with a guest_memfd of 0x%llx bytes: ok\n", i + 1, file.size);
		result = OK;
	}
	if (result == OK)
		printf("# guest_memfd has single pages only, so the fault cannot escape there today\n");
out:
	if (fd >= 0)
		close(fd);
	if (vm >= 0)
		close(vm);
	close(kvm);
	return result;
}

static const char picture[] =
	"#              0x0      0x4000   0x8000                           0x200000\n"
	"# file offset  |--------|--------|---------------//---------------|\n"
	"# slot 0                [########) 16 KiB\n"
	"# fault                 ^ asks for 0x4000\n"
	"# slot 1       [++++++++) 16 KiB\n"
	"# folio        [============= 2 MiB =============//===============)\n"
	"# outside      [xxxxxxxx) 16 KiB\n";

static int count[3];

static void report(int number, enum result result, const char *what)
{
	count[result]++;
	printf("%sok %d %s", result == NOT_OK ? "not " : "", number, what);
	if (result == SKIP)
		printf(" # SKIP %s", skip_why);
	printf("\n");
}

int main(int argc, char **argv)
{
	bool broken;

	huge_never = argc > 1 && !strcmp(argv[1], "huge=never");
	printf("KTAP version 1\n1..4\n");

	broken = simulate(&with_judged);
	if (broken) {
		printf("# expected: within [0x%llx, 0x%llx)\n", expected.start, expected.start + expected.size);
		printf("# actual:   [0x%llx, 0x%llx)\n", actual.start, actual.start + actual.size);
		printf("%s", picture);
	}
	report(1, broken ? NOT_OK : OK, "folio_avoids_other_slots with ffs64");
	int status = broken ? 1 : 0;

	report(2, simulate(&with_control) ? NOT_OK : OK, "folio_avoids_other_slots with offset_and_size_1g");
	report(3, on_tmpfs(&with_judged), "on a tmpfs file of the running kernel");
	report(4, on_kvm(&with_judged), "bound to a guest_memfd of the running kernel");
	printf("# Totals: pass:%d fail:%d xfail:0 xpass:0 skip:%d error:0\n", count[OK], count[NOT_OK], count[SKIP]);
	return status;
}

/*
 * For foliofence replay, which reads this file:
 * ---- setting 5025bd7d686a ----
 * claim=folio_avoids_other_slots
 * orders=4K,2M,1G resize=any
 * bind_rule=none map_rule=folio_order
 * level_rule=stock
 * ---- end of setting ----
 */
