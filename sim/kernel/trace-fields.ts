/** Reads the fields of a JSON object by kind. The first problem is kept, with the path to it; reading goes on with blanks. */

import type { Huge } from "../../model/kernel/file.ts";

export interface Problem {
  message?: string;
}

export interface Fields {
  has(key: string): boolean;
  name(key: string): string;
  nullableName(key: string): string | null;
  bytes(key: string): bigint;
  u32(key: string): number;
  huge(key: string): Huge;
  access(key: string): "read" | "write";
  advice(key: string): "hugepage" | "nohugepage" | null;
  vmaAdvice(key: string): "remove" | "dontneed";
  errno(key: string): string | 0;
  ranges(key: string): [bigint, bigint][];
  under<T>(key: string, read: (f: Fields) => T): T;
  list<T>(key: string, read: (f: Fields) => T | undefined): T[];
  each<T>(key: string, read: (f: Fields) => T): Record<string, T>;
  fail(message: string): void;
  /** Says that all fields have been read: any other is a problem. */
  noMore(): void;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const BYTES = /^0x[0-9a-f]{1,16}$/i;
const isBytes = (value: unknown): value is string => typeof value === "string" && BYTES.test(value);

export function fieldsOf(value: unknown, path: string, problem: Problem): Fields {
  const seen = new Set<string>();
  const fail = (message: string): void => {
    problem.message ??= `${path}: ${message}`;
  };
  if (!isObject(value)) fail("expected an object");
  const object = isObject(value) ? value : {};
  const get = (key: string): unknown => {
    seen.add(key);
    if (!Object.hasOwn(object, key)) fail(`${key} is missing`);
    return object[key];
  };
  function expected<T>(key: string, what: string, blank: T): T {
    fail(`${key} is no ${what}: ${JSON.stringify(object[key])}`);
    return blank;
  }
  function oneOf<T>(key: string, known: readonly T[], blank: T): T {
    const found = get(key);
    const match = known.find((one) => one === found);
    return match === undefined ? expected(key, known.map(String).join(" | "), blank) : match;
  }
  const self: Fields = {
    has: (key) => Object.hasOwn(object, key),
    name: (key) => {
      const found = get(key);
      return typeof found === "string" ? found : expected(key, "string", "");
    },
    nullableName: (key) => (object[key] === null ? (seen.add(key), null) : self.name(key)),
    bytes: (key) => {
      const found = get(key);
      return isBytes(found) ? BigInt(found) : expected(key, 'u64 as a "0x…" string', 0n);
    },
    u32: (key) => {
      const found = get(key);
      const fits = typeof found === "number" && Number.isInteger(found) && found >= 0 && found < 2 ** 32;
      return fits ? found : expected(key, "number of 32 bits", 0);
    },
    huge: (key) => oneOf(key, ["never", "always", "within_size", "advise"] as const, "never"),
    access: (key) => oneOf(key, ["read", "write"] as const, "read"),
    advice: (key) => oneOf(key, ["hugepage", "nohugepage", null] as const, null),
    vmaAdvice: (key) => oneOf(key, ["remove", "dontneed"] as const, "dontneed"),
    errno: (key) => {
      const found = get(key);
      return found === 0 || typeof found === "string" ? found : expected(key, "0 or errno name", 0);
    },
    ranges: (key) => {
      const found = get(key);
      if (!Array.isArray(found)) return expected(key, "list of ranges", []);
      return found.map((pair: unknown): [bigint, bigint] => {
        const [start, end]: unknown[] = Array.isArray(pair) ? pair : [];
        return isBytes(start) && isBytes(end)
          ? [BigInt(start), BigInt(end)]
          : expected(key, "list of ranges", [0n, 0n]);
      });
    },
    under: (key, read) => read(fieldsOf(get(key), `${path}.${key}`, problem)),
    list: (key, read) => {
      const found = get(key);
      if (!Array.isArray(found)) return expected(key, "list", []);
      return found
        .map((one: unknown, at) => read(fieldsOf(one, `${path}.${key}[${at}]`, problem)))
        .filter((one) => one !== undefined);
    },
    each: (key, read) => {
      const found = get(key);
      if (!isObject(found)) return expected(key, "object", {});
      return Object.fromEntries(
        Object.entries(found).map(([name, one]) => [name, read(fieldsOf(one, `${path}.${key}.${name}`, problem))]),
      );
    },
    fail,
    noMore: () => {
      for (const key of Object.keys(object)) if (!seen.has(key)) fail(`unknown field ${key}`);
    },
  };
  return self;
}
