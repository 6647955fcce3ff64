/** Every function and macro of the kernel's that a check may call, by its name. */

import type { Helpers } from "./call.ts";
import { ALIGN_HELPERS } from "./helpers-align.ts";
import { BIT_HELPERS } from "./helpers-bits.ts";
import { OTHER_HELPERS } from "./helpers-other.ts";
import { OVERFLOW_HELPERS } from "./helpers-overflow.ts";

export const HELPERS: Helpers = { ...ALIGN_HELPERS, ...BIT_HELPERS, ...OTHER_HELPERS, ...OVERFLOW_HELPERS };
