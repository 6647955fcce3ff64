/**
 * The models that the scripts carry against the machine that is judged, step by step, on random lists of ops: what a .mjs and a .c print of
 * each op is what the machine did, and they find the claim broken where it is.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, it, vi } from "vitest";
import type { ClaimName } from "../../../model/claim.ts";
import { isOfFault } from "../../../model/claim.ts";
import { newVm } from "../../../model/abstract/machine.ts";
import { excess } from "../../../props/claims/always.ts";
import { rulesOf } from "../../../props/judge/context.ts";
import { tellCounterexample } from "../../../props/judge/finding.ts";
import { withBeside } from "../../../props/judge/beside.ts";
import { withOwnClaims } from "../../../props/judge/own-claims.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import { opsArbitrary } from "../../../props/search/arb.ts";
import type { Counterexample } from "../../../sim/counterexample.ts";
import { idOf } from "../../../sim/counterexample.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, setISize, setOrder } from "../../../sim/op.ts";
import { toC } from "../../../sim/script/c/program.ts";
import { toMjs } from "../../../sim/script/mjs/mjs.ts";
import type { Setting } from "../../../sim/setting.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";
import { apply } from "../../../sim/step.ts";
import { run } from "../../../sim/trace.ts";
import { needsMappings } from "../../../sim/words/claim.ts";
import { hex } from "../../../sim/words/amount.ts";
import { refusalWords } from "../../../sim/words/refusal.ts";
import { describeEffect, interval } from "../../../sim/words/story.ts";
import { worldOf } from "../../../sim/world.ts";

vi.setConfig({ testTimeout: 600_000 });

const book = await openRulebook();
const hasGcc = spawnSync("gcc", ["--version"]).status === 0;
const folder = mkdtempSync(join(tmpdir(), "lists-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Lists of each world that a .mjs is made of, and that a .c is made of. */
const LISTS = Number(process.env["FOLIOFENCE_LISTS"] ?? 40);
const PROGRAMS = Number(process.env["FOLIOFENCE_PROGRAMS"] ?? 2);

interface World {
  readonly rule: string;
  readonly claim: ClaimName;
  readonly setting?: Partial<Setting>;
  /** Breaks the claim: the words of a script are about such a list. */
  readonly ops: readonly Op[];
}

const BELOW = [bind({ npages: 1, pgoff: 1 }), setOrder(9), fault(0)];
const PAST = [bind({ npages: 1 }), setOrder(9), fault(0)];
const LARGE = [bind({ npages: 512, pgoff: 1 }), setOrder(9), fault(0)];
const FIXED = { file: "folio_in_file", resize: "never" } as const;

const WORLDS: readonly World[] = [
  { rule: "none", claim: "folio_starts_in_slot", ops: BELOW },
  { rule: "file_folio", claim: "folio_ends_in_slot", ops: PAST },
  {
    rule: "none",
    claim: "folio_avoids_other_slots",
    ops: [bind({ npages: 1 }), bind({ vm: 1, npages: 1, pgoff: 1 }), setOrder(9), fault(0)],
  },
  { rule: "none", claim: "mapping_translates", ops: LARGE },
  {
    rule: "none",
    claim: "mapping_translates",
    setting: { map_rule: "round_up_contained" },
    ops: [bind({ npages: 1023, pgoff: 1 }), setOrder(9), fault(0)],
  },
  {
    rule: "or_offset",
    claim: "mapping_translates",
    ops: [bind({ base_gfn: 1, npages: 1023, ugfn: 1 }), setOrder(9), fault(512)],
  },
  {
    rule: "none",
    claim: "mapping_starts_in_slot",
    setting: { level_rule: "none" },
    ops: [bind({ base_gfn: 1, npages: 1, pgoff: 1 }), setOrder(9), fault(1)],
  },
  { rule: "within_size", claim: "folio_starts_in_slot", ops: BELOW },
  { rule: "none", claim: "folio_ends_in_slot", setting: { order_rule: "folio_in_file" }, ops: PAST },
  {
    rule: "none",
    claim: "folio_starts_in_slot",
    setting: FIXED,
    ops: [setOrder(9), bind({ npages: 1, pgoff: 1 }), fault(0)],
  },
  {
    rule: "within_size",
    claim: "folio_starts_in_slot",
    setting: FIXED,
    ops: [setOrder(9), bind({ npages: 1, pgoff: 1 }), fault(0)],
  },
  {
    rule: "signed_end",
    claim: "near: folio_end - index <= 512 || map_npages == 1",
    ops: [bind({ npages: 512 }), setOrder(18), fault(0)],
  },
];

/** Refusals that a script's model has. It leaves out the checks of one slot, file or hole by itself, which a finding's ops pass. */
const HAS = /this slot exists|overlaps another slot|the check refuses it|file range already bound/;

function findingOf({ rule, claim, setting, ops }: World): Counterexample {
  const whole: Setting = { ...DEFAULT_SETTING, ...setting };
  const known = withOwnClaims(withBeside(book, whole), [claim]);
  const judged = known.byId(rule);
  const rules = rulesOf(judged, { setting: whole, ruleById: known.byId, claims: [claim] });
  return tellCounterexample(judged, claim, rules, whole, ops, known.byId);
}

