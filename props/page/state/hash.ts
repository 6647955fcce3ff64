/**
 * The page's state in the address behind the "#": what a link shares. It is versioned; a newer page reads every older
 * version, and what it cannot read it says. Only what differs from the opening state is written.
 */

import { optionsOf, optionWords } from "../../../sim/words/block.ts";
import { DEFAULT_SETTING, orderFromText, orderText } from "../../../sim/setting.ts";
import { opOfWord, opWord } from "./op-word.ts";
import type { PageState } from "./state.ts";
import { FIRST_STATE } from "./state.ts";

const VERSION = "1";

const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%3B", ";").replaceAll("%20", "+");
const decode = (text: string): string => decodeURIComponent(text.replaceAll("+", "%20"));

/** Without the "#". */
export function toHash({ check, setting, ops, at, own }: PageState): string {
  const words: (readonly [string, string])[] = [["v", VERSION]];
  if ("id" in check) words.push(["check", check.id]);
  else {
    words.push(["c", check.text]);
    if (check.pick > 0) words.push(["pick", `${check.pick}`]);
  }
  if (String(setting.orders) !== String(DEFAULT_SETTING.orders)) {
    words.push(["orders", setting.orders.map(orderText).join(",")]);
  }
  for (const name of ["resize", "bind_rule", "map_rule", "level_rule"] as const) {
    if (setting[name] !== DEFAULT_SETTING[name]) words.push([name, setting[name]]);
  }
  const options = optionWords(setting);
  if (options.length > 0) words.push(["options", options.join("\n")]);
  words.push(["ops", ops.map(opWord).join(";")]);
  if (at !== ops.length - 1) words.push(["at", `${at}`]);
  if (!own) words.push(["follow", "1"]);
  return words.map(([name, value]) => `${name}=${encode(value)}`).join("&");
}

export type FromHash =
  { readonly ok: true; readonly state: PageState } | { readonly ok: false; readonly message: string };

function read(words: ReadonlyMap<string, string>): PageState {
  const given = (name: string, otherwise: string): string => words.get(name) ?? otherwise;
  const resize = given("resize", DEFAULT_SETTING.resize);
  if (resize !== "any" && resize !== "before-bind" && resize !== "never") throw new RangeError(`no resize "${resize}"`);
  const orders = words.get("orders")?.split(",").map(orderOf) ?? DEFAULT_SETTING.orders;
  const ops = given("ops", "")
    .split(";")
    .filter((word) => word !== "")
    .map(opOfWord);
  const text = words.get("c");
  const at = Number(words.get("at"));
  return {
    check:
      text === undefined ? { id: given("check", "none") } : { text, pick: Math.trunc(Number(words.get("pick") ?? 0)) },
    setting: {
      orders,
      resize,
      bind_rule: given("bind_rule", DEFAULT_SETTING.bind_rule),
      map_rule: given("map_rule", DEFAULT_SETTING.map_rule),
      level_rule: given("level_rule", DEFAULT_SETTING.level_rule),
      ...optionsOf(
        given("options", "")
          .split("\n")
          .filter((line) => line !== ""),
      ),
    },
    ops,
    at: Number.isInteger(at) && at >= -1 && at < ops.length ? at : ops.length - 1,
    // A link of an older page shows the slot that it holds.
    own: ops.length > 0 && words.get("follow") !== "1",
  };
}

function orderOf(text: string): number {
  const order = orderFromText(text);
  if (order === undefined) throw new RangeError(`"${text}" is no folio size`);
  return order;
}

/** An empty hash is the opening state. Never throws. */
export function fromHash(hash: string): FromHash {
  const text = hash.replace(/^#/, "");
  if (text === "") return { ok: true, state: FIRST_STATE };
  try {
    const pairs = text.split("&").map((pair): [string, string] => {
      const at = pair.indexOf("=");
      return [pair.slice(0, Math.max(at, 0)), decode(pair.slice(at + 1))];
    });
    const words = new Map(pairs);
    const version = words.get("v");
    if (version !== VERSION) throw new RangeError(`it is of version ${version ?? "none"}, this page reads ${VERSION}`);
    return { ok: true, state: read(words) };
  } catch (error) {
    if (!(error instanceof RangeError) && !(error instanceof URIError)) throw error;
    return {
      ok: false,
      message: `This link cannot be read: ${error.message}.`,
    };
  }
}
