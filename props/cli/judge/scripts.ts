/** Writing the files of a counterexample. */

import { join } from "node:path";
import type { Counterexample } from "../../../sim/counterexample.ts";
import { toLiveC } from "../../../sim/script/c/live.ts";
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
