/** A world from rules: what each rule is given, and where C leaves a result undefined. */

import { ACCEPTED, UNDEFINED } from "../../model/outcome.ts";
import { describe, expect, it } from "vitest";
import { x86_64 } from "../../model/arch.ts";
import type { RuleKind } from "../../model/rule/parameters.ts";
import type { Rule } from "../../model/rule/tree.ts";
import { openRulebook } from "../../props/judge/rulebook.ts";
import type { CompiledWorld } from "../../sim/world.ts";
import { worldOf } from "../../sim/world.ts";
import { DEFAULT_SETTING } from "../../sim/setting.ts";

const book = await openRulebook();

function ruleOf(text: string, kind: RuleKind): Rule {
  const parsed = book.parse(text, { id: `a_${kind}_rule`, kind });
  if (!parsed.ok) throw new Error(parsed.error.message);
  const [rule] = parsed.rules;
  if (rule === undefined) throw new Error("no rule");
  return rule;
}

/** A world in which this text is the rule of its kind. */
function worldWith(text: string, kind: RuleKind): CompiledWorld {
  const rules = { bind: book.byId("none"), map: book.byId("folio_order"), level: book.byId("stock") };
  return worldOf({ ...rules, [kind]: ruleOf(text, kind) }, DEFAULT_SETTING);
}

const met = ({ undefinedInputs }: CompiledWorld) => [...undefinedInputs.values()];

it("has the setting's orders, its resize and the x86 levels", () => {
  const { world } = worldWith("true", "bind");
  expect([world.orders, world.resize, world.arch]).toEqual([DEFAULT_SETTING.orders, "any", x86_64]);
});

describe("an undefined result", () => {
  // Every input that a bind rule may read, and a shift by 64 where the offset is page 3.
  const SLOT = "(base_gfn + pgoff + npages + gpa + size + userspace_addr + folio_size + i_size) * 0 == 0";
  const shift = "(1ULL << (offset == 0x3000 ? 64 : 1)) != 0";

  it("of a bind rule is told with what C saw: bytes", () => {
    const compiled = worldWith(`${SLOT} && ${shift}`, "bind");
    expect(compiled.world.bind_rule(2, 5, 7, 11, 9, 13)).toBe(ACCEPTED);
    expect(met(compiled)).toEqual([]);
    expect(compiled.world.bind_rule(3, 5, 7, 11, 9, 13)).toBe(UNDEFINED);
    const [found] = met(compiled);
    expect(found?.rule).toBe("a_bind_rule");
    expect(found?.site.line).toBe(1);
    expect(found?.inputs).toEqual({
      offset: 0x3000n,
      gpa: 0x5000n,
      size: 0x7000n,
      userspace_addr: 0xb000n,
      base_gfn: 5n,
      pgoff: 3n,
      npages: 7n,
      folio_size: 0x200000n,
      i_size: 0xd000n,
    });
  });

  it("of a map rule, with the page that is mapped", () => {
    const compiled = worldWith(`(gfn + index + nr_pages + order + base_gfn) * 0 == 0 && ${shift}`, "map");
    expect(compiled.world.map_rule(3, 5, 7, 11, 9, 13, 512, 1024, 9)).toBe(UNDEFINED);
    expect(met(compiled)[0]?.inputs).toEqual({
      offset: 0x3000n,
      base_gfn: 5n,
      gfn: 512n,
      index: 1024n,
      order: 9n,
      nr_pages: 512n,
    });
  });

  it("of a level rule, with the level", () => {
    const compiled = worldWith(`(ugfn + order + nr_pages + folio_size) * 0 == 0 && ${shift}`, "level");
    expect(compiled.world.level_rule(3, 5, 7, 11, 0, 13, 18)).toBe(UNDEFINED);
    expect(met(compiled)[0]?.inputs).toEqual({
      offset: 0x3000n,
      ugfn: 11n,
      order: 18n,
      nr_pages: 2n ** 18n,
      folio_size: 0x1000n,
    });
  });

  it("is told once a place, with the first input that led there", () => {
    const compiled = worldWith("(pgoff & 1 ? 1ULL << pgoff : 1ULL << (pgoff + 1)) != 0", "bind");
    for (const pgoff of [65, 67, 64, 66, 1, 2]) compiled.world.bind_rule(pgoff, 0, 1, 0, 0, 1);
    expect(met(compiled).map(({ inputs }) => inputs["pgoff"])).toEqual([65n, 64n]);
    const [odd, even] = met(compiled).map(({ site }) => site.column);
    expect(odd).not.toBe(even);
    expect([...compiled.undefinedInputs.keys()]).toEqual([odd, even].map((column) => `a_bind_rule:1:${column}`));
  });

  it("is nothing that a rule without such a place can have", () => {
    const compiled = worldWith("fls64(offset) >= fls64(gpa)", "bind");
    for (const pgoff of [0, 1, 2 ** 40]) compiled.world.bind_rule(pgoff, 0, 1, 0, 0, 1);
    expect(met(compiled)).toEqual([]);
  });
});
