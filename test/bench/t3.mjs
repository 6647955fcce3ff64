// T3, exhaustion: every slot on 64 pages that a rule accepts, every order when it is bound and when it is touched,
// every page of it touched. Folios of 4 KiB, 16 KiB and 64 KiB.
//   node test/bench/t3.mjs [--rule all|NAME] [--gfns 0,1,4,16|all]

import { loadBoth, options, print, timed } from "./load.mjs";
import { RULES, ruleCompiler, worldOf } from "./rules.mjs";

const [grammar, library] = await loadBoth();
const { exhaustGrids, x86_64 } = library;

const args = options();
const ORDERS = [0, 2, 4];
const upTo = (n) => Array.from({ length: n }, (_, i) => i);
const bases = args.gfns === "all" ? upTo(64) : (args.gfns ?? "0,1,4,16").split(",").map(Number);
const allPages = upTo(65).map(upTo);

const grid = {
  text: "one slot and one fault on 64 pages",
  bases,
  npages: upTo(65).slice(1),
  pgoffs: upTo(64),
  ugfns: () => [0],
  touches: ({ npages }) => allPages[npages],
  orders: ORDERS,
  depth: 1,
  neighbours: [],
};

const LOW = "folio_starts_in_slot";
const HIGH = "folio_ends_in_slot";
const asked = args.rule === undefined || args.rule === "all" ? RULES : [args.rule];
const compile = ruleCompiler(library, grammar, ORDERS);
// The peers' rules are compiled before their clocks start, too.
const worlds = asked.map((name) => [name, worldOf(x86_64, compile(name), ORDERS)]);

const result = timed(() => {
  const rules = {};
  let states = 0;
  for (const [name, world] of worlds) {
    const { states: of, broken, together } = exhaustGrids(world, [LOW, HIGH], [grid]);
    rules[name] = [of, broken.get(LOW), broken.get(HIGH), together.get(`${LOW} ${HIGH}`) ?? 0];
    states += of;
  }
  return { rules, states };
});
await print({ task: "T3", ...result, states_per_s: Math.round((result.states / result.in_ms) * 1000) });
