/** What `foliofence scenarios NAME` prints of each question of the thread, word by word, and what is asked of each. */

import { expect, it } from "vitest";
import { CLAIMS } from "../props/always.ts";
import type { Scenario } from "../props/scenarios/scenario.ts";
import { keepingIo } from "./cli-io.ts";

// Scenarios are ops, made when the module is loaded: what is no op has to fail a test, and not the loading of this file.
const load = async (): Promise<readonly Scenario[]> => (await import("../props/scenarios/thread.ts")).SCENARIOS;

it("is the recorded text", async () => {
  const scenarios = await load();
  const { scenariosCommand } = await import("../props/cli/scenarios.ts");
  const { openRulebook } = await import("../props/rulebook.ts");
  const book = await openRulebook();
  const told = (name: string): string => {
    const said = keepingIo();
    const code = scenariosCommand(name, {}, said.io, book);
    return code === 0 ? said.out() : said.err();
  };
  await expect(scenarios.map(({ name }) => told(name)).join("\n")).toMatchFileSnapshot("golden/scenarios.txt");
});

it("is of the default setting, but where the question is of another", async () => {
  const scenarios = await load();
  const settings = scenarios.flatMap(({ name, parts }) =>
    parts.flatMap(({ setting }) => (setting === undefined ? [] : [[name, setting]])),
  );
  expect(settings).toEqual([
    ["gpa-2m-offset-1m", { map_rule: "round_down_contained" }],
    ["resize-after-bind", { resize: "never" }],
    ["resize-after-bind", { resize: "never" }],
    ["migration", { orders: [0, 9] }],
  ]);
});

it("breaks claims that there are", async () => {
  const scenarios = await load();
  const broken = scenarios.flatMap(({ parts }) => parts.flatMap(({ breaks }) => breaks));
  expect(broken.filter((claim) => !CLAIMS.includes(claim))).toEqual([]);
  expect(broken.length).toBeGreaterThan(10);
});
