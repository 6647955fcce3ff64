/**
 * Worlds made of anybody's functions. Our compiled rules answer in numbers; a function of a user's may answer true,
 * which the machine would read as a refusal of everything, and every claim would hold. So its answers are looked at.
 */

import type { World } from "../../model/abstract/machine.ts";
import { newVm as machineOf } from "../../model/abstract/machine.ts";
import type { Vm } from "../../model/abstract/machine.ts";
import { NO_END } from "../../model/outcome.ts";
import type { Rules } from "../../sim/world.ts";
import type { Setting } from "../../sim/setting.ts";
import { shown } from "../../sim/schema/parse.ts";
import { worldAsked } from "./asked.ts";

/** What a world of ours was made from. */
export interface Origin {
  readonly rules: Rules;
  readonly setting: Setting;
}

const origins = new WeakMap<World, Origin>();
const checked = new WeakMap<World, World>();

/** A world whose rules are compiled: nothing of it needs to be looked at. */
export function trusted(world: World, origin: Origin): World {
  origins.set(world, origin);
  checked.set(world, world);
  return world;
}

export const originOf = (world: World): Origin | undefined => origins.get(world);

const ANSWERS = {
  bind_rule: "1 accepts the slot, 0 refuses it",
  map_rule: "1 allows the order, 0 does not",
  level_rule: "1 forbids the level, 0 does not",
} as const;

function looked<A extends readonly number[]>(name: keyof typeof ANSWERS, rule: (...of: A) => number) {
  return (...of: A): number => {
    const answer: unknown = rule(...of);
    if (typeof answer === "number" && Number.isInteger(answer) && answer >= 0 && answer <= NO_END) return answer;
    throw new TypeError(`${name} returned ${shown(answer)}: ${ANSWERS[name]}`);
  };
}

/**
 * The world, with the answers of functions that are not ours looked at.
 * @throws RangeError for a world that is none, and, when it runs, TypeError for a rule that answers otherwise
 */
export function checkedWorld(world: World): World {
  const there = checked.get(world);
  if (there !== undefined) return there;
  worldAsked(world);
  const made: World = {
    ...world,
    bind_rule: looked("bind_rule", world.bind_rule),
    map_rule: looked("map_rule", world.map_rule),
    level_rule: looked("level_rule", world.level_rule),
  };
  checked.set(world, made);
  checked.set(made, made);
  return made;
}

/** An empty machine. @throws RangeError for a world that is none */
export const newVm = (world: World): Vm => machineOf(checkedWorld(world));
