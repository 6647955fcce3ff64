/**
 * Verdicts on random rules against a simulator written apart. Started by independent.mjs, which compiles it.
 *
 *   node test/tools/independent.mjs [--rules 200] [--tries 1000000] [--seed 1]
 */

import { parseArgs } from "node:util";
import { openProver } from "../../props/prove/prover.ts";
import { independent } from "../support/independent.ts";
import { parse } from "../support/prove-models.ts";

const { values } = parseArgs({
  options: {
    rules: { type: "string", default: "200" },
    tries: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
  },
});
const prover = await openProver();
const start = performance.now();
const seconds = (): number => Math.round((performance.now() - start) / 1000);
const { differences, ...came } = await independent({
  prover,
  parse,
  seed: Number(values.seed),
  rules: Number(values.rules),
  tries: Number(values.tries),
  onRule: (at) => at % 20 === 0 && console.error(`${at} of ${values.rules} rules, ${seconds()} s`),
});
await prover.close();
console.log(`${JSON.stringify(came)}\ntime: ${seconds()} s\ndifferences: ${differences.length}`);
for (const each of differences.slice(0, 20)) console.log(`\n${each}`);
process.exitCode = differences.length > 0 ? 5 : 0;
