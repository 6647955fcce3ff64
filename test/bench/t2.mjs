// T2, throughput: random faults into a 64 GiB slot of a file that changes between 4 KiB and 2 MiB folios.
//   node test/bench/t2.mjs [--faults 1000000] [--seed 1] [--log2np 24]

import { library, options, print, timed } from "./load.mjs";

const { always, machine, x86_64 } = library;
const { allocate, bindMemslot, newVm, setOrder } = machine;

const args = options();
const faults = Number(args.faults ?? 1e6);
const seed = Number(args.seed ?? 1);
const log2np = Number(args.log2np ?? 24);

const BASE_GFN = 2 ** 20;
const accept = () => 1;

function run() {
  const vm = newVm({
    arch: x86_64,
    bind_rule: accept,
    map_rule: accept,
    level_rule: () => 0,
    orders: [0, 9, 18],
    resize: "any",
  });
  bindMemslot(vm, 0, 0, BASE_GFN, 1 << log2np, 256, 0);
  const { saw } = vm;
  const { folio_starts_in_slot, folio_ends_in_slot } = always;
  const shift = 32 - log2np;
  let low = 0;
  let high = 0;
  // mulberry32, the random stream that all tools share.
  let state = seed | 0;
  for (let i = 0; i < faults; i++) {
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
  const { count, pages } = vm.file.folios;
  // f0 + f9 folios hold f0 + 512 f9 pages.
  const folios9 = (pages - count) / 511;
  return { folios0: count - folios9, folios9, pages, low, high };
}

const result = timed(run);
print({ task: "T2", faults, seed, ...result, faults_per_s: Math.round((faults / result.in_ms) * 1000) });
