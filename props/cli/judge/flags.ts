/** From the words of `judge`, and of the bare command, to what is to be done. */

import type { ClaimName } from "../../../model/claim.ts";
import { CLAIM_NAMES } from "../../../model/claim.ts";
import type { Contract } from "../../../model/rule/contract.ts";
import type { RuleKind, RuleUse } from "../../../model/rule/parameters.ts";
import { RULE_KINDS, RULE_USES } from "../../../model/rule/parameters.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import type { AskedOfFunction } from "../../../sim/c/contracts.ts";
import type { Patch } from "../../../sim/c/document.ts";
import type { Shard } from "../../search/blocks.ts";
import type { JudgeOptions } from "../../judge/context.ts";
import { claimsOf } from "../../judge/context.ts";
import type { Prover } from "../../prove/prover.ts";
import type { SolverName } from "../../prove/solvers.ts";
import { proves } from "../../judge/verdict.ts";
import type { Rulebook } from "../../judge/rulebook.ts";
import type { Format } from "../format/format.ts";
import { formatFrom } from "../format/format.ts";
import type { Io } from "../terminal/io.ts";
import { refuseUnasked } from "./unasked.ts";
import { UsageError } from "../terminal/io.ts";
import type { RunRequest } from "../format/json.ts";
import type { SettingWords } from "../terminal/setting.ts";
import { claimsFrom, enginesFrom, oneOf, ownClaimsFrom, settingFrom, wholeNumber } from "../terminal/setting.ts";
import { rulesBefore } from "./before.ts";
import { readingFrom, refuseIdle } from "./reading.ts";
import type { Sources } from "../terminal/sources.ts";
import { onlyRules, sourcesFrom } from "../terminal/sources.ts";

/** As commander gives them; text until it is checked here. */
export interface JudgeFlags extends SettingWords {
  readonly expression?: readonly string[];
  readonly kind?: string;
  readonly function?: string;
  readonly tree?: string;
  readonly let?: readonly string[];
  readonly claims?: string;
  /** NAME: EXPR each. */
  readonly claim?: readonly string[];
  readonly engine?: string;
  readonly seed?: string;
  readonly path?: string;
  readonly runs?: string;
  readonly time?: string;
  readonly bound?: string;
  readonly jobs?: string;
  readonly shard?: string;
  readonly resume?: boolean;
  readonly smallest?: boolean;
  readonly smt2?: string;
  readonly certificate?: string;
  readonly out?: string | false;
  readonly format?: string;
  readonly json?: boolean;
  readonly compare?: boolean;
  readonly allInputs?: boolean;
  readonly fix?: boolean;
  readonly explain?: string;
}

export interface JudgeContext {
  readonly io: Io;
  readonly version: string;
  readonly book: Rulebook;
  /** The prover that this thread asks, loaded when it is first called for. */
  readonly prover: (solvers: readonly SolverName[]) => Promise<Prover>;
}

/** A judging, ready to start. */
export interface Plan {
  /** With those that only were there before a patch. */
  readonly rules: readonly Rule[];
  readonly patches: readonly Patch[];
  readonly contracts: readonly Contract[];
  readonly notices: readonly string[];
  readonly options: Omit<JudgeOptions, "prover">;
  readonly asked: RunRequest;
  readonly jobs: number;
  /** Milliseconds that the hunts share; Infinity where they go by runs. */
  readonly time: number;
  readonly resume: boolean;
  readonly out: string | false;
  readonly smt2?: string;
  /** Where certificates are written. */
  readonly certificate?: string;
  readonly format: Format;
}

export const DEFAULT_SEED = 1;
export const DEFAULT_RUNS = 10_000;
export const DEFAULT_OUT = "counterexamples";
const MOST_JOBS_BY_DEFAULT = 4;
const MOST = 2 ** 31 - 1;

