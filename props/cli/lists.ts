/** `foliofence rules` and `foliofence kernels`: what there is to judge, and the named settings. */

import { CATALOGUE } from "../../model/rule/catalogue/catalogue.ts";
import { orderText } from "../../sim/setting.ts";
import { KERNELS } from "../judge/kernels.ts";
import type { Io } from "./terminal/io.ts";
import { EXIT, UsageError } from "./terminal/io.ts";
import { paint } from "./terminal/paint.ts";
import { table } from "./terminal/table.ts";

export interface ListFlags {
  readonly json?: boolean;
}

export function rulesCommand(id: string | undefined, flags: ListFlags, io: Io): number {
  const chosen = id === undefined ? CATALOGUE : CATALOGUE.filter((entry) => entry.id === id);
  if (chosen.length === 0) throw new UsageError(`no rule "${id ?? ""}" in the catalogue`);
  const ink = paint(io.color);
  if (flags.json === true) io.out(`${JSON.stringify({ rules: chosen }, undefined, 2)}\n`);
  else if (id === undefined) {
    const rows = chosen.map(({ id: name, kind, who, when, does }) => [ink.name(name), kind, `${who}, ${when}`, does]);
    io.out(`${table(rows).join("\n")}\n`);
  } else {
    for (const { id: name, kind, who, when, citation, intent, does, text } of chosen) {
      io.out(
        `${ink.strong(name)}: ${kind} rule\n${who}, ${when}. ${citation}\nmeant to: ${intent}\nreally: ${does}\n\n${text}\n`,
      );
    }
  }
  return EXIT.holds;
}

export function kernelsCommand(flags: ListFlags, io: Io): number {
  const ink = paint(io.color);
  if (flags.json === true) {
    const kernels = Object.entries(KERNELS).map(([name, { setting, what, source }]) => ({
      name,
      what,
      source,
      ...setting,
      orders: setting.orders.map(orderText),
    }));
    io.out(`${JSON.stringify({ kernels }, undefined, 2)}\n`);
    return EXIT.holds;
  }
  const rows = Object.entries(KERNELS).map(([name, { setting, what, source }]) => [
    ink.name(name),
    setting.orders.map(orderText).join(","),
    `resize ${setting.resize}`,
    setting.bind_rule,
    setting.map_rule,
    setting.level_rule,
    ink.faint(`${what} (${source})`),
  ]);
  io.out(`${table(rows).join("\n")}\n`);
  return EXIT.holds;
}
