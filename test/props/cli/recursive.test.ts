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

/** Two helpers that call one another, the first of which stores, and a rule. */
const textOf = (store: string, result: string): string =>
  `static int odd(struct kvm *kvm, struct kvm_memory_slot *slot, int n);
static int even(struct kvm *kvm, struct kvm_memory_slot *slot, int n)
{
	${store}
	return n ? odd(kvm, slot, n - 1) : 1;
}
static int odd(struct kvm *kvm, struct kvm_memory_slot *slot, int n)
{
	return n ? even(kvm, slot, n - 1) : 0;
}
static bool fits(struct kvm *kvm, struct kvm_memory_slot *slot, u64 offset, u64 size)
{
	if (kvm->depth != 1)
		return false;
	if (odd(kvm, slot, 9))
		return false;
	return ${result};
}
`;
const ALIGNED = "IS_ALIGNED(offset | size, SZ_1G)";

it("what it returns is arbitrary", async () => {
  const { code, out } = await judge(textOf("", ALIGNED));
  expect(out).toContain("arbitrary: kvm->depth != 1 (13:6), odd(kvm, slot, 9) (15:6)\n");
  expect(out).toContain("taken not to change slot: odd\n");
  expect(code).toBe(0);
});

it("what it can reach is arbitrary then", async () => {
  const { code, out } = await judge(textOf("kvm->depth = n;", `kvm->depth != 1 || ${ALIGNED}`));
  expect(out).toContain("and kvm->depth != 1 is 1 (17:9)\n");
  expect(code).toBe(1);
});

it("of a store to the slot there is no verdict", async () => {
  const { code, err } = await judge(textOf("slot->npages = 1;", ALIGNED));
  expect(err).toBe(
    "foliofence: it.c:15:6: odd() calls itself, and even() sets slot->npages: what it leaves there is not known\n",
  );
  expect(code).toBe(2);
});
