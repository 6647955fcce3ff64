/** The commands, their options and what each loads when it is called. */

import { Command, CommanderError } from "commander";
import { openBook, openJudging } from "./opening.ts";
import { meant } from "../../sim/c/syntax/nearest.ts";
import { VERSION } from "./terminal/version.ts";
import { complain, complainOfWords } from "./terminal/complain.ts";
import type { ConformFlags } from "./conform.ts";
import type { ExploreFlags } from "./explore/command.ts";
import type { Io } from "./terminal/io.ts";
import { EXIT, UsageError } from "./terminal/io.ts";
import { forTerminal } from "./terminal/paint.ts";
import type { JudgeContext, JudgeFlags } from "./judge/flags.ts";
import type { LayoutFlags } from "./layouts.ts";
import type { MergeFlags } from "./judge/merge.ts";

const collect = (word: string, words: readonly string[] | undefined): string[] => [...(words ?? []), word];

/** The options that every judging command has. */
function judging(command: Command): Command {
  return command
    .option(
      "--claims <names>",
      "claims to judge: names, allocation, mapping, binding, or all that is about faults (default: all)",
    )
    .option("--orders <sizes>", "folio sizes the file may take (default: 4K,2M,1G)")
    .option("--resize <when>", "when the folio size may change: any, before-bind, never (default: any)")
    .option("--map-rule <rule>", "what may be mapped: an id, FILE[:FUNCTION] or none (default: folio_order)")
    .option("--level-rule <rule>", "what is forbidden per slot and level, likewise (default: stock)")
    .option("--order-rule <rule>", "which folio sizes a fault may allocate, likewise (default: none)")
    .option(
      "--must-accept <C>",
      "slots that a bind rule has to take, over what it reads; or layouts, those of real VMMs",
    )
    .option("--kernel <name>", "a named set of all these, such as gmem-v13; see `foliofence kernels`")
    .option("--seed <n>", "seed of the hunt (default: 1)")
    .option("--runs <n>", "runs of the hunt, over all shards (default: 10000)")
    .option("--path <path>", "a run of the hunt, as fast-check writes paths")
    .option("--time <s>", "hunt for so many seconds instead of --runs; the solver gets about as many")
    .option("--bound <n>", "how far the exhaustive search goes, 1 to 3 (default: 1)")
    .option(
      "--engine <names>",
      "hunt, exhaust, prove (default: these); z3, where it is installed, for what prove leaves open",
    )
    .option("--jobs <n>", "threads; the result does not depend on it (default: one a CPU, at most 4)")
    .option("--shard <I/N>", "of the hunt, make the I-th of N parts only; see foliofence merge")
    .option("--resume", "go on where the same command was ended with Ctrl-C")
    .option("--smallest", "have the solver show that no smaller counterexample exists, or find it")
    .option("--smt2 <dir>", "save every query that the solver is asked")
    .option("--certificate <dir>", "save a proof of every verdict that was proved; see foliofence check")
    .option("--out <dir>", "where scripts are written (default: counterexamples)")
    .option("--no-out", "write no scripts")
    .option("--format <name>", "text, json, junit, sarif, github, ktap or patchwork (default: text)")
    .option("--json", "one JSON object on stdout: --format json");
}

const CODES = [
  ["0", "every asked claim holds"],
  ["1", "refuted"],
  ["2", "usage or unreadable rule"],
  ["3", "inconclusive"],
  ["4", "vacuous"],
  ["5", "models and kernel (or recorded verdicts) disagree"],
  ["70", "internal error"],
  ["130", "interrupted"],
  ["143", "terminated"],
] as const;
const EXIT_CODES = `Exit codes: ${CODES.map((code) => code.join(" ")).join(", ")}.`.replace("vacuous, ", "vacuous,\n");

/** What a shell reads as one word; C has blanks and brackets in it. */
const quoted = (word: string): string => (/^[\w./-]+$/.test(word) ? word : `-e '${word}'`);

function noCommand(word: string, program: Command): UsageError {
  const hint =
    meant(
      word,
      program.commands.map((command) => command.name()),
    ) || `; to judge a rule: foliofence judge ${quoted(word)}`;
  return new UsageError(`no command "${word}"${hint}`);
}

