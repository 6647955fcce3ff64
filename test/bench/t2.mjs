// T2, throughput: random faults into a 64 GiB slot of a file that changes between 4 KiB and 2 MiB folios.
//   node test/bench/t2.mjs [--faults 1000000] [--seed 1] [--log2np 24]

import { loadLibrary, options, print, timed } from "./load.mjs";

const { always, folios: store, machine, x86_64 } = await loadLibrary();
const { allocate, bindMemslot, newVm, resetVm, setOrder } = machine;
const { folio_starts_in_slot, folio_ends_in_slot } = always;

const args = options();
const faults = Number(args.faults ?? 1e6);
const seed = Number(args.seed ?? 1);
const log2np = Number(args.log2np ?? 24);

const BASE_GFN = 2 ** 20;
const accept = () => 1;

// One machine, and a constant of the module: V8 then knows where its parts are, as a C compiler does of a global.
const vm = newVm({
  arch: x86_64,
  bind_rule: accept,
  map_rule: accept,
  level_rule: () => 0,
  orders: [0, 9, 18],
  resize: "any",
});
const { saw } = vm;
const so_far = { state: seed | 0, low: 0, high: 0 };

/** So many steps at a time: a loop that V8 compiles while it runs is compiled worse than a function that is called. */
function some(upTo, shiftBy) {
  // Small integers once and for all: V8 asks of an argument in every round what it is.
  const count = upTo | 0;
  const shift = shiftBy & 31;
  let { state } = so_far;
  let low = 0;
  let high = 0;
  // mulberry32, the random stream that all tools share.
  for (let i = 0; i < count; i++) {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    setOrder(vm, 9 * ((t ^ (t >>> 14)) & 1));
    state = (state + 0x6d2b79f5) | 0;
    t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    allocate(vm, 0, BASE_GFN + ((t ^ (t >>> 14)) >>> shift));
    if (folio_starts_in_slot(vm, saw.slot) > 0) low++;
    if (folio_ends_in_slot(vm, saw.slot) > 0) high++;
  }
  so_far.state = state;
  so_far.low += low;
  so_far.high += high;
}

/**
 * V8 compiles for what it has met, and inlines what it has met often: a file in use first, where one fault in sixteen
 * finds no page, then the empty one that the run starts from. The clock runs.
 */
function warmUp() {
  bindMemslot(vm, 0, 0, BASE_GFN, 2 ** 16, 256, 0);
  for (let page = 1024; page < 2 ** 16; page++) if (page % 16 > 0) store.insertFolio(vm.file.folios, page, 0, true);
  for (let i = 0; i < 60; i++) some(1000, 16);
  resetVm(vm);
  bindMemslot(vm, 0, 0, BASE_GFN, 2 ** 24, 256, 0);
  for (let i = 0; i < 10; i++) some(1000, 8);
  resetVm(vm);
  Object.assign(so_far, { state: seed | 0, low: 0, high: 0 });
}

function run() {
  warmUp();
  bindMemslot(vm, 0, 0, BASE_GFN, 1 << log2np, 256, 0);
  for (let done = 0; done < faults; done += 1000) some(Math.min(1000, faults - done), 32 - log2np);
  const { low, high } = so_far;
  const { count, pages } = vm.file.folios;
  // f0 + f9 folios hold f0 + 512 f9 pages.
  const folios9 = (pages - count) / 511;
  return { folios0: count - folios9, folios9, pages, low, high };
}

const result = timed(run);
await print({ task: "T2", faults, seed, ...result, faults_per_s: Math.round((faults / result.in_ms) * 1000) });
