/* oxlint-disable no-await-in-loop -- one solver */

/** What calls may change: proofs against gcc's functions whose callees write the slot, all of them or those that get it. */

import { spawnSync } from "node:child_process";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { brute } from "../../support/c-brute.ts";
import { type Bench, openBench } from "../../support/prove-bench.ts";

const hasGcc = spawnSync("gcc", ["--version"]).status === 0;
/** More of them: STRICT_RULES=1000. */
const RULES = Number(process.env["STRICT_RULES"] ?? 24);
const PAST = "*taken && past(pgoff, npages, i_size)";
const END = "(u64)i_size >> PAGE_SHIFT";

const STATEMENTS = [
  "if (prepare(kvm))\n\t\treturn false;",
  "touch(slot);",
  "p = kzalloc(8, 0);",
  "a = slot->npages;",
  "b = slot->gmem.pgoff;",
  `if (slot->gmem.pgoff + slot->npages > ${END})\n\t\treturn false;`,
  `if (a + b > ${END})\n\t\treturn false;`,
  "if (a != slot->npages || b != slot->gmem.pgoff)\n\t\treturn false;",
];
const bodies = fc.sample(fc.array(fc.constantFrom(...STATEMENTS), { minLength: 3, maxLength: 6 }), {
  seed: 5,
  numRuns: RULES,
});

/** Two calls at most are told apart: what the others write is what the second one wrote. */
const inC = (
  body: readonly string[],
  isStrict: boolean,
  at: number,
): string => `\tstruct kvm_memory_slot { u64 npages; struct { u64 pgoff; } gmem; } it, *slot = &it;
	int tape, calls, kvm = 0;
	void write_it(void) { int told = calls++ ? tape / 4 : tape % 4; if (told & 1) it.npages = 0; if (told & 2) it.gmem.pgoff = 0; }
	int prepare(int k) { if (${Number(isStrict)}) write_it(); return k; }
	void touch(void *k) { write_it(); }
	void *kzalloc(int k, int f) { if (${Number(isStrict)}) write_it(); return 0; }
	bool f_${at}(void) { u64 a = 0, b = 0; void *p; ${body.join("\n")} return true; }
	for (tape = 0; tape < 16; tape++) {
		calls = 0;
		it.npages = size >> 12, it.gmem.pgoff = offset >> 12;
		if (f_${at}()) return true;
	}
	return false;`;

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.prover.close());

describe.skipIf(!hasGcc)(`${RULES} random functions (skipped without gcc)`, () => {
  it.each([false, true])("nothing is proved that a callee can break; strict: %s", async (strictCalls) => {
    const statuses: string[] = [];
    for (const body of bodies) {
      const text = `static bool fits(struct kvm *kvm, struct kvm_memory_slot *slot, loff_t i_size)\n{\n\tu64 a = 0, b = 0;\n\tvoid *p;\n\n\t${body.join("\n\t")}\n\treturn true;\n}`;
      const result = bench.book.parse(text, { kind: "bind", reading: { strictCalls } });
      const rule = result.ok ? result.rules[0] : undefined;
      if (rule === undefined) throw new Error(JSON.stringify(result));
      statuses.push(await bench.statusOf(rule, "binding_in_file"));
    }
    const came = brute(bodies.map((body, at) => inC(body, strictCalls, at)), PAST, bodies.map(() => undefined)); // prettier-ignore
    const wrong = came.flatMap(({ broken }, at) => (broken > 0 && statuses[at] !== "refuted" ? [bodies[at]] : []));
    expect(wrong).toEqual([]);
    // What gcc cannot break is proved nearly always: its callees write fewer values than there are.
    expect(came.filter(({ broken }, at) => broken === 0 && statuses[at] === "proved").length).toBeGreaterThan(1);
    expect(came.filter(({ broken }, at) => broken === 0 && statuses[at] !== "proved").length).toBeLessThan(RULES / 4);
  });
});
