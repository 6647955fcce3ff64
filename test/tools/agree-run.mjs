/**
 * Do the engines agree? The whole catalogue and 500 random rules, every claim, four settings: minutes to an hour.
 * The options stand in test/tools/agree-run.ts.
 */

import { runCompiled } from "./compiled.mjs";

runCompiled(import.meta.resolve("./agree-run.ts"));
