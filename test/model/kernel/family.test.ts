/** What differs between kernels, and which version is of which family. */

import { describe, expect, it } from "vitest";
import type { Family } from "../../../model/kernel/family.ts";
import { ALL_ORDERS, FAMILIES, familyOfVersion, PMD_ONLY } from "../../../model/kernel/family.ts";

describe("the family of a version", () => {
  it.each([
    ["5.15.0", "6.1"],
    ["6.10.14", "6.1"],
    ["6.11", "6.12"],
    ["6.13.7", "6.12"],
    ["6.14.0", "6.17"],
    ["6.17.13+deb13-amd64", "6.17"],
    ["6.18.0", "6.18"],
    ["6.19.0", "6.19"],
    ["7.0.1", "6.19"],
    ["10.2", "6.19"],
    ["mainline", "6.18"],
    ["linux-6.1", "6.18"],
  ])("%s is %s", (version, family) => {
    expect(familyOfVersion(version)).toBe(family);
  });
});

const NAMES = ["6.1", "6.12", "6.17", "6.18", "6.19"] as const;

/** A fact, and what it is in each family, oldest first. */
const FACTS: readonly (readonly [keyof Family, readonly unknown[]])[] = [
  ["write_orders", [PMD_ONLY, PMD_ONLY, "hint", ALL_ORDERS, ALL_ORDERS]],
  ["fault_orders", [PMD_ONLY, PMD_ONLY, PMD_ONLY, PMD_ONLY, ALL_ORDERS]],
  ["counts_write_end", [false, true, true, true, true]],
  ["bounds_faults", [false, true, true, true, true]],
  ["large_chunks", ["none", "every", "created_huge", "created_huge", "created_huge"]],
  ["anon_sizes", [false, true, true, true, true]],
  ["split", ["uniform", "uniform", "buddy", "buddy", "buddy"]],
  ["undo_skips_page", [true, false, false, false, false]],
  ["trims_for", ["small", "each", "each", "each", "each"]],
  ["maps_whole", ["none", "anon", "every", "every", "every"]],
  ["collapse_ignores_sizes", [true, true, false, false, false]],
  ["collapse_maps", [false, false, false, true, true]],
  ["collapse_charges", ["each", "whole", "whole", "whole", "whole"]],
  ["fallocate_modes", ["combined", "exclusive", "exclusive", "exclusive", "exclusive"]],
];

describe("families", () => {
  it.each(FACTS)("differ in %s", (field, told) => {
    expect(NAMES.map((name) => FAMILIES[name][field])).toEqual(told);
  });

  it("differ in what guest_memfd may be", () => {
    const words = NAMES.map((name) => {
      const { exists, any_vm, flags, signed_end } = FAMILIES[name].guest_memfd;
      return [exists && "exists", any_vm && "any VM", `flags ${flags}`, signed_end && "signed end"].filter(Boolean);
    });
    expect(words).toEqual([
      ["flags 0"],
      ["exists", "flags 0"],
      ["exists", "flags 0", "signed end"],
      ["exists", "any VM", "flags 3", "signed end"],
      ["exists", "any VM", "flags 3"],
    ]);
  });

  it("agree that orders are 1 to 9, 9 being 2 MiB", () => {
    expect([ALL_ORDERS, PMD_ONLY]).toEqual([0x3fe, 0x200]);
  });
});
