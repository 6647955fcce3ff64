/** Ops on one tmpfs file, told in pages, and what they leave. */

import { nextFolio } from "../../model/folios/folios.ts";
import type { FamilyName } from "../../model/kernel/family.ts";
import { FAMILIES } from "../../model/kernel/family.ts";
import type { Huge, ShmemFile } from "../../model/kernel/file.ts";
import type { Machine } from "../../model/kernel/machine.ts";
import { emptyMachine } from "../../model/kernel/machine.ts";
import type { ThpKnobs } from "../../model/kernel/orders.ts";
import { defaultKnobs } from "../../model/kernel/orders.ts";
import type { LinuxOp, LinuxResult, Touch } from "../../sim/kernel/op.ts";
import { stepLinux } from "../../sim/kernel/step.ts";

export const VA = 0x1000_0000_0000n;
export const at = (page: number): bigint => BigInt(page) << 12n;

export const write = (page: number, pages = 1, file = "f"): LinuxOp => ({
  op: "write",
  file,
  offset: at(page),
  length: at(pages),
});
export const fallocate = (page: number, pages: number, mode = 0, file = "f"): LinuxOp => ({
  op: "fallocate",
  file,
  mode,
  offset: at(page),
  length: at(pages),
});
export const punch = (page: number, pages: number): LinuxOp => fallocate(page, pages, 3);
export const truncate = (size: bigint, file = "f"): LinuxOp => ({ op: "truncate", file, size });
export const remount = (huge: Huge): LinuxOp => ({ op: "remount", huge });
export const create = (file: string, size = 0n): LinuxOp => ({ op: "create_file", file, size });

/** A touch of page `page` through a window of [from, from + pages), placed as the file is modulo 2 MiB, or `skew` pages off. */
export const touch = (page: number, from: number, pages: number, skew = 0): Touch => ({
  op: "touch",
  file: "f",
  va: VA + at(from % 512) + at(skew),
  vma_offset: at(from),
  vma_length: at(pages),
  offset: at(page),
  access: "write",
});

export interface Setting {
  readonly huge?: Huge;
  /** i_size of "f", in bytes. */
  readonly size?: bigint;
  /** Size of the mount, in bytes. */
  readonly mount?: bigint;
  readonly family?: FamilyName;
  readonly knobs?: Partial<ThpKnobs>;
}

/** Every page charged is in a file that is open, named or mapped. */
function checkCharges({ mount, files, names, vmas }: Machine): void {
  if (mount === undefined) return;
  const all = [...files.values(), ...names.values(), ...vmas.map(({ file }) => file)];
  const held = new Set(all.filter((file) => file.mount === mount));
  const pages = [...held].reduce((sum, { folios: f }) => sum + f.pages, 0);
  if (pages !== mount.used_pages) throw new Error(`${mount.used_pages} pages charged, ${pages} there`);
}

/** Runs the ops on a file "f" of this size, on a mount of this kind. */
export function run(ops: readonly LinuxOp[], of: Setting = {}): { machine: Machine; last: LinuxResult } {
  const machine = emptyMachine(FAMILIES[of.family ?? "6.18"], { ...defaultKnobs(), ...of.knobs });
  const mount: LinuxOp = {
    op: "mount",
    huge: of.huge ?? "always",
    ...(of.mount === undefined ? {} : { size: of.mount }),
  };
  let last: LinuxResult = {};
  for (const op of [mount, create("f", of.size), ...ops]) {
    last = stepLinux(machine, op);
    checkCharges(machine);
  }
  return { machine, last };
}

/** A file's folios as start:order, with a star on those that were only reserved. */
export function foliosOf(file: ShmemFile | undefined): string {
  if (file === undefined) throw new Error("no file");
  const found: string[] = [];
  for (
    let start = nextFolio(file.folios, 0);
    start >= 0;
    start = nextFolio(file.folios, start + 2 ** file.folios.order)
  ) {
    found.push(`${start}:${file.folios.order}${file.folios.uptodate ? "" : "*"}`);
  }
  return found.join(" ");
}

/** The folios of "f" after the ops. */
export const folios = (...told: Parameters<typeof run>): string => foliosOf(run(...told).machine.files.get("f"));
