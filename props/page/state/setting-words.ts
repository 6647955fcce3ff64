/** The setting as the premises of every verdict. */

import type { Setting } from "../../../sim/setting.ts";
import { orderText } from "../../../sim/setting.ts";

const RESIZE = {
  any: "a size that may change at any time",
  "before-bind": "a size that may change until a slot is bound",
  never: "a size that never changes",
} as const;

export const settingWords = ({ orders, resize, map_rule, level_rule }: Setting): string =>
  `folios of ${orders.map(orderText).join(", ")} and ${RESIZE[resize]}; map rule ${map_rule}, level rule ${level_rule}`;