/** The finding with another story, and whether the claim breaks in it; undefined where the story does not end with a folio. */
function retold(
  ce: Counterexample,
  list: readonly Op[],
): { readonly ce: Counterexample; readonly broken: boolean } | undefined {
  const { world } = worldOf(ce.rules, ce.setting);
  const vm = newVm(world);
  let broken = false;
  const ops: Op[] = [];
  for (const op of list) {
    apply(vm, op);
    const { refusal } = vm.saw;
    // What is refused has changed nothing.
    if (refusal !== undefined && !HAS.test(refusalWords(refusal.check))) continue;
    ops.push(op);
    broken ||= isOfFault(ce.claim) && excess(ce.claim, vm) > 0;
  }
  const trace = run(world, ops);
  if (trace.at(-1)?.effect.effect !== "faulted") return undefined;
  return { ce: { ...ce, id: idOf(ops), ops, trace, violation: { ...ce.violation, at: ops.length - 1 } }, broken };
}

interface Said {
  readonly steps: readonly string[];
  readonly broken: boolean;
}

/** Run without a process: the script ends with its steps and what broke. */
function ofMjs(ce: Counterexample): Said {
  const body = `${toMjs(ce)}\nreturn { steps, broken: outcome.length > 0 };`;
  const silent = { log: () => undefined };
  const said: unknown = new Function("console", "process", body)(silent, {}); // oxlint-disable-line typescript/no-implied-eval, no-new-func -- our own script
  return said as Said; // oxlint-disable-line typescript/no-unsafe-type-assertion -- as the line above returns it
}

/** What the first simulation of the program prints: an op a line, of a fault two. */
function ofC(ce: Counterexample): Said {
  const path = join(folder, "list.c");
  writeFileSync(path, toC(ce));
  const built = spawnSync("gcc", ["-std=gnu11", "-fwrapv", "-w", "-o", `${path}.out`, path], { encoding: "utf8" });
  expect(built).toMatchObject({ status: 0 });
  const { stdout, status } = spawnSync(`${path}.out`, { encoding: "utf8" });
  const [first = ""] = stdout.split(/^(?:# expected: |(?:not )?ok 1)/m);
  const steps = first
    .split(/^# \d+\. /m)
    .slice(1)
    .map((text) => {
      const [op = "", ...effects] = text.split("\n");
      const told = effects.flatMap((line) => /^# {3,}(.*)/.exec(line)?.[1] ?? []);
      return told.length > 0 ? told.join("; ") : (/: (.*)/.exec(op)?.[1] ?? "ok");
    });
  return { steps, broken: status === 1 };
}

/** What a .mjs prints of each op. */
const stepsOf = (ce: Counterexample): readonly string[] =>
  ce.trace.map(({ effect }) => {
    if (effect.effect !== "faulted" || !needsMappings(ce)) return describeEffect(effect);
    const { index, folio, mapping } = effect;
    return `offset ${hex(index)}, folio ${interval(folio)}; gpa ${interval(mapping.gfns)} gets file ${interval(mapping.pages)}`;
  });

/** As a program prints it. */
const inC = (text: string): string =>
  text
    .replace("asks for ", "")
    .replace("gets folio", "folio")
    .replace(/^offset/, "file offset")
    .replace(/; gpa (\S+ \S+) gets file/, "; maps gpa $1 to file");

/** The world's own finding behind the list, in a slot that the list has none of. */
const behind = (list: readonly Op[], { ops }: World): readonly Op[] => [
  ...list,
  ...ops.map((op) => (op.op === "bind_memslot" ? bind({ ...op, slot: op.slot + 20 }) : op)),
];

/** Of some lists the file is small from the start, or as soon as it can be. */
const sized = (at: number): readonly Op[] => (at % 3 === 0 ? [setOrder(9), setISize((at % 7) * 256 + 300)] : []);

describe.each(WORLDS.map((world) => [`${world.rule}: ${world.claim}`, world] as const))("%s", (_, world) => {
  const finding = findingOf(world);
  const { orders } = finding.setting;
  const lists = (count: number) =>
    fc
      .sample(fc.tuple(opsArbitrary(orders, true), opsArbitrary(orders)), { seed: 0x5c21, numRuns: count * 8 })
      .flatMap(
        ([a, b], at) => retold(finding, [...sized(at), ...(at % 2 === 0 ? [...a, ...b] : behind(a, world))]) ?? [],
      )
      .slice(0, count);

  it("of .mjs", () => {
    const all = lists(LISTS);
    for (const { ce, broken } of all) {
      expect(ofMjs(ce)).toEqual({ steps: stepsOf(ce), broken });
    }
    expect(all.length).toBeGreaterThan(LISTS / 2);
    expect(all.filter(({ broken }) => broken).length).toBeGreaterThan(0);
  });

  it.skipIf(!hasGcc)("of .c (skipped without gcc)", () => {
    for (const { ce, broken } of lists(PROGRAMS)) {
      const steps = stepsOf(ce).map(inC);
      expect(ofC(ce)).toEqual({ steps, broken });
    }
  });
});
