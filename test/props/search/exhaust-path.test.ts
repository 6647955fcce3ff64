/** Where the exhaustive search is, told as ops: the shortest list that leads there. */

import { describe, expect, it } from "vitest";
import type { Path } from "../../../props/search/exhaust-path.ts";
import { newPath, tellPath } from "../../../props/search/exhaust-path.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, setOrder } from "../../../sim/op.ts";

const at: Partial<Path> = { base_gfn: 100, npages: 8, pgoff: 16, ugfn: 4 };
const slot = bind({ base_gfn: 100, npages: 8, pgoff: 16, ugfn: 4 });

it("begins at a slot of one page at frame 0 and page 0, on a file of base pages", () => {
  expect(tellPath(newPath(), 0, 0)).toEqual([bind({ npages: 1 }), fault(0)]);
});

describe("a path is told", () => {
  it.each<[string, Partial<Path>, Op[]]>([
    ["as a slot and a fault", {}, [slot, fault(103)]],
    ["with a size set after the slot is bound", { faultOrder: 9 }, [slot, setOrder(9), fault(103)]],
    ["with a size set before", { bindOrder: 9, faultOrder: 9 }, [setOrder(9), slot, fault(103)]],
    ["with both", { bindOrder: 9, faultOrder: 18 }, [setOrder(9), slot, setOrder(18), fault(103)]],
    [
      "with the neighbour in the second VM, behind the slot",
      { neighbour: [7, 2, 30] },
      [slot, bind({ vm: 1, base_gfn: 7, npages: 2, pgoff: 30 }), fault(103)],
    ],
    ["with an earlier touch of the slot's first page", { firstTouch: 0 }, [slot, fault(100), fault(103)]],
    [
      "with an earlier touch in a folio of its own size",
      { firstTouch: 5, firstOrder: 9, faultOrder: 18 },
      [slot, setOrder(9), fault(105), setOrder(18), fault(103)],
    ],
    ["without the size that nothing was touched in", { firstOrder: 9 }, [slot, fault(103)]],
  ])("%s", (_how, over, ops) => {
    expect(tellPath({ ...newPath(), ...at, ...over }, 3, 0)).toEqual(ops);
  });

  it("without a size that the file has from the start", () => {
    expect(tellPath({ ...newPath(), bindOrder: 9, faultOrder: 9 }, 0, 9)).toEqual([bind({ npages: 1 }), fault(0)]);
  });
});
