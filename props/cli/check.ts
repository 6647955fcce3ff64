/** `foliofence check`: looks again at a directory of certificates, with a checker that the prover had no hand in. */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readCnf, readProof, wrongInProof } from "../prove/sat/checker.ts";
import type { Manifest, ManifestQuery, ManifestVerdict } from "../prove/certificate/manifest.ts";
import { MANIFEST, manifestFrom } from "../prove/certificate/manifest.ts";
import { readText } from "./terminal/files.ts";
import type { Io } from "./terminal/io.ts";
import { EXIT, UsageError } from "./terminal/io.ts";

/** A proof of a user's own rule can be long. */
const MOST_BYTES = 2 ** 29;

interface Refused {
  readonly query: string;
  readonly why: string;
}

/** @returns what is wrong, in a line; undefined where the clauses are as written down and surely contradict each other */
function wrongWith({ files, sha256 }: ManifestQuery, directory: string): string | undefined {
  const texts = new Map<string, string>();
  for (const kind of ["cnf", "lrat", "map", "smt2"] as const) {
    const path = join(directory, files[kind]);
    if (!existsSync(path)) return `${files[kind]} is not there`;
    const text = readText(path, MOST_BYTES);
    if (createHash("sha256").update(text).digest("hex") !== sha256[kind])
      return `${files[kind]} is not as it was written`;
    texts.set(kind, text);
  }
  const cnf = readCnf(texts.get("cnf") ?? "");
  if (typeof cnf === "string") return `${files.cnf}: ${cnf}`;
  const proof = readProof(texts.get("lrat") ?? "");
  if (typeof proof === "string") return `${files.lrat}: ${proof}`;
  return wrongInProof(cnf, proof);
}

/** Queries that are named and not there. */
function missingIn({ verdicts, obligations, queries }: Manifest): Refused[] {
  const there = new Set(queries.map(({ name }) => name));
  const named = [...verdicts.flatMap(({ certificate }) => certificate ?? []), ...(obligations ?? [])];
  return [...new Set(named)]
    .filter((name) => !there.has(name))
    .map((query) => ({ query, why: "the manifest has no such query" }));
}

/** A refuted verdict's ops are its witness. A certificate of nothing is none. */
const hasNone = ({ verdict, certificate }: ManifestVerdict): boolean =>
  verdict !== "refuted" && (certificate === null || certificate.length === 0);

const of = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? "" : "s"}`;

export function checkCommand(directory: string, flags: { readonly json?: boolean }, io: Io, version: string): number {
  const manifest = manifestFrom(readText(join(directory, MANIFEST), MOST_BYTES));
  if (manifest === undefined) throw new UsageError(`${join(directory, MANIFEST)}: no manifest of certificates`);
  if (manifest.verdicts.length === 0)
    throw new UsageError(`${join(directory, MANIFEST)}: it has no verdict, so there is nothing to check`);
  const refused = missingIn(manifest);
  for (const query of manifest.queries) {
    const why = wrongWith(query, directory);
    if (why !== undefined) refused.push({ query: query.name, why });
  }
  const without = manifest.verdicts.filter(hasNone);
  const accepted = manifest.queries.length - refused.length;
  const lacks = without.length > 0 || manifest.obligations === null;
  if (flags.json === true) {
    const told = without.map(({ rule, claim, verdict, engine }) => ({ rule, claim, verdict, engine }));
    const { verdicts, obligations } = manifest;
    const report = {
      foliofence: version,
      schema: 1,
      verdicts: verdicts.length,
      queries: manifest.queries.length,
      accepted,
      refused,
      without_certificate: told,
      obligations: obligations === null ? null : obligations.length,
    };
    io.out(`${JSON.stringify(report, undefined, 2)}\n`);
  } else {
    for (const { query, why } of refused) io.out(`refused: ${query}: ${why}\n`);
    for (const { rule, claim, verdict, engine } of without) {
      io.out(`no certificate: ${rule}, ${claim}: ${verdict} (${engine})\n`);
    }
    if (manifest.obligations === null) io.out("no certificate: what the formulas take for granted\n");
    const proved = manifest.verdicts.filter((one) => !hasNone(one) && one.verdict !== "refuted").length;
    const witnessed = manifest.verdicts.filter(({ verdict }) => verdict === "refuted").length;
    io.out(
      `${of(manifest.verdicts.length, "verdict")}: ${proved} certified, ${witnessed} refuted by ops, ${without.length} without; ` +
        `${accepted} of ${manifest.queries.length} proofs accepted\n`,
    );
  }
  if (refused.length > 0) return EXIT.refuted;
  return lacks ? EXIT.inconclusive : EXIT.holds;
}
