/*
 * Slot 0 has gpa [0x0, 0x3ff000) in file [0x1000, 0x400000).
 * The guest touches gpa 0x0; KVM maps gpa [0x0, 0x200000) to file [0x0,
 * 0x200000) as one 2 MiB page.
 * Of that, file [0x0, 0x1000) (1 page) is below the slot's range.
 *
 * Why: The slot's gpa and offset differ by 0x1ff000 modulo the 2 MiB that are
 * mapped. round_up_contained reads only pgoff, npages, index and nr_pages, so
 * it cannot compare them.
 *
 *	cc -std=gnu11 -O2 -fwrapv -Wall -Wextra -Werror -o reproducer \
 *	   round_up_contained-mapping_starts_in_binding-1f9da047e91b.c && ./reproducer
 *
 * Test 1 is a model of KVM and of the file with the check round_up_contained
 * in it. It alone decides the exit status: 1 if the check lets this happen, 0
 * if not. Test 2 is the model with the control congruent_order. Test 3 is
 * skipped: what KVM maps cannot be seen from user space. Test 4 asks the
 * running KVM whether it binds the slot.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <unistd.h>

typedef unsigned int u32;
typedef unsigned long long u64;
typedef unsigned long long pgoff_t;
typedef unsigned long long gfn_t;
typedef long long s64;

#define PAGE 0x1000ULL
#define PAGE_SIZE 0x1000UL

/* What a check may look at: bytes, and the same in 4 KiB pages. */
struct asked {
	u64 offset;
	u64 size;
	u64 pgoff;
	u64 base_gfn;
	u64 npages;
	u64 ugfn;
	s64 i_size;
	u64 index;
	u64 nr_pages;
};

#define ALIGN(x, a) (((x) + ((__typeof__(x))(a) - 1)) & ~((__typeof__(x))(a) - 1))
#define IS_ALIGNED(x, a) (!((x) & ((__typeof__(x))(a) - 1)))
#define PAGE_ALIGNED(x) IS_ALIGNED((u64)(x), PAGE_SIZE)
#define check_add_overflow(a, b, d) __builtin_add_overflow(a, b, d)

/*
 * The check (map): round_up_contained (restated from Michael Roth, then Sean
 * Christopherson, 2023-10-27, v13)
 */
/* ---- rule round_up_contained (map) ---- */
static bool contained(unsigned long index, unsigned long nr_pages,
		      unsigned long pgoff, unsigned long npages)
{
	unsigned long first = ALIGN(index, nr_pages);

	if (first < ALIGN(pgoff, nr_pages))
		return false;
	return first + nr_pages <= pgoff + npages;
}
/* ---- end of rule ---- */

static bool ask_suspect(const struct asked *asked)
{
	return contained(asked->index, asked->nr_pages, asked->pgoff, asked->npages);
}

/* The control (map): congruent_order (restated from Yan Zhao, 2025-05) */
static bool congruent(gfn_t base_gfn, pgoff_t pgoff, unsigned long nr_pages)
{
	return ((base_gfn ^ pgoff) & (nr_pages - 1)) == 0;
}

static bool ask_control(const struct asked *asked)
{
	return congruent(asked->base_gfn, asked->pgoff, asked->nr_pages);
}

/* What else decides (bind): none (restated from Linux, 6.8 and later) */
static bool page_aligned_and_inside(u64 offset, u64 size, loff_t i_size)
{
	u64 end;

	if (!PAGE_ALIGNED(offset) || check_add_overflow(offset, size, &end))
		return false;
	return end <= (u64)i_size;
}

static bool ask_bind(const struct asked *asked)
{
	return page_aligned_and_inside(asked->offset, asked->size, asked->i_size);
}

/* What else decides (level): stock (restated from Linux, long-standing) */
static bool level_forbidden(gfn_t base_gfn, unsigned long ugfn,
			    unsigned long nr_pages)
{
	return (base_gfn ^ ugfn) & (nr_pages - 1);
}

