#!/usr/bin/env node
/**
 * The start. Where Node can (22.8 on) it keeps what it compiled for the next time, in the directory that
 * NODE_COMPILE_CACHE names or in the temporary one; NODE_DISABLE_COMPILE_CACHE=1 leaves that off.
 */

const ofModules: object = process.getBuiltinModule("node:module");
if ("enableCompileCache" in ofModules && typeof ofModules.enableCompileCache === "function") {
  ofModules.enableCompileCache();
}
await import("./process.ts");
