/*
 * Slot 0 has gpa [0x4000, 0x8000) in file [0x4000, 0x8000); slot 1 has gpa
 * [0x0, 0x4000) in file [0x0, 0x4000).
 * The guest touches gpa 0x4000, which is file offset 0x4000; the file
 * allocates the 2 MiB folio [0x0, 0x200000).
 * Of that, file [0x0, 0x4000), 4 pages, are another slot's.
 *
 *	cc -std=gnu11 -O2 -fwrapv -Wall -Wextra -Werror -o reproducer \
 *	   ffs64-folio_avoids_other_slots-5025bd7d686a.c && ./reproducer
 *
 * Exits with 1 while the check ffs64 lets this happen, with 0 if not.
 */

#include <stdbool.h>
#include <stdio.h>

typedef unsigned long long u64;

#define PAGE 0x1000ULL
#define DOWN(n, size) ((n) - (n) % (size))
#define PUD_SIZE 0x40000000UL

/* What a check may look at, in bytes or 4 KiB pages. */
struct asked {
	u64 offset, gpa, size;
};

static inline int ffs64(u64 x)
{
	return __builtin_ffsll(x);
}

#define IS_ALIGNED(x, a) (!((x) & ((__typeof__(x))(a) - 1)))

/* The check (bind): ffs64 (restated from Xiaoyao Li, 2023-03-24) */
/* ---- rule ffs64 (bind) ---- */
static bool lowest_bit_not_above(u64 offset, u64 gpa)
{
	return ffs64(offset) <= ffs64(gpa);
}
/* ---- end of rule ---- */

static bool ask_suspect(const struct asked *asked)
{
	return lowest_bit_not_above(asked->offset, asked->gpa);
}

struct op {
	enum { BIND_MEMSLOT, SET_ORDER, FAULT } op;
	int slot, order;
	u64 gpa, size, offset;
};
#define NR_OPS ((int)(sizeof(ops) / sizeof(ops[0])))

/* Order 9 is 2 MiB, 18 is 1 GiB; the rest is in bytes. */
static const struct op ops[] = {
	/* ---- operations 5025bd7d686a ---- */
	{ .op = BIND_MEMSLOT, .slot = 0, .gpa = 0x4000, .size = 0x4000,
	  .offset = 0x4000 },
	{ .op = BIND_MEMSLOT, .slot = 1, .gpa = 0x0, .size = 0x4000,
	  .offset = 0x0 },
	{ .op = SET_ORDER, .order = 9 },
	{ .op = FAULT, .gpa = 0x4000 },
	/* ---- end of operations ---- */
};

struct range {
	u64 start, size;
};

/* Slots bound to the file, oldest first, and the size of its next folio. */
static struct op slots[NR_OPS];
static int nr_slots;
static u64 folio_size_now;

static bool overlap(u64 a, u64 a_size, u64 b, u64 b_size)
{
	return a < b + b_size && b < a + a_size;
}

static bool touches_other_slot(struct op slot, struct range folio)
{
	for (int i = 0; i < nr_slots; i++) {
		if (slots[i].offset != slot.offset &&
		    overlap(slots[i].offset, slots[i].size,
			    folio.start, folio.size))
			return true;
	}
	return false;
}

/* What must hold: a folio allocated by a guest's fault takes no page of
 * another memslot's file range. Broken where: */
static bool is_broken(struct op slot, struct range folio)
{
	return touches_other_slot(slot, folio);
}

/* The control (bind): offset_and_size_1g */
static bool offset_and_size_aligned(u64 offset, u64 size)
{
	return IS_ALIGNED(offset, PUD_SIZE) && IS_ALIGNED(size, PUD_SIZE);
}

static bool ask_control(const struct asked *asked)
{
	return offset_and_size_aligned(asked->offset, asked->size);
}

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
	};

	for (int i = 0; i < nr_slots; i++) {
		if (slots[i].slot == slot.slot)
			return "EINVAL: this slot exists";
	}
	for (int i = 0; i < nr_slots; i++) {
		if (overlap(slots[i].gpa, slots[i].size, slot.gpa, slot.size))
			return "EEXIST: overlaps another slot";
	}
	if (!check(&asked))
		return "EINVAL: the check refuses it";
	for (int i = 0; i < nr_slots; i++) {
		if (overlap(slots[i].offset, slots[i].size,
			    slot.offset, slot.size))
			return "EINVAL: file range already bound";
	}
	slots[nr_slots++] = slot;
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

/* A guest touches gpa. The first range that must not be goes to wrong. */
static void fault(u64 gpa, struct range *wrong)
{
	int at = find_slot(gpa);
	struct range folio;
	struct op slot;
	u64 offset;

	if (at < 0) {
		printf("#      no slot there\n");
		return;
	}
	slot = slots[at];
	/* Of the file. The slot's ends are not looked at again. */
	offset = gpa - slot.gpa + slot.offset;
	folio = (struct range){ DOWN(offset, folio_size_now), folio_size_now };
	printf("#      file offset 0x%llx, folio [0x%llx, 0x%llx)\n",
	       offset, folio.start, folio.start + folio.size);
	if (!wrong->size && is_broken(slot, folio))
		*wrong = folio;
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
			       "offset=0x%llx: %s\n",
			       op.slot, op.gpa, op.size, op.offset,
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
		printf("# expected: a folio without pages of another slot\n");
		printf("# actual:   [0x%llx, 0x%llx)\n",
		       wrong.start, wrong.start + wrong.size);
		puts("#              0x0      0x4000   0x8000                           0x200000");
		puts("# file offset  |--------|--------|---------------//---------------|");
		puts("# slot 0                [########) 16 KiB");
		puts("# fault                 ^ asks for 0x4000");
		puts("# slot 1       [++++++++) 16 KiB");
		puts("# folio        [============= 2 MiB =============//===============)");
		puts("# outside      [xxxxxxxx) 16 KiB");
	}
	printf("%sok 1 ffs64: no folio takes another slot's pages\n",
	       wrong.size ? "not " : "");
	control = simulate(ask_control).size;
	printf("%sok 2 offset_and_size_1g: no folio takes another slot's pages\n",
	       control ? "not " : "");
	printf("# Totals: pass:%d fail:%d xfail:0 xpass:0 skip:0 error:0\n",
	       !wrong.size + !control, !!wrong.size + control);
	return wrong.size ? 1 : 0;
}

/*
 * Why: ffs64 reads only offset and gpa. The folio's size comes from the file
 * (2 MiB at the fault), its start from rounding 0x4000 down to that size:
 * nothing looks at the slot's range again.
 *
 * What the running kernel does is in
 * ffs64-folio_avoids_other_slots-5025bd7d686a-live.c.
 *
 * For foliofence replay, which reads this file:
 * ---- setting 5025bd7d686a ----
 * claim=folio_avoids_other_slots
 * orders=4K,2M,1G resize=any
 * bind_rule=none map_rule=folio_order
 * level_rule=stock
 * ---- end of setting ----
 */
