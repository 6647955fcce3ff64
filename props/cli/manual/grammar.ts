/** The command line as data, read off the very objects that --help is made of; completions and the manual are made of it. */

import type { Argument, Command } from "commander";
import { RESIZES } from "../../../model/abstract/machine.ts";
import { ALL_CLAIMS } from "../../../model/claim.ts";
import { CATALOGUE } from "../../../model/rule/catalogue/catalogue.ts";
import { RULE_KINDS, RULE_USES } from "../../../model/rule/parameters.ts";
import { KERNELS } from "../../judge/kernels.ts";
import { ENGINES } from "../../judge/verdict.ts";
import { SCENARIOS } from "../../scenarios/thread.ts";
import { FORMATS } from "../format/format.ts";
import { CLAIM_WORDS } from "../terminal/setting.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;

/** What a word may be: known words, one or several between commas; or a path. */
export interface Words {
  readonly known: readonly string[];
  readonly list?: true;
  readonly path?: "file" | "directory";
}

export interface OptionGrammar {
  readonly short?: string;
  readonly long: string;
  /** What stands behind it, as --help writes it: "<names>". */
  readonly value?: string;
  readonly does: string;
  readonly words: Words;
}

export interface CommandGrammar {
  /** Empty for what is said without a command. */
  readonly name: string;
  readonly does: string;
  readonly arguments: readonly { readonly name: string; readonly does: string }[];
  /** What the arguments may be. */
  readonly words: Words;
  readonly options: readonly OptionGrammar[];
}

const ids = (...kinds: readonly string[]): string[] =>
  CATALOGUE.filter(({ kind }) => kinds.includes(kind)).map(({ id }) => id);

const FILE: Words = { known: [], path: "file" };
const DIRECTORY: Words = { known: [], path: "directory" };
const FREE: Words = { known: [] };

const OF_OPTION: Readonly<Record<string, Words>> = {
  "--claims": { known: CLAIM_WORDS, list: true },
  "--orders": { known: ["4K", "64K", "2M", "1G"], list: true },
  "--resize": { known: RESIZES },
  "--map-rule": { known: ids("map") },
  "--level-rule": { known: ids("level") },
  "--order-rule": { known: ids("order") },
  "--kernel": { known: Object.keys(KERNELS) },
  "--bound": { known: ["1", "2", "3"] },
  "--engine": { known: ENGINES, list: true },
  "--format": { known: FORMATS },
  "--kind": { known: [...RULE_KINDS, ...RULE_USES] },
  "--rule": { known: ids("bind"), path: "file" },
  "--folio-size": { known: ["4K", "64K", "2M", "1G"] },
  "--smt2": DIRECTORY,
  "--certificate": DIRECTORY,
  "--tree": DIRECTORY,
  "--record": FILE,
};

const OF_ARGUMENTS: Readonly<Record<string, Words>> = {
  judge: { known: CATALOGUE.map(({ id }) => id), path: "file" },
  merge: FILE,
  replay: FILE,
  check: DIRECTORY,
  layouts: FILE,
  explore: FILE,
  scenarios: { known: SCENARIOS.map(({ name }) => name) },
  rules: { known: CATALOGUE.map(({ id }) => id) },
  claims: { known: ALL_CLAIMS },
  completion: { known: SHELLS },
};

/** explore writes a file, judge a directory. */
const wordsOf = (command: string, option: string): Words =>
  option === "--out" ? (command === "explore" ? FILE : DIRECTORY) : (OF_OPTION[option] ?? FREE);

function argumentTerm(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function commandGrammar(command: Command, name: string): CommandGrammar {
  const help = command.createHelp();
  return {
    name,
    does: command.description(),
    arguments: command.registeredArguments.map((argument) => ({
      name: argumentTerm(argument),
      does: argument.description,
    })),
    words: OF_ARGUMENTS[name] ?? FREE,
    options: help.visibleOptions(command).flatMap((option): OptionGrammar[] => {
      const { short, long, flags, description } = option;
      if (long === undefined || long === null) return [];
      const value = /<[^>]+>/.exec(flags)?.[0];
      return [
        {
          ...(short === undefined || short === null ? {} : { short }),
          long,
          ...(value === undefined ? {} : { value }),
          does: description,
          words: value === undefined ? FREE : wordsOf(name, long),
        },
      ];
    }),
  };
}

/** The program without a command first, then every command. */
export const grammarOf = (program: Command): readonly CommandGrammar[] => [
  commandGrammar(program, ""),
  ...program.commands.map((command) => commandGrammar(command, command.name())),
];
