/**
 * Monotony of what is proved, on many rules. Started by monotony.mjs, which compiles it.
 *
 *   node test/tools/monotony.mjs [--rules 2000] [--fillings 100] [--times 3000] [--asked 0] [--seed 1]
 *
 * --fillings are tried by test/tools/simulator.c, so many times each; of --asked more the prover is asked again.
 */

import { parseArgs } from "node:util";
import { openRulebook } from "../../props/judge/rulebook.ts";
import { openProver } from "../../props/prove/prover.ts";
import { monotony } from "../support/monotony.ts";

const { values } = parseArgs({
  options: {
    rules: { type: "string", default: "2000" },
    fillings: { type: "string", default: "100" },
    times: { type: "string", default: "3000" },
    asked: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
  },
});

const [book, prover] = await Promise.all([openRulebook(), openProver()]);
const start = performance.now();
const seconds = (): number => Math.round((performance.now() - start) / 1000);
const { differences, ...came } = await monotony({
  prover,
  parse: (text, kind) => {
    const parsed = book.parse(text, { id: "rule", kind });
    return parsed.ok ? parsed.rules.at(-1) : undefined;
  },
  seed: Number(values.seed),
  rules: Number(values.rules),
  fillings: Number(values.asked),
  tries: { fillings: Number(values.fillings), times: Number(values.times) },
  onRule: (at) => at % 50 === 0 && console.error(`${at} of ${values.rules} rules, ${seconds()} s`),
});
await prover.close();
console.log(JSON.stringify(came));
console.log(`time: ${seconds()} s\ndifferences: ${differences.length}`);
for (const each of differences.slice(0, 20)) console.log(`\n${each}`);
process.exitCode = differences.length > 0 ? 5 : 0;
