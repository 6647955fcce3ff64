/*
 * Slot 0 has gpa [0x100000, 0x400000) in file [0x0, 0x300000).
 * The guest touches gpa 0x200000; KVM maps gpa [0x200000, 0x400000) to file
 * [0x0, 0x200000) as one 2 MiB page.
 * Its own pages are file [0x100000, 0x300000), 0x100000 bytes (256 pages)
 * further on.
 *
 *	cc -std=gnu11 -O2 -fwrapv -Wall -Wextra -Werror -o reproducer \
 *	   size_level-mapping_translates-d40fd3275d80.c && ./reproducer
 *
 * Exits with 1 while the check size_level lets this happen, with 0 if not.
 */

#include <stdbool.h>
#include <stdio.h>

typedef unsigned long long u64;
typedef unsigned long long gfn_t;

#define PAGE 0x1000ULL
#define DOWN(n, size) ((n) - (n) % (size))
#define SZ_1G 0x40000000
#define SZ_2M 0x200000
#define SZ_4K 0x1000
#define PUD_SIZE 0x40000000UL

/* What a check may look at, in bytes or 4 KiB pages. */
struct asked {
	u64 offset, gpa, size, base_gfn, ugfn, nr_pages;
	int order;
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

struct op {
	enum { BIND_MEMSLOT, SET_ORDER, FAULT } op;
	int slot, order;
	u64 gpa, size, offset, userspace_addr;
};
#define NR_OPS ((int)(sizeof(ops) / sizeof(ops[0])))

/* Order 9 is 2 MiB, 18 is 1 GiB; the rest is in bytes. */
static const struct op ops[] = {
	/* ---- operations d40fd3275d80 ---- */
	{ .op = BIND_MEMSLOT, .slot = 0, .gpa = 0x100000, .size = 0x300000,
	  .offset = 0x0, .userspace_addr = 0x100000 },
	{ .op = SET_ORDER, .order = 9 },
	{ .op = FAULT, .gpa = 0x200000 },
	/* ---- end of operations ---- */
};

struct range {
	u64 start, size;
};

/* What must hold: guest frame base_gfn + i maps file page pgoff + i. Broken
 * where: */
static bool is_broken(struct op slot, struct range frames, struct range pages)
{
	return pages.start - slot.offset != frames.start - slot.gpa;
}

/* The control (bind): congruent_1g */
static bool congruent(u64 offset, u64 gpa)
{
	u64 mask = PUD_SIZE - 1;

	return (offset & mask) == (gpa & mask);
}

static bool ask_control(const struct asked *asked)
{
	return congruent(asked->offset, asked->gpa);
}

/* What else decides (map): folio_order */
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

/* What else decides (level): stock */
static bool level_forbidden(gfn_t base_gfn, unsigned long ugfn,
			    unsigned long nr_pages)
{
	return (base_gfn ^ ugfn) & (nr_pages - 1);
}

static bool ask_level(const struct asked *asked)
{
	return level_forbidden(asked->base_gfn, asked->ugfn, asked->nr_pages);
}

/* Slots bound to the file, oldest first, and the size of its next folio. */
static struct op slots[NR_OPS];
static int nr_slots;
static u64 folio_size_now;

/*
 * KVM_SET_USER_MEMORY_REGION2 with a range of the file. Its checks of one slot
 * by itself (alignment to pages, wrap-around) are left out: these pass them.
 */
static const char *bind_memslot(struct op slot,
			bool (*check)(const struct asked *))
{
	struct asked asked = {
		.offset = slot.offset,
		.gpa = slot.gpa,
		.size = slot.size,
		.base_gfn = slot.gpa / PAGE,
		.ugfn = slot.userspace_addr / PAGE,
	};

	if (!check(&asked))
		return "EINVAL: the check refuses it";
	slots[nr_slots++] = slot;
	return "ok";
}

/* The largest page that fits folio and slot and that no check forbids. */
static u64 mapped_size(struct op slot, struct range folio, u64 gpa)
{
	for (int order = 18; order > 0; order -= 9) {
		struct asked asked = {
			.offset = slot.offset,
			.gpa = slot.gpa,
			.size = slot.size,
			.base_gfn = slot.gpa / PAGE,
			.ugfn = slot.userspace_addr / PAGE,
		};
		u64 size = PAGE << order, block = DOWN(gpa, size);

		if (size > folio.size || block < slot.gpa ||
		    block + size > slot.gpa + slot.size)
			continue;
		asked.order = order;
		asked.nr_pages = 1ULL << order;
		if (!ask_level(&asked) && ask_map(&asked))
			return size;
	}
	return PAGE;
}

/* A guest touches gpa. The first range that must not be goes to wrong. */
static void fault(u64 gpa, struct range *wrong)
{
	struct range folio, frames, pages;
	struct op slot = slots[0];
	u64 offset;

	if (!nr_slots || gpa < slot.gpa || gpa - slot.gpa >= slot.size) {
		printf("#      no slot there\n");
		return;
	}
	/* Of the file. The slot's ends are not looked at again. */
	offset = gpa - slot.gpa + slot.offset;
	folio = (struct range){ DOWN(offset, folio_size_now), folio_size_now };
	printf("#      file offset 0x%llx, folio [0x%llx, 0x%llx)\n",
	       offset, folio.start, folio.start + folio.size);
	frames.size = mapped_size(slot, folio, gpa);
	frames.start = DOWN(gpa, frames.size);
	pages = (struct range){ DOWN(offset, frames.size), frames.size };
	printf("#      maps gpa [0x%llx, 0x%llx) to file [0x%llx, 0x%llx)\n",
	       frames.start, frames.start + frames.size,
	       pages.start, pages.start + pages.size);
	if (!wrong->size && is_broken(slot, frames, pages))
		*wrong = pages;
}

/* Runs the operations; what went wrong, of size 0 if nothing. */
static struct range simulate(bool (*check)(const struct asked *))
{
	struct range wrong = { 0 };

