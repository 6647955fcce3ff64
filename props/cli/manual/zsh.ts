/** Completion for zsh. */

import type { CommandGrammar, OptionGrammar, Words } from "./grammar.ts";

/** Between single quotes, inside a specification of _arguments: colons and brackets end its parts. */
const quoted = (text: string): string =>
  text.replaceAll(/[:[\]\\]/g, String.raw`\$&`).replaceAll("'", String.raw`'\''`);

function action({ known, list, path }: Words): string {
  const files = path === undefined ? "" : path === "directory" ? "_files -/" : "_files";
  if (known.length === 0) return files === "" ? " " : files;
  if (list === true) return `_values -s , word ${known.join(" ")}`;
  return files === "" ? `(${known.join(" ")})` : `_foliofence_or_files ${known.join(" ")}`;
}

function optionSpec({ short, long, value, does, words }: OptionGrammar): string {
  const tail = `[${quoted(does)}]${value === undefined ? "" : `:${quoted(value.slice(1, -1))}:${action(words)}`}`;
  const flags = short === undefined ? `'${long}` : `'(${short} ${long})'{${short},${long}}'`;
  return `${flags}${tail}'`;
}

const argumentSpec = ({ arguments: all, words }: CommandGrammar): string[] =>
  all.length === 0 ? [] : [`'*:${quoted(all[0]?.name ?? "")}:${action(words)}'`];

/** @returns a script for a directory of $fpath, under the name _foliofence, or to be sourced after compinit */
export function zshCompletion(commands: readonly CommandGrammar[]): string {
  const named = commands.filter(({ name }) => name !== "");
  const bare = commands.find(({ name }) => name === "");
  const specs = (command: CommandGrammar): string =>
    [...command.options.map(optionSpec), ...argumentSpec(command)].map((spec) => ` \\\n        ${spec}`).join("");
  return [
    "#compdef foliofence",
    "# foliofence completion zsh; made from the tables of --help",
    "_foliofence_or_files() {",
    `  _alternative "words:word:(\${argv[*]})" 'files:file:_files'`,
    "}",
    "_foliofence_commands() {",
    "  local -a commands=(",
    ...named.map(({ name, does }) => `    '${name}:${does.replaceAll("'", String.raw`'\''`)}'`),
    "  )",
    "  _describe command commands",
    "}",
    "_foliofence() {",
    "  if (( CURRENT > 2 )); then",
    "    local command=$words[2]",
    "    case $command in",
    ...named.map(
      (command) => `      ${command.name}) shift words; (( CURRENT-- )); _arguments -s${specs(command)}; return ;;`,
    ),
    "    esac",
    "  fi",
    ...(bare === undefined
      ? []
      : [`  _arguments -s${specs({ ...bare, arguments: [] })} \\\n        '1:command:_foliofence_commands'`]),
    "}",
    `if [ "$funcstack[1]" = _foliofence ]; then _foliofence "$@"; else compdef _foliofence foliofence; fi`,
    "",
  ].join("\n");
}