/** @param end takes the exit code of the command that was called */
function programOf(io: Io, end: (code: number) => void): Command {
  const withJudge = async (run: (context: JudgeContext) => Promise<number>): Promise<void> => {
    end(await run(await openJudging(io)));
  };
  const program = new Command("foliofence")
    .description(
      "Does a check keep a KVM memslot's allocations inside its part of a file?\n" +
        "Without a command: judge every rule of the catalogue, and write a script for each that breaks.",
    )
    .usage("[options] [command]")
    .helpCommand(true)
    .version(VERSION)
    .enablePositionalOptions()
    .exitOverride()
    // What is wrong with the words is said by runCommand, like everything else that is wrong.
    .configureOutput({ writeOut: io.out, writeErr: io.err, outputError: () => undefined })
    .addHelpText("after", `\n${EXIT_CODES}`);
  judging(program.argument("[command]")).action((word: string | undefined, flags: JudgeFlags) => {
    if (word !== undefined) throw noCommand(word, program);
    return withJudge(async (context) => (await import("./judge/catalogue.ts")).mainJob(flags, context));
  });
  judging(
    program
      .command("judge")
      .description("judge rules: catalogue ids, C files, expressions; without any, the whole catalogue")
      .argument(
        "[rules...]",
        "ids; files, FILE:FUNCTION, or - for stdin: C, a patch or mail as it is; every function that returns bool is a rule, or else 0 or an errno; one with requires() and ensures() above it is judged by these",
      )
      .option("-e, --expression <C>", "a C expression", collect)
      .option("--function <name>", "the function of the files that is meant")
      .option("--tree <dir>", "a kernel tree, for what a patch does not show")
      .option(
        "--let <NAME=VALUE>",
        "settle a configuration (CONFIG_X=y), or what a name stands for (start=offset)",
        collect,
      )
      .option("--assume <C>", "what is taken for granted whenever the rule is asked, over what it reads", collect)
      .option("--claim <NAME: C>", "a claim of your own: of every fault (docs/CLAIMS.md), or of FILE:FUNCTION", collect)
      .option("--strict-calls", "what is called and not shown may change the slot and all that the rule reads, too")
      .option("--explain <name>", "why a name or a call is arbitrary, what it may change, what settles it; no judging")
      .option(
        "--kind <kind>",
        "bind, map, level or order, where what the rule reads does not tell; bind-refuses, map-forbids and so on, where true says it",
      )
      .option("--compare", "how two rules relate, and an input that tells them apart")
      .option("--all-inputs", "compare for every 64-bit input, not only for what the ioctl lets through")
      .option("--fix", "the smallest sets of added premises that make a rule hold, and what they refuse"),
  ).action((rules: string[], flags: JudgeFlags) =>
    withJudge(async (context) => (await import("./judge/command.ts")).judgeCommand(rules, flags, context)),
  );
  program
    .command("merge")
    .description("results of `judge --shard I/N --json` as the result of the whole")
    .argument("<files...>")
    .option("--format <name>", "text, json, junit, sarif, github, ktap or patchwork (default: text)")
    .option("--json", "one JSON object on stdout: --format json")
    .action((files: string[], flags: MergeFlags) =>
      withJudge(async (context) => (await import("./judge/merge.ts")).mergeCommand(files, flags, context)),
    );
  program
    .command("replay")
    .description("a counterexample (.json, .mjs, .txt, .c, .svg) or a kernel's trace (.jsonl): what the models say")
    .argument("<file>")
    .option("--json", "one JSON object on stdout")
    .action(async (file: string, flags: { json?: boolean }) => {
      const book = file.endsWith(".jsonl") ? undefined : await openBook();
      const { replayCommand } = await import("./replay.ts");
      end(
        replayCommand(file, flags, io, () => {
          if (book === undefined) throw new Error("a kernel's trace needs no rules");
          return book;
        }),
      );
    });
  program
    .command("check")
    .description("certificates of `judge --certificate`: is every proof in them right?")
    .argument("<dir>")
    .option("--json", "one JSON object on stdout")
    .action(async (directory: string, flags: { json?: boolean }) => {
      end((await import("./check.ts")).checkCommand(directory, flags, io, VERSION));
    });
  program
    .command("layouts")
    .description("real memory layouts, or the built-in ones: pages that can back each slot, slots that bind rules take")
    .argument("[captures...]", "logs of `strace -e ioctl`, or of QEMU's kvm_set_user_memory trace event; - for stdin")
    .option("--orders <sizes>", "no rule: which pages of these sizes can back each slot, where folios leave it")
    .option("--rule <id>", "only this rule, or the rules of this C file; may be repeated", collect)
    .option("-e, --expression <C>", "a C expression", collect)
    .option("--folio-size <size>", "of the file when a slot is bound (default: 2M)")
    .option("--json", "one JSON object on stdout")
    .action(async (captures: string[], flags: LayoutFlags) => {
      const book = await openBook();
      end((await import("./layouts.ts")).layoutsCommand(captures, flags, io, book));
    });
  program
    .command("explore")
    .description("the page: slots, folios and faults on a ruler; of a counterexample, or to play with")
    .argument("[file]", "a counterexample in any of its formats")
    .option("--out <file>", "where the page is written")
    .option("--port <n>", "serve it on 127.0.0.1 until Ctrl-C; 0 takes a free port")
    .action(async (file: string | undefined, flags: ExploreFlags) => {
      end(await (await import("./explore/command.ts")).exploreCommand(file, flags, io));
    });
  program
    .command("conform")
    .description("the models against the running kernel, op by op")
    .option("--ops <n>", "ops to compare, at least (default: 20000)")
    .option("--seed <n>", "seed of the ops (default: 1)")
    .option("--record <file>", "write what the kernel did as traces")
    .option(
      "--escape",
      "only show, on the running kernel, a page allocated outside a slot's range, and how a VMA stops it",
    )
    .option("--json", "one JSON object on stdout")
    .action(async (flags: ConformFlags) => {
      end(await (await import("./conform.ts")).conformCommand(flags, io));
    });
  program
    .command("scenarios")
    .description("the questions of the mail thread, told step by step; a list without a name")
    .argument("[name]")
    .option("--json", "one JSON object on stdout")
    .action(async (name: string | undefined, flags: { json?: boolean }) => {
      const book = await openBook();
      end((await import("./scenarios.ts")).scenariosCommand(name, flags, io, book));
    });
  program
    .command("mcp")
    .description("a Model Context Protocol server on stdin and stdout: judge, compare, fix and replay, of text")
    .action(() => withJudge(async (context) => (await import("./mcp/command.ts")).mcpCommand(context)));
  program
    .command("rules")
    .description("the catalogue: every rule ever proposed; one of them whole, with its C, by its id")
    .argument("[id]")
    .option("--json", "one JSON object on stdout")
    .action(async (id: string | undefined, flags: { json?: boolean }) => {
      end((await import("./lists.ts")).rulesCommand(id, flags, io));
    });
  program
    .command("claims")
    .description("what is asked of a rule: each claim in a sentence; one of them exactly, by its name")
    .argument("[name]")
    .option("--json", "one JSON object on stdout")
    .action(async (name: string | undefined, flags: { json?: boolean }) => {
      end((await import("./lists.ts")).claimsCommand(name, flags, io));
    });
  program
    .command("kernels")
    .description("the named settings of --kernel")
    .option("--json", "one JSON object on stdout")
    .action(async (flags: { json?: boolean }) => {
      end((await import("./lists.ts")).kernelsCommand(flags, io));
    });
  program
    .command("completion")
    .description("completion of these commands, for a shell to source")
    .argument("[shell]", "bash, zsh or fish")
    .action(async (shell: string | undefined) => {
      end((await import("./manual/command.ts")).completionCommand(shell, program, io));
    });
  program
    .command("man")
    .description("the manual page: foliofence man | man -l -")
    .action(async () => {
      end((await import("./manual/command.ts")).manCommand(program, { version: VERSION, codes: CODES }, io));
    });
  return program;
}

