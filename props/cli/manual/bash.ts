/** Completion for bash. */

import type { CommandGrammar, Words } from "./grammar.ts";

/** Known words are plain; they stand between quotes all the same. */
const spaced = (words: readonly string[]): string => `'${words.join(" ")}'`;

function reply({ known, list, path }: Words): string {
  const lines = [
    known.length === 0 ? "" : `_foliofence_words ${list === true ? "list" : "one"} ${spaced(known)}`,
    path === undefined ? "" : `_foliofence_paths ${path}`,
  ];
  return lines.filter((line) => line !== "").join("; ") || ":";
}

const flagsOf = ({ options }: CommandGrammar): string[] =>
  options.flatMap(({ short, long }) => (short === undefined ? [long] : [short, long]));

/** @returns a script that bash sources */
export function bashCompletion(commands: readonly CommandGrammar[]): string {
  const named = commands.filter(({ name }) => name !== "");
  const valued = commands.flatMap(({ name, options }) =>
    options
      .filter(({ value }) => value !== undefined)
      .map(({ short, long, words }) => {
        const flags = short === undefined ? [long] : [short, long];
        return `    ${flags.map((flag) => `'${name} ${flag}'`).join("|")}) ${reply(words)}; return ;;`;
      }),
  );
  return [
    "# foliofence completion bash; made from the tables of --help",
    "_foliofence_words() {",
    `  local head='' word=$cur`,
    `  if [ "$1" = list ] && [ "$cur" != "\${cur%,*}" ]; then head=\${cur%,*},; word=\${cur##*,}; fi`,
    `  local each; for each in $2; do`,
    `    case $each in "$word"*) COMPREPLY+=("$head$each") ;; esac`,
    "  done",
    "}",
    "_foliofence_paths() {",
    "  compopt -o filenames 2>/dev/null",
    `  local each; while IFS= read -r each; do COMPREPLY+=("$each"); done < <(`,
    `    if [ "$1" = directory ]; then compgen -d -- "$cur"; else compgen -f -- "$cur"; fi)`,
    "}",
    "_foliofence() {",
    "  local cur=${COMP_WORDS[COMP_CWORD]} before='' command='' at",
    "  COMPREPLY=()",
    `  [ "$COMP_CWORD" -gt 1 ] && before=\${COMP_WORDS[COMP_CWORD-1]}`,
    `  case \${COMP_WORDS[1]} in ${named.map(({ name }) => name).join("|")}) command=\${COMP_WORDS[1]} ;; esac`,
    `  [ "$COMP_CWORD" -eq 1 ] && command=''`,
    `  case "$command $before" in`,
    ...valued,
    "  esac",
    `  case "$command $cur" in`,
    ...commands.map(
      (command) => `    '${command.name} '-*) _foliofence_words one ${spaced(flagsOf(command))}; return ;;`,
    ),
    "  esac",
    "  case $command in",
    ...named.map(({ name, words }) => `    ${name}) ${reply(words)} ;;`),
    `    '') [ "$COMP_CWORD" -eq 1 ] && _foliofence_words one ${spaced(named.map(({ name }) => name))} ;;`,
    "  esac",
    "}",
    "complete -F _foliofence foliofence",
    "",
  ].join("\n");
}
