/** The manual page, in the macros of man(7). */

import type { CommandGrammar, OptionGrammar } from "./grammar.ts";

/** A dot at the start of a line is a request, a backslash an escape, a hyphen of an option is no hyphen of a word. */
const roff = (text: string): string =>
  text
    .replaceAll("\\", String.raw`\e`)
    .replaceAll("-", String.raw`\-`)
    .replaceAll(/^([.'])/gm, String.raw`\&$1`);

const bold = (text: string): string => String.raw`\fB${roff(text)}\fR`;
const italic = (text: string): string => String.raw`\fI${roff(text)}\fR`;

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;

function optionLines({ short, long, value, does }: OptionGrammar): string[] {
  const flags = [short, long].filter((flag) => flag !== undefined).map(bold);
  const behind = value === undefined ? "" : ` ${italic(value.slice(1, -1))}`;
  return [".TP", `${flags.join(", ")}${behind}`, roff(sentence(does))];
}

function commandLines({ name, does, arguments: all, options }: CommandGrammar): string[] {
  return [
    `.SS "${roff(`foliofence ${name}`)}${all.map(({ name: term }) => ` ${roff(term)}`).join("")}"`,
    roff(sentence(does)),
    ...all.flatMap(({ name: term, does: what }) => (what === "" ? [] : [".TP", italic(term), roff(sentence(what))])),
    ...options.flatMap(optionLines),
  ];
}

export interface Told {
  readonly version: string;
  /** What --help says last: exit codes. */
  readonly codes: readonly (readonly [code: string, means: string])[];
}

/** @returns the page that `man -l` shows; no date, so that the same program gives the same bytes */
export function manPage(commands: readonly CommandGrammar[], { version, codes }: Told): string {
  const [bare, ...named] = commands;
  return [
    `.TH FOLIOFENCE 1 "" "foliofence ${version}" "User Commands"`,
    ".SH NAME",
    String.raw`foliofence \- does a check keep a KVM memslot's allocations inside its part of a file?`,
    ".SH SYNOPSIS",
    ".B foliofence",
    `[${italic("options")}]`,
    ...named.flatMap(({ name, arguments: all }) => [
      ".br",
      `${bold("foliofence")} ${bold(name)} [${italic("options")}]${all.map(({ name: term }) => ` ${italic(term)}`).join("")}`,
    ]),
    ".SH DESCRIPTION",
    ...(bare?.does.split("\n") ?? []).map(roff),
    ".SH OPTIONS",
    "Without a command, and of judge:",
    ...(bare?.options ?? []).flatMap(optionLines),
    ".SH COMMANDS",
    // judge has all the options above; only its own stand with it.
    ...named.flatMap((command) =>
      commandLines(
        command.name === "judge"
          ? {
              ...command,
              options: command.options.filter(({ long }) => !bare?.options.some((own) => own.long === long)),
            }
          : command,
      ),
    ),
    ".SH EXIT STATUS",
    ...codes.flatMap(([code, means]) => [".TP", bold(code), roff(sentence(means))]),
    "",
  ].join("\n");
}