static bool ask_level(const struct asked *asked)
{
	return level_forbidden(asked->base_gfn, asked->ugfn, asked->nr_pages);
}

struct checks {
	const char *name;
	bool (*bind)(const struct asked *asked);
	bool (*map)(const struct asked *asked);
	bool (*level)(const struct asked *asked);
};

/* Built with -DCHECK=control, test 1 takes the control and exits with 0. */
#ifndef CHECK
#define CHECK suspect
#endif
enum { suspect, control };

static const struct checks checks[] = {
	[suspect] = {
		.name = "round_up_contained",
		.bind = ask_bind,
		.map = ask_suspect,
		.level = ask_level,
	},
	[control] = {
		.name = "congruent_order",
		.bind = ask_bind,
		.map = ask_control,
		.level = ask_level,
	},
};

enum op_kind {
	BIND_MEMSLOT,	/* KVM_SET_USER_MEMORY_REGION2 */
	SET_ORDER,	/* folios from now on: 9 is 2 MiB, 18 is 1 GiB */
	FAULT,		/* a guest touches gpa */
};

struct op {
	enum op_kind op;
	int slot, order;
	u64 gpa, size, offset, userspace_addr;	/* in bytes */
};

/* size is memory_size, offset is guest_memfd_offset. */
static const struct op ops[] = {
	/* ---- operations 1f9da047e91b ---- */
	{ .op = BIND_MEMSLOT, .slot = 0, .gpa = 0x0, .size = 0x3ff000,
	  .offset = 0x1000, .userspace_addr = 0x0 },
	{ .op = SET_ORDER, .order = 9 },
	{ .op = FAULT, .gpa = 0x0 },
	/* ---- end of operations ---- */
};
#define NR_OPS ((int)(sizeof(ops) / sizeof(ops[0])))

static void print_op(struct op op)
{
	switch (op.op) {
	case BIND_MEMSLOT:
		printf("bind_memslot slot=%d gpa=0x%llx size=0x%llx "
		       "offset=0x%llx userspace_addr=0x%llx\n",
		       op.slot, op.gpa, op.size, op.offset, op.userspace_addr);
		break;
	case SET_ORDER:
		printf("set_order order=%d\n", op.order);
		break;
	case FAULT:
		printf("fault gpa=0x%llx\n", op.gpa);
		break;
	}
}

struct range {
	u64 start, size;
};

/* Slots bound to the file, oldest first. */
static struct op slots[NR_OPS];
static int nr_slots;
/* Folios of the file, and the size of the next one. */
static struct range folios[NR_OPS];
static int nr_folios;
static u64 folio_size_now;
static u64 file_size;

static bool overlap(u64 a, u64 a_size, u64 b, u64 b_size)
{
	return a < b + b_size && b < a + a_size;
}

static u64 down(u64 n, u64 size)
{
	return n - n % size;
}

static struct asked ask_about(struct op s)
{
	struct asked asked = {
		.offset = s.offset,
		.size = s.size,
		.pgoff = s.offset / PAGE,
		.base_gfn = s.gpa / PAGE,
		.npages = s.size / PAGE,
		.ugfn = s.userspace_addr / PAGE,
		.i_size = file_size,
	};

	return asked;
}

/*
 * KVM_SET_USER_MEMORY_REGION2 with a range of the file. Its checks of one slot
 * by itself (alignment to pages, wrap-around) are left out: these pass them.
 */
