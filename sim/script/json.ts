/** A counterexample as JSON: what `replay` reads. Page quantities are numbers of 4 KiB pages. */

import { CLAIMS } from "../../model/claim.ts";
import type { Counterexample } from "../counterexample.ts";
import { idOf } from "../counterexample.ts";
import type { Op } from "../op.ts";
import { opFromJson, opToJson } from "../op.ts";
import type { Setting } from "../setting.ts";
import { orderFromText, orderText } from "../setting.ts";
import type { Imported, ImportedRule, NotImported } from "./imported.ts";
import { visible } from "../visible.ts";
import { DAMAGED, EDITED, notImported } from "./imported.ts";

const SCHEMA = 1;

const quoted = ({ id, kind, text }: ImportedRule): ImportedRule => ({ id, kind, text });

/** The ops stand one a line, so that two files can be compared by eye and by diff. */
export function toJson(ce: Counterexample): string {
  const { rule, control, setting, violation } = ce;
  const members: Readonly<Record<string, unknown>> = {
    foliofence: "counterexample",
    schema: SCHEMA,
    id: ce.id,
    rule: quoted(rule),
    claim: ce.claim,
    sentence: CLAIMS[ce.claim].sentence,
    family: CLAIMS[ce.claim].family,
    setting: { ...setting, orders: setting.orders.map(orderText) },
    rules: { bind: quoted(ce.rules.bind), map: quoted(ce.rules.map), level: quoted(ce.rules.level) },
    ops: ce.ops,
    violation,
    control: quoted(control.rule),
  };
  const lines = Object.entries(members).map(([name, value]) => {
    const text =
      name === "ops"
        ? `[\n${ce.ops.map((op) => `    ${JSON.stringify(opToJson(op))}`).join(",\n")}\n  ]`
        : JSON.stringify(value);
    return `  ${JSON.stringify(name)}: ${text}`;
  });
  return `{\n${lines.join(",\n")}\n}\n`;
}

type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members => typeof value === "object" && value !== null;

function textOf(members: Members, name: string): string {
  const value = members[name];
  if (typeof value !== "string") throw new RangeError(`"${name}" is no string`);
  return visible(value);
}

function objectOf(members: Members, name: string): Members {
  const value = members[name];
  if (!isObject(value)) throw new RangeError(`"${name}" is no object`);
  return value;
}

export function settingFrom(orders: readonly string[], members: Members): Setting {
  const resize = textOf(members, "resize");
  if (resize !== "any" && resize !== "before-bind" && resize !== "never") {
    throw new RangeError(`"resize" is ${resize}: any, before-bind or never is known`);
  }
  return {
    orders: orders.map((text) => {
      const order = orderFromText(text);
      if (order === undefined) throw new RangeError(`"orders": ${text} is no folio size`);
      return order;
    }),
    resize,
    bind_rule: textOf(members, "bind_rule"),
    map_rule: textOf(members, "map_rule"),
    level_rule: textOf(members, "level_rule"),
  };
}

function opsOf(members: Members): readonly Op[] {
  const ops = members["ops"];
  if (!Array.isArray(ops) || ops.length === 0) throw new RangeError('"ops" is no list of ops');
  return ops.map((op: unknown, i) => {
    try {
      return opFromJson(op);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new RangeError(`"ops", operation ${i + 1} of ${ops.length}: ${error.message}`, { cause: error });
    }
  });
}

/** The line of a position that JSON.parse names; engines name it in more than one way, or not at all. */
function lineOfError(text: string, message: string): number {
  const position = /position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return text.slice(0, Number(position)).split("\n").length;
  return /end of (JSON|data)|unterminated/i.test(message) ? text.trimEnd().split("\n").length : 1;
}

/** The line in which a member stands, for an error about it. */
const lineOfMember = (text: string, name: string): number =>
  Math.max(1, text.split("\n").findIndex((line) => line.includes(`"${name}"`)) + 1);

export function fromJson(text: string, fileName: string): Imported | NotImported {
  let members: unknown;
  try {
    members = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : "not JSON";
    return notImported(fileName, lineOfError(text, message), `not whole JSON: ${message.split("\n")[0] ?? ""}`);
  }
  if (!isObject(members) || members["foliofence"] !== "counterexample") {
    return notImported(fileName, 1, "no counterexample of ours: it does not say so");
  }
  if (members["schema"] !== SCHEMA) {
    return notImported(
      fileName,
      lineOfMember(text, "schema"),
      `schema ${String(members["schema"])} is not known, only ${SCHEMA}`,
    );
  }
  try {
    const ops = opsOf(members);
    const id = idOf(ops);
    const named = members["id"];
    if (named !== undefined && named !== id && named !== EDITED) {
      throw new RangeError(`the "ops" do not have the id ${JSON.stringify(named)}: ${DAMAGED}`);
    }
    const rule = objectOf(members, "rule");
    const setting = objectOf(members, "setting");
    const orders: unknown = setting["orders"];
    if (!Array.isArray(orders)) throw new RangeError('"orders" is no list');
    return {
      ok: true,
      id,
      ops,
      rule: { id: textOf(rule, "id"), kind: textOf(rule, "kind"), text: textOf(rule, "text") },
      claim: textOf(members, "claim"),
      setting: settingFrom(orders.map(String), setting),
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const name = /"(\w+)"/.exec(error.message)?.[1] ?? "ops";
    return notImported(fileName, lineOfMember(text, name), error.message);
  }
}
