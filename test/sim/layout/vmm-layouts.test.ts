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
