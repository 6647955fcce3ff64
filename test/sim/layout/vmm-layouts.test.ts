/** The layouts of VMMs, to the byte. */

import { expect, it } from "vitest";
import { slotsOf, VMM_LAYOUTS } from "../../../sim/layout/vmm-layouts.ts";

const hex = (bytes: bigint): string => `0x${bytes.toString(16)}`;

it("are these", async () => {
  const told = VMM_LAYOUTS.flatMap((layout) => [
    `${layout.name}: ${layout.of}`,
    ...slotsOf(layout).map(
      ({ as_id, slot, gpa, size, offset, userspace_addr, block_size }) =>
        `  ${as_id}:${slot} gpa ${hex(gpa)} size ${hex(size)} offset ${hex(offset)} userspace_addr ${hex(userspace_addr)} of ${hex(block_size)}`,
    ),
  ]);
  await expect(`${told.join("\n")}\n`).toMatchFileSnapshot("../../golden/vmm-layouts.txt");
});

it("lie in whole pages of one block", () => {
  for (const layout of VMM_LAYOUTS) {
    for (const { gpa, size, offset, block_size } of slotsOf(layout)) {
      expect((gpa | size | offset) & 0xfffn).toBe(0n);
      expect(offset + size <= block_size).toBe(true);
    }
  }
});

it("are there until a slot with a frame of theirs is made", () => {
  const lives = VMM_LAYOUTS.map(
    (layout) => [layout.name, slotsOf(layout).map(({ made, gone }) => [made, gone])] as const,
  );
  const snp = lives.find(([name]) => name === "qemu-snp-16G");
  expect(snp?.[1]).toEqual([
    [1, 4],
    [3, Infinity],
    [5, Infinity],
    [7, Infinity],
  ]);
  const others = lives.filter(([name]) => name !== "qemu-snp-16G").flatMap(([, slots]) => slots);
  expect(others.every(([, gone]) => gone === Infinity)).toBe(true);
});
