#!/usr/bin/env node
/**
 * The start. Where Node can (22.8 on) it keeps what it compiled for the next time, in the directory that
 * NODE_COMPILE_CACHE names or in the temporary one; NODE_DISABLE_COMPILE_CACHE=1 leaves that off.
 *
 * V8 is to optimise only such code as has run four times as long as it waits for by itself. A judging is over in a second, and a
 * quarter of its processor time went into optimising what then hardly ran. Measured with the V8 of Node 20; later ones count
 * otherwise. Switches are set before anything is compiled: what was kept counts only where they are those of then.
 */

if (process.versions.v8.startsWith("11.")) {
  process.getBuiltinModule("node:v8").setFlagsFromString("--interrupt-budget=300000");
}

const ofModules: object = process.getBuiltinModule("node:module");
if ("enableCompileCache" in ofModules && typeof ofModules.enableCompileCache === "function") {
  ofModules.enableCompileCache();
}
await import("./process.ts");