/** A kind, or a kind and what true says. */
function kindFrom(word: string | undefined): { kind?: RuleKind; use?: RuleUse } {
  if (word === undefined) return {};
  const said = oneOf([...RULE_KINDS, ...RULE_USES], word, "--kind");
  const use = RULE_USES.find((each) => each === said);
  const kind = RULE_KINDS.find((each) => said === each || use?.startsWith(`${each}-`));
  return { ...(kind && { kind }), ...(use && { use }) };
}

const useOf = ({ kind }: JudgeFlags): { use?: RuleUse } => {
  const { use } = kindFrom(kind);
  return use === undefined ? {} : { use };
};

function pathFrom(path: string | undefined): { path?: string } {
  if (path === undefined) return {};
  if (!/^\d{1,9}(:\d{1,9})*$/.test(path)) {
    throw new UsageError(`--path: "${path}" is no path of fast-check, such as 57 or 57:0:1`);
  }
  return { path };
}

function shardFrom({ shard, path }: JudgeFlags): { shard?: Shard } {
  if (shard === undefined) return {};
  const [, index, of] = /^(\d{1,7})\/(\d{1,7})$/.exec(shard) ?? [];
  if (index === undefined || of === undefined || Number(index) < 1 || Number(index) > Number(of)) {
    throw new UsageError(`--shard: "${shard}" is not I/N with I from 1 to N, such as 2/8`);
  }
  if (path !== undefined) throw new UsageError("--path names one run: it has no shards");
  return { shard: { index: Number(index) - 1, of: Number(of) } };
}

function smallestFrom({ smallest, shard, engine }: JudgeFlags): { smallest?: true } {
  if (smallest !== true) return {};
  if (shard !== undefined) throw new UsageError("--smallest is about the whole: it does not go with --shard");
  if (!proves(enginesFrom(engine))) throw new UsageError("--smallest: the engine that shows it is prove");
  return { smallest };
}

function smt2From({ smt2, engine }: JudgeFlags): { smt2?: string } {
  if (smt2 === undefined) return {};
  if (smt2 === "") throw new UsageError("--smt2: name a directory");
  if (!proves(enginesFrom(engine))) throw new UsageError("--smt2: the engine that asks a solver is prove");
  return { smt2 };
}

function certificateFrom({ certificate, engine, shard }: JudgeFlags): { certificate?: string } {
  if (certificate === undefined) return {};
  if (certificate === "") throw new UsageError("--certificate: name a directory");
  if (shard !== undefined) throw new UsageError("--certificate is about the whole: it does not go with --shard");
  if (!enginesFrom(engine).includes("prove")) {
    throw new UsageError("--certificate: the engine whose verdicts have one is prove");
  }
  return { certificate };
}

/** What says how claims are judged, and nothing to a comparison or a fix. */
const OF_JUDGING = [
  "engine",
  "runs",
  "time",
  "path",
  "bound",
  "shard",
  "resume",
  "smallest",
  "smt2",
  "certificate",
] as const;

/** @throws UsageError for an option that would be ignored */
export function refuseOthers(mode: "--compare" | "--fix", flags: JudgeFlags): void {
  const searches = enginesFrom(flags.engine ?? "prove").some((engine) => engine === "hunt" || engine === "exhaust");
  const idle = OF_JUDGING.find((name) => flags[name] !== undefined && (name !== "engine" || searches));
  if (flags.assume !== undefined) throw new UsageError(`${mode} asks about every slot: it does not go with --assume`);
  if (flags.claim !== undefined) throw new UsageError(`${mode} does not go with --claim`);
  if (idle !== undefined) throw new UsageError(`${mode} judges no claims by search: it does not go with --${idle}`);
}

/** The rules that the words name. */
export const rulesOfFlags = (words: readonly string[], flags: JudgeFlags, book: Rulebook): readonly Rule[] =>
  onlyRules(sourcesOfFlags(words, flags, book));