/** A format for machines says that nothing was judged, and where the C cannot be read. */
async function tellRefusal(error: UsageError, io: Io, args: readonly string[]): Promise<void> {
  if (args.includes("--json") || !args.some((arg) => arg.startsWith("--format"))) return;
  const { formatAsked, refusedIn } = await import("./format/refused.ts");
  io.out(refusedIn(formatAsked(args), { message: error.message, at: error.at }, VERSION));
}

/**
 * Run one command.
 * @param args what follows the program's name
 * @returns the exit code, one of EXIT; whatever was thrown has been told
 */
export async function runCommand(args: readonly string[], io: Io): Promise<number> {
  let exitWith: number = EXIT.holds;
  /** Is anything on stdout? */
  let told = false;
  const { summary } = io;
  const telling: Io = {
    ...io,
    out: (text) => {
      told = true;
      io.out(forTerminal(text));
    },
    err: (text) => io.err(forTerminal(text)),
    ...(summary === undefined ? {} : { summary: (text) => summary(forTerminal(text)) }),
  };
  const program = programOf(telling, (code) => (exitWith = code));
  const names = new Set(["help", ...program.commands.map((command) => command.name())]);
  try {
    // Before anything behind it: a misspelt command's own options are nobody's.
    const [first] = args;
    if (first !== undefined && !first.startsWith("-") && !names.has(first)) throw noCommand(first, program);
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      if (error instanceof UsageError && !told) await tellRefusal(error, io, args);
      return complain(error, telling, args, told);
    }
    // Asking for help is no complaint.
    if (error.exitCode === 0) return EXIT.holds;
    return complainOfWords(error.message, args.find((arg) => names.has(arg)) ?? "", telling, args);
  }
  return exitWith;
}
