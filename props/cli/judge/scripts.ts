/** Writing the files of a counterexample. */

import { join } from "node:path";
import type { Counterexample } from "../../../sim/counterexample.ts";
import { toLiveC } from "../../../sim/script/c/live.ts";
import { contractToC } from "../../../sim/script/contract/c.ts";
import { contractToJson } from "../../../sim/script/contract/json.ts";
import { contractToMail } from "../../../sim/script/contract/mail.ts";
import { contractToMjs } from "../../../sim/script/contract/mjs.ts";
import { contractStem } from "../../../sim/script/contract/parts.ts";
import { contractToSvg } from "../../../sim/script/contract/svg.ts";
import type { ContractFinding } from "../../../sim/contract.ts";
import { toC } from "../../../sim/script/c/program.ts";
import { toJson } from "../../../sim/script/json.ts";
import { toMail } from "../../../sim/script/mail.ts";
import { toMjs } from "../../../sim/script/mjs/mjs.ts";
import { fileStem } from "../../../sim/words/name.ts";
import { toSvg } from "../../../sim/script/svg.ts";
import { toJavaScript } from "../../../sim/script/mjs/rule.ts";
import { layoutHits } from "../../judge/layout-hits.ts";
import { writeWhole } from "../terminal/files.ts";

/** What a file's name ends with, and its text; none where a format has nothing to say of a finding. */
const FORMATS: readonly (readonly [string, (ce: Counterexample) => string | undefined])[] = [
  [".json", toJson],
  [".mjs", (ce) => toMjs(ce, toJavaScript)],
  [".txt", (ce) => toMail(ce, layoutHits(ce))],
  [".c", toC],
  ["-live.c", toLiveC],
  [".svg", toSvg],
];

/** Write every format into a directory; the paths, in a fixed order. */
export function writeScripts(directory: string, ce: Counterexample): string[] {
  return FORMATS.flatMap(([ending, tell]) => {
    const text = tell(ce);
    if (text === undefined) return [];
    const path = join(directory, `${fileStem(ce)}${ending}`);
    writeWhole(path, text);
    return [path];
  });
}

const OF_CONTRACT: readonly (readonly [string, (finding: ContractFinding) => string])[] = [
  [".json", contractToJson],
  [".mjs", contractToMjs],
  [".txt", contractToMail],
  [".c", contractToC],
  [".svg", contractToSvg],
];

/** The same of a broken contract. */
export function writeContractScripts(directory: string, finding: ContractFinding): string[] {
  return OF_CONTRACT.map(([ending, tell]) => {
    const path = join(directory, `${contractStem(finding)}${ending}`);
    writeWhole(path, tell(finding));
    return path;
  });
}