const sourcesOfFlags = (
  words: readonly string[],
  flags: JudgeFlags,
  book: Rulebook,
  asked?: AskedOfFunction,
): Sources => {
  const reading = readingFrom(flags);
  const sources = sourcesFrom(book, {
    words,
    expressions: flags.expression ?? [],
    ...kindFrom(flags.kind),
    ...(flags.function === undefined ? {} : { function: flags.function }),
    ...(flags.tree === undefined ? {} : { tree: flags.tree }),
    reading,
    ...(asked && { asked }),
  });
  refuseIdle(reading, sources);
  return sources;
};

/** What is asked: claims of the user's own by themselves, unless --claims or --must-accept names others beside them. */
export function claimsOfFlags({ claim, claims, mustAccept }: JudgeFlags): readonly ClaimName[] {
  const own = ownClaimsFrom(claim ?? []);
  const saysMust = mustAccept !== undefined;
  return [
    ...(own.length > 0 && claims === undefined
      ? claimsFrom(undefined, [], saysMust)
      : claimsFrom(claims, CLAIM_NAMES, saysMust)),
    ...own,
  ];
}

/** The words, checked and completed. @throws UsageError for the first that is wrong */
export function planFrom(
  words: readonly string[],
  flags: JudgeFlags,
  { io, book }: JudgeContext,
  ofFunction?: AskedOfFunction,
): Plan {
  const time = flags.time === undefined ? Infinity : wholeNumber("--time", 1, 1e9)(flags.time) * 1000;
  const bound = wholeNumber("--bound", 1, 3)(flags.bound ?? "1");
  // With a time limit the runs go on until it is over.
  const runs = flags.runs ?? (flags.time === undefined ? `${DEFAULT_RUNS}` : `${MOST}`);
  const jobs = flags.jobs ?? `${Math.min(Math.max(io.cpus, 1), MOST_JOBS_BY_DEFAULT)}`;
  const options: Plan["options"] = {
    setting: { ...settingFrom(flags, book.has), ...useOf(flags) },
    claims: claimsOfFlags(flags),
    engines: enginesFrom(flags.engine),
    seed: wholeNumber("--seed", -(2 ** 31), MOST)(flags.seed ?? `${DEFAULT_SEED}`),
    numRuns: wholeNumber("--runs", 1, MOST)(runs),
    bound: bound === 1 ? 1 : bound === 2 ? 2 : 3,
    ...pathFrom(flags.path),
    ...shardFrom(flags),
    ...smallestFrom(flags),
    ruleById: book.byId,
  };
  if (flags.assume !== undefined && flags.mustAccept !== undefined) {
    throw new UsageError("--assume does not go with --must-accept, which says itself which slots have to be taken");
  }
  const { rules: after, patches, contracts, notices } = sourcesOfFlags(words, flags, book, ofFunction);
  if (contracts.length > 0 && flags.shard !== undefined) {
    throw new UsageError("--shard: a contract is judged as a whole");
  }
  if (patches.length > 0 && flags.shard !== undefined) throw new UsageError("--shard: a patch is judged as a whole");
  const isCatalogue = words.length === 0 && (flags.expression ?? []).length === 0;
  const all = [...after, ...rulesBefore(patches)];
  const rules = isCatalogue ? all.filter((rule) => claimsOf(rule, options.claims).length > 0) : all;
  const [saysClaims, saysMust] = [flags.claims !== undefined, flags.mustAccept !== undefined];
  refuseUnasked(rules, { claims: options.claims, saysClaims, saysMust });
  const out = flags.out ?? DEFAULT_OUT;
  if (out === "") throw new UsageError("--out: name a directory, or say --no-out");
  if (flags.resume === true && out === false) throw new UsageError("--resume: without --out there is nothing saved");
  return {
    rules,
    patches,
    contracts,
    notices,
    options,
    asked: {
      claims: options.claims,
      engines: options.engines,
      ...(time === Infinity ? { runs: options.numRuns } : {}),
      ...pathFrom(flags.path),
      bound,
      ...smallestFrom(flags),
    },
    jobs: wholeNumber("--jobs", 1, 256)(jobs),
    time,
    resume: flags.resume === true,
    out,
    ...smt2From(flags),
    ...certificateFrom(flags),
    format: formatFrom(flags),
  };
}
