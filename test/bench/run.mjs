// The benchmarks beside their peers: ours and the peer's by turns in one run, then the ratios.
//   node test/bench/run.mjs [t1|t2|t2-1e8|t3|t3-all|memory|lookup|startup]… [--peers DIR] [--reps 7]
// DIR (or FOLIOFENCE_PEERS) holds c/anchor.c, js/naive.mjs and spin/run.py; what is missing there, or needs a tool that
// is not installed, is told in its column. The project must be built: npm run build.

import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { options } from "./load.mjs";
import { RULES } from "./rules.mjs";

const argv = process.argv.slice(2);
const firstFlag = argv.findIndex((arg) => arg.startsWith("--"));
const names = firstFlag < 0 ? argv : argv.slice(0, firstFlag);
const flags = options(firstFlag < 0 ? [] : argv.slice(firstFlag));
const peers = flags.peers ?? process.env.FOLIOFENCE_PEERS;
const reps = Number(flags.reps ?? 7);
const work = mkdtempSync(join(tmpdir(), "foliofence-bench-"));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));

/** Runs a command that prints one line of JSON; with its wall time from spawn to exit. */
function run([command, ...args]) {
  const t0 = process.hrtime.bigint();
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 26 });
  const whole_ms = Number(process.hrtime.bigint() - t0) / 1e6;
  const line = stdout?.trim().split("\n").pop();
  if (status !== 0 || !line) throw new Error(`${command} ${args.join(" ")}: ${stderr?.trim().slice(-300)}`);
  const told = JSON.parse(line);
  // From the spawn to the moment that the process itself noted.
  const whole = (ns) => (ns === undefined ? undefined : (ns - Number(t0)) / 1e6);
  return { ...told, whole_ms, first_whole_ms: whole(told.first_abs_ns), final_whole_ms: whole(told.final_abs_ns) };
}

const ours = (name, ...args) => [process.execPath, join(import.meta.dirname, `${name}.mjs`), ...args];

const installed = (tool) => spawnSync(tool, ["--version"]).error === undefined;
const once = (make) => {
  let made;
  return () => (made ??= make());
};
/** A peer's command, or why it has none. */
const anchor = once(() => {
  if (peers === undefined || !existsSync(join(peers, "c/anchor.c"))) return "missing: no c/anchor.c in --peers";
  if (!installed("gcc")) return "missing: no gcc";
  execFileSync("gcc", ["-O3", "-o", join(work, "anchor"), join(peers, "c/anchor.c")]);
  return [join(work, "anchor")];
});
const naive = once(() => {
  if (peers === undefined || !existsSync(join(peers, "js/naive.mjs"))) return "missing: no js/naive.mjs in --peers";
  cpSync(join(peers, "js"), join(work, "js"), { recursive: true });
  spawnSync("chmod", ["-R", "u+w", join(work, "js")]);
  if (spawnSync("npm", ["install", "--silent"], { cwd: join(work, "js") }).status !== 0)
    return "missing: npm install fails";
  return [process.execPath, join(work, "js/naive.mjs")];
});
const spin = once(() => {
  if (peers === undefined || !existsSync(join(peers, "spin/run.py"))) return "missing: no spin/run.py in --peers";
  const lacks = ["spin", "gcc", "python3"].find((tool) => !installed(tool));
  return lacks === undefined ? ["python3", join(peers, "spin/run.py")] : `missing: no ${lacks}`;
});

const sorted = (numbers) => numbers.toSorted((a, b) => a - b);
const digits = (n) => (n >= 100 ? n.toFixed(0) : n.toPrecision(3));
function spread(numbers) {
  const s = sorted(numbers);
  return `${digits(s[s.length >> 1])} [${digits(s[0])}-${digits(s.at(-1))}]`;
}
const row = (...cells) => console.log(`| ${cells.join(" | ")} |`);
function head(...cells) {
  row(...cells);
  row(...cells.map(() => "---"));
}

