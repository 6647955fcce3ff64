/**
 * Reads the ops back out of a .json, .mjs, .txt, .c or .svg that we wrote, without running it: the marked blocks are
 * found by their marks, whatever a format puts before them. The ops must have the hash that their mark names, so that
 * a file cut short or damaged on its way is not taken for the finding it was; who changes the ops writes "edited".
 */

import { claimFrom } from "../../model/claim.ts";
import { idOf } from "../counterexample.ts";
import type { Op } from "../op.ts";
import type { Setting } from "../setting.ts";
import {
  BESIDE,
  besideOf,
  CLAIM,
  closing,
  GIVEN,
  MUST,
  OPERATIONS,
  OPTIONS,
  optionsOf,
  RULE,
  SETTING,
} from "../words/block.ts";
import type { Imported, ImportedRule, NotImported } from "./imported.ts";
import { DAMAGED, EDITED, notImported } from "./imported.ts";
import { parseInput } from "../schema/parse.ts";
import { SETTING_JSON } from "../schema/setting.ts";
import { fromJson } from "./import-json.ts";
import type { GivenAt } from "../words/given-line.ts";
import { givenFromLine, withGivenAt } from "../words/given-line.ts";
import { hasOp, opFromLine } from "../words/op-line.ts";
import { visible } from "../visible.ts";

export type { Imported, NotImported } from "./imported.ts";

interface Block {
  readonly ok: true;
  readonly name: string;
  /** Line of the opening mark, from 1. */
  readonly line: number;
  readonly lines: readonly string[];
}

interface Missing {
  readonly ok: false;
  readonly line: number;
  readonly what: string;
}

const missing = (line: number, what: string): Missing => ({ ok: false, line, what });

/**
 * The lines between two marks. The rule's text is anybody's and may hold such marks itself: the last closing mark is
 * the one that we wrote, and the other blocks are looked for outside of it.
 */
function blockOf(all: readonly string[], block: string, rule?: Block): Block | Missing {
  const lines = all.map((line, i) =>
    rule !== undefined && i >= rule.line && i <= rule.line + rule.lines.length ? "" : line,
  );
  const mark = new RegExp(`^(.*?)---- ${block} (.+?) ----`);
  const first = lines.findIndex((line) => mark.test(line));
  if (first < 0) return missing(lines.length, `no "---- ${block} ... ----" in it: not written by us, or cut short`);
  const [, before = "", name = ""] = mark.exec(lines[first] ?? "") ?? [];
  const last = lines.findLastIndex((line, i) => i > first && line.includes(closing(block)));
  if (last < 0) return missing(lines.length, `cut short: "${closing(block)}" is missing`);
  // A line comment, or an answer's ">", repeats on every line; a mark that is a comment by itself says nothing about the lines.
  const prefix = /^(?:\s*(?:\/\/|\*) |(?:> ?)+)$/.test(before) ? before : "";
  const inner = lines.slice(first + 1, last).map((line) => {
    return line.startsWith(prefix) ? line.slice(prefix.length) : line.trimEnd() === prefix.trimEnd() ? "" : line;
  });
  return { ok: true, name, line: first + 1, lines: inner };
}

/** What a file of this kind ends with, where the blocks are not the last of it. */
const ENDS: readonly (readonly [string, RegExp, string])[] = [
  ["svg", /<\/svg>\s*$/, "</svg>"],
  ["c", /\*\/\s*$/, "*/"],
];

/** Is the end of the file missing, though all blocks are there? */
function cutShort(text: string, fileName: string): Missing | undefined {
  const kind = text.trimStart().startsWith("<") ? "svg" : /\.(\w+)$/.exec(fileName)?.[1]?.toLowerCase();
  const [, , end] = ENDS.find(([name, whole]) => name === kind && !whole.test(text)) ?? [];
  return end === undefined ? undefined : missing(text.trimEnd().split("\n").length, `cut short: "${end}" is missing`);
}

function opsOf(block: Block, values: Block | undefined): { readonly ok: true; readonly ops: readonly Op[] } | Missing {
  const ops: Op[] = [];
  // A long op goes on in the next line.
  const told: { line: number; text: string }[] = [];
  for (const [i, text] of block.lines.entries()) {
    const last = told.at(-1);
    if (hasOp(text) || last === undefined) told.push({ line: block.line + 1 + i, text });
    else last.text += text;
  }
  for (const { line, text } of told) {
    try {
      ops.push(opFromLine(text));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return missing(line, error.message);
    }
  }
  const given: GivenAt[] = [];
  for (const [i, text] of (values?.lines ?? []).entries()) {
    try {
      given.push(givenFromLine(text));
      withGivenAt(ops, given);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return missing((values?.line ?? 0) + 1 + i, error.message);
    }
  }
  const whole = withGivenAt(ops, given);
  const id = idOf(whole);
  if (block.name === id || block.name === EDITED) return { ok: true, ops: whole };
  return missing(block.line, `the operations do not have the id ${block.name}: ${DAMAGED}`);
}

