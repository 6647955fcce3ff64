/** `foliofence mcp`, asked by a client as a review bot asks it: text in, verdicts out. */

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterAll, beforeAll, expect, it } from "vitest";

const client = new Client({ name: "test", version: "1.0.0" });

beforeAll(async () => {
  await client.connect(new StdioClientTransport({ command: process.execPath, args: ["dist/props/main.js", "mcp"] }));
});
afterAll(() => client.close());

/** The text of an answer, and whether it says that the input was wrong. */
async function ask(name: string, input: Record<string, unknown>): Promise<{ text: string; wrong: boolean }> {
  const { content, isError } = await client.callTool({ name, arguments: input });
  const [first] = Array.isArray(content) ? content : [];
  const { text } = first as { text: string }; // oxlint-disable-line typescript/no-unsafe-type-assertion -- our own answer
  return { text, wrong: isError === true };
}

const RULE = "fls64(offset) >= fls64(gpa)";

it("offers tools that take text and no path", async () => {
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(["judge", "compare", "fix", "replay"]);
  for (const { inputSchema, annotations } of tools) {
    expect(Object.keys(inputSchema.properties ?? {}).some((name) => /file|path|dir/i.test(name))).toBe(false);
    expect(annotations).toMatchObject({ readOnlyHint: true });
  }
});

it("judges, and tells the counterexample", async () => {
  const { text, wrong } = await ask("judge", { check: RULE, claims: ["folio_starts_in_slot"] });
  expect(wrong).toBe(false);
  expect(text).toMatch(/folio_starts_in_slot {2}refuted {2}3 ops, .*id 2bbb4f9fe3f4/);
  expect(text).toContain("  1. bind_memslot slot=0 gpa=0x0 size=0x1000 offset=0x1000\n");
});

it("proves, of whole functions too", async () => {
  const check = "static bool fine(u64 offset, u64 size)\n{\n\treturn IS_ALIGNED(offset | size, SZ_1G);\n}\n";
  const { text } = await ask("judge", { check, claims: ["folio_ends_in_slot"] });
  expect(text).toMatch(/folio_ends_in_slot {2}proved/);
});

it("compares, mends and replays", async () => {
  const compared = await ask("compare", { first: "offset == gpa", second: "gpa == offset" });
  expect(compared.text).toContain("equivalent: no input that the ioctl lets through tells them apart");
  const mended = await ask("fix", { check: "1", claims: ["folio_starts_in_slot"], orders: ["4K", "2M"] });
  expect(mended).toMatchObject({ wrong: false, text: expect.stringContaining("folio_starts_in_slot") });
  const ops = [
    { op: "bind_memslot", base_gfn: 0, npages: 1, pgoff: 1 },
    { op: "set_order", order: 9 },
    { op: "fault", gfn: 0 },
  ];
  const setting = {
    orders: ["4K", "2M"],
    resize: "any",
    bind_rule: "none",
    map_rule: "folio_order",
    level_rule: "stock",
  };
  const rule = { id: "mine", kind: "bind", text: RULE };
  const found = { foliofence: "counterexample", schema: 1, rule, claim: "folio_starts_in_slot", setting, ops };
  const replayed = await ask("replay", { counterexample: JSON.stringify(found) });
  expect(replayed.text).toContain("2bbb4f9fe3f4: mine, folio_starts_in_slot");
});

it("says what it cannot read, and never opens a file", async () => {
  expect(await ask("judge", { check: "offset &&" })).toMatchObject({
    wrong: true,
    text: expect.stringMatching(/^1:\d+: /),
  });
  expect(await ask("judge", { check: "docs/SCALE.md" })).toMatchObject({ wrong: true });
  expect(await ask("judge", { file: "check.c" })).toEqual({ wrong: true, text: "check: missing" });
  expect(await ask("judge", { check: RULE, resize: "Any" })).toEqual({
    wrong: true,
    text: 'resize: "Any" is none of any, before-bind, never',
  });
  expect(await ask("replay", { counterexample: "/etc/passwd" })).toMatchObject({ wrong: true });
  expect(await ask("read", {})).toEqual({ wrong: true, text: 'no tool "read"' });
});
