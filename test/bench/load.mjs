// What every benchmark process shares: where the built project is, the clocks, and how a result is printed.

import { pathToFileURL } from "node:url";
import { resolve } from "node:path";

/** The built project: `npm run build` writes dist; FOLIOFENCE_DIST names another build. */
const DIST = process.env.FOLIOFENCE_DIST ?? resolve(import.meta.dirname, "../../dist");

const built = (name) => import(pathToFileURL(`${DIST}/props/${name}.js`).href);

/** The built library. */
export const loadLibrary = () => built("library");

/** The C grammar, and the library: other threads compile the one while this one reads the other. */
export async function loadBoth() {
  const { loadGrammar } = await built("grammar");
  return Promise.all([loadGrammar(), loadLibrary()]);
}

/** CLOCK_MONOTONIC, as the driver reads it too. */
export const now = () => Number(process.hrtime.bigint());

export function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Peak resident memory in KiB; where there is no /proc, the runtime's own figure. */
export async function peakKib() {
  try {
    // Not loaded with the rest: that would be part of what is timed.
    const { readFileSync } = await import("node:fs");
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}

/** `--name value` pairs. */
export function options(argv = process.argv.slice(2)) {
  const pairs = {};
  for (let at = 0; at + 1 < argv.length; at += 2) pairs[argv[at].replace(/^--/, "")] = argv[at + 1];
  return pairs;
}

/** Times a piece of work inside the process. */
export function timed(work) {
  const [t0, c0] = [now(), cpuMs()];
  const result = work();
  return { in_ms: (now() - t0) / 1e6, in_cpu_ms: cpuMs() - c0, ...result };
}

export const print = async (result) =>
  console.log(JSON.stringify({ tool: "foliofence", ...result, hwm_kb: await peakKib() }));
