// Memory: what folios cost in a file of 16 TiB, and that a file's size costs nothing.
//   node --expose-gc test/bench/memory.mjs [--folios 1000000] [--order 0] [--spread even|random|dense] [--gib 16384]

import { loadLibrary, options, peakKib, print, timed } from "./load.mjs";

const { folios: library } = await loadLibrary();
const { emptyFolios, insertFolio, isPresent } = library;

const args = options();
const folios = Number(args.folios ?? 1e6);
const order = Number(args.order ?? 0);
const spread = args.spread ?? "even";

/** Memory in use, in bytes, with nothing left to collect. */
function inUse() {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

// mulberry32
let state = 1;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

const slots = (Number(args.gib ?? 16384) * 2 ** 18) / 2 ** order;
const at = {
  even: (i) => Math.floor((i * slots) / folios) * 2 ** order,
  random: () => Math.floor(random() * slots) * 2 ** order,
  dense: (i) => i * 2 ** order,
}[spread];

/** The stores that were filled, so that none is collected before it was measured. */
const kept = [];

/** Bytes that a store of this many folios holds. */
function cost(count, page) {
  const before = inUse();
  const store = emptyFolios();
  kept.push(store);
  for (let i = 0; i < count; i++) {
    const start = page(i);
    if (!isPresent(store, start)) insertFolio(store, start, order, true);
  }
  return { folios: store.count, bytes: inUse() - before };
}

// One store a process: memory that an earlier one gave back would be counted when it is swept.
const peak_before_kib = await peakKib();
// A small store first, which is kept: code and what V8 notes of it are no part of a store.
cost(20, (i) => 2 * i);
// What starting left behind goes over several turns and would be counted as given back by the store.
for (let turn = 0; turn < 10; turn++) {
  inUse();
  await new Promise((resolve) => void setTimeout(resolve, 20));
}
const result = timed(() => cost(folios, at));
await print({
  task: "memory",
  spread,
  order,
  ...result,
  bytes_a_folio: Number((result.bytes / result.folios).toFixed(2)),
  peak_grew_kib: (await peakKib()) - peak_before_kib,
});
