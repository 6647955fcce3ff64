/** The part of a .c that tries the finding on the running kernel. */

import { isAllocation } from "../../../model/claim.ts";
import type { Counterexample } from "../../counterexample.ts";
import { kvmInC } from "./kvm.ts";
import { tmpfsInC } from "./tmpfs.ts";
import { usesVms } from "../../words/op-line.ts";

/**
 * What a fault allocates shows on tmpfs, where a write allocates alike. What it maps KVM counts, but no kernel maps a guest_memfd large,
 * and of other memory it maps what the host's page table holds.
 */
export const triesTmpfs = (ce: Counterexample): boolean => isAllocation(ce.claim);
const triesKvm = (ce: Counterexample): boolean => !usesVms(ce.ops);

const SKIP = `\
enum result { OK, NOT_OK, SKIP };
static char skip_why[160];

/* error: an errno, or 0. */
static enum result skip(const char *what, int error)
{
	snprintf(skip_why, sizeof(skip_why), "%s%s%s", what,
		 error ? ": " : "", error ? strerror(error) : "");
	return SKIP;
}
`;

export const kernelInC = (ce: Counterexample): string =>
  [SKIP, ...(isAllocation(ce.claim) ? [tmpfsInC(ce, ce.claim)] : []), ...(triesKvm(ce) ? [kvmInC(ce)] : [])].join("\n");

/** What main does of it. */
export function kernelTests(ce: Counterexample): string {
  const third = triesTmpfs(ce)
    ? `\treport(3, on_tmpfs(&checks[CHECK], huge_never),\n\t       "tmpfs", must);\n`
    : `\treport(3, skip("guest_memfd is mapped at 4 KiB", 0),\n\t       "running KVM", must);\n`;
  const asks = triesKvm(ce) ? "on_kvm(&checks[CHECK])" : 'skip("a guest_memfd belongs to one VM", 0)';
  return `${third}\treport(4, ${asks},\n\t       "running KVM", "it lets this slot in");\n`;
}
