/** A certified query as texts: clauses in DIMACS, the proof in LRAT, the bits in JSON. */

import type { Cnf } from "../sat/solve.ts";
import type { CertifiedQuery } from "./certify.ts";

/** Lines of numbers, each up to and with its 0. */
function lines(numbers: Int32Array): string[] {
  const found: string[] = [];
  let start = 0;
  for (let end = numbers.indexOf(0); end >= 0; end = numbers.indexOf(0, start)) {
    found.push(numbers.subarray(start, end + 1).join(" "));
    start = end + 1;
  }
  return found;
}

export const dimacsText = ({ numVars, numClauses, literals }: Cnf, comment: string): string =>
  `c ${comment}\np cnf ${numVars} ${numClauses}\n${lines(literals)
    .map((line) => `${line}\n`)
    .join("")}`;

/** A step and its hints are two lines of numbers; a deletion is an empty one and its ids. */
export function lratText(proof: Int32Array): string {
  const steps: string[] = [];
  let last = 0;
  let step: string | undefined;
  for (const line of lines(proof)) {
    if (step === undefined) step = line;
    else {
      if (step === "0") steps.push(`${last} d ${line}\n`);
      else {
        last = Number.parseInt(step, 10);
        steps.push(`${step} ${line}\n`);
      }
      step = undefined;
    }
  }
  return steps.join("");
}

/** Files of a query by what they are for. */
export interface QueryFiles {
  readonly cnf: string;
  readonly lrat: string;
  readonly map: string;
  readonly smt2: string;
}

export const filesOfQuery = ({ sentence, cnf, proof, bits, smt2 }: CertifiedQuery): QueryFiles => ({
  cnf: dimacsText(cnf, sentence),
  lrat: lratText(proof),
  map: `${JSON.stringify({ bits }, undefined, 1).replaceAll(/\[\s+([^\]]*?)\s+\]/g, (_, list: string) => `[${list.replaceAll(/\s+/g, " ")}]`)}\n`,
  smt2,
});
