/*
 * A second simulator of the judged machine, written from docs/CLAIMS.md and docs/KERNEL-MODEL.md and not from the TypeScript: it tries slots,
 * orders and pages by the thousand and says which claims a rule lets break. It is compiled behind the rules' own C,
 * which defines RULES, LARGE and SMALL (the mapping levels, in pages' orders) and rules[].
 *
 *   ./simulator SEED TRIES            one line a rule: its number and the claims that were found broken, as bits
 *   ./simulator replay < FILE         each line "RULE CLAIM op op ...": is the claim broken at the last op?
 */

#include <string.h>

enum { BIND, MAP, LEVEL };

struct in {
	u64 offset, gpa, size, userspace_addr, folio_size, base_gfn, pgoff, npages, ugfn, gfn, index, nr_pages;
	long long i_size;
	int order;
};

struct slot { u64 pgoff, base_gfn, npages, ugfn; bool used; };
struct file { int order; u64 i_size; };
struct folio { u64 start; int order; };

struct rule { int kind; bool (*ask)(const struct in *); };
static const struct rule rules[];

static const int levels[] = { LARGE, SMALL };
static const int orders[] = { 0, SMALL, LARGE };

static u64 seed;
static u64 draw(u64 below)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (seed >> 33) % below;
}

static u64 down(u64 n, int order) { return n >> order << order; }
static u64 pages(int order) { return 1ULL << order; }

static struct in inputs(const struct slot *slot, const struct file *file)
{
	return (struct in){
		.offset = slot->pgoff << 12, .gpa = slot->base_gfn << 12, .size = slot->npages << 12,
		.userspace_addr = slot->ugfn << 12, .folio_size = pages(file->order) << 12,
		.base_gfn = slot->base_gfn, .pgoff = slot->pgoff, .npages = slot->npages, .ugfn = slot->ugfn,
		.i_size = file->i_size << 12,
	};
}

/* 1 yes, 0 no, 2 undefined */
static int ask(const struct rule *rule, const struct in *in) { return _setjmp(out) ? 2 : rule->ask(in); }

static bool binds(const struct rule *rule, const struct slot *slot, const struct file *file)
{
	struct in in = inputs(slot, file);

	return rule->kind != BIND || ask(rule, &in) == 1;
}

static int maps_at(const struct rule *rule, const struct slot *slot, const struct file *file, u64 gfn, const struct folio *folio)
{
	for (unsigned i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		int order = levels[i];
		u64 block = down(gfn, order);
		struct in in = inputs(slot, file);
		int forbidden, allowed = 1;

		if (order > folio->order || block < slot->base_gfn || block + pages(order) > slot->base_gfn + slot->npages)
			continue;
		in.gfn = gfn;
		in.index = gfn - slot->base_gfn + slot->pgoff;
		in.order = order;
		in.nr_pages = pages(order);
		forbidden = rule->kind == LEVEL ? ask(rule, &in) : ((slot->base_gfn ^ slot->ugfn) & (pages(order) - 1)) != 0;
		if (forbidden)
			continue;
		if (rule->kind == MAP)
			allowed = ask(rule, &in);
		if (allowed == 1)
			return order;
	}
	return 0;
}

/* Claims in the order of docs/CLAIMS.md. */
static unsigned broken_by(const struct slot *slot, const struct slot *other, bool allocated, const struct folio *folio, u64 gfn, int mapped)
{
	u64 start = folio->start, end = start + pages(folio->order);
	u64 lo = slot->pgoff, hi = lo + slot->npages;
	u64 index = gfn - slot->base_gfn + slot->pgoff;
	u64 map_gfn = down(gfn, mapped), map_page = down(index, mapped), n = pages(mapped);
	unsigned broken = 0;

	if (allocated && start < lo)
		broken |= 1;
	if (allocated && end > hi)
		broken |= 2;
	if (allocated && other && other->used)
		for (u64 page = other->pgoff; page < other->pgoff + other->npages && page < other->pgoff + 64; page++)
			if (page >= start && page < end && (page < lo || page >= hi))
				broken |= 4;
	if (map_gfn < slot->base_gfn)
		broken |= 8;
	if (map_gfn + n > slot->base_gfn + slot->npages)
		broken |= 16;
	if (map_page < lo)
		broken |= 32;
	if (map_page + n > hi)
		broken |= 64;
	if (map_page - lo != map_gfn - slot->base_gfn)
		broken |= 128;
	return broken;
}

/* Mostly small, or beside a power of two. */
static u64 number(int bits)
{
	switch (draw(6)) {
	case 0: return draw(4);
	case 1: return draw(80);
	case 2: return draw(24) << SMALL;
	case 3: return draw(10) << LARGE;
	case 4: return (1ULL << draw(bits)) + (draw(5) - 2);
	default: return draw(1ULL << draw(bits));
	}
}

static struct slot any_slot(void)
{
	struct slot slot = { number(35), number(35), number(31), number(34), true };

	slot.pgoff &= (1ULL << 36) - 1;
	slot.base_gfn &= (1ULL << 36) - 1;
	slot.ugfn &= (1ULL << 34) - 1;
	slot.npages &= (1ULL << 30) - 1;
	slot.npages += !slot.npages;
	if (draw(3) == 0)
		slot.ugfn = slot.base_gfn;
	return slot;
}

