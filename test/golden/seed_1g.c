/*
 * Slot 0 has gpa [0x0, 0x40000000) in file [0x4000, 0x40004000).
 * The guest touches gpa 0x4000, which is file offset 0x8000; the file
 * allocates the 1 GiB folio [0x0, 0x40000000).
 * Of that, file [0x0, 0x4000) (4 pages) is below the slot's range.
 *
 *	cc -std=gnu11 -O2 -fwrapv -Wall -Wextra -Werror -o reproducer \
 *	   lowest_bit-folio_starts_in_slot-51d60b5a6d20.c && ./reproducer
 *
 * Exits with 1 while the check lowest_bit lets this happen, with 0 if not.
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

#define IS_ALIGNED(x, a) (!((x) & ((__typeof__(x))(a) - 1)))

/* The check (bind): lowest_bit (restated from Ackerley Tng, 2023-03-08) */
/* ---- rule lowest_bit (bind) ---- */
static bool lowest_bit_not_below(u64 offset, u64 gpa)
{
	u64 offset_bit = offset & -offset;
	u64 gpa_bit = gpa & -gpa;

	return offset_bit >= gpa_bit;
}
/* ---- end of rule ---- */

static bool ask_suspect(const struct asked *asked)
{
	return lowest_bit_not_below(asked->offset, asked->gpa);
}

struct op {
	enum { BIND_MEMSLOT, SET_ORDER, FAULT } op;
	int slot, order;
	u64 gpa, size, offset;
};
#define NR_OPS ((int)(sizeof(ops) / sizeof(ops[0])))

/* Order 9 is 2 MiB, 18 is 1 GiB; the rest is in bytes. */
static const struct op ops[] = {
	/* ---- operations 51d60b5a6d20 ---- */
	{ .op = BIND_MEMSLOT, .slot = 0, .gpa = 0x0, .size = 0x40000000,
	  .offset = 0x4000 },
	{ .op = SET_ORDER, .order = 18 },
	{ .op = FAULT, .gpa = 0x4000 },
	/* ---- end of operations ---- */
};

struct range {
	u64 start, size;
};

/* What must hold: a folio allocated by a guest's fault does not start below
 * the memslot's file range. Broken where: */
static bool is_broken(struct op slot, struct range folio)
{
	return folio.start < slot.offset;
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
	};

	if (!check(&asked))
		return "EINVAL: the check refuses it";
	slots[nr_slots++] = slot;
	return "ok";
}

/* A guest touches gpa. The first range that must not be goes to wrong. */
static void fault(u64 gpa, struct range *wrong)
{
	struct range folio;
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
		printf("# expected: a folio that starts at or above 0x4000\n");
		printf("# actual:   [0x%llx, 0x%llx)\n",
		       wrong.start, wrong.start + wrong.size);
		puts("#              0x0        0x4000     0x8000          0x40000000 0x40004000");
		puts("# file offset  |----------|----------|-------//------|----------|");
		puts("# slot 0                  [##### 1 GiB ######//#################)");
		puts("# fault                              ^ asks for 0x8000");
		puts("# folio        [=========== 1 GiB ===========//======)");
		puts("# outside      [ 16 KiB xx)");
	}
	printf("%sok 1 lowest_bit: no folio starts below its slot\n",
	       wrong.size ? "not " : "");
	control = simulate(ask_control).size;
	printf("%sok 2 offset_and_size_1g: no folio starts below its slot\n",
	       control ? "not " : "");
	printf("# Totals: pass:%d fail:%d xfail:0 xpass:0 skip:0 error:0\n",
	       !wrong.size + !control, !!wrong.size + control);
	return wrong.size ? 1 : 0;
}

/*
 * Why: lowest_bit reads only offset and gpa. The folio's size comes from the
 * file (1 GiB at the fault), its start from rounding 0x8000 down to that
 * size: nothing looks at the slot's range again.
 *
 * What the running kernel does is in
 * lowest_bit-folio_starts_in_slot-51d60b5a6d20-live.c.
 *
 * For foliofence replay, which reads this file:
 * ---- setting 51d60b5a6d20 ----
 * claim=folio_starts_in_slot
 * orders=4K,2M,1G resize=any
 * bind_rule=none map_rule=folio_order
 * level_rule=stock
 * ---- end of setting ----
 */
