/** The scripts of a finding, as files to keep. */

import type { Counterexample } from "../../../sim/counterexample.ts";
import { toSvg } from "../../../sim/script/svg.ts";
import { toLiveC } from "../../../sim/script/c/live.ts";
import { toC } from "../../../sim/script/c/program.ts";
import { toJson } from "../../../sim/script/json.ts";
import { toMail } from "../../../sim/script/mail.ts";
import { toMjs } from "../../../sim/script/mjs/mjs.ts";
import { layoutHits } from "../../judge/layout-hits.ts";
import { fileStem } from "../../../sim/words/name.ts";

export interface Format {
  readonly extension: string;
  readonly type: string;
  /** What it is for. */
  readonly what: string;
  /** Nothing where there is nothing to say of a finding. */
  readonly tell: (ce: Counterexample) => string | undefined;
}

export const FORMATS: readonly Format[] = [
  {
    extension: "txt",
    type: "text/plain",
    what: "a mail for the list",
    tell: (ce) => toMail(ce, layoutHits(ce)),
  },
  {
    extension: "c",
    type: "text/x-c",
    what: "a kselftest: cc, run, bisect",
    tell: toC,
  },
  {
    extension: "live.c",
    type: "text/x-c",
    what: "the same on the running kernel, as root",
    tell: toLiveC,
  },
  {
    extension: "mjs",
    type: "text/javascript",
    what: "node, nothing to install",
    tell: (ce) => toMjs(ce),
  },
  {
    extension: "json",
    type: "application/json",
    what: "the ops, for foliofence replay",
    tell: toJson,
  },
  { extension: "svg", type: "image/svg+xml", what: "the picture", tell: toSvg },
];

export const fileName = (ce: Counterexample, { extension }: Format): string =>
  `${fileStem(ce)}${extension === "live.c" ? "-" : "."}${extension}`;
