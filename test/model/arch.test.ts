import { describe, expect, it } from "vitest";
import type { Arch } from "../../model/arch.ts";
import { arm64_16k, arm64_4k, arm64_64k, x86_64 } from "../../model/arch.ts";
import { allocate } from "../../model/abstract/fault.ts";
import { newVm } from "../../model/abstract/machine.ts";
import { bind, fault, setOrder } from "../../sim/op.ts";
import { apply } from "../../sim/step.ts";
import { run } from "../../sim/trace.ts";

const world = (arch: Arch, orders: readonly number[]): Parameters<typeof newVm>[0] => ({
  arch,
  bind_rule: () => 1,
  map_rule: () => 1,
  level_rule: () => 0,
  orders,
  resize: "any",
});

it("base pages and the sizes above them are those of the architecture's page tables", () => {
  const told = [x86_64, arm64_4k, arm64_16k, arm64_64k].map(({ name, page_shift, levels }) => {
    const kib = [...levels, 0].map((order) => 2 ** (page_shift + order - 10));
    return `${name}: ${kib.map((n) => (n < 1024 ? `${n}K` : n < 2 ** 20 ? `${n / 1024}M` : `${n / 2 ** 20}G`)).join(" ")}`;
  });
  expect(told).toEqual(["x86-64: 1G 2M 4K", "arm64-4k: 1G 2M 4K", "arm64-16k: 32M 16K", "arm64-64k: 512M 64K"]);
});

describe("the sizes of a mapping are the architecture's", () => {
  it.each([
    ["x86-64: 2 MiB over 4 KiB", x86_64, 9],
    ["arm64 with 4 KiB pages: the same", arm64_4k, 9],
    ["arm64 with 16 KiB pages: 32 MiB", arm64_16k, 11],
  ] as const)("%s", (_what, arch, order) => {
    const ops = [bind({ npages: 2 ** 12 }), setOrder(order), fault(1)];
    const { effect } = run(world(arch, [0, order]), ops).at(-1) ?? {};
    expect(effect).toMatchObject({ mapping: { order, gfns: { start: 0, npages: 2 ** order } } });
  });

  it("a folio of another architecture's size is mapped in base pages", () => {
    const ops = [bind({ npages: 2 ** 12 }), setOrder(9), fault(1)];
    expect(run(world(arm64_16k, [0, 9]), ops).at(-1)?.effect).toMatchObject({
      folio: { order: 9 },
      mapping: { order: 0 },
    });
  });
});

it("a fault can stop after its allocation, so that something else can come between", () => {
  const vm = newVm(world(x86_64, [0, 9]));
  apply(vm, bind({ npages: 512, pgoff: 512 }));
  apply(vm, setOrder(9));
  allocate(vm, 0, 3);
  expect(vm.saw).toMatchObject({ index: 515, folio_start: 512, folio_order: 9, mapped_order: -1 });
});
