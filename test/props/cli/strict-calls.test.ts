/** --strict-calls: what is called may change the slot, too. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { command, type Ran } from "../../support/cli-io.ts";
import { scratch } from "../../support/cli.ts";

let folder: string;
beforeAll(() => {
  folder = scratch();
});

const ALIGNED = "!((slot->gmem.pgoff | slot->npages) & (SZ_1G / PAGE_SIZE - 1))";
const textOf = (first: string, then: string): string =>
  `static bool fits(struct kvm *kvm, struct kvm_memory_slot *slot)\n{\n\tbool before = ${ALIGNED};\n\tvoid *p;\n\n\t${first}\n\treturn ${then};\n}\n`;

const judge = (text: string, ...args: readonly string[]): Promise<Ran> => {
  writeFileSync(join(folder, "it.c"), text);
  const words = ["--claims", "folio_starts_in_slot,folio_ends_in_slot", "--engine", "prove", "--no-out"];
  return command(["judge", "it.c", ...words, ...args], folder);
};

it.each([
  ["a function that nobody shows", "prepare(kvm);", "prepare"],
  ["a function through a pointer", "kvm->ops->prepare(kvm);", "kvm->ops->prepare"],
  ["an allocation", "p = kzalloc(8, GFP_KERNEL);", "kzalloc"],
])("after %s nothing of the slot is known", async (_what, first, name) => {
  const trusting = await judge(textOf(first, ALIGNED));
  expect(trusting.code).toBe(0);
  expect(trusting.out).toContain(`taken not to change slot: ${name}\n`);
  const strict = await judge(textOf(first, ALIGNED), "--strict-calls");
  expect(strict.code).toBe(1);
  expect(strict.out).not.toContain("taken not to change slot");
  expect(strict.out).toContain("slot->npages is ");
  expect(strict.out).toContain(", --strict-calls; seed 1");
});

it("keeps what was read before", async () => {
  expect((await judge(textOf("prepare(kvm);", "before"), "--strict-calls")).code).toBe(0);
});

it("asks nothing of messages, locks and releases", async () => {
  expect((await judge(textOf('pr_warn("x");', ALIGNED), "--strict-calls")).code).toBe(0);
});