static bool meet(u64 a, u64 a_pages, u64 b, u64 b_pages) { return a < b + b_pages && b < a + a_pages; }

static unsigned try(const struct rule *rule)
{
	struct slot slot = any_slot(), other = any_slot();
	struct file file = { orders[draw(3)], draw(3) ? (1ULL << 51) - 1 : number(40) };
	struct folio folio;
	unsigned broken;
	u64 gfn, index;

	if (!binds(rule, &slot, &file))
		return 0;
	/* A neighbour close by, bound at some other order of the file's. */
	if (draw(2)) {
		other.pgoff = slot.pgoff + slot.npages + draw(20);
		other.npages = 1 + draw(40);
	} else if (slot.pgoff > 0) {
		other.npages = 1 + draw(slot.pgoff < 20 ? slot.pgoff : 20);
		other.pgoff = slot.pgoff - other.npages;
	}
	other.base_gfn = slot.base_gfn + slot.npages + draw(100);
	file.order = orders[draw(3)];
	if (draw(2))
		file.i_size = (1ULL << 51) - 1;
	other.used = !meet(slot.pgoff, slot.npages, other.pgoff, other.npages) && binds(rule, &other, &file);
	file.order = orders[draw(3)];
	gfn = slot.base_gfn + (draw(3) ? draw(slot.npages) : draw(2) ? 0 : slot.npages - 1);
	index = gfn - slot.base_gfn + slot.pgoff;
	/* A page past the end is written: the file grows. */
	if (index >= file.i_size)
		file.i_size = index + 1;
	folio = (struct folio){ down(index, file.order), file.order };
	broken = broken_by(&slot, &other, true, &folio, gfn, maps_at(rule, &slot, &file, gfn, &folio));
	/* Touched again when the file takes another order. */
	file.order = orders[draw(3)];
	return broken | broken_by(&slot, &other, false, &folio, gfn, maps_at(rule, &slot, &file, gfn, &folio));
}

/* The last fault's claims, of ops: b VM SLOT GFN NPAGES PGOFF UGFN; o ORDER; i PAGES; f VM GFN */
static int replay(void)
{
	char line[8192], *word;

	while (fgets(line, sizeof(line), stdin)) {
		struct slot slots[2][8] = { 0 };
		struct file file = { 0, (1ULL << 51) - 1 };
		struct folio folios[64];
		unsigned count = 0, broken = 0;
		int rule = atoi(strtok(line, " \n")), claim = atoi(strtok(NULL, " \n"));
		u64 n[6];

		while ((word = strtok(NULL, " \n"))) {
			int takes = *word == 'b' ? 6 : *word == 'f' ? 2 : 1;

			for (int i = 0; i < takes; i++)
				n[i] = strtoull(strtok(NULL, " \n"), NULL, 10);
			broken = 0;
			if (*word == 'o') {
				file.order = n[0];
			} else if (*word == 'i') {
				file.i_size = n[0];
			} else if (*word == 'b') {
				struct slot slot = { n[4], n[2], n[3], n[5], true };
				bool free = true;

				for (int vm = 0; vm < 2; vm++)
					for (int i = 0; i < 8; i++) {
						struct slot *each = &slots[vm][i];

						if (each->used && (meet(each->pgoff, each->npages, slot.pgoff, slot.npages) ||
								   (vm == (int)n[0] && meet(each->base_gfn, each->npages, slot.base_gfn, slot.npages))))
							free = false;
					}
				if (free && binds(&rules[rule], &slot, &file))
					slots[n[0]][n[1]] = slot;
			} else {
				struct slot *slot = NULL;

				for (int i = 0; i < 8; i++) {
					struct slot *each = &slots[n[0]][i];

					if (each->used && n[1] >= each->base_gfn && n[1] - each->base_gfn < each->npages)
						slot = each;
				}
				if (slot) {
					u64 index = n[1] - slot->base_gfn + slot->pgoff;
					struct folio made = { down(index, file.order), file.order }, *found = NULL;
					bool in_the_way = false;

					for (unsigned i = 0; i < count; i++) {
						if (index >= folios[i].start && index < folios[i].start + pages(folios[i].order))
							found = &folios[i];
						if (meet(folios[i].start, pages(folios[i].order), made.start, pages(made.order)))
							in_the_way = true;
					}
					if (index >= file.i_size)
						file.i_size = index + 1;
					if (!found && in_the_way)
						made = (struct folio){ index, 0 };
					if (!found)
						folios[count++] = made;
					else
						made = *found;
					for (int vm = 0; vm < 2; vm++)
						for (int i = 0; i < 8; i++)
							if (&slots[vm][i] != slot)
								broken |= broken_by(slot, &slots[vm][i], !found, &made, n[1],
										    maps_at(&rules[rule], slot, &file, n[1], &made));
				}
			}
		}
		printf("%d\n", broken >> claim & 1);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return replay();
	for (unsigned i = 0; i < RULES; i++) {
		unsigned broken = 0;

		seed = atoi(argv[1]) + i;
		for (long tries = atol(argv[2]); tries > 0; tries--)
			broken |= try(&rules[i]);
		printf("%u\n", broken);
	}
	return 0;
}
