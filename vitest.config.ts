import { defineConfig } from "vitest/config";

/**
 * Test files that start something: the solver on real questions, a compiler, this program as a process, a browser. All
 * others are units: `npm run unit` runs them in seconds, without a build.
 */
const SLOW = [
  // The solver.
  "test/props/claims/controls.test.ts",
  "test/props/cli/compare.test.ts",
  "test/props/judge/{judge,judge-engines,judge-run,judge-text,jobs}.test.ts",
  "test/props/prove/{independent,monotony,prove,prove-agree,prove-fix,prove-queries,prove-smallest-solver,smt-solver,unknown-claims}.test.ts",
  "test/whole/{agree,commands,commands-proofs,commands-replay,commands-words,compatibility,work-counts}.test.ts",
  "test/props/contract/agree.test.ts",
  // Compilers.
  "test/props/contract/cases.test.ts",
  "test/sim/c/c-differential.test.ts",
  "test/sim/script/{given-scripts,script-builds,script-helpers,script-reading,script-run}.test.ts",
  // This program, built, as processes.
  "test/whole/{ci-files,cli,cli-refusals,engines,example,mcp,readme,scale}.test.ts",
  // A browser, or a page that is built.
  "test/props/page/{page-browser,page-explore}.test.ts",
  "test/sim/picture/picture-raster.test.ts",
];

export default defineConfig({
  test: {
    // Compilers, browsers and solvers are started; a busy machine must not look like a failure.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One process a processor: by itself vitest leaves one idle.
    maxWorkers: "100%",
    projects: [
      { extends: true, test: { name: "unit", include: ["test/**/*.test.ts"], exclude: SLOW } },
      { extends: true, test: { name: "slow", include: SLOW } },
    ],
  },
});
