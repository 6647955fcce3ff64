/** From rules and a setting to the world that the machine runs in. */

import type { Arch } from "../model/arch.ts";
import { x86_64 } from "../model/arch.ts";
import { PAGE_SHIFT } from "../model/units.ts";
import { UNDEFINED } from "../model/kvm/mapping.ts";
import type { Evaluator } from "../model/rule/wasm/module.ts";
import { compileRule } from "../model/rule/wasm/module.ts";
import type { Rule, Site } from "../model/rule/tree.ts";
import type { World } from "../model/abstract/machine.ts";
import type { Setting } from "./setting.ts";

/** The three rules of a world. */
export interface Rules {
  readonly bind: Rule;
  readonly map: Rule;
  readonly level: Rule;
}

/** A place in a rule's C text that is undefined for some input, with such an input. */
export interface UndefinedInput {
  readonly rule: string;
  readonly site: Site;
  /** u64 bit patterns of what the rule reads. */
  readonly inputs: Readonly<Record<string, bigint>>;
}

export interface CompiledWorld {
  readonly world: World;
  /** First input met for each place of the rules where C leaves the result undefined. */
  readonly undefinedInputs: ReadonlyMap<string, UndefinedInput>;
}

export const BIND_ARGUMENTS = ["pgoff", "base_gfn", "npages", "ugfn", "folio_order", "i_size_npages"] as const;
const MAP_ARGUMENTS = [...BIND_ARGUMENTS, "gfn", "index", "order"] as const;
const LEVEL_ARGUMENTS = [...BIND_ARGUMENTS, "order"] as const;

/** What C sees of the page quantities that the machine gives a rule. */
export function inputsOf(rule: Rule, names: readonly string[], values: readonly number[]): Record<string, bigint> {
  const given = (name: string): bigint => BigInt(values[names.indexOf(name)] ?? 0);
  const all: Readonly<Record<string, () => bigint>> = {
    offset: () => given("pgoff") << BigInt(PAGE_SHIFT),
    gpa: () => given("base_gfn") << BigInt(PAGE_SHIFT),
    size: () => given("npages") << BigInt(PAGE_SHIFT),
    userspace_addr: () => given("ugfn") << BigInt(PAGE_SHIFT),
    folio_size: () => 1n << (given("folio_order") + BigInt(PAGE_SHIFT)),
    i_size: () => given("i_size_npages") << BigInt(PAGE_SHIFT),
    nr_pages: () => 1n << given("order"),
  };
  return Object.fromEntries(rule.reads.map((name) => [name, all[name]?.() ?? given(name)]));
}

/** A rule's hot entry, watched: an undefined outcome is noted with its input, once for each place. */
function watched<F extends (...args: never[]) => number>(
  evaluator: Evaluator,
  entry: F,
  names: readonly string[],
  notes: Map<string, UndefinedInput>,
): F {
  const { rule } = evaluator;
  if (rule.sites.length === 0) return entry;
  const watching = (...args: never[]): number => {
    const outcome = entry(...args);
    if (outcome !== UNDEFINED) return outcome;
    const site = evaluator.undefinedAt();
    if (site === undefined) throw new Error(`rule ${rule.id} is undefined nowhere`);
    const key = `${rule.id}:${site.line}:${site.column}`;
    if (!notes.has(key)) notes.set(key, { rule: rule.id, site, inputs: inputsOf(rule, names, args) });
    return outcome;
  };
  return watching as F; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the same parameters and result as F
}

/** Compile the rules and put them into a world. */
export function worldOf(rules: Rules, setting: Setting, arch: Arch = x86_64): CompiledWorld {
  const notes = new Map<string, UndefinedInput>();
  const [bind, map, level] = [compileRule(rules.bind), compileRule(rules.map), compileRule(rules.level)];
  const world: World = {
    arch,
    bind_rule: watched(bind, bind.bind, BIND_ARGUMENTS, notes),
    map_rule: watched(map, map.map, MAP_ARGUMENTS, notes),
    level_rule: watched(level, level.level, LEVEL_ARGUMENTS, notes),
    orders: setting.orders,
    resize: setting.resize,
  };
  return { world, undefinedInputs: notes };
}
