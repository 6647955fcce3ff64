/** Reads a counterexample of ours back from JSON. */

import { claimFrom } from "../../model/claim.ts";
import * as v from "valibot";
import { idOf } from "../counterexample.ts";
import { OP } from "../schema/op.ts";
import { InputError, maybe, members, parseInput, shown, some, text } from "../schema/parse.ts";
import { SETTING_JSON } from "../schema/setting.ts";
import type { Imported, NotImported } from "./imported.ts";
import { DAMAGED, EDITED, notImported, SCHEMA } from "./imported.ts";

const COUNTEREXAMPLE = members({
  id: v.optional(v.unknown()),
  rule: members({ id: text, kind: text, text }),
  claim: text,
  expr: maybe(text),
  setting: SETTING_JSON,
  ops: some(OP, "op"),
});

/** The line of a position that JSON.parse names; engines name it in more than one way, or not at all. */
function lineOfError(json: string, message: string): number {
  const position = /position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return json.slice(0, Number(position)).split("\n").length;
  return /end of (JSON|data)|unterminated/i.test(message) ? json.trimEnd().split("\n").length : 1;
}

/** The line in which a member stands, for an error about it. */
const lineOfMember = (json: string, name: string): number =>
  Math.max(1, json.split("\n").findIndex((line) => line.includes(`"${name}"`)) + 1);

/** The message names the line of the member that is wrong. */
export function fromJson(json: string, fileName: string): Imported | NotImported {
  const refuse = (line: number, what: string): NotImported => notImported(fileName, line, what);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    const message = error instanceof Error ? error.message : "not JSON";
    return refuse(lineOfError(json, message), `not whole JSON: ${message.split("\n")[0] ?? ""}`);
  }
  if (
    typeof value !== "object" ||
    value === null ||
    !("foliofence" in value) ||
    value.foliofence !== "counterexample"
  ) {
    return refuse(1, "no counterexample of ours: it does not say so");
  }
  const schema: unknown = "schema" in value ? value.schema : undefined;
  if (schema !== SCHEMA) {
    return refuse(lineOfMember(json, "schema"), `schema ${String(schema)} is not known, only ${SCHEMA}`);
  }
  try {
    const { id: named, rule, claim, expr, setting, ops } = parseInput(COUNTEREXAMPLE, value);
    const id = idOf(ops);
    if (named !== undefined && named !== id && named !== EDITED) {
      throw new InputError(`the "ops" do not have the id ${shown(named)}: ${DAMAGED}`, ["ops"]);
    }
    return { ok: true, id, ops, rule, claim: claimFrom(claim, expr), setting };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const name = error.path.findLast((key) => typeof key === "string" && json.includes(`"${key}"`));
    return refuse(lineOfMember(json, String(name ?? "ops")), error.message);
  }
}
