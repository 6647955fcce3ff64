/** Some scripts and pictures whole, to the letter. */

import { describe, expect, it } from "vitest";
import { toSvg } from "../../../sim/script/svg.ts";
import { toC } from "../../../sim/script/c/program.ts";
import { toJson } from "../../../sim/script/json.ts";
import { toMail } from "../../../sim/script/mail.ts";
import { toMjs } from "../../../sim/script/mjs/mjs.ts";
import { CASES, GOLDEN } from "../../support/script-cases.ts";

const formats = Object.entries({ json: toJson, mjs: toMjs, txt: toMail, c: toC, svg: toSvg });

describe.each(Object.entries(CASES).filter(([name]) => GOLDEN.has(name)))("%s", (name, ce) => {
  it.each(formats)("%s", async (extension, write) => {
    // Not .mjs: it is no module of the project, and linters shall not take it for one.
    await expect(write(ce)).toMatchFileSnapshot(`../../golden/${name}.${extension === "mjs" ? "mjs.txt" : extension}`);
  });
});
