/** Texts that are far too long to be read by a person, and short of what is refused: read all the same, or refused in one line. */

import { beforeAll, expect, it } from "vitest";
import { loadGrammar } from "../../../../sim/c/syntax/grammar.ts";
import type { Grammar } from "../../../../sim/c/syntax/parser-store.ts";
import { parseRules } from "../../../../sim/c/parse.ts";

let grammar: Grammar;
beforeAll(async () => {
  grammar = await loadGrammar();
});

const N = 130_000;
const CHECK = "static bool f(u64 offset)\n{\n\treturn !offset;\n}\n";
const MAIL = "From: a <a@b>\nSubject: x\nMIME-Version: 1.0\n";

it.each([
  ["a mail that quotes", `${MAIL}\n${"> hi\n".repeat(N)}\n${CHECK}`, "ok"],
  [
    "lines that a mailer broke",
    `${MAIL}Content-Transfer-Encoding: quoted-printable\n\n${"=\n".repeat(N)}${CHECK}`,
    "ok",
  ],
  [
    "base64",
    `${MAIL}Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n${Buffer.from(
      `${"int a;\n".repeat(N / 10)}${CHECK}`,
    )
      .toString("base64")
      .replaceAll(/.{76}/g, "$&\n")}\n`,
    "ok",
  ],
  ["blank lines", `${"\n".repeat(N)}${CHECK}`, "ok"],
  ["declarations", `${CHECK}${"int a;\n".repeat(N / 4)}`, "ok"],
  [
    "a sum",
    CHECK.replace("!offset", `offset == 1${" + 1".repeat(N)}`),
    "too long to be a rule: more than 20000 tokens",
  ],
  [
    "a macro",
    `#define X ${"1 + ".repeat(N)}1\n${CHECK.replace("!offset", "X == offset")}`,
    "the #defines expand to too much text",
  ],
  [
    "one word of escapes",
    `${MAIL}Content-Transfer-Encoding: quoted-printable\n\n${"=41a".repeat(N / 2)}\n${CHECK}`,
    "unexpected 'f'",
  ],
])("%s", { timeout: 60_000 }, (_, text, expected) => {
  const result = parseRules(grammar, text, { file: "it" });
  expect(result.ok ? result.rules.map(({ id }) => (id === "f" ? "ok" : id)).join() : result.error.message).toContain(
    expected,
  );
});