/** Ours and a peer by turns: `figure` of each run, and their ratio, larger is better for us. */
function compare(title, [mine, peer, peerName], figure, unit, same) {
  if (typeof peer === "string") {
    const alone = Array.from({ length: reps }, () => run(mine));
    for (const [name, of] of Object.entries(figure)) {
      row(`${title}, ${name}`, peerName, `${spread(alone.map(of))} ${unit}`, peer, "-");
    }
    return;
  }
  const pairs = Array.from({ length: reps }, () => [run(mine), run(peer)]);
  for (const [a, b] of pairs)
    if (same(a) !== same(b)) throw new Error(`${title}: results differ: ${same(a)} and ${same(b)}`);
  for (const [name, of] of Object.entries(figure)) {
    row(
      `${title}, ${name}`,
      peerName,
      `${spread(pairs.map(([a]) => of(a)))} ${unit}`,
      `${spread(pairs.map(([, b]) => of(b)))} ${unit}`,
      spread(pairs.map(([a, b]) => of(a) / of(b))),
    );
  }
}

const rates = (count) => ({
  whole: (r) => count(r) / r.whole_ms / 1e3,
  inside: (r) => count(r) / r.in_ms / 1e3,
  "inside, cpu": (r) => count(r) / r.in_cpu_ms / 1e3,
});
const withArgs = (peer, ...args) => (typeof peer === "string" ? peer : [...peer, ...args]);
const COLUMNS = ["what", "peer", "ours", "peer's", "ours / peer"];

function t2(faults) {
  const digest = (r) => JSON.stringify([r.folios0, r.folios9, r.low, r.high]);
  const args = ["--faults", `${faults}`];
  compare(
    `T2, ${faults} faults`,
    [ours("t2", ...args), withArgs(anchor(), "t2", ...args), "C"],
    rates((r) => r.faults),
    "M/s",
    digest,
  );
  if (faults > 1e6) return;
  compare(
    `T2, ${faults} faults`,
    [ours("t2", ...args), withArgs(naive(), "t2", ...args), "naive fast-check"],
    rates((r) => r.faults),
    "M/s",
    digest,
  );
}

function t3(gfns, withSpin) {
  const counts = (r) => JSON.stringify(r.rules);
  const args = ["--rule", "all"];
  const figure = rates((r) => r.states);
  compare(
    `T3, base_gfn ${gfns}`,
    [ours("t3", ...args, "--gfns", gfns), withArgs(anchor(), "t3", ...args, "--gfns", gfns, "--mode", "sim"), "C, sim"],
    figure,
    "M states/s",
    counts,
  );
  if (!withSpin) return;
  const search = { "search only": figure.inside, "search only, cpu": figure["inside, cpu"] };
  compare(
    `T3, base_gfn ${gfns}`,
    [ours("t3", ...args), withArgs(spin(), "t3", ...args), "Spin"],
    search,
    "M states/s",
    counts,
  );
}

/** Each cell: seeds 1 to reps, whole process; the size of each result against the exact minimum. */
function t1() {
  const peer = anchor();
  const minima = typeof peer === "string" ? undefined : run([...peer, "min", "--rule", "all"]);
  head(
    "rule",
    "kind",
    "first, whole process, ms",
    "canonical, whole process, ms",
    "after the first, ms",
    "cpu, ms",
    "exactly minimal",
  );
  const cells = RULES.flatMap((rule) => ["LOW", "HIGH"].map((kind) => ({ rule, kind, runs: [] })));
  // All cells by turns: a second in which the machine does something else is then not one cell's.
  for (let seed = 1; seed <= reps; seed++) {
    for (const { rule, kind, runs } of cells) {
      runs.push(run(ours("t1", "--rule", rule, "--kind", kind, "--seed", `${seed}`)));
    }
  }
  for (const { rule, kind, runs } of cells) {
    const least = minima?.[`${rule}/${kind}`];
    const exact = runs.filter((r) => r.ops === least?.ops && r.bits === least?.bits && r.trace === least?.trace).length;
    row(
      rule,
      kind,
      spread(runs.map((r) => r.first_whole_ms)),
      spread(runs.map((r) => r.final_whole_ms)),
      spread(runs.map((r) => r.minimise_ms)),
      spread(runs.map((r) => r.final_cpu_ms)),
      least === undefined ? peer : `${exact}/${runs.length}`,
    );
  }
}

