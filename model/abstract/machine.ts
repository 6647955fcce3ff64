/**
 * The judged machine: memslots of one or two VMs on one file. What is done to it stands in bind.ts (slots), resize.ts
 * (the file) and fault.ts (a guest's fault): they change it in place and say what happened in `saw`, so that a search
 * allocates nothing per step; sim/step.ts tells the same as values.
 */

import type { Arch } from "../arch.ts";
import { x86_64 } from "../arch.ts";
import type { Refusal } from "../errno.ts";
import type { Given } from "../given.ts";
import type { BindRule, LevelRule, MapRule } from "../kvm/mapping.ts";
import type { FileBehaviour } from "./behaviour.ts";
import type { BackingFile } from "./file.ts";
import { newFile, resetFile } from "./file.ts";
import { clearFolios } from "../folios/folios.ts";
import type { Memslot, MemslotTable, Region } from "../kvm/memslots.ts";
import type { MemslotLimits } from "../kvm/limits.ts";
import { clearMemslots, emptyMemslots, noSlots } from "../kvm/memslots.ts";
import { KVM_MEM_GUEST_MEMFD } from "../kvm/limits.ts";
import type { Outcome } from "../outcome.ts";
import type { Gfn, Npages, Pgoff, Ugfn } from "../units.ts";

/** When the file's folio size may change. */
export const RESIZES = ["any", "before-bind", "never"] as const;
export type Resize = (typeof RESIZES)[number];

/** Answers the unknowns of a world's rules, from the values that the ops of a list were given. */
export interface Answers {
  /** A list of ops begins on this machine: what was said before is forgotten. */
  readonly begin: (vm: object) => void;
  /** The next op of the list begins; these are its values. */
  readonly open: (vm: object, given: readonly Given[]) => void;
  /** The op bound a slot at this page of the file: the level rule is asked about it with the op's values. */
  readonly bound: (pgoff: number) => void;
}

/** All in pages, but for `file_order`: of the file now. */
export type OrderRule = (
  pgoff: number,
  base_gfn: number,
  npages: number,
  ugfn: number,
  file_order: number,
  i_size_npages: number,
  index: number,
  order: number,
) => number;

/** What completes a rule: the world it is judged in. */
export interface World {
  readonly arch: Arch;
  readonly bind_rule: BindRule;
  readonly map_rule: MapRule;
  readonly level_rule: LevelRule;
  /** May a fault in this slot get a folio of the order for this page of the file? Any order that the file has, unless asked. */
  readonly order_rule?: OrderRule;
  /** Says which slots the bind rule has to take, where that is asked. */
  readonly must_rule?: BindRule;
  /** Claims of the user's own, by what they say: does one hold, of a fault that is told in the values of CLAIM_WORDS? */
  readonly own_claims?: ReadonlyMap<string, (...words: number[]) => Outcome>;
  /** Orders the file may take, ascending; it starts with the first. */
  readonly orders: readonly number[];
  readonly resize: Resize;
  /** Where a rule reads what no model knows. */
  readonly answers?: Answers | undefined;
  /** How the file answers where kernels differ; PLAIN unless told. */
  readonly file?: FileBehaviour;
  /** What the host's KVM takes; that of a default VM on x86-64 unless told. */
  readonly limits?: MemslotLimits;
}

/** What the last op did. Numbers, so that nothing is allocated; -1 where a field does not apply. */
export interface StepResult {
  refusal: Refusal | undefined;
  /** The slot that the last op bound; whoever reads it looks at `got` first, for a fault leaves it as it was. */
  bound: Memslot | undefined;
  /** PRESENT, ALLOCATED or FELL_BACK, or -1: no fault, or no slot or page there. Then the rest is of an earlier fault. */
  got: number;
  /** The slot that the last fault fell into. */
  slot: Memslot | undefined;
  gfn: number;
  index: number;
  /** The folio that holds the page, after the fault. */
  folio_start: number;
  folio_order: number;
  /** Order at which the guest got it mapped. */
  mapped_order: number;
}

export interface Vm {
  readonly world: World;
  readonly file: BackingFile;
  /** One table per VM on the file. */
  readonly tables: readonly MemslotTable[];
  /** Every slot bound to the file, of every VM, oldest first. */
  readonly bindings: Memslot[];
  readonly saw: StepResult;
  /** Bit per order that the file may take. */
  readonly orders: number;
  /** The order stays as it is once a slot was bound. */
  readonly fixes_order: boolean;
  readonly region: { -readonly [K in keyof Region]: Region[K] };
}

export const NUM_VMS = 2;

export function newVm(world: World): Vm {
  const file = newFile(world.orders[0] ?? 0, world.file);
  const vm: Vm = {
    world,
    file,
    tables: Array.from({ length: NUM_VMS }, () => emptyMemslots(world.limits)),
    bindings: noSlots(),
    orders: world.orders.reduce((bits, order) => bits | (1 << order), 0),
    fixes_order: world.resize !== "any",
    saw: {
      refusal: undefined,
      bound: undefined,
      got: -1,
      slot: undefined,
      gfn: -1,
      index: -1,
      folio_start: -1,
      folio_order: -1,
      mapped_order: -1,
    },
    region: {
      slot: 0,
      flags: KVM_MEM_GUEST_MEMFD,
      base_gfn: 0 as Gfn,
      npages: 0 as Npages,
      ugfn: 0 as Ugfn,
      pgoff: 0 as Pgoff,
      file: 0,
    },
  };
  world.answers?.begin(vm);
  return vm;
}

/** Back to an empty machine, without allocating. */
export function resetVm(vm: Vm): void {
  resetFile(vm.file, vm.world.orders[0] ?? 0);
  if (vm.bindings.length > 0) {
    for (const table of vm.tables) clearMemslots(table);
    while (vm.bindings.length > 0) vm.bindings.pop();
  }
  vm.world.answers?.begin(vm);
}

/** Back to where the machine was before its first fault, when the file had this size, if nothing but faults came since. */
export function beforeFaults({ file }: Vm, i_size_npages: number): void {
  clearFolios(file.folios);
  file.i_size_npages = i_size_npages;
}

/** An op that is no fault begins. */
export const noFault = (saw: StepResult): void => {
  saw.refusal = undefined;
  saw.bound = undefined;
  saw.got = -1;
};

export const x86World = (rules: Omit<World, "arch">): World => ({ arch: x86_64, ...rules });
