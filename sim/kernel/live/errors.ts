/** Errno names, from the numbers the system calls return. */

import { constants } from "node:os";

const NAMES = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));
// Two names share a number; the kernel's own is told.
NAMES.set(constants.errno.EOPNOTSUPP, "EOPNOTSUPP");
NAMES.set(constants.errno.EAGAIN, "EAGAIN");

/** 0, or the name of the errno that a call returned negated. */
export const errnoOf = (returned: number): string | 0 =>
  returned >= 0 ? 0 : (NAMES.get(-returned) ?? `errno ${-returned}`);