function memory() {
  head("folios", "file, GiB", "where", "bytes a folio", "store, KiB");
  const node = (...args) => [process.execPath, "--expose-gc", join(import.meta.dirname, "memory.mjs"), ...args];
  for (const [folios, gib, spread_] of [
    [1_000_000, 16384, "even"],
    [1_000_000, 16384, "random"],
    [1_000_000, 1024, "random"],
    [1_000_000, 4, "dense"],
    [1_000, 1, "even"],
    [1_000, 16384, "even"],
    [1_000, 1_048_576, "even"],
  ]) {
    const runs = Array.from({ length: reps }, () =>
      run(node("--folios", `${folios}`, "--gib", `${gib}`, "--spread", spread_)),
    );
    row(folios, gib, spread_, spread(runs.map((r) => r.bytes_a_folio)), spread(runs.map((r) => r.bytes / 1024)));
  }
}

function lookup() {
  head("look-up", "ns, cpu");
  const runs = Array.from({ length: reps }, () => run(ours("lookup")));
  row("a frame in 32,764 slots", spread(runs.map((r) => r.slot_ns)));
  row("a page in a million folios of a 16 TiB file", spread(runs.map((r) => r.folio_ns)));
}

function startup() {
  const dist = process.env.FOLIOFENCE_DIST ?? join(import.meta.dirname, "../../dist");
  head("process", "until its end, ms");
  const time = (args) => {
    const t0 = process.hrtime.bigint();
    spawnSync(process.execPath, args, { stdio: "ignore", env: { ...process.env, NO_COLOR: "1" } });
    return Number(process.hrtime.bigint() - t0) / 1e6;
  };
  const main = join(dist, "props/main.js");
  for (const [name, args] of [
    ["node, doing nothing", ["-e", "0"]],
    ["foliofence --help", [main, "--help"]],
    ["foliofence layouts", [main, "layouts"]],
    ["foliofence scenarios seed-1g", [main, "scenarios", "seed-1g"]],
    [
      "foliofence judge -e 'offset % size == 0' --out NEW",
      [main, "judge", "-e", "offset % size == 0", "--out", join(work, "out")],
    ],
  ]) {
    row(name, spread(Array.from({ length: reps }, () => time(args))));
  }
}

const BENCHMARKS = {
  t1: { title: "T1, a rule to its canonical counterexample", run: t1 },
  t2: { title: "T2, throughput", columns: COLUMNS, run: () => t2(1e6) },
  "t2-1e8": { title: "T2, throughput", columns: COLUMNS, run: () => t2(1e8) },
  t3: { title: "T3, exhaustion", columns: COLUMNS, run: () => t3("0,1,4,16", true) },
  "t3-all": { title: "T3, exhaustion, 276 million states", columns: COLUMNS, run: () => t3("all", false) },
  memory: { title: "Memory of a store of folios", run: memory },
  lookup: { title: "Look-ups", run: lookup },
  startup: { title: "Start-up", run: startup },
};

const unknown = names.find((name) => !(name in BENCHMARKS));
if (unknown !== undefined) {
  console.error(`no benchmark ${unknown}; there are ${Object.keys(BENCHMARKS).join(", ")}`);
  process.exit(2);
}
console.log(
  `${cpus()[0]?.model.trim()}, ${cpus().length} cores, node ${process.version}; median [min-max] of ${reps} runs\n`,
);
for (const name of names.length > 0 ? names : Object.keys(BENCHMARKS)) {
  const { title, columns, run: bench } = BENCHMARKS[name];
  console.log(`## ${title}\n`);
  if (columns !== undefined) head(...columns);
  bench();
  console.log("");
}
