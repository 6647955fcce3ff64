/** fast-check arbitraries for your own properties. */

import type * as fc from "fast-check";
import type { Op } from "../../sim/op.ts";
import type { Setting } from "../../sim/setting.ts";
import { DEFAULT_SETTING } from "../../sim/setting.ts";
import { opsArbitrary } from "../search/arb.ts";

export const arbitraries = {
  /** Op lists for a file as the setting describes it; `withISize` adds ftruncate. */
  ops: (setting: Pick<Setting, "orders"> = DEFAULT_SETTING, withISize = false): fc.Arbitrary<Op[]> =>
    opsArbitrary(setting.orders, withISize),
};
