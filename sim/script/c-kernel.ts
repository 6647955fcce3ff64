/** The part of a .c that tries the finding on the running kernel. */

import type { Counterexample } from "../counterexample.ts";
import { faultOf } from "../picture/scene.ts";
import { kvmInC } from "./c-kvm.ts";
import { OUTSIDE, tmpfsInC } from "./c-tmpfs.ts";
import { usesVms } from "./op-line.ts";

const SKIP = (name: string, why: string): string => `\
static enum result ${name}(const struct checks *check)
{
	(void)check;
	skip_why = "${why}";
	return SKIP;
}
`;

/** Whether the program has something to try on the running kernel at all. */
const triesTmpfs = (ce: Counterexample): boolean =>
  ce.family === "allocation" && OUTSIDE[ce.claim] !== undefined && faultOf(ce).folio.order > 0;

export function kernelInC(ce: Counterexample): string {
  const tmpfs = triesTmpfs(ce)
    ? tmpfsInC(ce)
    : SKIP("on_tmpfs", "only what a fault allocates can be seen from user space, not what it maps");
  const kvm = usesVms(ce.ops) ? SKIP("on_kvm", "a guest_memfd belongs to one VM, and this takes two") : kvmInC(ce);
  return `${tmpfs}\n${kvm}`;
}
