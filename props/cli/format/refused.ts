/** A command that was refused, or C that cannot be read, in the format that was asked for: a check that says nothing passes. */

import type { Log } from "sarif";
import type { At } from "../terminal/io.ts";
import { annotationText } from "./github.ts";
import { escaped } from "./junit.ts";
import { checkJson } from "./patchwork.ts";
import { repositoryPath, uriOf } from "./place.ts";
import { SCHEMA } from "./sarif.ts";

export interface Refused {
  readonly message: string;
  readonly at: At | undefined;
}

/** What the words of a command line ask for; they may be wrong otherwise. */
export const formatAsked = (args: readonly string[]): string | undefined => {
  const at = args.findLastIndex((arg) => arg === "--format" || arg.startsWith("--format="));
  if (at < 0) return undefined;
  const word = args[at] ?? "";
  return word.startsWith("--format=") ? word.slice("--format=".length) : args[at + 1];
};

const isFile = ({ file }: At): boolean => file !== "-e" && file !== "stdin";

const inJunit = ({ message, at }: Refused): string => {
  const where = at === undefined ? "" : ` file="${escaped(repositoryPath(at.file))}" line="${at.line}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="foliofence" tests="1" failures="0" errors="1">',
    '  <testsuite name="foliofence" tests="1" failures="0" errors="1">',
    `    <testcase name="readable" classname="foliofence"${where}>`,
    `      <error type="unreadable" message="${escaped(message)}">${escaped(message)}</error>`,
    "    </testcase>",
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
};

function inSarif({ message, at }: Refused, version: string): string {
  const region = at === undefined ? {} : { region: { startLine: at.line, startColumn: at.column } };
  const locations =
    at === undefined || !isFile(at)
      ? []
      : [{ physicalLocation: { artifactLocation: { uri: uriOf(at.file) }, ...region } }];
  const rules = [
    {
      id: "unreadable",
      shortDescription: { text: "The C can be read." },
      defaultConfiguration: { level: "error" as const },
    },
  ];
  const log: Log = {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "foliofence", version, semanticVersion: version, rules } },
        columnKind: "utf16CodeUnits",
        invocations: [
          {
            executionSuccessful: false,
            toolExecutionNotifications: [{ level: "error", message: { text: message }, locations }],
          },
        ],
        results: [
          { ruleId: "unreadable", ruleIndex: 0, level: "error", kind: "fail", message: { text: message }, locations },
        ],
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

/** What stands on stdout of a command that was refused, where its format is for machines (JSON has its own). */
export function refusedIn(format: string | undefined, refused: Refused, version: string): string {
  const { message, at } = refused;
  const placed = at === undefined ? message : `${at.file}:${at.line}:${at.column}: ${message}`;
  switch (format) {
    case "github":
      return annotationText("error", at !== undefined && isFile(at) ? at : undefined, "foliofence: not read", [
        message,
      ]);
    case "junit":
      return inJunit(refused);
    case "sarif":
      return inSarif(refused, version);
    case "ktap":
      return `KTAP version 1\n1..1\n# ${placed}\nnot ok 1 readable # unreadable\n`;
    case "patchwork":
      return checkJson("warning", placed);
    case undefined:
    default:
      return "";
  }
}
