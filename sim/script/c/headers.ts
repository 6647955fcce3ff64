/** The headers of a C program: those that its code needs. */

import { ERRNOS } from "../../c/tree/names.ts";

const HEADERS: readonly (readonly [header: string, needed: RegExp])[] = [
  ["errno.h", new RegExp(`\\b(errno|${[...ERRNOS.keys()].join("|")})\\b(?!:)`)],
  ["fcntl.h", /\bO_RDWR\b/],
  ["limits.h", /\b(U?INT|U?LONG|U?LLONG)_(MAX|MIN)\b/],
  ["linux/types.h", /\b__u(8|16|32|64)\b/],
  ["sched.h", /\bunshare\(/],
  ["stdbool.h", /\bbool\b/],
  ["stdint.h", /\bu?int(8|16|32|64|ptr)_t\b|\bSIZE_MAX\b/],
  ["stddef.h", /\bNULL\b|\bptrdiff_t\b/],
  ["stdio.h", /\b(printf|puts)\(/],
  ["stdlib.h", /\bmkdtemp\(/],
  ["string.h", /\bstr(cmp|error)\(/],
  ["sys/ioctl.h", /\bioctl\(/],
  ["sys/mount.h", /\bmount\(/],
  ["sys/stat.h", /\bfstat\(/],
  ["sys/types.h", /\b(loff_t|off_t|s?size_t|ushort|uint|ulong|u_int\d+_t)\b/],
  ["unistd.h", /\bclose\(/],
];

/** A string or a character constant, or else a comment: each may hold what would start the other. */
const APART = /("(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*')|\/\/(?:[^\n\\]|\\[^])*|\/\*[^]*?\*\//g;

const uncommented = (code: string): string =>
  code.replaceAll(APART, (_, literal: string | undefined) => literal ?? " ");

export function headersFor(code: string): string {
  const text = uncommented(code);
  const needed = HEADERS.filter(([, used]) => used.test(text));
  const gnu = /\b(unshare\(|SEEK_DATA|FALLOC_FL_)/.test(text) ? ["#define _GNU_SOURCE"] : [];
  return [...gnu, ...needed.map(([name]) => `#include <${name}>`)].join("\n");
}

/** Its words, but for those of comments and strings. */
export const wordsOf = (code: string): ReadonlySet<string> =>
  new Set(
    uncommented(code)
      .replaceAll(/"(?:[^"\\]|\\[^])*"/g, "")
      .match(/\w+/g),
  );
