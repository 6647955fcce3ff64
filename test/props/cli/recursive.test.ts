/** A helper that calls itself is not followed: it may store to whatever it can reach. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { command, type Ran } from "../../support/cli-io.ts";
import { scratch } from "../../support/cli.ts";

let folder: string;
beforeAll(() => {
  folder = scratch();
});

const judge = (text: string): Promise<Ran> => {
  writeFileSync(join(folder, "it.c"), text);
  return command(["judge", "it.c", "--claims", "allocation", "--engine", "prove", "--no-out"], folder);
};

/** Two helpers that call one another, handed what `type` points to, and a rule that hands it to them. */
const textOf = (type: string, handed: string, store: string, result: string): string =>
  `static int odd(${type} *it, int n);
static int even(${type} *it, int n)
{
	${store}
	return n ? odd(it, n - 1) : 1;
}
static int odd(${type} *it, int n)
{
	return n ? even(it, n - 1) : 0;
}
static bool fits(struct kvm *kvm, struct kvm_memory_slot *slot, u64 offset, u64 size)
{
	if (kvm->depth != 1)
		return false;
	if (odd(${handed}, 9))
		return false;
	return ${result};
}
`;
const ALIGNED = "IS_ALIGNED(offset | size, SZ_1G)";

it("what it returns is arbitrary", async () => {
  const { code, out } = await judge(textOf("struct kvm", "kvm", "", ALIGNED));
  expect(out).toContain("arbitrary: kvm->depth != 1 (13:6), odd(kvm, 9) (15:6)\n");
  expect(out).toContain("taken not to change slot: odd\n");
  expect(code).toBe(0);
});

it("what it can reach is arbitrary then", async () => {
  const { code, out } = await judge(
    `struct kvm { int depth; };\n${textOf("struct kvm", "kvm", "it->depth = n;", `kvm->depth != 1 || ${ALIGNED}`)}`,
  );
  expect(out).toContain("given kvm->depth is 1 (14:6)\n  and odd(kvm, 9) is 0 (16:6)\n  and kvm->depth is 0 (18:9)\n");
  expect(code).toBe(1);
});

const REACHES = "calls itself and can reach the slot: what it leaves there is not known\n";
it("nothing is proved where that is the slot", async () => {
  const handed = await judge(textOf("struct kvm_memory_slot", "slot", "it->npages = 1;", ALIGNED));
  expect(handed.out).toContain(`inconclusive: 15:6: odd(slot, 9) ${REACHES}`);
  expect(handed.code).toBe(3);
  const stored = textOf("struct kvm", "kvm", "", ALIGNED).replace("\tif (odd", "\tkvm->slot = slot;\n\tif (odd");
  const reached = await judge(stored);
  expect(reached.out).toContain(`inconclusive: 16:6: odd(kvm, 9) ${REACHES}`);
  expect(reached.code).toBe(3);
});

it.each(["prove", "exhaust", "hunt", "hunt,exhaust,prove"])("and by %s nothing is passed", async (engine) => {
  writeFileSync(
    join(folder, "it.c"),
    "static bool fits(struct kvm_memory_slot *slot, u64 offset, u64 size)\n{\n\tu64 *p = &slot->npages;\n\n\t*p = 1;\n\treturn IS_ALIGNED(offset | size, SZ_1G);\n}\n",
  );
  const words = ["--engine", engine, "--runs", "200", "--claims", "folio_starts_in_slot", "--no-out"];
  const { code, out } = await command(["judge", "it.c", ...words], folder);
  expect(out).toContain("3:11: &slot->npages is kept, and what is stored through it is not followed");
  expect(code).toBe(3);
});

it("is named where it seems meant to be the rule", async () => {
  const own = "static bool bad(u64 offset, u64 size)\n{\n\treturn offset ? bad(offset - 1, size) : true;\n}\n";
  const { code, err } = await judge(`${own}static bool good(u64 offset, u64 size)\n{\n\treturn ${ALIGNED};\n}\n`);
  expect({ code, err }).toEqual({ code: 2, err: "foliofence: it.c:1:13: bad() is recursive\n" });
});
