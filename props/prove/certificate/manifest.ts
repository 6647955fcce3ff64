/** What a directory of certificates holds: which verdict rests on which queries, and their files. */

export const MANIFEST = "manifest.json";
export const MANIFEST_VERSION = 1;

export interface ManifestQuery {
  /** Unique in the manifest. */
  readonly name: string;
  /** What its clauses say, and its proof shows to be impossible. */
  readonly sentence: string;
  readonly files: { readonly cnf: string; readonly lrat: string; readonly map: string; readonly smt2: string };
  /** Of each file, in hex. */
  readonly sha256: ManifestQuery["files"];
}

export interface ManifestVerdict {
  readonly rule: string;
  readonly claim: string;
  readonly verdict: string;
  readonly engine: string;
  /** Names of the queries that it rests on; null where it rests on none. */
  readonly certificate: readonly string[] | null;
  /** A refuted verdict's: its ops are the witness. */
  readonly counterexample?: string;
}

export interface Manifest {
  readonly foliofence: string;
  readonly certificates: number;
  readonly setting: object;
  readonly rules: readonly object[];
  readonly verdicts: readonly ManifestVerdict[];
  /** Queries about the formulas themselves, whatever the rules are. */
  readonly obligations: readonly string[] | null;
  readonly queries: readonly ManifestQuery[];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);

/** A name, and no way out of the directory. */
const isFileName = (value: unknown): value is string =>
  isText(value) && /^[\w.-]+$/.test(value) && !value.startsWith(".");

const areFour = (value: unknown, each: (one: unknown) => boolean): boolean =>
  isObject(value) && (["cnf", "lrat", "map", "smt2"] as const).every((kind) => each(value[kind]));

const isQuery = (value: unknown): boolean =>
  isObject(value) &&
  isText(value["name"]) &&
  isText(value["sentence"]) &&
  areFour(value["files"], isFileName) &&
  areFour(value["sha256"], isText);

const isVerdict = (value: unknown): boolean =>
  isObject(value) &&
  ["rule", "claim", "verdict", "engine"].every((key) => isText(value[key])) &&
  (value["certificate"] === null || isTexts(value["certificate"]));

const isManifest = (value: unknown): value is Manifest =>
  isObject(value) &&
  value["certificates"] === MANIFEST_VERSION &&
  Array.isArray(value["verdicts"]) &&
  value["verdicts"].every(isVerdict) &&
  (value["obligations"] === null || isTexts(value["obligations"])) &&
  Array.isArray(value["queries"]) &&
  value["queries"].every(isQuery);

/** @returns undefined where the text is no manifest of this version */
export function manifestFrom(text: string): Manifest | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isManifest(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
