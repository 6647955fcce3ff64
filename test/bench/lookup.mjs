// Look-ups: frames in a table of memslots as full as KVM allows, and pages in a file with a million folios.
//   node test/bench/lookup.mjs [--slots 32764] [--lookups 10000000]

import { loadLibrary, options, print, timed } from "./load.mjs";

const { folios: store, memslots } = await loadLibrary();
const { emptyMemslots, findSlot, setRegion } = memslots;
const { emptyFolios, folioAt, insertFolio } = store;

const args = options();
const slots = Number(args.slots ?? 32764);
const lookups = Number(args.lookups ?? 1e7);

const table = emptyMemslots();
for (let slot = 0; slot < slots; slot++) {
  const region = { slot, flags: 0, base_gfn: slot * 512, npages: 512, ugfn: 0, pgoff: 0, file: -1 };
  if (!setRegion(table, region, () => undefined).ok) throw new Error(`slot ${slot} refused`);
}
const folios = emptyFolios();
for (let i = 0; i < 1e6; i++) insertFolio(folios, i * 4294, 0, true);

function each(limit, found) {
  let state = 1;
  let hits = 0;
  for (let i = 0; i < lookups; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    if (found((state >>> 0) % limit)) hits++;
  }
  return hits;
}

const bySlot = timed(() => ({ hits: each(slots * 512, (frame) => findSlot(table, frame) !== undefined) }));
const byPage = timed(() => ({ hits: each(2 ** 32, (page) => folioAt(folios, page) >= 0) }));
await print({
  task: "lookup",
  slots,
  slot_ns: (bySlot.in_cpu_ms * 1e6) / lookups,
  slot_hits: bySlot.hits,
  folio_ns: (byPage.in_cpu_ms * 1e6) / lookups,
  folio_hits: byPage.hits,
});
