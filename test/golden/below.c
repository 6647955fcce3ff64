/*
 * Slot 0 has gpa [0x1000, 0x2000) in file [0x1000, 0x2000).
 * The guest touches gpa 0x1000, which is file offset 0x1000; the file
 * allocates the 2 MiB folio [0x0, 0x200000).
 * Of that, file [0x0, 0x1000) (1 page) is below the slot's range, and file
 * [0x2000, 0x200000) (510 pages) is past it.
 *
 * Why: fls64 reads only offset and gpa. The folio's size comes from the file
 * (2 MiB at the fault), its start from rounding 0x1000 down to that size:
 * nothing looks at the slot's range again.
 *
 *	cc -std=gnu11 -O2 -fwrapv -Wall -Wextra -Werror -o reproducer \
 *	   fls64-folio_starts_in_slot-34b0409cb3b0.c && ./reproducer
 *
 * Test 1 is a model of KVM and of the file with the check fls64 in it. It
 * alone decides the exit status: 1 if the check lets this happen, 0 if not.
 * Test 2 is the model with the control offset_and_size_1g. Test 3 (as root)
 * writes a byte to a private tmpfs file of the running kernel and looks at
 * what is allocated, with huge=never as the argument in small folios. Test 4
 * asks the running KVM whether it binds the slot.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

typedef unsigned int u32;
typedef unsigned long long u64;

#define PAGE 0x1000ULL
#define PUD_SIZE 0x40000000UL

/* What a check may look at: bytes, and the same in 4 KiB pages. */
struct asked {
	u64 offset;
	u64 gpa;
	u64 size;
};

static inline int fls64(u64 x)
{
	return x ? 64 - __builtin_clzll(x) : 0;
}

#define IS_ALIGNED(x, a) (!((x) & ((__typeof__(x))(a) - 1)))

/* The check (bind): fls64 (restated from Chao Peng, 2023-03-08) */
/* ---- rule fls64 (bind) ---- */
static bool highest_bit_not_below(u64 offset, u64 gpa)
{
	if (offset == 0)
		return true;
	if (gpa == 0)
		return false;
	return fls64(offset) >= fls64(gpa);
}
/* ---- end of rule ---- */

static bool ask_suspect(const struct asked *asked)
{
	return highest_bit_not_below(asked->offset, asked->gpa);
}

/*
 * The control (bind): offset_and_size_1g (restated from Sean Christopherson,
 * 2023-07-18)
 */
static bool offset_and_size_aligned(u64 offset, u64 size)
{
	return IS_ALIGNED(offset, PUD_SIZE) && IS_ALIGNED(size, PUD_SIZE);
}

static bool ask_control(const struct asked *asked)
{
	return offset_and_size_aligned(asked->offset, asked->size);
}

struct checks {
	const char *name;
	bool (*bind)(const struct asked *asked);
};

/* Built with -DCHECK=control, test 1 takes the control and exits with 0. */
#ifndef CHECK
#define CHECK suspect
#endif
enum { suspect, control };

