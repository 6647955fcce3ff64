#!/usr/bin/env node
/**
 * The command line: argv, the clock, the terminal, exit codes. Every side effect that is not a file starts here, and
 * what a command needs is loaded when it is called.
 */

import { availableParallelism } from "node:os";
import { Command, CommanderError } from "commander";
import type { Io } from "./cli/io.ts";
import { EXIT, UsageError } from "./cli/io.ts";
import type { JudgeContext, JudgeFlags } from "./cli/judge.ts";
import { VERSION } from "./version.ts";

let interrupted = false;

const io: Io = {
  out: (text) => {
    process.stdout.write(text);
  },
  err: (text) => {
    process.stderr.write(text);
  },
  color: process.env["NO_COLOR"] === undefined && (process.stdout.isTTY || process.env["FORCE_COLOR"] !== undefined),
  progress: process.stderr.isTTY,
  now: () => performance.now(),
  cpus: availableParallelism(),
  interrupted: () => interrupted,
};

process.once("SIGINT", () => {
  interrupted = true;
  // The second one does not wait for what was found to be written.
  process.once("SIGINT", () => process.exit(EXIT.interrupted));
});
// A reader that went away (`| head`) is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT.holds);
  throw error;
});

/** What judging needs, loaded on demand; the prover starts when it is first asked for and is closed in the end. */
async function judgeContext(): Promise<{ context: JudgeContext; close: () => Promise<void> }> {
  const { openRulebook } = await import("./rulebook.ts");
  let prover: ReturnType<JudgeContext["prover"]> | undefined;
  const open = async (): ReturnType<JudgeContext["prover"]> => (await import("./prove.ts")).openProver();
  return {
    context: { io, version: VERSION, book: await openRulebook(), prover: () => (prover ??= open()) },
    close: async () => {
      await (await prover)?.close();
    },
  };
}

let exitWith: number = EXIT.holds;

const withJudge = async (run: (context: JudgeContext) => Promise<number>): Promise<void> => {
  const { context, close } = await judgeContext();
  exitWith = await run(context);
  await close();
};

const collect = (word: string, words: readonly string[] | undefined): string[] => [...(words ?? []), word];

/** The options that every judging command has. */
function judging(command: Command): Command {
  return command
    .option("--claims <names>", "claims to judge: names, allocation, mapping or all (default: all)")
    .option("--orders <sizes>", "folio sizes the file may take (default: 4K,2M,1G)")
    .option("--resize <when>", "when the folio size may change: any, before-bind, never (default: any)")
    .option("--map-rule <id>", "what may be mapped at a fault (default: folio_order)")
    .option("--level-rule <id>", "what is forbidden per slot and level (default: stock)")
    .option("--kernel <name>", "a named set of all these, such as gmem-v13; see `foliofence kernels`")
    .option("--seed <n>", "seed of the hunt (default: 1)")
    .option("--runs <n>", "runs of the hunt (default: 10000)")
    .option("--path <path>", "a run of the hunt, as fast-check writes paths")
    .option("--time <s>", "hunt for so many seconds instead of --runs")
    .option("--bound <n>", "how far the exhaustive search goes, 1 to 3 (default: 1)")
    .option("--engine <names>", "hunt, exhaust, prove (default: all)")
    .option("--out <dir>", "where scripts are written (default: counterexamples)")
    .option("--no-out", "write no scripts")
    .option("--json", "one JSON object on stdout");
}

function programOf(): Command {
  const program = new Command("foliofence")
    .description(
      "Does a check keep a KVM memslot's allocations inside its part of a file?\n" +
        "Without a command: judge every rule of the catalogue, and write a script for each that breaks.",
    )
    .version(VERSION)
    .showHelpAfterError("(see foliofence --help)")
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(text) })
    .addHelpText(
      "after",
      "\nExit codes: 0 every asked claim holds, 1 refuted, 2 usage or unreadable rule, 3 inconclusive, 4 vacuous,\n" +
        "5 models and kernel (or recorded verdicts) disagree, 70 internal error, 130 interrupted.",
    );
  judging(program).action((flags: JudgeFlags) =>
    withJudge(async (context) => (await import("./cli/main-job.ts")).mainJob(flags, context)),
  );
  judging(
    program
      .command("judge")
      .description("judge rules: catalogue ids, C files, expressions; without any, the whole catalogue")
      .argument("[rules...]", "ids, or C files: every function that returns bool is a rule")
      .option("-e, --expression <C>", "a C expression", collect)
      .option("--kind <kind>", "bind, map or level, where what the rule reads does not tell"),
  ).action((rules: string[], flags: JudgeFlags) =>
    withJudge(async (context) => (await import("./cli/judge.ts")).judgeCommand(rules, flags, context)),
  );
  return program;
}

/** Commander's own complaints are usage errors; asking for help is none. */
function codeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.holds : EXIT.usage;
  if (error instanceof UsageError) {
    io.err(`foliofence: ${error.message}\n`);
    return EXIT.usage;
  }
  io.err(`foliofence: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT.internal;
}

try {
  await programOf().parseAsync();
} catch (error) {
  exitWith = codeOf(error);
}
process.exitCode = exitWith;
