/** Every helper as the scripts' C has it, to the letter, and what each brings with it. script-helpers.test.ts runs them. */

import { HELPERS } from "../../../sim/c/helpers/table.ts";
import { expect, it } from "vitest";
import { helpersFor } from "../../../sim/script/c/helpers.ts";
import { annotationsFor, constantsFor, typesFor } from "../../../sim/script/c/names.ts";
import { constants } from "../../../sim/c/tree/names.ts";
import { x86_64 } from "../../../model/arch.ts";
import { IGNORED_WORDS, TYPE_NAMES } from "../../../sim/c/syntax/types.ts";

const NAMES = Object.keys(HELPERS);

it("is there, or the compiler's own", () => {
  const own = NAMES.filter((name) => !name.startsWith("__builtin_"));
  const defined = helpersFor(new Set(NAMES)).join("\n");
  expect(own.filter((name) => !new RegExp(`\\b${name}\\(`).test(defined))).toEqual([]);
});

it("is this", async () => {
  const code = helpersFor(new Set([...NAMES, "lockdep_assert_held", "mutex_lock", "frob", "toString"]));
  const alone = NAMES.map((name) => {
    const one = helpersFor(new Set([name]));
    return `${name}: ${one.length}`;
  });
  await expect(`${[...code, "", ...alone].join("\n")}\n`).toMatchFileSnapshot("../../golden/c-helpers.txt");
});

it("has types and constants", async () => {
  const lines = [
    ...typesFor(new Set(TYPE_NAMES.keys())),
    ...constantsFor(new Set(constants(x86_64).keys())),
    ...annotationsFor(IGNORED_WORDS),
  ];
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("../../golden/c-names.txt");
});
