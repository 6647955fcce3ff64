/** The same list on the abstract machine and on the kernel machine: they must say the same of each op, and hold the same folios. */

import type { AccessWay } from "../../model/kernel/behaviour.ts";
import type { Family } from "../../model/kernel/family.ts";
import { emptyMachine } from "../../model/kernel/machine.ts";
import { defaultKnobs } from "../../model/kernel/orders.ts";
import { MEMSLOT_LIMITS } from "../../model/kvm/limits.ts";
import type { MachineOp } from "../../sim/op.ts";
import { stepLinux } from "../../sim/kernel/step.ts";
import { abstractMachine, foliosOf, stepAbstract } from "./abstract-machine.ts";
import { lower, note, setUp, type Taken } from "./lower.ts";

export interface Parting {
  readonly step: number;
  readonly op: MachineOp;
  readonly kernel: string;
  readonly abstract: string;
}

/** Every family may bind a guest_memfd here: that 6.1 has none, and 6.12 none for such a VM, is said of the VM, not of the file. */
const withGuestMemfd = (family: Family): Family => ({
  ...family,
  guest_memfd: { ...family.guest_memfd, exists: true, any_vm: true },
});

/** How often each kind of op was compared, by name, or left out, by reason. */
export type Counts = Record<string, number>;

/** The first op after which the two part, or none. What NOT_COMPARED lists is done by neither. */
export function partingOf(
  family: Family,
  way: AccessWay,
  ops: readonly MachineOp[],
  counts: Counts = {},
): Parting | undefined {
  const kernel = emptyMachine(withGuestMemfd(family), defaultKnobs(), MEMSLOT_LIMITS);
  const abstract = abstractMachine(family, way);
  const taken: Taken = new Map();
  for (const op of setUp(way, true)) stepLinux(kernel, op);
  for (const [step, op] of ops.entries()) {
    const calls = lower(way, taken, op);
    const what = typeof calls === "string" ? calls : op.op;
    counts[what] = (counts[what] ?? 0) + 1;
    if (typeof calls === "string") continue;
    const said = stepAbstract(abstract, way, op, kernel.failed_store);
    const last = calls.map((call) => stepLinux(kernel, call)).at(-1);
    note(taken, op, last);
    const file = kernel.files.get("f");
    if (file === undefined) throw new Error("the file of the kernel machine is not there");
    const at = (result: typeof last, size: number, folios: typeof file.folios): string =>
      JSON.stringify([result?.errno ?? result?.exit ?? "mmio", size, foliosOf(folios)]);
    const seen = at(last, file.size_pages, file.folios);
    const told = at(said, abstract.file.i_size_npages, abstract.file.folios);
    if (seen !== told) return { step, op, kernel: seen, abstract: told };
  }
  return undefined;
}
