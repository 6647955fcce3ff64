/**
 * What is mutated together, and the tests that its mutants are run against: those that reach it, need no browser or
 * compiler and end within a second or two, because each mutant runs all of them that reach it. See docs/MUTATION.md.
 */

const prove = (...names) => names.map((name) => `props/prove/${name}.ts`);
const command = (...names) => names.map((name) => `props/cli/${name}.ts`);

export const PARTS = {
  /** The judged machine and the rules. */
  model: {
    mutate: ["model/*.ts", "model/{abstract,folios,kvm}/*.ts", "model/rule/**/*.ts"],
    tests: [
      "always",
      "arch",
      "catalogue-text",
      "file",
      "folios",
      "guest-memfd",
      "guest-memfd-pages",
      "machine",
      "memslot",
      "rule-evaluate",
      "rule-operators",
      "shmem",
      "sometimes",
      "units",
      "vm",
    ],
  },
  /** shmem by kernel family. */
  linux: {
    mutate: ["model/kernel/*.ts"],
    tests: [
      "alloc",
      "collapse",
      "family",
      "guest-memfd",
      "guest-memfd-pages",
      "hugetlb",
      "linux",
      "linux-file",
      "linux-machine",
      "mmap",
      "orders",
      "shmem",
      "split",
      "tails",
      "vfs",
      "vmas",
    ],
  },
  /** Claims, witnesses, and the engines that search. */
  search: {
    mutate: [
      "props/{claims,search,shrink,library,scenarios}/*.ts",
      "props/judge/{canary,kernels,layouts,layout-pages,recorded,rulebook,undefined-input,verdict}.ts",
      "props/cli/explore/serve.ts",
      "props/conform/replay-trace.ts",
      "sim/{op-order,world}.ts",
    ],
    tests: [
      "always",
      "arb",
      "ascending",
      "blocks",
      "canary",
      "check-ops",
      "claims",
      "control-for",
      "exhaust",
      "exhaust-path",
      "exhaust-told",
      "grid",
      "hunt",
      "judge-text",
      "kernels",
      "layout-pages",
      "layouts",
      "minimise-start",
      "moves",
      "order",
      "page-explore",
      "recombine",
      "recorded",
      "replay-trace",
      "rulebook",
      "rulebook-broken",
      "scenario-text",
      "scenarios",
      "sometimes",
      "templates",
      "undefined-input",
      "verdict",
      "world",
    ],
  },
  /** The engine that proves, and what stands on it. */
  prove: {
    mutate: [
      "props/prove/*.ts",
      "props/prove/fix/*.ts",
      ...prove("smt/bits", "smt/expression", "smt/fold", "smt/path", "smt/rule", "smt/term", "smt/text", "smt/value"),
      "props/judge/{judge,finding}.ts",
      "props/judge/jobs/{schedule,task}.ts",
    ],
    tests: [
      "fix",
      "jobs",
      "judge-engines",
      "prove-claims",
      "prove-compare",
      "prove-inputs",
      "prove-ops",
      "prove-premises",
      "prove-smallest",
      "prove-verdict",
      "smt-bits",
      "smt-expression",
      "smt-fold",
      "smt-text",
      "tell",
    ],
  },
  /** The C of a rule. */
  c: {
    mutate: ["sim/c/**/*.ts"],
    tests: ["c-constants", "c-corpus", "c-errno", "c-options", "c-parse", "c-paste", "catalogue-text", "rule-evaluate"],
    slow: ["c-differential", "c-helpers", "rule-operators", "script-builds", "script-helpers"],
  },
  /** What a counterexample is told in: scripts and pictures. */
  script: {
    mutate: ["sim/script/!(import|imported|json).ts", "sim/script/{c,mjs}/*.ts", "sim/words/*.ts"],
    tests: ["c-helpers", "op-line", "script-corpus", "script-golden", "script-lines", "script-why", "wrap"],
    slow: ["commands", "script", "script-builds", "script-import", "script-run"],
  },
  picture: {
    mutate: ["sim/picture/*.ts", "sim/counterexample.ts"],
    tests: ["picture", "picture-shapes", "script-golden"],
  },
  /** Scripts that are read back. */
  import: {
    mutate: ["import", "imported", "json"].map((name) => `sim/script/${name}.ts`),
    tests: ["import-refusals", "script", "script-import"],
  },
  /** Ops and their text, traces, captures. sim/kernel/live is left out: its mutants would be tried on the machine itself. */
  sim: {
    mutate: ["sim/!(counterexample|op-order|world).ts", "sim/{kernel,layout}/*.ts"],
    tests: [
      "abi",
      "capture",
      "capture-hostile",
      "capture-lines",
      "guest-memfd",
      "hugetlb",
      "linux",
      "linux-machine",
      "op",
      "op-line",
      "ranges",
      "replay-trace",
      "setting",
      "step",
      "tails",
      "trace",
      "trace-fields",
      "vm",
      "vmm-layouts",
    ],
  },
  /** The command line, in the tests' own process. */
  cli: {
    mutate: [
      "props/cli/{conform,layouts,layout-log,layout-text,lists,replay}.ts",
      "props/cli/explore/command.ts",
      "props/cli/format/*.ts",
      "props/cli/judge/{command,compare,fix,fix-text,flags,scripts}.ts",
      "props/cli/terminal/!(complain|sources).ts",
    ],
    tests: [
      "commands",
      "commands-apart",
      "commands-proofs",
      "commands-replay",
      "files",
      "format",
      "format-told",
      "judge-flags",
    ],
  },
  /** A judging without its telling. */
  judging: { mutate: command("judge/run", "judge/work"), tests: ["judge-run", "resume"] },
  /** What the words of a command line mean, without a judging. */
  words: {
    mutate: command("terminal/complain", "judge/catalogue", "program", "scenarios", "terminal/sources"),
    tests: ["commands-words", "complain", "main-job"],
  },
  /** Results that are read again: whole ones, and those of shards. */
  merge: {
    mutate: command("judge/merge", "judge/merge-read", "judge/read", "judge/recheck", "judge/resume"),
    tests: ["merge-read", "merge-reports", "resume"],
  },
  /** What the page computes; what it draws is held in a browser. */
  page: {
    mutate: ["props/page/state/!(book|drag|grammar).ts", "props/page/judging/!(hunt-worker|hunting).ts"],
    tests: [
      "page",
      "page-controls",
      "page-explore",
      "page-frame",
      "page-given",
      "page-hunted",
      "page-layouts",
      "page-link",
      "page-moments",
      "page-story",
      "page-words",
    ],
  },
  /** The solver itself and its threads: a mutant that waits for ever costs a test's whole time. */
  solver: { mutate: prove("smt/host", "smt/remote", "smt/solver"), tests: ["smt-remote", "smt-solver"] },
};
