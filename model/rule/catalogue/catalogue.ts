/** Every rule ever proposed, under its fixed id. C texts are restated, never the kernel's own. */

import { BIND_RULES } from "./bind.ts";
import type { CatalogueEntry } from "./entry.ts";
import { LEVEL_RULES, MAP_RULES } from "./map-and-level.ts";
import { ORDER_RULES } from "./order.ts";

export const CATALOGUE: readonly CatalogueEntry[] = [...BIND_RULES, ...MAP_RULES, ...LEVEL_RULES, ...ORDER_RULES];

/** Always broken: a run that does not refute it cannot refute anything. */
export const CANARY: CatalogueEntry = {
  id: "canary",
  kind: "bind",
  who: "foliofence",
  when: "every run",
  citation: "",
  intent: "to be refuted",
  does: "accepts everything",
  text: "true",
};
