/**
 * Do other solvers say the same? All that the prover asks about the catalogue and about 2,000 random rules, asked again of z3
 * and cvc5 where they are installed: half an hour. The options stand in test/tools/solvers.ts.
 */

import { runCompiled } from "./compiled.mjs";

runCompiled(import.meta.resolve("./solvers.ts"));
