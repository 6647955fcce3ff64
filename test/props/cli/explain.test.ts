/** --explain NAME. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { command } from "../../support/cli-io.ts";
import { scratch } from "../../support/cli.ts";

const TEXT = `static int check(struct kvm *kvm, struct kvm_memory_slot *slot, u64 limit)
{
	if (slot->flags & FLAG)
		return -EINVAL;
	if (prepare(kvm))
		return -EINVAL;
	if (slot->npages > limit || kvm->arch.x > 3 || kvm->arch.busy)
		return -EINVAL;
	return slot->flags ? -EINVAL : 0;
}
`;

let folder: string;
beforeAll(() => {
  folder = scratch();
  writeFileSync(join(folder, "it.c"), TEXT);
});

it.each([
  ["limit", "1:69: limit is arbitrary: nothing says what it is: any value\n    settled by --let 'limit=EXPR'\n"],
  [
    "FLAG",
    "3:6: slot->flags & FLAG is arbitrary: the type of what is in it is not known, nor what it comes to: any value\n    settled by declarations of the struct or the variables in it, or --let 'FLAG=EXPR'\n",
  ],
  [
    "prepare",
    "5:6: prepare(kvm) is arbitrary: what it returns is not shown: any value, another one each time\n    settled by its definition, in the text or in --tree DIR\n",
  ],
  [
    "prepare",
    "5:6: prepare() may change slot->flags, kvm->arch.busy; it is taken not to change the slot (--strict-calls: it may)\n",
  ],
  ["flags", "5:6: prepare() may change it\n"],
  [
    "x",
    "7:30: kvm->arch.x > 3 is arbitrary: the type of what is in it is not known, nor what it comes to: any value\n",
  ],
  ["npages", "slot->npages is not arbitrary: it is read as npages\n"],
])("%s", async (name, line) => {
  const { code, out, err } = await command(["judge", "it.c", "--explain", name], folder);
  expect([code, err]).toEqual([0, ""]);
  expect(out.startsWith(`check (it.c:1): ${name}\n`)).toBe(true);
  expect(out).toContain(`\n  ${line}`);
});

it("says what a call may change where it is not taken to change nothing", async () => {
  const { out } = await command(["judge", "it.c", "--explain", "prepare", "--strict-calls"], folder);
  expect(out).toContain("  5:6: prepare() may change slot->flags, slot->npages, kvm->arch.busy\n");
});

it.each([
  [["--explain", "prepar"], 'nothing that is judged reads or calls "prepar"; did you mean prepare?'],
  [["--explain", "limit", "--json"], "--explain is told as text"],
])("%j is refused", async (words, message) => {
  const { code, err } = await command(["judge", "it.c", ...words], folder);
  expect([code, err]).toEqual([2, `foliofence: ${words.length > 2 ? "" : "--explain: "}${message}\n`]);
});
