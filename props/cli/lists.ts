/** `foliofence rules`, `foliofence claims` and `foliofence kernels`: what is judged, what is asked of it, named settings. */

import { CLAIM_WORDS } from "../../model/claim-words.ts";
import { FILE_WORDS } from "../../model/abstract/behaviour.ts";
import { ALL_CLAIMS, claimOf, isBinding } from "../../model/claim.ts";
import { CATALOGUE } from "../../model/rule/catalogue/catalogue.ts";
import { meant } from "../../sim/c/syntax/nearest.ts";
import { orderText } from "../../sim/setting.ts";
import { KERNELS } from "../judge/kernels.ts";
import type { Io } from "./terminal/io.ts";
import { EXIT, UsageError } from "./terminal/io.ts";
import { paint } from "./terminal/paint.ts";
import { table } from "./terminal/table.ts";

/** What the places in a claim's `expected` stand for, without a slot. */
const RIGHT = { start: "the slot's start", end: "the slot's end", range: "pages that belong to the frames" } as const;

export interface ListFlags {
  readonly json?: boolean;
}

export function rulesCommand(id: string | undefined, flags: ListFlags, io: Io): number {
  const chosen = id === undefined ? CATALOGUE : CATALOGUE.filter((entry) => entry.id === id);
  if (chosen.length === 0) {
    const ids = CATALOGUE.map((entry) => entry.id);
    throw new UsageError(`no rule "${id ?? ""}" in the catalogue${meant(id ?? "", ids) || "; see `foliofence rules`"}`);
  }
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
    ink.faint(`${what}; ${FILE_WORDS[setting.file]} (${source})`),
  ]);
  io.out(`${table(rows).join("\n")}\n`);
  return EXIT.holds;
}

/** Each claim in its sentence; one of them with what breaks it, over the words that docs/CLAIMS.md explains. */
export function claimsCommand(name: string | undefined, flags: ListFlags, io: Io): number {
  const chosen = ALL_CLAIMS.filter((claim) => name === undefined || claim === name);
  if (chosen.length === 0) {
    const hint = meant(name ?? "", ALL_CLAIMS) || "; see `foliofence claims`";
    throw new UsageError(`no claim "${name ?? ""}"${hint}`);
  }
  const ink = paint(io.color);
  if (flags.json === true) {
    const claims = chosen.map((claim) => {
      const { family, sentence, broken, by, c_text } = claimOf(claim);
      return { name: claim, family, holds: sentence, broken: `${broken}: N bytes ${by}`, where: c_text };
    });
    io.out(`${JSON.stringify({ claims }, undefined, 2)}\n`);
  } else if (name === undefined) {
    const rows = chosen.map((claim) => [ink.name(claim), claimOf(claim).family, claimOf(claim).sentence]);
    io.out(
      `${table(rows).join("\n")}\n\nfoliofence claims NAME says exactly what breaks one.\njudge --claim 'name: EXPR' asks for one of your own, over ${CLAIM_WORDS.join(", ")}; see docs/CLAIMS.md.\n`,
    );
  } else {
    for (const claim of chosen) {
      const { family, sentence, broken, by, c_text, expected } = claimOf(claim);
      const parts = isBinding(claim) ? { ...RIGHT, end: "the file's end" } : RIGHT;
      const right = expected.replaceAll(/\{(start|end|range)\}/g, (_, part: "start" | "end" | "range") => parts[part]);
      io.out(
        [
          `${ink.strong(claim)}: of the ${family} family`,
          `holds:  ${sentence}`,
          `broken: ${broken}: N bytes ${by}`,
          `where:  ${c_text}`,
          `        (in bytes: ${isBinding(claim) ? "slot and file are of the bind" : "slot, folio and allocated are of the fault, frames and pages of what it mapped"})`,
          `expected instead: ${right}`,
          "",
        ].join("\n"),
      );
    }
  }
  return EXIT.holds;
}
