/** Completion for fish. */

import type { CommandGrammar, Words } from "./grammar.ts";

const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;

function words({ known, list, path }: Words): string[] {
  const files =
    path === undefined ? ["-f"] : path === "directory" ? ["-f", "-a '(__fish_complete_directories)'"] : ["-F"];
  if (known.length === 0) return files;
  const shown = list === true ? `(__foliofence_list ${known.join(" ")})` : known.join(" ");
  return [...files, `-a ${quoted(shown)}`];
}

/** @returns a script for ~/.config/fish/completions/foliofence.fish */
export function fishCompletion(commands: readonly CommandGrammar[]): string {
  const named = commands.filter(({ name }) => name !== "");
  const when = (name: string): string =>
    `-n ${quoted(name === "" ? "__fish_use_subcommand" : `__fish_seen_subcommand_from ${name}`)}`;
  return [
    "# foliofence completion fish; made from the tables of --help",
    "function __foliofence_list",
    "  set -l head (string match -r '^.*,' -- (commandline -ct))",
    `  for word in $argv; echo "$head$word"; end`,
    "end",
    "complete -c foliofence -f",
    ...named.map(({ name, does }) => `complete -c foliofence ${when("")} -a ${name} -d ${quoted(does)}`),
    ...commands.flatMap((command) => [
      ...(command.name === "" || command.arguments.length === 0
        ? []
        : [`complete -c foliofence ${when(command.name)} ${words(command.words).join(" ")}`]),
      ...command.options.map(({ short, long, value, does, words: behind }) =>
        [
          `complete -c foliofence ${when(command.name)}`,
          ...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
          `-l ${long.slice(2)}`,
          ...(value === undefined ? [] : ["-r", ...words(behind)]),
          `-d ${quoted(does)}`,
        ].join(" "),
      ),
    ]),
    "",
  ].join("\n");
}