static const char *bind_memslot(struct op op, const struct checks *check)
{
	struct asked asked = ask_about(op);

	for (int i = 0; i < nr_slots; i++) {
		if (slots[i].slot == op.slot)
			return "EINVAL: this slot exists";
	}
	for (int i = 0; i < nr_slots; i++) {
		if (overlap(slots[i].gpa, slots[i].size, op.gpa, op.size))
			return "EEXIST: overlaps another slot";
	}
	if (!check->bind(&asked))
		return "EINVAL: the check refuses it";
	for (int i = 0; i < nr_slots; i++) {
		if (overlap(slots[i].offset, slots[i].size,
			    op.offset, op.size))
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

/* The folio at this offset of the file, allocated if there is none. */
static struct range get_folio(u64 offset)
{
	struct range folio = { down(offset, folio_size_now), folio_size_now };

	for (int i = 0; i < nr_folios; i++) {
		if (overlap(folios[i].start, folios[i].size, offset, PAGE))
			return folios[i];
	}
	/* A page that is there already forbids a large folio over it. */
	for (int i = 0; i < nr_folios; i++) {
		if (overlap(folios[i].start, folios[i].size,
			    folio.start, folio.size)) {
			folio = (struct range){ offset, PAGE };
			break;
		}
	}
	folios[nr_folios++] = folio;
	return folio;
}

/* The largest page that fits folio and slot and that no check forbids. */
static u64 mapped_size(const struct checks *check, struct op slot,
		       struct range folio, u64 gpa, u64 offset)
{
	for (int order = 18; order > 0; order -= 9) {
		struct asked asked = ask_about(slot);
		u64 size = PAGE << order;
		u64 block = down(gpa, size);

		if (size > folio.size || block < slot.gpa ||
		    block + size > slot.gpa + slot.size)
			continue;
		asked.index = offset / PAGE;
		asked.nr_pages = 1ULL << order;
		if (check->level(&asked) ||
		    !check->map(&asked))
			continue;
		return size;
	}
	return PAGE;
}

/* A guest touches gpa. The first range that must not be goes to wrong. */
static void fault(u64 gpa, const struct checks *check, struct range *wrong)
{
	int at = find_slot(gpa);
	struct range folio, frames, pages;
	struct op slot;
	u64 offset;

	if (at < 0) {
		printf("#      no slot there\n");
		return;
	}
	slot = slots[at];
	/* Of the file. The slot's ends are not looked at again. */
	offset = gpa - slot.gpa + slot.offset;
	folio = get_folio(offset);
	frames.size = mapped_size(check, slot, folio, gpa, offset);
	frames.start = down(gpa, frames.size);
	pages = (struct range){ down(offset, frames.size), frames.size };
	printf("#      file offset 0x%llx, folio [0x%llx, 0x%llx)\n",
	       offset, folio.start, folio.start + folio.size);
	printf("#      maps gpa [0x%llx, 0x%llx) to file [0x%llx, 0x%llx)\n",
	       frames.start, frames.start + frames.size,
	       pages.start, pages.start + pages.size);

	/* What must hold: a guest mapping does not map file pages below the
	 * memslot's file range. */
	if (!wrong->size &&
	    pages.start < slot.offset)
		*wrong = pages;
}

/* An empty machine. */
static void start_over(void)
{
	nr_slots = nr_folios = 0;
	folio_size_now = PAGE << 0;
	file_size = 0x7ffffffffffff000;
}

/* Runs the operations; what went wrong, of size 0 if nothing. */
static struct range simulate(const struct checks *check)
{
	struct range wrong = { 0 };

	start_over();
	for (int i = 0; i < NR_OPS; i++) {
		printf("# %d. ", i + 1);
		print_op(ops[i]);
		switch (ops[i].op) {
		case BIND_MEMSLOT:
			printf("#      %s\n", bind_memslot(ops[i], check));
			break;
		case SET_ORDER:
			folio_size_now = PAGE << ops[i].order;
			break;
		case FAULT:
			fault(ops[i].gpa, check, &wrong);
			break;
		}
	}
	return wrong;
}

/* The running kernel. */
enum result { OK, NOT_OK, SKIP };
static char skip_why[160];

/* error: an errno, or 0. */
static enum result skip(const char *what, int error)
{
	snprintf(skip_why, sizeof(skip_why), "%s%s%s", what,
		 error ? ": " : "", error ? strerror(error) : "");
	return SKIP;
}

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

static int open_guest_memfd(int vm)
{
	struct create_guest_memfd file = { 0 };
	u64 total = 0;
	int fd;

	for (int i = 0; i < NR_OPS; i++) {
		if (ops[i].op != BIND_MEMSLOT)
			continue;
		total += ops[i].size;
		if (ops[i].offset + ops[i].size > file.size)
			file.size = ops[i].offset + ops[i].size;
	}
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

static enum result bind_on_kvm(int vm, int fd, const struct checks *check)
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
		if (ioctl(vm, KVM_SET_USER_MEMORY_REGION2, &region))
			return skip("the running kernel refuses it", errno);
		printf("# operation %d: KVM_SET_USER_MEMORY_REGION2: ok\n",
		       i + 1);
		result = OK;
	}
	if (result == OK)
		printf("# not tested: no fault was made\n");
	return result;
}

/* Does the running kernel let the slot in? It has a check of its own. */
static enum result on_kvm(const struct checks *check)
{
	enum result result = SKIP;
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC), vm, fd;

	if (kvm < 0)
		return skip("/dev/kvm", errno);
	vm = make_vm(kvm);
	if (vm >= 0) {
		fd = open_guest_memfd(vm);
		if (fd >= 0) {
			result = bind_on_kvm(vm, fd, check);
			close(fd);
		}
		close(vm);
	}
	close(kvm);
	return result;
}

