/** The questions of the mail thread, each with the runs that answer it. */

import { bind, fault, setOrder, unbind } from "../../sim/op.ts";
import { migrationLines } from "./migration.ts";
import type { Scenario } from "./scenario.ts";

const K4 = 1;
const M1 = 256;
const M2 = 512;
const M3 = 768;
const G1 = 2 ** 18;
const G2 = 2 * G1;
const G4 = 4 * G1;

/** 16 KiB, the offset of the mail's example. */
const K16 = 4 * K4;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "seed-1g",
    question:
      "1 GiB folios, a slot of 1 GiB at offset 0x4000, KVM asks for file offset 0x8000: where does the folio start?",
    parts: [
      {
        title: "nothing but bounds is checked",
        rule: "none",
        ops: [bind({ npages: G1, pgoff: K16 }), setOrder(18), fault(K16)],
        breaks: ["folio_starts_in_slot", "mapping_starts_in_binding", "mapping_translates"],
        charged: G1,
      },
      {
        title: "the offset must be aligned to the largest page that fits the size",
        rule: "size_level",
        ops: [bind({ npages: G1, pgoff: K16 })],
        refused: { 0: "rule" },
        breaks: [],
      },
    ],
    answer: "At 0x0, 4 pages below the slot; and KVM maps it, so gpa 0 is file offset 0 instead of 0x4000.",
  },
  {
    name: "gpa-2m-offset-1m",
    question: "Can the page at file offset 1 MiB back a 2 MiB mapping of gpa 2 MiB?",
    parts: [
      {
        title: "the rule that was sent first has the comparison the wrong way round and takes it",
        rule: "gpa_no_less_aligned",
        ops: [bind({ base_gfn: M2, npages: M2, pgoff: M1, ugfn: M2 }), setOrder(9), fault(M2)],
        breaks: ["folio_starts_in_slot", "mapping_starts_in_binding", "mapping_translates"],
      },
      {
        title: "the mapping is checked instead: 4 KiB only, but the folio has been allocated all the same",
        rule: "none",
        setting: { map_rule: "round_down_contained" },
        ops: [bind({ base_gfn: M2, npages: M2, pgoff: M1, ugfn: M2 }), setOrder(9), fault(M2)],
        breaks: ["folio_starts_in_slot"],
      },
      {
        title: "the check that was meant refuses it",
        rule: "ctz",
        ops: [bind({ base_gfn: M2, npages: M2, pgoff: M1, ugfn: M2 })],
        refused: { 0: "rule" },
        breaks: [],
      },
    ],
    answer: "No: file offset 1 MiB is the middle of a 2 MiB folio, so gpa 2 MiB would be file offset 0.",
  },
  {
    name: "qemu-below-above-4g",
    question:
      "QEMU splits memory at 4 GiB: gpa 0 offset 0 size 2 GiB, gpa 4 GiB offset 2 GiB. Does the check take both?",
    parts: [
      ...["ctz", "fls64"].map((rule) => ({
        title: `${rule} refuses the second slot`,
        rule,
        ops: [bind({ npages: G2 }), bind({ slot: 1, base_gfn: G4, npages: G2, pgoff: G2 })],
        refused: { 1: "rule" },
        breaks: [],
      })),
      {
        title: "alignment that counts only up to the largest page takes both, and both are safe",
        rule: "ctz_levels",
        ops: [
          bind({ npages: G2 }),
          bind({ slot: 1, base_gfn: G4, npages: G2, pgoff: G2 }),
          setOrder(18),
          fault(G2 - 1),
          fault(G4),
          fault(G4 + G2 - 1),
        ],
        breaks: [],
        charged: 3 * G1,
      },
    ],
    answer: "The strict check refuses it although the layout is perfectly aligned: 2 GiB is less aligned than 4 GiB.",
  },
  {
    name: "resize-after-bind",
    question: "The check passes against the folio size of now; then the size is raised. Is the fault still inside?",
    parts: [
      {
        title: "the size may change at any time",
        rule: "file_folio",
        ops: [bind({ npages: M2, pgoff: M1 }), setOrder(9), fault(0)],
        breaks: ["folio_starts_in_slot", "mapping_starts_in_binding", "mapping_translates"],
      },
      {
        title: "the size is a flag of the file and cannot change: the 2 MiB file refuses the slot",
        rule: "file_folio",
        setting: { resize: "never" },
        ops: [setOrder(9), bind({ npages: M2, pgoff: M1 })],
        refused: { 1: "rule" },
        breaks: [],
      },
      {
        title: "and the 4 KiB file that took it stays one",
        rule: "file_folio",
        setting: { resize: "never" },
        ops: [bind({ npages: M2, pgoff: M1 }), setOrder(9), fault(0)],
        refused: { 1: "order_fixed" },
        breaks: [],
      },
    ],
    answer: "No. A check against the folio size of now holds only if the size can never be raised.",
  },
  {
    name: "neighbour",
    question: "File range [0, 0x4000) belongs to something else. Does a fault of the slot behind it allocate it?",
    parts: [
      {
        title: "another VM's slot has the range",
        rule: "none",
        ops: [bind({ vm: 1, npages: K16 }), bind({ npages: G1, pgoff: K16 }), setOrder(18), fault(K16)],
        breaks: ["folio_starts_in_slot", "folio_avoids_other_slots", "mapping_starts_in_binding", "mapping_translates"],
      },
      {
        title: "a page of it is there already: the folio shrinks to 4 KiB, and nothing shows",
        rule: "none",
        ops: [bind({ vm: 1, npages: K16 }), bind({ npages: G1, pgoff: K16 }), fault(0, 1), setOrder(18), fault(K16)],
        breaks: [],
      },
    ],
    answer: "Yes, all four of its pages, and the guest gets them mapped. A test that touches them first never sees it.",
  },
  {
    name: "small-range-big-folio",
    question: "A range of 4 KiB is bound, then the file gets 1 GiB folios. Is the folio inside the range?",
    parts: [
      {
        title: "at offset 0: past the end",
        rule: "size_level_capped",
        ops: [bind({ npages: 1 }), setOrder(18), fault(0)],
        breaks: ["folio_ends_in_slot"],
      },
      {
        title: "at offset 0x1000: below the start, too",
        rule: "size_level_capped",
        ops: [bind({ npages: 1, pgoff: 1 }), setOrder(18), fault(0)],
        breaks: ["folio_starts_in_slot", "folio_ends_in_slot"],
      },
    ],
    answer: "No. KVM maps only 4 KiB of it, but a whole GiB of the file is allocated, below the range and past it.",
  },
  {
    name: "tail",
    question: "The range is larger than the folio, but no multiple of it: 3 MiB with 2 MiB folios. And the end?",
    parts: [
      {
        title: "a fault in the last MiB",
        rule: "size_level",
        ops: [bind({ npages: M3 }), setOrder(9), fault(M3 - 1)],
        breaks: ["folio_ends_in_slot"],
      },
      {
        title: "offset and size multiples of the folio: refused",
        rule: "offset_and_size_2m",
        ops: [bind({ npages: M3 })],
        refused: { 0: "rule" },
        breaks: [],
      },
    ],
    answer: "1 MiB is allocated past the end. Alignment of the offset alone says nothing of the size.",
  },
  {
    name: "migration",
    question:
      "A file and its slots move to a host whose largest page is bigger. What stops being acceptable, what safe?",
    parts: [
      {
        title: "the source has pages up to 2 MiB: accepted and safe",
        rule: "offset_and_size_2m",
        setting: { orders: [0, 9] },
        ops: [bind({ base_gfn: M2, npages: M2, pgoff: M2 }), setOrder(9), fault(M2)],
        breaks: [],
      },
      {
        title: "the destination has 1 GiB pages, and the same check: accepted, and not safe",
        rule: "offset_and_size_2m",
        ops: [bind({ base_gfn: M2, npages: M2, pgoff: M2 }), setOrder(18), fault(M2)],
        breaks: ["folio_starts_in_slot", "folio_ends_in_slot"],
      },
      {
        title: "the destination checks for its own largest page: no longer accepted",
        rule: "offset_and_size_1g",
        ops: [bind({ base_gfn: M2, npages: M2, pgoff: M2 })],
        refused: { 0: "rule" },
        breaks: [],
      },
    ],
    answer: "Whatever is a multiple of 2 MiB but not of 1 GiB. The data must move to another offset of the file there.",
    more: migrationLines,
  },
  {
    name: "holes",
    question: "Alignment leaves holes in the file. What do they cost?",
    parts: [
      {
        title: "768 KiB at offset 0, the next slot aligned to 1 GiB instead of following at 1 MiB",
        rule: "ctz_levels",
        ops: [
          bind({ npages: 192 }),
          bind({ slot: 1, base_gfn: G4, npages: G1, pgoff: G1 }),
          fault(0),
          setOrder(18),
          fault(G4),
        ],
        breaks: [],
        charged: 1 + G1,
      },
      {
        title: "the same slots, the large folios first: the first fault's folio fills the hole",
        rule: "ctz_levels",
        ops: [
          bind({ npages: 192 }),
          bind({ slot: 1, base_gfn: G4, npages: G1, pgoff: G1 }),
          setOrder(18),
          fault(0),
          fault(G4),
        ],
        breaks: ["folio_ends_in_slot"],
        charged: 2 * G1,
      },
    ],
    answer:
      "Nothing but file offsets if the slot before the hole can get no large folio. If it can, its folio is the hole: 1 GiB is charged for one byte.",
  },
  {
    name: "snp-trace",
    question: "QEMU starting an SNP guest binds, unbinds and binds one file. Which checks live through it?",
    parts: [
      ...(["none", "ctz_levels"] as const).map((rule) => ({
        title: `${rule} takes every step`,
        rule,
        ops: snpOps(),
        breaks: [],
      })),
      {
        title: "ctz refuses the memory above 4 GiB at offset 2 GiB",
        rule: "ctz",
        ops: snpOps(),
        refused: { 1: "rule" },
        breaks: [],
      },
      {
        title: "multiples of 2 MiB refuse what is left of low memory, and the rest of it from 1 MiB on",
        rule: "offset_and_size_2m",
        ops: snpOps(),
        refused: { 3: "rule", 4: "rule" },
        breaks: [],
      },
    ],
    answer: "The alignment that keeps folios inside is the one that QEMU's low memory cannot have.",
  },
];

/** Slot 0 and 1, then slot 0 goes and comes back without the 256 KiB below 1 MiB. */
function snpOps(): Scenario["parts"][number]["ops"] {
  return [
    bind({ npages: 0x80000 }),
    bind({ slot: 1, base_gfn: 0x100000, npages: 0x380000, pgoff: 0x80000 }),
    unbind(0),
    bind({ npages: 0xc0 }),
    bind({ slot: 6, base_gfn: 0x100, npages: 0x7ff00, pgoff: 0x100 }),
  ];
}
