/** What a script's C has around each rule of the corpus; script-builds builds and runs it. */

import { expect, it } from "vitest";
import { corpusRules, programOf } from "../../support/corpus-rules.ts";

it("puts around a rule what it needs, and no more", async () => {
  const rules = corpusRules();
  const programs = rules.map((rule) => programOf(rule, "").split("\n"));
  const counts = new Map<string, number>();
  for (const line of programs.flatMap((lines) => [...new Set(lines)])) counts.set(line, (counts.get(line) ?? 0) + 1);
  // What every other program has is told once, and of a program only whether it has it otherwise than once.
  const common = new Set([...counts].flatMap(([line, count]) => (count * 2 > rules.length ? [line] : [])));
  const shown = rules.flatMap((rule, i) => {
    const lines = programs[i] ?? [];
    const quoted = rule.text.split("\n");
    const times = [...common].flatMap((line) => {
      const count = lines.filter((each) => each === line).length;
      return count === 1 || line === "" ? [] : [`${count} times ${line.trim()}`];
    });
    return [
      ...quoted.map((line) => `> ${line}`),
      ...lines.filter((line) => !common.has(line) && !quoted.includes(line)),
      ...(times.length > 0 ? [`(${times.join(", ")})`] : []),
      "",
    ];
  });
  await expect(`${[...common, "", ...shown].join("\n")}\n`).toMatchFileSnapshot("../../golden/script-corpus.txt");
});
