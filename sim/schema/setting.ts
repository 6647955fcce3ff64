/** Settings from outside: as JSON has them, with folio sizes as people write them, and as a program gives them. */

import * as v from "valibot";
import { FILE_NAMES } from "../../model/abstract/behaviour.ts";
import { RESIZES } from "../../model/abstract/machine.ts";
import { RULE_USES } from "../../model/rule/parameters.ts";
import { MAX_ORDER } from "../../model/units.ts";
import { BESIDE_KINDS, orderFromText } from "../setting.ts";
import { exactly, maybe, members, shown, some, text, whole, word } from "./parse.ts";

const folioSize = v.pipe(
  text,
  v.check(
    (one) => orderFromText(one) !== undefined,
    (issue) => `${shown(issue.input)} is no power of two from 4K to 1G`,
  ),
  v.transform((one) => orderFromText(one) ?? 0),
);

const ascending = (orders: readonly number[]): boolean =>
  orders.every((order, at) => at === 0 || order > (orders[at - 1] ?? Infinity));

const inOrder = v.check<number[], (issue: v.CheckIssue<number[]>) => string>(
  ascending,
  (issue) => `${shown(issue.input)} is not ascending, each once`,
);

/** A setting as JSON of ours has it. */
export const SETTING_JSON = members({
  orders: v.pipe(some(folioSize, "folio size"), inOrder),
  resize: word(RESIZES),
  bind_rule: text,
  map_rule: text,
  level_rule: text,
  order_rule: maybe(text),
  beside: maybe(some(members({ kind: word(BESIDE_KINDS), id: text, text }), "rule")),
  file: maybe(word(FILE_NAMES)),
  must_accept: maybe(text),
  use: maybe(word(RULE_USES)),
  let: maybe(some(text, "name")),
  assume: maybe(some(text, "assumption")),
  strict_calls: maybe(v.literal(true)),
});

/** What a program says of a setting; the rest is as by default. */
export const SETTING_GIVEN = exactly("setting", {
  orders: maybe(v.pipe(some(whole(0, MAX_ORDER), "order"), inOrder)),
  resize: maybe(word(RESIZES)),
  bind_rule: maybe(text),
  map_rule: maybe(text),
  level_rule: maybe(text),
  order_rule: maybe(text),
  must_accept: maybe(text),
});
