/** What a script's C has around each rule of the corpus; script-builds builds and runs it. */

import { expect, it } from "vitest";
import { corpusRules, programOf } from "./corpus-rules.ts";

it("puts around a rule what it needs, and no more", async () => {
  const rules = corpusRules();
  const programs = rules.map((rule) => programOf(rule, "").split("\n"));
  const counts = new Map<string, number>();
  for (const line of programs.flatMap((lines) => [...new Set(lines)])) counts.set(line, (counts.get(line) ?? 0) + 1);
  // What every other program has is told once.
  const common = [...counts].flatMap(([line, count]) => (count * 2 > rules.length ? [line] : []));
  const shown = rules.flatMap((rule, i) => {
    const own = new Set([...rule.text.split("\n"), ...common]);
    return [
      ...rule.text.split("\n").map((line) => `> ${line}`),
      ...(programs[i] ?? []).filter((line) => !own.has(line)),
      "",
    ];
  });
  await expect(`${[...common, "", ...shown].join("\n")}\n`).toMatchFileSnapshot("golden/script-corpus.txt");
});
