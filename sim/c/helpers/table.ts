/** Every function and macro of the kernel's that a check may call, by its name. */

import type { Helpers } from "../tree/call.ts";
import { ALIGN_HELPERS } from "./align.ts";
import { BIT_HELPERS } from "./bits.ts";
import { OTHER_HELPERS } from "./other.ts";
import { OVERFLOW_HELPERS } from "./overflow.ts";

export const HELPERS: Helpers = { ...ALIGN_HELPERS, ...BIT_HELPERS, ...OTHER_HELPERS, ...OVERFLOW_HELPERS };
