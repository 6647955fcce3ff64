/** Rules under test/tools/simulator.c: a machine and claims that share nothing with this program but the documents. */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLAIM_NAMES, type ClaimName } from "../../model/claim.ts";
import type { RuleKind } from "../../model/rule/parameters.ts";
import type { Op } from "../../sim/op.ts";
import { PRELUDE } from "./c-prelude.ts";

const SOURCE = new URL("../tools/simulator.c", import.meta.url);
export const CC = ["cc", "gcc", "clang"].find((name) => spawnSync(name, ["--version"]).status === 0);

export interface CRule {
  readonly kind: RuleKind;
  /** One function called proposed, whose parameters are called what they are. */
  readonly text: string;
}

export interface Simulator {
  /** Of each rule the claims that were found broken. */
  readonly broken: (seed: number, tries: number) => ReadonlySet<ClaimName>[];
  /** Is the claim broken by the last of these ops? */
  readonly replay: (
    asked: readonly { readonly rule: number; readonly claim: ClaimName; readonly ops: readonly Op[] }[],
  ) => boolean[];
  readonly close: () => void;
}

const parameters = (text: string): string[] =>
  (/proposed\(([^)]*)\)/.exec(text)?.[1] ?? "").split(",").map((each) => /(\w+)\s*$/.exec(each)?.[1] ?? "");

/** @param levels orders of the mappings, largest first */
export function simulator(rules: readonly CRule[], levels: readonly [number, number]): Simulator {
  const folder = mkdtempSync(join(tmpdir(), "foliofence-simulator-"));
  const source = join(folder, "rules.c");
  const program = join(folder, "simulator");
  const functions = rules.map(({ text }, i) => text.replaceAll(/\bproposed\b/g, `proposed_${i}`));
  const asks = rules.map(({ text }, i) => {
    const given = parameters(text).map((each) => `in->${each}`);
    return `static bool ask_${i}(const struct in *in) { return proposed_${i}(${given.join(", ")}); }`;
  });
  const table = rules.map(({ kind }, i) => `{ ${kind.toUpperCase()}, ask_${i} }`);
  const [large, small] = levels;
  const machine = readFileSync(SOURCE, "utf8");
  const all = [
    PRELUDE,
    "#define SZ_16K 0x4000\n#define SZ_64K 0x10000\n#define loff_t long long",
    `#define RULES ${rules.length}\n#define LARGE ${large}\n#define SMALL ${small}`,
    ...functions,
    machine,
    ...asks,
    `static const struct rule rules[] = { ${table.join(",\n")} };`,
  ];
  writeFileSync(source, `${all.join("\n")}\n`);
  execFileSync(CC ?? "cc", ["-std=gnu11", "-O1", "-fwrapv", "-w", "-o", program, source], { maxBuffer: 1 << 28 });
  const run = (args: readonly string[], input?: string): string[] =>
    execFileSync(program, args, { encoding: "utf8", maxBuffer: 1 << 28, ...(input !== undefined && { input }) }).trimEnd().split("\n"); // prettier-ignore
  return {
    broken: (seed, tries) =>
      run([`${seed}`, `${tries}`]).map(
        (bits) => new Set(CLAIM_NAMES.filter((_, i) => Math.floor(Number(bits) / 2 ** i) % 2 === 1)),
      ),
    replay: (asked) => {
      if (asked.length === 0) return [];
      const lines = asked.map(({ rule, claim, ops }) =>
        [rule, CLAIM_NAMES.findIndex((name) => name === claim), ...ops.map(word)].join(" "),
      );
      return run(["replay"], `${lines.join("\n")}\n`).map((each) => each === "1");
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}

function word(op: Op): string {
  switch (op.op) {
    case "bind_memslot":
      return `b ${op.vm} ${op.slot} ${op.base_gfn} ${op.npages} ${op.pgoff} ${op.ugfn}`;
    case "set_order":
      return `o ${op.order}`;
    case "set_i_size":
      return `i ${op.npages}`;
    case "fault":
      return `f ${op.vm} ${op.gfn}`;
    case "delete_memslot":
    case "punch_hole":
      throw new Error(`no counterexample has ${op.op}`);
    default:
      return op satisfies never;
  }
}
