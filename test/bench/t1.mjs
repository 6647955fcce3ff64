// T1, search: from a rule's C text to the canonical counterexample.
//   node test/bench/t1.mjs --rule NAME --kind LOW|HIGH [--seed 1] [--runs 1000000]
// LOW is a folio that starts before its slot, HIGH one that ends behind it.

import { cpuMs, loadBoth, now, options, print } from "./load.mjs";
import { ruleCompiler, worldOf } from "./rules.mjs";

const t0 = now();
const { rule, kind, seed = "1", runs = "1000000" } = options();
const ORDERS = [0, 9, 18];
const [grammar, library] = await loadBoth();
const { hunt, minimise, newVm, x86_64 } = library;
const compile = ruleCompiler(library, grammar, ORDERS);
const world = worldOf(x86_64, compile(rule), ORDERS);
const claim = kind === "LOW" ? "folio_starts_in_slot" : "folio_ends_in_slot";
const hunted = hunt(world, [claim], { seed: Number(seed), numRuns: Number(runs) });
const [first, first_cpu_ms] = [now(), cpuMs()];
const finding = hunted.findings.get(claim);
const ops = finding === undefined ? [] : minimise(newVm(world), claim, finding.ops);
const [final, final_cpu_ms] = [now(), cpuMs()];

const NAMES = { bind_memslot: "BIND", set_order: "SET_ORDER", fault: "FAULT" };
const FIELDS = { bind_memslot: ["base_gfn", "npages", "pgoff"], set_order: ["order"], fault: ["gfn"] };
const numbers = (op) => (FIELDS[op.op] ?? []).map((name) => op[name]);
// The shared measure: all arguments of the three ops. Ours has more (VM, slot, userspace_addr), which must then be 0.
const bits = (all) =>
  all
    .flatMap((op) => Object.values(op).filter((value) => typeof value === "number"))
    .reduce((sum, n) => sum + (n === 0 ? 0 : n.toString(2).length), 0);
const trace = ops.map((op) => `${NAMES[op.op] ?? op.op}(${numbers(op).join(",")})`).join("; ");
await print({
  task: "T1",
  rule,
  kind,
  seed: Number(seed),
  found: finding !== undefined,
  runs: hunted.runs,
  first_in_ms: (first - t0) / 1e6,
  final_in_ms: (final - t0) / 1e6,
  minimise_ms: (final - first) / 1e6,
  first_abs_ns: first,
  final_abs_ns: final,
  first_cpu_ms,
  final_cpu_ms,
  first_ops: finding?.ops.length,
  first_bits: bits(finding?.ops ?? []),
  ops: ops.length,
  bits: bits(ops),
  trace,
});
