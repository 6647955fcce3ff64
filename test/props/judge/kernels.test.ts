/** What each named kernel or patch series had: folio sizes, when they change, how the file is made, and its three checks. */

import { describe, expect, it } from "vitest";
import { FILES } from "../../../model/abstract/behaviour.ts";
import { newVm, x86World } from "../../../model/abstract/machine.ts";
import { x86_64 } from "../../../model/arch.ts";
import { KERNELS } from "../../../props/judge/kernels.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import type { Proof } from "../../../props/prove/question.ts";
import { openProver } from "../../../props/prove/prover.ts";
import { bind, setISize } from "../../../sim/op.ts";
import type { Setting } from "../../../sim/setting.ts";
import { apply } from "../../../sim/step.ts";
import { byId, parse } from "../../support/prove-models.ts";

const OPEN = { bind_rule: () => 1, map_rule: () => 1, level_rule: () => 0 } as const;

const book = await openRulebook();

const [BASE, PMD, PUD] = ["0", "0 9", "0 9 18"];
const ROWS: readonly (readonly [string, string, string, string, string, string, string, RegExp])[] = [
  [
    "restrictedmem-v10",
    PMD,
    "any",
    "ctz",
    "folio_order",
    "or_offset",
    "fixed_size",
    /shmem, December 2022: huge= can be remounted/,
  ],
  [
    "gmem-v12",
    PMD,
    "never",
    "offset_and_size_2m",
    "folio_order",
    "stock",
    "whole_folios",
    /September 2023: huge pages by a flag/,
  ],
  [
    "gmem-v13",
    PMD,
    "never",
    "none",
    "round_up_contained",
    "stock",
    "whole_folios",
    /October 2023: any offset is bound/,
  ],
  ["6.12", BASE, "never", "none", "order_zero", "stock", "fixed_size", /6\.12\.y, whose bounds/],
  ["6.18", BASE, "never", "signed_end", "order_zero", "stock", "fixed_size", /the signed bounds/],
  ["7.2", BASE, "never", "none", "order_zero", "stock", "fixed_size", /unsigned bounds/],
  [
    "thp-rfc-2024",
    PMD,
    "any",
    "none",
    "align_down_contained",
    "stock",
    "folio_in_file",
    /December 2024: 2 MiB by a module parameter/,
  ],
  [
    "hugetlb-rfc-2025",
    PUD,
    "never",
    "none",
    "folio_order",
    "offset_congruent",
    "whole_folios",
    /May 2025: hugetlb folios by a flag/,
  ],
];

it("are these eight", () => {
  expect(Object.keys(KERNELS).toSorted()).toEqual(ROWS.map(([name]) => name).toSorted());
});

it.each(ROWS)("%s", (name, orders, resize, bind_rule, map_rule, level_rule, file, what) => {
  const kernel = KERNELS[name];
  expect(kernel?.setting).toEqual({
    orders: orders.split(" ").map(Number),
    resize,
    bind_rule,
    map_rule,
    level_rule,
    file,
  });
  // Nobody maps such a file, so nothing collapses it.
  expect(FILES[kernel?.setting.file ?? "fixed_size"].collapse).toBe("off");
  expect(kernel?.what).toMatch(what);
  expect(kernel?.source).toMatch(/^(https:\/\/lore\.kernel\.org\/all\/|Linux \d|guest_memfd RFC v12)/);
  expect([book.has(bind_rule, "bind"), book.has(map_rule, "map"), book.has(level_rule, "level")]).toEqual(
    Array.from({ length: 3 }, () => true),
  );
});

describe("a counterexample under a named kernel is one that it can have", () => {
  // A slot may end within a folio only where the file does.
  const TO_THE_END = parse(
    "return IS_ALIGNED(offset, SZ_2M) && (IS_ALIGNED(size, SZ_2M) || offset + size == i_size) && offset + size <= i_size;",
  );

  const judged = async (setting: Omit<Setting, "map_rule" | "level_rule" | "bind_rule">): Promise<Proof> => {
    const prover = await openProver();
    const rules = { bind: TO_THE_END, map: byId("folio_order"), level: byId("stock") };
    return await prover.prove({ rules, setting, arch: x86_64 }, "folio_ends_in_slot");
  };

  // The file of one page that v13 cannot make: slot [0,4K), folio [0,2M).
  it.each(["gmem-v12", "gmem-v13", "thp-rfc-2024"])("%s has no file that ends within a folio", async (name) => {
    const { setting } = KERNELS[name] ?? {};
    if (setting === undefined) throw new Error(`no kernel ${name}`);
    expect(await judged(setting)).toMatchObject({ status: "proved", premises: { slot_accepted: true } });
    const { file: _, ...plain } = setting;
    expect(await judged(plain)).toMatchObject({ status: "refuted" });
  });

  it("restrictedmem has, and its size is set before the first slot and once", async () => {
    const { setting } = KERNELS["restrictedmem-v10"] ?? {};
    if (setting === undefined) throw new Error("no kernel restrictedmem-v10");
    const proof = await judged(setting);
    if (proof.status !== "refuted") throw new Error(proof.status);
    const kinds = proof.ops.map(({ op }) => op);
    expect(kinds.filter((kind) => kind === "set_i_size")).toHaveLength(1);
    expect(kinds.indexOf("set_i_size")).toBeLessThan(kinds.indexOf("bind_memslot"));
  });

  it("and one that says the file's size is the machine's, which refuses what cannot be made", () => {
    const vm = newVm(x86World({ ...OPEN, orders: [9], resize: "never", file: FILES.whole_folios }));
    const checks = [setISize(513), bind({ npages: 1 }), setISize(512), bind({ npages: 1 }), setISize(1024)].map(
      (op) => {
        apply(vm, op);
        return vm.saw.refusal?.check;
      },
    );
    expect(checks).toEqual([undefined, "i_size_no_multiple_of_folio", undefined, undefined, "i_size_fixed"]);
  });
});
