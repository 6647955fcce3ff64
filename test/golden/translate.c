/*
 * offset_aligned_to_size_level() (check "size_level") lets in a memslot with
 * which a page fault maps guest frames to the wrong file pages: 0x100000
 * bytes (256 pages) off.
 *
 * Claim mapping_translates, broken by the operations below: guest frame
 * base_gfn + i maps file page pgoff + i.
 * Who needs it: The guest sees other data at one address through a large
 * mapping than through a small one.
 *
 *	cc -std=gnu11 -O2 -Wall -Wextra -Werror -o reproducer \
 *	   size_level-mapping_translates-d40fd3275d80.c && ./reproducer
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
typedef unsigned long long gfn_t;
typedef long long s64;

#define PAGE 0x1000ULL
#define SZ_1G 0x40000000
#define SZ_2M 0x200000
#define SZ_4K 0x1000
#define PUD_SIZE 0x40000000UL

/* What the checks are asked with. */
static struct {
	u64 offset;
	u64 size;
	u64 base_gfn;
	u64 ugfn;
	int order;
	u64 nr_pages;
} asked;

#define IS_ALIGNED(x, a) (!((x) & ((__typeof__(x))(a) - 1)))

/* The kernel is built without these warnings. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wtype-limits"
#pragma GCC diagnostic ignored "-Wparentheses"

/* size_level, a bind check, verbatim: the check judged. It restates Sean Christopherson, 2023-04-14. */
/* ---- rule size_level (bind) ---- */
static u64 largest_page_in(u64 size)
{
	if (size >= SZ_1G)
		return SZ_1G;
	return size >= SZ_2M ? SZ_2M : SZ_4K;
}

static bool offset_aligned_to_size_level(u64 offset, u64 size)
{
	return IS_ALIGNED(offset, largest_page_in(size));
}
/* ---- end of rule ---- */

static bool judged(void)
{
	return offset_aligned_to_size_level(asked.offset, asked.size);
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

/* folio_order, a map check, verbatim: what else decides. It restates Chao Peng, 2022 to 2023, v5 to v12. */
static bool up_to_folio_order(int order)
{
	return true;	/* the folio's order is the limit already */
}

static bool map_check(void)
{
	return up_to_folio_order(asked.order);
}

/* stock, a level check, verbatim: what else decides. It restates Linux, 2.6.34 and later. */
static bool level_forbidden(gfn_t base_gfn, unsigned long ugfn,
			    unsigned long nr_pages)
{
	return (base_gfn ^ ugfn) & (nr_pages - 1);
}

static bool level_check(void)
{
	return level_forbidden(asked.base_gfn, asked.ugfn, asked.nr_pages);
}
#pragma GCC diagnostic pop

struct checks {
	bool (*bind)(void), (*map)(void), (*level)(void);
};

/* EDIT HERE, or build with -DCHECK=control, which exits with 0. */
#ifndef CHECK
#define CHECK judged
#endif
static const struct checks with_judged = { .bind = CHECK, .map = map_check, .level = level_check };
static const struct checks with_control = { .bind = control, .map = map_check, .level = level_check };

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
	/* ---- operations d40fd3275d80 ---- */
	{ .op = BIND_MEMSLOT, .slot = 0, .gpa = 0x100000, .size = 0x300000, .offset = 0x0, .userspace_addr = 0x100000 },
	{ .op = SET_ORDER, .order = 9 },
	{ .op = FAULT, .gpa = 0x200000 },
	/* ---- end of operations ---- */
};
#define NR_OPS ((int)(sizeof(ops) / sizeof(ops[0])))

