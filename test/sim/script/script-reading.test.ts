/**
 * What is judged is what the scripts run, also where the text by itself says something else: each finding's .c and .mjs
 * exits with 1. And a check may be called whatever C allows, names of the C library's included.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { ClaimName } from "../../../model/claim.ts";
import { judgeRule } from "../../../props/judge/judge.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import { toC } from "../../../sim/script/c/program.ts";
import { toMjs } from "../../../sim/script/mjs/mjs.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";

const book = await openRulebook();
const CC = ["gcc", "clang"].find((name) => spawnSync(name, ["--version"]).status === 0);
if (CC === undefined) console.log("script-reading: no .c is built, there is no gcc and no clang on this machine");
const folder = mkdtempSync(join(tmpdir(), "foliofence-reading-"));

const SLOT = "struct kvm_memory_slot *slot";
const TEXTS: readonly (readonly [string, string])[] = [
  ["true refuses", "static bool slot_is_bad(u64 offset)\n{\n\treturn offset & 1;\n}"],
  ["old is NULL", `static bool slot_ok(const struct kvm_memory_slot *old, u64 size)\n{\n\tif (!old)\n\t\treturn true;\n\treturn old->npages == 7 && size;\n}`],
  ["a member before its store", `static int bind(struct kvm *kvm, ${SLOT}, loff_t offset)\n{\n\tif (slot->gmem.pgoff)\n\t\treturn -EINVAL;\n\tslot->gmem.pgoff = offset >> PAGE_SHIFT;\n\treturn 0;\n}`],
  ["one configuration of several", "static bool by_config(u64 offset)\n{\n#ifdef CONFIG_BACKED\n\treturn PAGE_ALIGNED(offset);\n#else\n\treturn !IS_ENABLED(CONFIG_64BIT) || PAGE_ALIGNED(offset);\n#endif\n}"],
  ["a name that only the kernel declares is set", "static bool f(u64 offset)\n{\n\tlast_seen = offset;\n\treturn PAGE_ALIGNED(offset);\n}"],
  ["a pointer beside a number", `static bool f(struct kvm *kvm, u64 offset)\n{\n\treturn kvm != 3 || offset;\n}`],
  ["a local that is called errno", "static bool f(u64 offset)\n{\n\tint errno = 3, stdin = 2;\n\n\treturn offset != errno + stdin;\n}"],
  ...["printf", "errno", "index", "stdout", "y1", "linux", "main", "splice", "report", "constructor", "__proto__"].map(
    (name) => [`called ${name}`, `static bool ${name}(u64 offset)\n{\n\treturn PAGE_ALIGNED(offset);\n}`] as const,
  ),
]; // prettier-ignore

it.each(TEXTS)("%s", { timeout: 60_000 }, async (_what, text) => {
  const parsed = book.parse(text, {});
  if (!parsed.ok) throw new Error(parsed.error.message);
  expect(parsed.rules.length).toBeGreaterThan(0);
  for (const rule of parsed.rules) {
    const claims: readonly ClaimName[] = ["folio_starts_in_slot"];
    const options = { setting: DEFAULT_SETTING, claims, engines: ["hunt"] as const, seed: 1, numRuns: 3_000 };
    const none = (): Promise<never> => Promise.reject(new Error("no prover is asked"));
    const { judgements } = await judgeRule(rule, { ...options, ruleById: book.byId, prover: none }); // oxlint-disable-line no-await-in-loop -- one after another
    const ce = judgements[0]?.counterexample;
    if (ce === undefined) throw new Error(`${rule.id} is ${judgements[0]?.verdict}`);
    const script = join(folder, "script.mjs");
    writeFileSync(script, toMjs(ce));
    expect(spawnSync(process.execPath, [script]).status).toBe(1);
    if (CC === undefined) continue;
    const source = join(folder, "reproducer.c");
    const program = join(folder, "reproducer");
    writeFileSync(source, toC(ce));
    const built = spawnSync(CC, ["-Wall", "-Wextra", "-Werror", "-fwrapv", "-o", program, source], {
      encoding: "utf8",
    });
    expect(built.stderr).toBe("");
    expect(spawnSync(program).status).toBe(1);
  }
});
