/** Writing the files of a counterexample. */

import { join } from "node:path";
import type { Counterexample } from "../../../sim/counterexample.ts";
import { toC } from "../../../sim/script/c/program.ts";
import { toJson } from "../../../sim/script/json.ts";
import { toMail } from "../../../sim/script/mail.ts";
import { toMjs } from "../../../sim/script/mjs/mjs.ts";
import { fileStem } from "../../../sim/words/name.ts";
import { toSvg } from "../../../sim/script/svg.ts";
import { toJavaScript } from "../../../sim/script/mjs/rule.ts";
import { layoutHits } from "../../judge/layout-hits.ts";
import { writeWhole } from "../terminal/files.ts";

const FORMATS: readonly (readonly [string, (ce: Counterexample) => string])[] = [
  ["json", toJson],
  ["mjs", (ce) => toMjs(ce, toJavaScript)],
  ["txt", (ce) => toMail(ce, layoutHits(ce))],
  ["c", toC],
  ["svg", toSvg],
];

/** Write every format into a directory; the paths, in a fixed order. */
export function writeScripts(directory: string, ce: Counterexample): string[] {
  return FORMATS.map(([extension, tell]) => {
    const path = join(directory, `${fileStem(ce)}.${extension}`);
    writeWhole(path, tell(ce));
    return path;
  });
}