function ruleOf(block: Block): ImportedRule | Missing {
  const [, id, kind] = /^(.*) \((bind|map|level|order)\)$/.exec(block.name) ?? [];
  if (id === undefined || kind === undefined) return missing(block.line, `"${block.name}" names no rule and kind`);
  return { id, kind, text: visible(block.lines.join("\n")) };
}

function claimOf(block: Block): { readonly ok: true; readonly claim: string; readonly setting: Setting } | Missing {
  const words = Object.fromEntries(block.lines.flatMap((line) => [...line.matchAll(/(?<!\w)(\w+)=(\S+)/g)].map(pair)));
  const { claim, orders } = words;
  if (claim === undefined || orders === undefined)
    return missing(block.line, "the setting names no claim or no orders");
  try {
    return { ok: true, claim, setting: parseInput(SETTING_JSON, { ...words, orders: orders.split(",") }) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return missing(block.line, error.message);
  }
}

function saidOf(block: Block | undefined): ReturnType<typeof optionsOf> | Missing {
  if (block === undefined) return {};
  try {
    return optionsOf(block.lines);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return missing(block.line, error.message);
  }
}

function rulesBeside(block: Block | undefined): Pick<Setting, "beside"> | Missing {
  if (block === undefined) return {};
  try {
    return { beside: besideOf(block.lines) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return missing(block.line, error.message);
  }
}

const pair = ([, name = "", value = ""]: RegExpExecArray): [string, string] => [name, value];

const unescaped = (text: string): string =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");

/** The file's own line of a message, whatever its format. */
export function importScript(text: string, fileName: string): Imported | NotImported {
  if (/\.json$/i.test(fileName) || text.trimStart().startsWith("{")) return fromJson(text, fileName);
  const lines = (text.trimStart().startsWith("<") ? unescaped(text) : text).split(/\r?\n/);
  const refuse = ({ line, what }: Missing): NotImported => notImported(fileName, line, what);
  const ruleBlock = blockOf(lines, RULE);
  if (!ruleBlock.ok) return refuse(ruleBlock);
  const settingBlock = blockOf(lines, SETTING, ruleBlock);
  if (!settingBlock.ok) return refuse(settingBlock);
  const opBlock = blockOf(lines, OPERATIONS, ruleBlock);
  if (!opBlock.ok) return refuse(opBlock);
  const cut = cutShort(text, fileName);
  if (cut !== undefined) return refuse(cut);
  const rule = ruleOf(ruleBlock);
  if ("ok" in rule) return refuse(rule);
  const judged = claimOf(settingBlock);
  if (!judged.ok) return refuse(judged);
  const values = lines.some((line) => line.includes(closing(GIVEN))) ? blockOf(lines, GIVEN, ruleBlock) : undefined;
  if (values?.ok === false) return refuse(values);
  const must = lines.some((line) => line.includes(closing(MUST))) ? blockOf(lines, MUST, ruleBlock) : undefined;
  if (must?.ok === false) return refuse(must);
  const own = lines.some((line) => line.includes(closing(CLAIM))) ? blockOf(lines, CLAIM, ruleBlock) : undefined;
  if (own?.ok === false) return refuse(own);
  const options = lines.some((line) => line.includes(closing(OPTIONS)))
    ? blockOf(lines, OPTIONS, ruleBlock)
    : undefined;
  if (options?.ok === false) return refuse(options);
  const said = saidOf(options);
  if ("ok" in said) return refuse(said);
  const others = lines.some((line) => line.includes(closing(BESIDE))) ? blockOf(lines, BESIDE, ruleBlock) : undefined;
  if (others?.ok === false) return refuse(others);
  const beside = rulesBeside(others);
  if ("ok" in beside) return refuse(beside);
  const told = opsOf(opBlock, values);
  if (!told.ok) return refuse(told);
  const setting = {
    ...judged.setting,
    ...(must && { must_accept: must.lines.join(" ").trim() }),
    ...said,
    ...beside,
  };
  return {
    ok: true,
    id: idOf(told.ops),
    ops: told.ops,
    rule,
    claim: claimFrom(judged.claim, own?.lines.join(" ").trim()),
    setting,
  };
}