static void print_op(struct op op)
{
	switch (op.op) {
	case BIND_MEMSLOT:
		printf("bind_memslot slot=%d gpa=0x%llx size=0x%llx offset=0x%llx userspace_addr=0x%llx", op.slot, op.gpa, op.size, op.offset, op.userspace_addr);
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
	asked.size = s.size;
	asked.base_gfn = s.gpa / PAGE;
	asked.ugfn = s.userspace_addr / PAGE;
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

static int find_slot(u64 gpa)
{
	for (int i = 0; i < nr_slots; i++) {
		if (gpa >= slots[i].gpa && gpa - slots[i].gpa < slots[i].size)
			return i;
	}
	return -1;
}

/* A guest touches gpa: find the slot, get the folio, map it. */
static const char *fault(u64 gpa, const struct checks *check, bool *broken)
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

	/* The largest page that the folio fills, the slot's ends allow and no check forbids. */
	u64 mapped = PAGE;
	for (int order = 18; order > 0; order -= 9) {
		u64 size = PAGE << order;
		u64 block = down(gpa, size);

		if (size > folio.size || block < slot.gpa || block + size > slot.gpa + slot.size)
			continue;
		ask_about(slot);
		asked.order = order;
		asked.nr_pages = 1ULL << order;
		if (check->level() || !check->map())
			continue;
		mapped = size;
		break;
	}
	struct range frames = { down(gpa, mapped), mapped };
	struct range pages = { down(offset, mapped), mapped };

	/* THE CLAIM: guest frame base_gfn + i maps file page pgoff + i */
	if (!*broken && (pages.start - slot.offset != frames.start - slot.gpa)) {
		*broken = true;
		expected = (struct range){ frames.start - slot.gpa + slot.offset, frames.size };
		actual = (struct range){ pages.start, pages.size };
	}
	snprintf(told, sizeof(told), "file offset 0x%llx, folio [0x%llx, 0x%llx); gpa [0x%llx, 0x%llx) gets file [0x%llx, 0x%llx)",
		 offset, folio.start, folio.start + folio.size, frames.start, frames.start + frames.size,
		 pages.start, pages.start + pages.size);
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
			said = fault(ops[i].gpa, check, &broken);
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

static enum result on_tmpfs(const struct checks *check)
{
	(void)check;
	skip_why = "only what a fault allocates can be seen from user space, not what it maps";
	return SKIP;
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
	"#              0x0              0x100000         0x200000         0x300000\n"
	"# file offset  |----------------|----------------|----------------|\n"
	"# slot 0       [##################### 3 MiB ######################)\n"
	"# fault                         ^ asks for 0x100000\n"
	"# folio        [============ 2 MiB ==============)\n"
	"# mapped       [------------ 2 MiB --------------)\n"
	"# should map                    [............ 2 MiB ..............)\n"
	"# \n"
	"#              0x100000         0x200000                          0x400000\n"
	"# gpa          |----------------|---------------------------------|\n"
	"# slot 0       [##################### 3 MiB ######################)\n"
	"# fault                         ^ guest touches 0x200000\n"
	"# mapped                        [------------ 2 MiB --------------)\n";

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
		printf("# expected: [0x%llx, 0x%llx)\n", expected.start, expected.start + expected.size);
		printf("# actual:   [0x%llx, 0x%llx)\n", actual.start, actual.start + actual.size);
		printf("%s", picture);
	}
	report(1, broken ? NOT_OK : OK, "mapping_translates with size_level");
	int status = broken ? 1 : 0;

	report(2, simulate(&with_control) ? NOT_OK : OK, "mapping_translates with offset_and_size_1g");
	report(3, on_tmpfs(&with_judged), "on a tmpfs file of the running kernel");
	report(4, on_kvm(&with_judged), "bound to a guest_memfd of the running kernel");
	printf("# Totals: pass:%d fail:%d xfail:0 xpass:0 skip:%d error:0\n", count[OK], count[NOT_OK], count[SKIP]);
	return status;
}

/*
 * For foliofence replay, which reads this file:
 * ---- setting d40fd3275d80 ----
 * claim=mapping_translates
 * orders=4K,2M,1G resize=any
 * bind_rule=none map_rule=folio_order
 * level_rule=stock
 * ---- end of setting ----
 */
