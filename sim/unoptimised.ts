/**
 * Have V8 leave the WebAssembly that is loaded from now on as its baseline compiler made it, in the whole process. The
 * grammar and the solver are large modules that a run passes through once: optimising the grammar took half of the
 * processor time of a search, and a compiled rule is only a fifth slower without. For Node alone: a page has no such
 * switch.
 */
export const leaveWasmUnoptimised = (): void =>
  process.getBuiltinModule("node:v8").setFlagsFromString("--liftoff-only");
