/** An unknown in place of a part of a rule only ever takes proofs away: 2,000 rules, each with 100 fillings. An hour. */

import { runCompiled } from "./compiled.mjs";

runCompiled(import.meta.resolve("./monotony.ts"));
