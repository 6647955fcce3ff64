/** Why an op was refused: every check has words, and they are those of the models in the scripts. */

import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { refusalWords } from "../../sim/words/refusal.ts";

const source = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

/** Every refusal of the judged machine: its errno and the name of its check. */
const files = (room: string): string[] =>
  readdirSync(new URL(`../../${room}`, import.meta.url)).map((name) => `${room}/${name}`);
const REFUSALS = [...files("model/abstract"), ...files("model/kvm")].flatMap((path) =>
  [...source(path).matchAll(/refuse\("(\w+)", "(\w+)"\)/g)].map(([, errno = "", check = ""]) => ({
    errno,
    check,
  })),
);

it("has words for every check that the machine refuses by", () => {
  expect(REFUSALS.length).toBeGreaterThan(20);
  expect(REFUSALS.filter(({ check }) => refusalWords(check) === check.replaceAll("_", " "))).toEqual([]);
  expect(refusalWords("not_met_yet")).toBe("not met yet");
});

it.each(["sim/script/mjs/model.ts", "sim/script/c/model.ts"])("%s refuses with the same errno and words", (path) => {
  const ours = new Set(REFUSALS.map(({ errno, check }) => `${errno}: ${refusalWords(check)}`));
  const theirs = [...source(path).matchAll(/["# ](E[A-Z]+: [^"\\\\]+)/g)].map(([, words]) => words);
  expect(theirs.length).toBeGreaterThanOrEqual(5);
  expect(theirs.filter((words) => words === undefined || !ours.has(words))).toEqual([]);
});