static const char picture[] =
	"#              0x0      0x1000               0x200000             0x400000\n"
	"# file offset  |--------|---------//---------|---------//---------|\n"
	"# slot 0                [#########//## 4 MiB - 4 KiB ##//#########)\n"
	"# fault                 ^ asks for 0x1000\n"
	"# folio        [===== 2 MiB ======//=========)\n"
	"# mapped       [----- 2 MiB ------//---------)\n"
	"# outside      [xxxxxxxx) 4 KiB\n"
	"# \n"
	"#              0x0                       0x200000                 0x3ff000\n"
	"# gpa          |-------------------------|------------------------|\n"
	"# slot 0       [################# 4 MiB - 4 KiB ##################)\n"
	"# fault        ^ guest touches 0x0\n"
	"# mapped       [-------- 2 MiB ----------)\n";

static int count[3];

static void report(int number, enum result result, const char *where,
		   const char *what)
{
	count[result]++;
	printf("%sok %d %s: %s", result == NOT_OK ? "not " : "", number,
	       where, what);
	if (result == SKIP)
		printf(" # SKIP %s", skip_why);
	printf("\n");
}

int main(int argc, char **argv)
{
	static const char must[] = "no file page below the slot is mapped";
	struct range wrong;
	enum result result;

	if (argc > 1) {
		fprintf(stderr, "usage: %s\n", argv[0]);
		return 2;
	}
	printf("KTAP version 1\n1..4\n");

	wrong = simulate(&checks[CHECK]);
	result = wrong.size ? NOT_OK : OK;
	if (wrong.size) {
		printf("# expected: 4 KiB mappings, or file pages at or above 0x1000\n");
		printf("# actual:   [0x%llx, 0x%llx)\n",
		       wrong.start, wrong.start + wrong.size);
		printf("%s", picture);
	}
	report(1, result, checks[CHECK].name, must);
	report(2, simulate(&checks[control]).size ? NOT_OK : OK,
	       checks[control].name, must);
	report(3, skip("what KVM maps cannot be seen from user space", 0),
	       "running KVM", must);
	report(4, on_kvm(&checks[CHECK]),
	       "running KVM", "it lets this slot in");
	printf("# Totals: pass:%d fail:%d xfail:0 xpass:0 skip:%d error:0\n",
	       count[OK], count[NOT_OK], count[SKIP]);
	return result == NOT_OK;
}

/*
 * For foliofence replay, which reads this file:
 * ---- setting 1f9da047e91b ----
 * claim=mapping_starts_in_binding
 * orders=4K,2M,1G resize=any
 * bind_rule=none map_rule=folio_order
 * level_rule=stock
 * ---- end of setting ----
 */