static const struct checks checks[] = {
	[suspect] = {
		.name = "fls64",
		.bind = ask_suspect,
	},
	[control] = {
		.name = "offset_and_size_1g",
		.bind = ask_control,
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
	u64 gpa, size, offset;	/* in bytes */
};

/* size is memory_size, offset is guest_memfd_offset. */
static const struct op ops[] = {
	/* ---- operations 34b0409cb3b0 ---- */
	{ .op = BIND_MEMSLOT, .slot = 0, .gpa = 0x1000, .size = 0x1000,
	  .offset = 0x1000 },
	{ .op = SET_ORDER, .order = 9 },
	{ .op = FAULT, .gpa = 0x1000 },
	/* ---- end of operations ---- */
};
#define NR_OPS ((int)(sizeof(ops) / sizeof(ops[0])))

static void print_op(struct op op)
{
	switch (op.op) {
	case BIND_MEMSLOT:
		printf("bind_memslot slot=%d gpa=0x%llx size=0x%llx "
		       "offset=0x%llx\n",
		       op.slot, op.gpa, op.size, op.offset);
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

/* A guest touches gpa. The first range that must not be goes to wrong. */
static void fault(u64 gpa, struct range *wrong)
{
	int at = find_slot(gpa), before = nr_folios;
	struct range folio;
	struct op slot;
	bool allocated;
	u64 offset;

	if (at < 0) {
		printf("#      no slot there\n");
		return;
	}
	slot = slots[at];
	/* Of the file. The slot's ends are not looked at again. */
	offset = gpa - slot.gpa + slot.offset;
	folio = get_folio(offset);
	allocated = nr_folios > before;
	printf("#      file offset 0x%llx, folio [0x%llx, 0x%llx)\n",
	       offset, folio.start, folio.start + folio.size);

	/* What must hold: a folio allocated by a guest's fault does not start
	 * below the memslot's file range. */
	if (!wrong->size &&
	    allocated && folio.start < slot.offset)
		*wrong = folio;
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
			fault(ops[i].gpa, &wrong);
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

	while ((data = lseek(fd, hole, SEEK_DATA)) >= 0 &&
	       (hole = lseek(fd, data, SEEK_HOLE)) >= 0)
		printf("# SEEK_DATA: [0x%llx, 0x%llx)\n",
		       (u64)data, (u64)hole);
}

/* Bytes that must not be there. */
static u64 outside(int fd, struct op slot)
{
	return data_between(fd, 0, slot.offset);
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
	printf("# wrote 1 byte at 0x%llx: st_blocks grew by 0x%llx bytes\n",
	       offset, blocks);
	print_data(fd);
	printf("# the slot's range: [0x%llx, 0x%llx); outside: 0x%llx bytes\n",
	       slot.offset, slot.offset + slot.size, more);
	if (more > 0)
		return NOT_OK;
	if (blocks < 0x200000 && !small)
		return skip("the kernel gave no 2 MiB folio", 0);
	return OK;
}

static const char *huge_option(int order, bool huge_never)
{
	return order > 0 && !huge_never ? "huge=always" : "huge=never";
}

/* Private: in a mount namespace that ends with this process. */
static enum result mount_tmpfs(char *dir, const char *option)
{
	int error;

	if (geteuid() != 0)
		return skip("needs root, to mount a private tmpfs", 0);
	if (unshare(CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return skip("no mount namespace", errno);
	if (!mkdtemp(dir))
		return skip("no directory in /tmp", errno);
	if (mount("reproducer", dir, "tmpfs", 0, option)) {
		error = errno;
		rmdir(dir);
		return skip("tmpfs with huge=", error);
	}
	return OK;
}

/* A tmpfs file stands for the memory file. */
static enum result on_tmpfs(const struct checks *check, bool huge_never)
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
	cover = down(cover, 0x200000) + 0x400000;
	if (cover > 1ULL << 62)
		return skip("the offsets are too large for tmpfs", 0);
	result = mount_tmpfs(dir, huge_option(0, huge_never));
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

		switch (op.op) {
		case BIND_MEMSLOT:
			bind_memslot(op, check);
			break;
		case SET_ORDER:
			folio_size_now = PAGE << op.order;
			if (mount("reproducer", dir, "tmpfs", MS_REMOUNT,
				  huge_option(op.order, huge_never))) {
				result = skip("remount with huge=", errno);
				goto out;
			}
			break;
		case FAULT:
			at = find_slot(op.gpa);
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
			break;
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
	"#              0x0      0x1000   0x2000                           0x200000\n"
	"# file offset  |--------|--------|---------------//---------------|\n"
	"# slot 0                [########) 4 KiB\n"
	"# fault                 ^ asks for 0x1000\n"
	"# folio        [============= 2 MiB =============//===============)\n"
	"# outside      [xxxxxxxx) 4 KiB\n";

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
	static const char must[] = "no folio starts below its slot";
	struct range wrong;
	enum result result;
	bool huge_never;

	huge_never = argc == 2 && !strcmp(argv[1], "huge=never");
	if (argc > 1 && !huge_never) {
		fprintf(stderr, "usage: %s [huge=never]\n", argv[0]);
		return 2;
	}
	printf("KTAP version 1\n1..4\n");

	wrong = simulate(&checks[CHECK]);
	result = wrong.size ? NOT_OK : OK;
	if (wrong.size) {
		printf("# expected: a folio that starts at or above 0x1000\n");
		printf("# actual:   [0x%llx, 0x%llx)\n",
		       wrong.start, wrong.start + wrong.size);
		printf("%s", picture);
	}
	report(1, result, checks[CHECK].name, must);
	report(2, simulate(&checks[control]).size ? NOT_OK : OK,
	       checks[control].name, must);
	report(3, on_tmpfs(&checks[CHECK], huge_never),
	       "tmpfs", must);
	report(4, on_kvm(&checks[CHECK]),
	       "running KVM", "it lets this slot in");
	printf("# Totals: pass:%d fail:%d xfail:0 xpass:0 skip:%d error:0\n",
	       count[OK], count[NOT_OK], count[SKIP]);
	return result == NOT_OK;
}

/*
 * For foliofence replay, which reads this file:
 * ---- setting 34b0409cb3b0 ----
 * claim=folio_starts_in_slot
 * orders=4K,2M,1G resize=any
 * bind_rule=none map_rule=folio_order
 * level_rule=stock
 * ---- end of setting ----
 */