	nr_slots = 0;
	folio_size_now = PAGE << 0;
	for (int i = 0; i < NR_OPS; i++) {
		struct op op = ops[i];

		printf("# %d. ", i + 1);
		switch (op.op) {
		case BIND_MEMSLOT:
			printf("bind_memslot slot=%d gpa=0x%llx size=0x%llx "
			       "offset=0x%llx userspace_addr=0x%llx: %s\n",
			       op.slot, op.gpa, op.size, op.offset, op.userspace_addr,
			       bind_memslot(op, check));
			break;
		case SET_ORDER:
			printf("set_order order=%d\n", op.order);
			folio_size_now = PAGE << op.order;
			break;
		case FAULT:
			printf("fault gpa=0x%llx\n", op.gpa);
			fault(op.gpa, &wrong);
			break;
		}
	}
	return wrong;
}

int main(void)
{
	struct range wrong;
	bool control;

	printf("KTAP version 1\n1..2\n");
	wrong = simulate(ask_suspect);
	if (wrong.size) {
		printf("# expected: 4 KiB mappings, or file [0x100000, 0x300000)\n");
		printf("# actual:   [0x%llx, 0x%llx)\n",
		       wrong.start, wrong.start + wrong.size);
		puts("#              0x0              0x100000         0x200000         0x300000");
		puts("# file offset  |----------------|----------------|----------------|");
		puts("# slot 0       [##################### 3 MiB ######################)");
		puts("# fault                         ^ asks for 0x100000");
		puts("# folio        [============ 2 MiB ==============)");
		puts("# mapped       [------------ 2 MiB --------------)");
		puts("# should map                    [............ 2 MiB ..............)");
		puts("#");
		puts("#              0x100000         0x200000                          0x400000");
		puts("# gpa          |----------------|---------------------------------|");
		puts("# slot 0       [##################### 3 MiB ######################)");
		puts("# fault                         ^ guest touches 0x200000");
		puts("# mapped                        [------------ 2 MiB --------------)");
	}
	printf("%sok 1 size_level: the right file pages are mapped\n",
	       wrong.size ? "not " : "");
	control = simulate(ask_control).size;
	printf("%sok 2 congruent_1g: the right file pages are mapped\n",
	       control ? "not " : "");
	printf("# Totals: pass:%d fail:%d xfail:0 xpass:0 skip:0 error:0\n",
	       !wrong.size + !control, !!wrong.size + control);
	return wrong.size ? 1 : 0;
}

/*
 * Why: The slot's gpa and offset differ by 0x100000 modulo the 2 MiB that are
 * mapped. size_level reads only offset and size, so it cannot compare them.
 *
 * What the running kernel does is in
 * size_level-mapping_translates-d40fd3275d80-live.c.
 *
 * For foliofence replay, which reads this file:
 * ---- setting d40fd3275d80 ----
 * claim=mapping_translates
 * orders=4K,2M,1G resize=any
 * bind_rule=none map_rule=folio_order
 * level_rule=stock
 * ---- end of setting ----
 */
