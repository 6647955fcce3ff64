/** What `foliofence scenarios NAME` prints of each question of the thread, word by word. */

import { expect, it } from "vitest";
import { scenariosCommand } from "../props/cli/scenarios.ts";
import { openRulebook } from "../props/rulebook.ts";
import { SCENARIOS } from "../props/scenarios/thread.ts";
import { keepingIo } from "./cli-io.ts";

const book = await openRulebook();

function told(name: string): string {
  const said = keepingIo();
  expect(scenariosCommand(name, {}, said.io, book)).toBe(0);
  expect(said.err()).toBe("");
  return said.out();
}

it("is the recorded text", async () => {
  const text = SCENARIOS.map(({ name }) => told(name)).join("\n");
  await expect(text).toMatchFileSnapshot("golden/scenarios.txt");
});
