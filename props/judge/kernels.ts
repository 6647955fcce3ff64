/** Named sets of rules and file behaviour: what each kernel or patch series had. */

import { SIGNED_END } from "../../model/kernel/signed-end.ts";
import { PMD_ORDER, x86_64 } from "../../model/arch.ts";
import type { Setting } from "../../sim/setting.ts";

export interface Kernel {
  readonly setting: Setting;
  readonly what: string;
}

const BASE_ONLY = [0];
const UP_TO_2M = [0, PMD_ORDER];
const UP_TO_1G = [0, ...x86_64.levels.toReversed()];

export const KERNELS: Readonly<Record<string, Kernel>> = {
  "restrictedmem-v10": {
    what: "restrictedmem on shmem, December 2022: huge= can be remounted, offset or-ed into the level test",
    setting: { orders: UP_TO_2M, resize: "any", bind_rule: "ctz", map_rule: "folio_order", level_rule: "or_offset" },
  },
  "gmem-v12": {
    what: "guest_memfd RFC v12, September 2023: huge pages by a flag of the file, offset and size multiples of 2 MiB",
    setting: {
      orders: UP_TO_2M,
      resize: "never",
      bind_rule: "offset_and_size_2m",
      map_rule: "folio_order",
      level_rule: "stock",
    },
  },
  "gmem-v13": {
    what: "guest_memfd v13, October 2023: any offset is bound, the mapping is checked at the fault",
    setting: {
      orders: UP_TO_2M,
      resize: "never",
      bind_rule: "none",
      map_rule: "round_up_contained",
      level_rule: "stock",
    },
  },
  "6.12": {
    what: `guest_memfd of ${SIGNED_END.backports[0]}, whose bounds are unsigned by a back-port, base pages only`,
    setting: { orders: BASE_ONLY, resize: "never", bind_rule: "none", map_rule: "order_zero", level_rule: "stock" },
  },
  "6.18": {
    what: `guest_memfd with the signed bounds of ${SIGNED_END.first} to ${SIGNED_END.last}, base pages only`,
    setting: {
      orders: BASE_ONLY,
      resize: "never",
      bind_rule: "signed_end",
      map_rule: "order_zero",
      level_rule: "stock",
    },
  },
  "7.2": {
    what: "guest_memfd with unsigned bounds, base pages only",
    setting: { orders: BASE_ONLY, resize: "never", bind_rule: "none", map_rule: "order_zero", level_rule: "stock" },
  },
  "thp-rfc-2024": {
    what: "THP for guest_memfd RFC, December 2024: 2 MiB by a module parameter that can change at run time",
    setting: {
      orders: UP_TO_2M,
      resize: "any",
      bind_rule: "none",
      map_rule: "align_down_contained",
      level_rule: "stock",
    },
  },
  "hugetlb-rfc-2025": {
    what: "1 GiB guest_memfd RFC v2, May 2025: hugetlb folios by a flag of the file, levels forbidden by offset",
    setting: {
      orders: UP_TO_1G,
      resize: "never",
      bind_rule: "none",
      map_rule: "folio_order",
      level_rule: "offset_congruent",
    },
  },
};
