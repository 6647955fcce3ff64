/** `--certificate DIR`: what lies behind each verdict, so that `foliofence check`, or anybody's checker, can look again. */

import { archOf } from "../../../sim/setting.ts";
import { exprOf, nameOf } from "../../../model/claim.ts";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { certify, certifyObligations } from "../../prove/certificate/certify.ts";
import type { CertifiedQuery } from "../../prove/certificate/certify.ts";
import { filesOfQuery } from "../../prove/certificate/files.ts";
import type { Manifest, ManifestQuery, ManifestVerdict } from "../../prove/certificate/manifest.ts";
import { MANIFEST, MANIFEST_VERSION } from "../../prove/certificate/manifest.ts";
import type { JudgeOptions } from "../../judge/context.ts";
import type { Judged } from "../../judge/judge.ts";
import { rulesOf } from "../../judge/context.ts";
import type { Judgement } from "../../judge/verdict.ts";
import { contractJson } from "../format/contract-json.ts";
import { certifyContract } from "../../contract/certify.ts";
import type { ContractJudgement, JudgedContract } from "../../contract/judge.ts";
import { ruleJson, settingJson } from "../format/json.ts";
import { writableDirectory, writeWhole } from "../terminal/files.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Fit for a file name on any system. */
const stemOf = (words: readonly string[]): string => words.join("-").replaceAll(/[^\w.-]+/g, "_");

function writeQuery(directory: string, owner: string, query: CertifiedQuery): ManifestQuery {
  const stem = stemOf([owner, query.name]);
  const texts = filesOfQuery(query);
  const names = { cnf: `${stem}.cnf`, lrat: `${stem}.lrat`, map: `${stem}.map.json`, smt2: `${stem}.smt2` };
  for (const kind of ["cnf", "lrat", "map", "smt2"] as const) writeWhole(join(directory, names[kind]), texts[kind]);
  const hashes = { cnf: sha256(texts.cnf), lrat: sha256(texts.lrat), map: sha256(texts.map), smt2: sha256(texts.smt2) };
  return { name: stem, sentence: query.sentence, files: names, sha256: hashes };
}

/** Only a proof can be certified; a refutation is its own witness, and `foliofence replay` looks again. */
function queriesBehind(
  judgement: Judgement,
  { rule }: Judged,
  options: Pick<JudgeOptions, "setting" | "ruleById" | "claims">,
) {
  const isProof =
    judgement.verdict === "proved" || (judgement.verdict === "vacuous" && judgement.premises !== undefined);
  if (!isProof || judgement.engine !== "prove" || judgement.inconclusive !== undefined) return undefined;
  const question = { rules: rulesOf(rule, options), setting: options.setting, arch: archOf(options.setting) };
  return certify(question, judgement.claim, judgement.unmet ?? []);
}

/** The certificate of a verdict by its name in the manifest, or null. */
export type CertificateOf = (judgement: Judgement | ContractJudgement) => string | null;

/** Writes everything; what was there under the same names is replaced. @throws UsageError when it cannot be written */
export function writeCertificates(
  directory: string,
  version: string,
  judged: readonly Judged[],
  options: Pick<JudgeOptions, "setting" | "ruleById" | "claims">,
  contracts: readonly JudgedContract[] = [],
): CertificateOf {
  writableDirectory(directory);
  const names = new Map<Judgement | ContractJudgement, string>();
  const verdicts: ManifestVerdict[] = [];
  const queries: ManifestQuery[] = [];
  const put = (owner: string, all: readonly CertifiedQuery[]): readonly string[] =>
    all.map((query) => {
      const written = writeQuery(directory, owner, query);
      queries.push(written);
      return written.name;
    });
  for (const one of judged) {
    for (const judgement of one.judgements) {
      const { rule, claim, verdict, engine, counterexample } = judgement;
      const behind = queriesBehind(judgement, one, options);
      if (behind !== undefined) names.set(judgement, stemOf([rule, nameOf(claim)]));
      const certificate = behind === undefined ? null : put(rule, behind);
      const id = counterexample === undefined ? {} : { counterexample: counterexample.id };
      verdicts.push({ rule, claim: nameOf(claim), ...exprOf(claim), verdict, engine, certificate, ...id });
    }
  }
  for (const { contract, judgements } of contracts) {
    for (const judgement of judgements) {
      const { claim, verdict, engine, finding } = judgement;
      const isProof = engine === "prove" && (verdict === "proved" || verdict === "vacuous");
      const behind = isProof ? certifyContract(contract, claim, verdict) : undefined;
      if (behind !== undefined) names.set(judgement, stemOf([contract.id, claim.name]));
      const certificate = behind === undefined ? null : put(contract.id, behind);
      const id = finding === undefined ? {} : { counterexample: finding.id };
      verdicts.push({ rule: contract.id, claim: claim.name, verdict, engine, certificate, ...id });
    }
  }
  const [first] = judged;
  const question = first && {
    rules: rulesOf(first.rule, options),
    setting: options.setting,
    arch: archOf(options.setting),
  };
  const obligations = question === undefined ? [] : certifyObligations(question);
  const manifest: Manifest = {
    foliofence: version,
    certificates: MANIFEST_VERSION,
    setting: settingJson(options.setting),
    rules: [...judged.map(({ rule }) => ruleJson(rule)), ...contracts.map(({ contract }) => contractJson(contract))],
    verdicts,
    obligations: obligations === undefined ? null : put("obligation", obligations),
    queries,
  };
  // Last, so that a directory without one is not finished.
  writeWhole(join(directory, MANIFEST), `${JSON.stringify(manifest, undefined, 1)}\n`);
  return (judgement) => names.get(judgement) ?? null;
}
