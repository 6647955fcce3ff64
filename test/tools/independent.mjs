/** Verdicts against test/tools/simulator.c: 200 random rules of every kind, every claim. Minutes. */

import { runCompiled } from "./compiled.mjs";

runCompiled(import.meta.resolve("./independent.ts"));
