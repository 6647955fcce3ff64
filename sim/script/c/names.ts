/** The constants and types that a C program of ours must define itself; only those that a rule uses. */

import { x86_64 } from "../../../model/arch.ts";
import { constants, ERRNOS } from "../../c/tree/names.ts";
import { IGNORED_WORDS, TYPE_NAMES } from "../../c/syntax/types.ts";
import type { IntType } from "../../../model/rule/int-type.ts";

const C_TYPE: Readonly<Record<IntType, string>> = {
  bool: "bool",
  u8: "unsigned char",
  s8: "signed char",
  u16: "unsigned short",
  s16: "short",
  u32: "unsigned int",
  s32: "int",
  u64: "unsigned long long",
  s64: "long long",
};

/** What the headers that the program includes define already. */
const FROM_HEADERS: ReadonlySet<string> = new Set(
  (
    "bool _Bool uint8_t uint16_t uint32_t uint64_t int8_t int16_t int32_t int64_t u_int8_t u_int16_t u_int32_t " +
    "u_int64_t ushort uint ulong size_t ssize_t uintptr_t intptr_t ptrdiff_t loff_t off_t __u8 __u16 __u32 __u64 " +
    "INT_MAX INT_MIN UINT_MAX LONG_MAX LONG_MIN ULONG_MAX LLONG_MAX LLONG_MIN ULLONG_MAX SIZE_MAX"
  )
    .split(" ")
    .concat([...ERRNOS.keys()]),
);

/** Words of a declaration that mean nothing here; those of C itself stay. */
const OF_C: ReadonlySet<string> = new Set(
  "static inline extern const volatile register auto __inline __inline__".split(" "),
);

export function typesFor(words: ReadonlySet<string>): readonly string[] {
  return [...TYPE_NAMES]
    .filter(([name]) => words.has(name) && !FROM_HEADERS.has(name))
    .map(([name, type]) => `typedef ${C_TYPE[type]} ${name};`);
}

function literal(type: IntType, value: bigint): string {
  const digits = (value < 0n ? -value : value) < 4096n ? `${value}` : `0x${value.toString(16)}`;
  if (type === "u64") return `${digits}UL`;
  if (type === "u32") return `${digits}U`;
  return type === "s64" ? `${digits}L` : digits;
}

export function constantsFor(words: ReadonlySet<string>): readonly string[] {
  return [...constants(x86_64)].flatMap(([name, value]) => {
    if (!words.has(name) || FROM_HEADERS.has(name) || value.node !== "const") return [];
    // The least values are no literals of C.
    const text =
      value.value < -4096n ? `(-${literal(value.type, -value.value - 1n)} - 1)` : literal(value.type, value.value);
    return [`#define ${name} ${text}`];
  });
}

/** What it says is in brackets behind it. */
const WITH_BRACKETS: ReadonlySet<string> = new Set(["__printf"]);

/** Some of them are in glibc too. */
export const annotationsFor = (words: ReadonlySet<string>): readonly string[] =>
  [...IGNORED_WORDS, ...WITH_BRACKETS].flatMap((word) =>
    words.has(word) && !OF_C.has(word)
      ? [`#ifndef ${word}`, `#define ${word}${WITH_BRACKETS.has(word) ? "(...)" : ""}`, "#endif"]
      : [],
  );
