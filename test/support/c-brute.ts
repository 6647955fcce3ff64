/**
 * A brute force in C, which shares nothing with the prover: gcc compiles the rules as they are written and asks them about
 * every slot of a small universe, and about slots that a verdict names.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MAX_I_SIZE_NPAGES } from "../../model/abstract/file.ts";
import type { Op } from "../../sim/op.ts";
import { PRELUDE } from "./c-prelude.ts";

/** What a rule is asked about, in pages; `order` and `i_size` are the file's. */
export interface Bound {
  readonly pgoff: number;
  readonly npages: number;
  readonly base_gfn: number;
  readonly order: number;
  readonly i_size: number;
}

export interface Brute {
  /** Slots of the universe that the rule takes, and those for which `broken` is true. */
  readonly taken: number;
  readonly broken: number;
  /** Is `broken` true of the slot that the verdict names? */
  readonly named: boolean;
}

const FILE_END = 2 ** 51;
const UNIVERSE = {
  pgoff: [0, 1, 2, 3, 511, 512, 513, FILE_END - 513, FILE_END - 2, FILE_END - 1, FILE_END, FILE_END + 1, 2 ** 52 - 3],
  npages: [1, 2, 512, 513, 2 ** 31 - 1],
  base_gfn: [0, 1, 512, 513],
  i_size: [0, 1, 2, 3, 512, 1024, FILE_END - 1],
  order: [0, 9, 18],
};

/** What the last op's rule was asked about. */
export function boundBy(ops: readonly Op[]): Bound {
  let [order, i_size] = [0, MAX_I_SIZE_NPAGES];
  for (const op of ops) {
    if (op.op === "set_order") order = op.order;
    if (op.op === "set_i_size") i_size = op.npages;
  }
  const last = ops.at(-1);
  if (last?.op !== "bind_memslot") throw new Error("the last op is no bind");
  const { pgoff, npages, base_gfn } = last;
  return { pgoff, npages, base_gfn, order, i_size };
}

/** What every rule takes; one that does not use all of it is no error. */
export const TAKES = "u64 offset, u64 gpa, u64 size, u64 folio_size, loff_t i_size";

const list = (name: keyof typeof UNIVERSE): string =>
  `static const u64 all_${name}[] = { ${UNIVERSE[name].map((n) => `${n}ull`).join(", ")} };`;

/** `must` says of a slot that it is to be taken. */
const MAIN = `
typedef unsigned __int128 wide;
static int past(u64 pgoff, u64 npages, u64 i_size) { return (wide)pgoff + npages > i_size; }
static int ask(int r, u64 pgoff, u64 npages, u64 base_gfn, u64 order, u64 i_size, int *taken)
{
	u64 offset = pgoff << 12, size = npages << 12, gpa = base_gfn << 12, folio_size = 4096ull << order;
	if ((wide)pgoff + npages >= (wide)1 << 52) return 0;
	*taken = rules[r](offset, gpa, size, folio_size, (loff_t)(i_size << 12));
	return BROKEN;
}
#define EACH(name) for (unsigned at_##name = 0; at_##name < sizeof all_##name / sizeof *all_##name; at_##name++)
int main(void)
{
	for (int r = 0; r < NR_RULES; r++) {
		int taken = 0, broken = 0, one;
		EACH(pgoff) EACH(npages) EACH(base_gfn) EACH(order) EACH(i_size) {
			one = 0;
			broken += ask(r, all_pgoff[at_pgoff], all_npages[at_npages], all_base_gfn[at_base_gfn], all_order[at_order], all_i_size[at_i_size], &one);
			taken += one;
		}
		one = 0;
		printf("%d %d %d\\n", taken, broken, named[r].npages ? ask(r, named[r].pgoff, named[r].npages, named[r].base_gfn, named[r].order, named[r].i_size, &one) : 0);
	}
	return 0;
}
`;

/**
 * @param bodies of functions that take TAKES and return a bool
 * @param broken C over taken, offset, gpa, size, folio_size, i_size (pages) and past()
 * @param named the slot that a verdict names, of each rule
 */
export function brute(bodies: readonly string[], broken: string, named: readonly (Bound | undefined)[]): Brute[] {
  const folder = mkdtempSync(join(tmpdir(), "brute-"));
  try {
    const source = [
      PRELUDE,
      ...bodies.map((body, at) => `static bool rule_${at}(${TAKES})\n{\n${body}\n}`),
      `static bool (*const rules[])(${TAKES}) = { ${bodies.map((_, at) => `rule_${at}`).join(", ")} };`,
      `enum { NR_RULES = ${bodies.length} };`,
      "static const struct { u64 pgoff, npages, base_gfn, order, i_size; } named[] = {",
      ...named.map((one) =>
        one === undefined
          ? "{ 0 },"
          : `{ ${one.pgoff}ull, ${one.npages}ull, ${one.base_gfn}ull, ${one.order}, ${one.i_size}ull },`,
      ),
      "};",
      ...(Object.keys(UNIVERSE) as (keyof typeof UNIVERSE)[]).map(list), // oxlint-disable-line typescript/no-unsafe-type-assertion -- its own keys
      `#define BROKEN (${broken})`,
      MAIN,
    ].join("\n");
    const [file, program] = [join(folder, "brute.c"), join(folder, "brute")];
    writeFileSync(file, source);
    const built = spawnSync("gcc", ["-w", "-std=gnu11", "-O1", "-fwrapv", "-o", program, file], { encoding: "utf8" });
    if (built.status !== 0) throw new Error(built.stderr);
    const { stdout } = spawnSync(program, { encoding: "utf8" });
    return stdout
      .trim()
      .split("\n")
      .map((line) => {
        const [taken = 0, wrong = 0, is = 0] = line.split(" ").map(Number);
        return { taken, broken: wrong, named: is === 1 };
      });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
