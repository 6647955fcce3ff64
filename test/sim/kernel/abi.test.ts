/** The ioctl structs, held against DataView. */

import { spawnSync } from "node:child_process";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CREATE_GUEST_MEMFD_BYTES,
  decodeCreateGuestMemfd,
  decodeRegion,
  decodeRegion2,
  encodeCreateGuestMemfd,
  encodeRegion,
  encodeRegion2,
  REGION2_BYTES,
  REGION_BYTES,
} from "../../../sim/kernel/live/abi.ts";

const RUNS = { seed: 0x6b766d, numRuns: 1000 };
const u32 = fc.bigInt(0n, 2n ** 32n - 1n);
const u64 = fc.bigInt(0n, 2n ** 64n - 1n);
const REGION = { slot: u32, flags: u32, guest_phys_addr: u64, memory_size: u64, userspace_addr: u64 };

describe("ioctl structs", () => {
  it("lie as kvm_userspace_memory_region2 does", () => {
    const holds = fc.property(fc.record({ ...REGION, guest_memfd_offset: u64, guest_memfd: u32 }), (value) => {
      const bytes = encodeRegion2(value);
      const view = new DataView(bytes.buffer);
      expect(bytes.length).toBe(REGION2_BYTES);
      expect(BigInt(view.getUint32(0, true))).toBe(value.slot);
      expect(BigInt(view.getUint32(4, true))).toBe(value.flags);
      expect(view.getBigUint64(8, true)).toBe(value.guest_phys_addr);
      expect(view.getBigUint64(16, true)).toBe(value.memory_size);
      expect(view.getBigUint64(24, true)).toBe(value.userspace_addr);
      expect(view.getBigUint64(32, true)).toBe(value.guest_memfd_offset);
      expect(BigInt(view.getUint32(40, true))).toBe(value.guest_memfd);
      expect(bytes.subarray(44).every((byte) => byte === 0)).toBe(true);
      expect(decodeRegion2(bytes)).toEqual(value);
      // The first ioctl's struct is the beginning of the second's.
      const { guest_memfd_offset: _o, guest_memfd: _f, ...region } = value;
      expect(encodeRegion(region)).toEqual(bytes.slice(0, REGION_BYTES));
      expect(decodeRegion(bytes.slice(0, REGION_BYTES))).toEqual(region);
    });
    fc.assert(holds, RUNS);
  });

  it("lie as kvm_create_guest_memfd does", () => {
    const holds = fc.property(u64, u64, (size, flags) => {
      const bytes = encodeCreateGuestMemfd({ size, flags });
      const view = new DataView(bytes.buffer);
      expect(bytes.length).toBe(CREATE_GUEST_MEMFD_BYTES);
      expect([view.getBigUint64(0, true), view.getBigUint64(8, true)]).toEqual([size, flags]);
      expect(decodeCreateGuestMemfd(bytes)).toEqual({ size, flags });
    });
    fc.assert(holds, RUNS);
  });

  it.each([
    ["size", { size: 2n ** 64n, flags: 0n }],
    ["size", { size: -1n, flags: 0n }],
    ["flags", { size: 0n, flags: 2n ** 64n }],
  ])("refuse a %s that does not fit", (name, value) => {
    expect(() => encodeCreateGuestMemfd(value)).toThrow(`${name} does not fit 64 bits`);
  });

  it("refuse a slot of more than 32 bits, and bytes of another length", () => {
    const region = { slot: 2n ** 32n, flags: 0n, guest_phys_addr: 0n, memory_size: 0n, userspace_addr: 0n };
    expect(() => encodeRegion(region)).toThrow("slot does not fit 32 bits");
    const untyped = { ...region, slot: 3 as unknown as bigint }; // oxlint-disable-line typescript/no-unsafe-type-assertion -- a caller without types
    expect(() => encodeRegion(untyped)).toThrow("slot does not fit 32 bits: 3");
    expect(() => decodeRegion(new Uint8Array(REGION_BYTES + 1))).toThrow("32 bytes expected, 33 given");
  });

  it("load without a word", () => {
    const script = "require('bigint-buffer/dist/browser.js')";
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
    expect(stdout + stderr).toBe("");
  });
});
