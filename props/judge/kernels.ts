/** Named sets of rules and file behaviour: what each kernel or patch series had. */

import type { FileName } from "../../model/abstract/behaviour.ts";
import { SIGNED_END } from "../../model/kernel/signed-end.ts";
import { PMD_ORDER, x86_64 } from "../../model/arch.ts";
import { mail } from "../../model/rule/catalogue/entry.ts";
import type { Setting } from "../../sim/setting.ts";

export interface Kernel {
  readonly setting: Setting & { readonly file: FileName };
  readonly what: string;
  /** Where it is from: a mail, a file of a release, a commit. */
  readonly source: string;
}

const BASE_ONLY = [0];
const UP_TO_2M = [0, PMD_ORDER];
const UP_TO_1G = [0, ...x86_64.levels.toReversed()];

export const KERNELS: Readonly<Record<string, Kernel>> = {
  "restrictedmem-v10": {
    what: "restrictedmem on shmem, December 2022: huge= can be remounted, offset or-ed into the level test",
    source: mail("20221202061347.1070246-1-chao.p.peng@linux.intel.com"),
    setting: {
      orders: UP_TO_2M,
      resize: "any",
      bind_rule: "ctz",
      map_rule: "folio_order",
      level_rule: "or_offset",
      file: "fixed_size",
    },
  },
  "gmem-v12": {
    what: "guest_memfd RFC v12, September 2023: huge pages by a flag of the file, offset and size multiples of 2 MiB",
    source: "guest_memfd RFC v12, virt/kvm/guest_mem.c: kvm_gmem_create wants a file of whole 2 MiB with the flag",
    setting: {
      orders: UP_TO_2M,
      resize: "never",
      bind_rule: "offset_and_size_2m",
      map_rule: "folio_order",
      level_rule: "stock",
      file: "whole_folios",
    },
  },
  "gmem-v13": {
    what: "guest_memfd v13, October 2023: any offset is bound, the mapping is checked at the fault",
    source: `${mail("20231027182217.3615211-18-seanjc@google.com")}: kvm_gmem_create wants a file of whole 2 MiB with the flag`,
    setting: {
      orders: UP_TO_2M,
      resize: "never",
      bind_rule: "none",
      map_rule: "round_up_contained",
      level_rule: "stock",
      file: "whole_folios",
    },
  },
  "6.12": {
    what: `guest_memfd of ${SIGNED_END.backports[0]}, whose bounds are unsigned by a back-port, base pages only`,
    source: "Linux 6.12.117, virt/kvm/guest_memfd.c",
    setting: {
      orders: BASE_ONLY,
      resize: "never",
      bind_rule: "none",
      map_rule: "order_zero",
      level_rule: "stock",
      file: "fixed_size",
    },
  },
  "6.18": {
    what: `guest_memfd with the signed bounds of ${SIGNED_END.first} to ${SIGNED_END.last}, base pages only`,
    source: "Linux 6.18, virt/kvm/guest_memfd.c",
    setting: {
      orders: BASE_ONLY,
      resize: "never",
      bind_rule: "signed_end",
      map_rule: "order_zero",
      level_rule: "stock",
      file: "fixed_size",
    },
  },
  "7.2": {
    what: "guest_memfd with unsigned bounds, base pages only",
    source: "Linux 7.2, commit eba85fee7fc6",
    setting: {
      orders: BASE_ONLY,
      resize: "never",
      bind_rule: "none",
      map_rule: "order_zero",
      level_rule: "stock",
      file: "fixed_size",
    },
  },
  "thp-rfc-2024": {
    what: "THP for guest_memfd RFC, December 2024: 2 MiB by a module parameter that can change at run time",
    source: `${mail("20241212063635.712877-6-michael.roth@amd.com")}: kvm_gmem_get_huge_folio keeps a folio in the file`,
    setting: {
      orders: UP_TO_2M,
      resize: "any",
      bind_rule: "none",
      map_rule: "align_down_contained",
      level_rule: "stock",
      file: "folio_in_file",
    },
  },
  "hugetlb-rfc-2025": {
    what: "1 GiB guest_memfd RFC v2, May 2025: hugetlb folios by a flag of the file, levels forbidden by offset",
    source: `${mail("4acb9139318e3ae35d61ed7da9d41db2e328dc40.1747264138.git.ackerleytng@google.com")}: guestmem_hugetlb_setup wants a file of whole huge pages`,
    setting: {
      orders: UP_TO_1G,
      resize: "never",
      bind_rule: "none",
      map_rule: "folio_order",
      level_rule: "offset_congruent",
      file: "whole_folios",
    },
  },
};
