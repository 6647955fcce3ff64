/** What each case's scripts say that no case's before it said, line by line: golden/below.* has the first whole. */

import { expect, it } from "vitest";
import { toC } from "../../../sim/script/c/program.ts";
import { toMail } from "../../../sim/script/mail.ts";
import { toMjs } from "../../../sim/script/mjs/mjs.ts";
import { CASES } from "../../support/script-cases.ts";

const [[, plain] = [], ...others] = Object.entries(CASES);
if (plain === undefined) throw new Error("no case");

it.each(Object.entries({ c: toC, mjs: toMjs, txt: toMail }))("%s", async (extension, write) => {
  const said = new Set(write(plain).split("\n"));
  const told = others.flatMap(([name, ce]) => {
    const lines = write(ce).split("\n");
    const added = lines.filter((line) => !said.has(line));
    for (const line of added) said.add(line);
    return [`==== ${name}: ${lines.length} lines`, ...added];
  });
  await expect(`${told.join("\n")}\n`).toMatchFileSnapshot(`../../golden/script-lines-${extension}.txt`);
});
