/**
 * What a client of `foliofence mcp` may ask: text goes in, never a path, and nothing is written. Each tool is a command
 * with its words filled in, so an answer here is an answer there.
 */

import * as v from "valibot";
import { RESIZES } from "../../../model/abstract/machine.ts";
import { RULE_KINDS } from "../../../model/rule/parameters.ts";
import { exactly, maybe, parseInput, shown, some, text, whole, word } from "../../../sim/schema/parse.ts";
import { compareCommand } from "../judge/compare.ts";
import { judgeCommand } from "../judge/command.ts";
import { fixCommand } from "../judge/fix.ts";
import type { JudgeContext, JudgeFlags } from "../judge/flags.ts";
import { replayText } from "../replay.ts";
import type { Io } from "../terminal/io.ts";
import { UsageError } from "../terminal/io.ts";

export interface Told {
  readonly text: string;
  /** The command's exit code; 2 where the input cannot be read. */
  readonly code: number;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: { readonly type: "object"; readonly [member: string]: unknown };
  readonly call: (input: unknown, context: JudgeContext) => Promise<Told>;
}

/** A check is a screen or two of C, a counterexample less; a client may send anything. */
const MOST = 256 * 1024;
const short = v.pipe(
  text,
  v.maxLength(MOST, () => `more than ${MOST} characters`),
);

/** A rule's id: no file is read for a client. */
const id = v.pipe(
  text,
  v.regex(/^\w+$/, (issue) => `${shown(issue.input)} is no rule of the catalogue`),
);

const SETTING = {
  kernel: maybe(text),
  orders: maybe(some(text, "folio size")),
  resize: maybe(word(RESIZES)),
  map_rule: maybe(id),
  level_rule: maybe(id),
} as const;

const SETTING_JSON = {
  kernel: { type: "string", description: "a named setting, such as gmem-v13" },
  orders: { type: "array", items: { type: "string" }, description: "folio sizes the file may take: 4K, 2M, 1G" },
  resize: { enum: RESIZES, description: "when the folio size may change (default: any)" },
  map_rule: { type: "string", description: "catalogue id of the rule for what may be mapped (default: folio_order)" },
  level_rule: { type: "string", description: "catalogue id of the rule for what is forbidden (default: stock)" },
} as const;

const CHECK_JSON = {
  type: "string",
  description: "the check in C as it stands: an expression, or whole functions; true accepts a slot",
} as const;

const CLAIMS_JSON = {
  type: "array",
  items: { type: "string" },
  description: "names of claims, allocation, mapping, binding or all",
};
const KIND_JSON = { enum: RULE_KINDS, description: "what the rule decides, where what it reads does not tell" };

type Setting = v.InferOutput<v.StrictObjectSchema<typeof SETTING, undefined>>;

const flagsOf = ({ kernel, orders, resize, map_rule, level_rule }: Setting): JudgeFlags => ({
  out: false,
  jobs: "1",
  ...(kernel === undefined ? {} : { kernel }),
  ...(orders === undefined ? {} : { orders: orders.join(",") }),
  ...(resize === undefined ? {} : { resize }),
  ...(map_rule === undefined ? {} : { mapRule: map_rule }),
  ...(level_rule === undefined ? {} : { levelRule: level_rule }),
});

/** What a command prints, kept. */
async function kept(
  context: JudgeContext,
  command: (context: JudgeContext) => Promise<number> | number,
): Promise<Told> {
  const pieces: string[] = [];
  const io: Io = {
    ...context.io,
    out: (piece) => pieces.push(piece),
    err: () => undefined,
    color: false,
    progress: false,
  };
  try {
    const code = await command({ ...context, io });
    return { text: pieces.join(""), code };
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof RangeError)) throw error;
    const at = error instanceof UsageError ? error.at : undefined;
    return { text: `${at === undefined ? "" : `${at.line}:${at.column}: `}${error.message}`, code: 2 };
  }
}

const JUDGE = exactly("judge", {
  check: short,
  claims: maybe(some(text, "claim")),
  kind: maybe(word(RULE_KINDS)),
  runs: maybe(whole(1, 1_000_000)),
  ...SETTING,
});
const COMPARE = exactly("compare", { first: short, second: short, ...SETTING });
const FIX = exactly("fix", { check: short, claims: maybe(some(text, "claim")), ...SETTING });
const REPLAY = exactly("replay", { counterexample: short });

const claimWords = (claims: readonly string[] | undefined): JudgeFlags =>
  claims === undefined ? {} : { claims: claims.join(",") };

export const TOOLS: readonly Tool[] = [
  {
    name: "judge",
    description:
      "Does a check keep a KVM memslot's allocations inside its part of a file? For each claim: refuted with the " +
      "smallest sequence of operations that breaks it, proved for every 64-bit input that the ioctl lets through, or what is short of that.",
    inputSchema: {
      type: "object",
      properties: {
        check: CHECK_JSON,
        claims: CLAIMS_JSON,
        kind: KIND_JSON,
        runs: { type: "integer", minimum: 1, maximum: 1_000_000, description: "runs of the random search" },
        ...SETTING_JSON,
      },
      required: ["check"],
      additionalProperties: false,
    },
    call: (input, context) =>
      kept(context, (of) => {
        const { check, claims, kind, runs, ...setting } = parseInput(JUDGE, input);
        const flags: JudgeFlags = {
          ...flagsOf(setting),
          expression: [check],
          ...claimWords(claims),
          ...(kind === undefined ? {} : { kind }),
          ...(runs === undefined ? {} : { runs: `${runs}` }),
        };
        return judgeCommand([], flags, of);
      }),
  },
  {
    name: "compare",
    description:
      "How two checks relate: equivalent, one stricter than the other, or neither; with inputs that tell them apart.",
    inputSchema: {
      type: "object",
      properties: { first: CHECK_JSON, second: CHECK_JSON, ...SETTING_JSON },
      required: ["first", "second"],
      additionalProperties: false,
    },
    call: (input, context) =>
      kept(context, (of) => {
        const { first, second, ...setting } = parseInput(COMPARE, input);
        return compareCommand([], { ...flagsOf(setting), expression: [first, second] }, of);
      }),
  },
  {
    name: "fix",
    description: "The smallest sets of added premises that make a check hold, and which real VMM layouts each refuses.",
    inputSchema: {
      type: "object",
      properties: { check: CHECK_JSON, claims: CLAIMS_JSON, ...SETTING_JSON },
      required: ["check"],
      additionalProperties: false,
    },
    call: (input, context) =>
      kept(context, (of) => {
        const { check, claims, ...setting } = parseInput(FIX, input);
        return fixCommand([], { ...flagsOf(setting), ...claimWords(claims), expression: [check] }, of);
      }),
  },
  {
    name: "replay",
    description:
      "A counterexample as foliofence writes it (the text of its .json, .mjs, .txt, .c or .svg), run again step by step.",
    inputSchema: {
      type: "object",
      properties: { counterexample: { type: "string", description: "the whole text of the file, or of the mail" } },
      required: ["counterexample"],
      additionalProperties: false,
    },
    call: (input, context) =>
      kept(context, ({ io, book }) => {
        const { counterexample } = parseInput(REPLAY, input);
        return replayText(counterexample, "counterexample", {}, io, book);
      }),
  },
];
