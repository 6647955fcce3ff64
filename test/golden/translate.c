/*
 * Slot 0 has gpa [0x100000, 0x400000) in file [0x0, 0x300000).
 * The guest touches gpa 0x200000; KVM maps gpa [0x200000, 0x400000) to file
 * [0x0, 0x200000) as one 2 MiB page.
 * Its own pages are file [0x100000, 0x300000), 0x100000 bytes (256 pages)
 * further on.
 *
 * Why: The slot's gpa and offset differ by 0x100000 modulo the 2 MiB that are
 * mapped. size_level reads only offset and size, so it cannot compare them.
 * userspace_addr matters: with 0, stock forbids 2 MiB pages for this slot.
 *
 *	cc -std=gnu11 -O2 -fwrapv -Wall -Wextra -Werror -o reproducer \
 *	   size_level-mapping_translates-d40fd3275d80.c && ./reproducer
 *
 * Test 1 is a model of KVM and of the file with the check size_level in it.
 * It alone decides the exit status: 1 if the check lets this happen, 0 if
 * not. Test 2 is the model with the control congruent_1g. Test 3 is skipped:
 * KVM counts the pages it maps by size (KVM_GET_STATS_FD), but guest_memfd is
 * mapped at 4 KiB on every kernel up to 7.x. Test 4 asks the running KVM
 * whether it binds the slot.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

typedef unsigned int u32;
typedef unsigned long long u64;
typedef unsigned long long gfn_t;

#define PAGE 0x1000ULL
#define SZ_1G 0x40000000
#define SZ_2M 0x200000
#define SZ_4K 0x1000
#define PUD_SIZE 0x40000000UL

/* What a check may look at: bytes, and the same in 4 KiB pages. */
struct asked {
	u64 offset;
	u64 gpa;
	u64 size;
	u64 base_gfn;
	u64 ugfn;
	int order;
	u64 nr_pages;
};

#define IS_ALIGNED(x, a) (!((x) & ((__typeof__(x))(a) - 1)))

/*
 * The check (bind): size_level (restated from Sean Christopherson, 2023-04-14)
 */
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

static bool ask_suspect(const struct asked *asked)
{
	return offset_aligned_to_size_level(asked->offset, asked->size);
}

/*
 * The control (bind): congruent_1g (restated from Vishal Annapurve and Ackerley
 * Tng, 2025-04-24 to 28)
 */
static bool congruent(u64 offset, u64 gpa)
{
	u64 mask = PUD_SIZE - 1;

	return (offset & mask) == (gpa & mask);
}

static bool ask_control(const struct asked *asked)
{
	return congruent(asked->offset, asked->gpa);
}

/*
 * What else decides (map): folio_order (restated from Chao Peng, Sean
 * Christopherson, 2022 to 2023, v5 to v12)
 */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
static bool up_to_folio_order(int order)
{
	return true;	/* the folio's order is the limit already */
}
#pragma GCC diagnostic pop

static bool ask_map(const struct asked *asked)
{
	return up_to_folio_order(asked->order);
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
		.name = "size_level",
		.bind = ask_suspect,
		.map = ask_map,
		.level = ask_level,
	},
	[control] = {
		.name = "congruent_1g",
		.bind = ask_control,
		.map = ask_map,
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
	/* ---- operations d40fd3275d80 ---- */
	{ .op = BIND_MEMSLOT, .slot = 0, .gpa = 0x100000, .size = 0x300000,
	  .offset = 0x0, .userspace_addr = 0x100000 },
	{ .op = SET_ORDER, .order = 9 },
	{ .op = FAULT, .gpa = 0x200000 },
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
		.gpa = s.gpa,
		.size = s.size,
		.base_gfn = s.gpa / PAGE,
		.ugfn = s.userspace_addr / PAGE,
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
		       struct range folio, u64 gpa)
{
	for (int order = 18; order > 0; order -= 9) {
		struct asked asked = ask_about(slot);
		u64 size = PAGE << order;
		u64 block = down(gpa, size);

		if (size > folio.size || block < slot.gpa ||
		    block + size > slot.gpa + slot.size)
			continue;
		asked.order = order;
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
	frames.size = mapped_size(check, slot, folio, gpa);
	frames.start = down(gpa, frames.size);
	pages = (struct range){ down(offset, frames.size), frames.size };
	printf("#      file offset 0x%llx, folio [0x%llx, 0x%llx)\n",
	       offset, folio.start, folio.start + folio.size);
	printf("#      maps gpa [0x%llx, 0x%llx) to file [0x%llx, 0x%llx)\n",
	       frames.start, frames.start + frames.size,
	       pages.start, pages.start + pages.size);

	/* What must hold: guest frame base_gfn + i maps file page pgoff + i. */
	if (!wrong->size &&
	    pages.start - slot.offset != frames.start - slot.gpa)
		*wrong = pages;
}

/* An empty machine. */
static void start_over(void)
{
	nr_slots = nr_folios = 0;
	folio_size_now = PAGE << 0;
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
	static const char must[] = "the right file pages are mapped";
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
		printf("# expected: 4 KiB mappings, or file [0x100000, 0x300000)\n");
		printf("# actual:   [0x%llx, 0x%llx)\n",
		       wrong.start, wrong.start + wrong.size);
		printf("%s", picture);
	}
	report(1, result, checks[CHECK].name, must);
	report(2, simulate(&checks[control]).size ? NOT_OK : OK,
	       checks[control].name, must);
	report(3, skip("guest_memfd is mapped at 4 KiB", 0),
	       "running KVM", must);
	report(4, on_kvm(&checks[CHECK]),
	       "running KVM", "it lets this slot in");
	printf("# Totals: pass:%d fail:%d xfail:0 xpass:0 skip:%d error:0\n",
	       count[OK], count[NOT_OK], count[SKIP]);
	return result == NOT_OK;
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
