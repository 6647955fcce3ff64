/** What `foliofence scenarios NAME` prints of each question of the thread, word by word, and what is asked of each. */

import { CLAIM_NAMES } from "../../../model/claim.ts";
import { expect, it } from "vitest";
import { keepingIo } from "../../support/cli-io.ts";

// One test, which loads the scenarios itself: they are ops, and what is no op fails as soon as it is loaded.
it("is the recorded text, in the settings and of the claims that there are", async () => {
  const { SCENARIOS } = await import("../../../props/scenarios/thread.ts");
  const { scenariosCommand } = await import("../../../props/cli/scenarios.ts");
  const { openRulebook } = await import("../../../props/judge/rulebook.ts");
  const book = await openRulebook();
  const told = (name: string): string => {
    const said = keepingIo();
    const code = scenariosCommand(name, {}, said.io, book);
    return code === 0 ? said.out() : said.err();
  };

  // The default setting, but where the question is of another.
  const settings = SCENARIOS.flatMap(({ name, parts }) =>
    parts.flatMap(({ setting }) => (setting === undefined ? [] : [[name, setting]])),
  );
  expect(settings).toEqual([
    ["gpa-2m-offset-1m", { map_rule: "round_down_contained" }],
    ["resize-after-bind", { resize: "never" }],
    ["resize-after-bind", { resize: "never" }],
    ["migration", { orders: [0, 9] }],
  ]);
  const broken = SCENARIOS.flatMap(({ parts }) => parts.flatMap(({ breaks }) => breaks));
  expect(broken.filter((claim) => !CLAIM_NAMES.some((name) => name === claim))).toEqual([]);

  await expect(SCENARIOS.map(({ name }) => told(name)).join("\n")).toMatchFileSnapshot("../../golden/scenarios.txt");
});
