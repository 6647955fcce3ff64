/** Mails, as they lie in a mailbox or a file: their bodies, decoded, and what of the head matters. */

import { fromBase64, fromFlowed, fromQuotedPrintable } from "./encoding.ts";
import type { Line } from "./line.ts";

export type Mail = { readonly subject: string; readonly body: readonly Line[] };

const FIELD = /^([A-Za-z][A-Za-z0-9-]*):(?:[ \t]|$)/;
const OF_MAIL =
  /^(?:from|to|cc|subject|date|message-id|in-reply-to|references|mime-version|content-type|content-transfer-encoding|received|return-path|reply-to|sender|list-id|x-[\w-]+|user-agent|delivered-to|dkim-signature)$/i;
/** `From` of a mailbox, with a date. */
const ENVELOPE = /^From \S+.*\d\d:\d\d/;

/** @returns the mails; none where this is no mail */
export function mailsIn(lines: readonly Line[]): Mail[] {
  const starts: number[] = [];
  for (const [i, { text }] of lines.entries()) {
    const before = lines[i - 1]?.text.trim() ?? "";
    if (ENVELOPE.test(text) && before === "" && isHead(lines, i + 1)) starts.push(i + 1);
  }
  const first = lines.findIndex(({ text }) => text.trim() !== "");
  if (starts.length === 0) {
    if (first < 0 || !isHead(lines, first)) return [];
    starts.push(first);
  }
  return starts.map((start, i) => {
    const next = starts[i + 1];
    return mailOf(lines.slice(start, next === undefined ? lines.length : next - 1));
  });
}

/** Two fields of mail at least, and nothing but fields up to an empty line. */
function isHead(lines: readonly Line[], start: number): boolean {
  let known = 0;
  for (let i = start; i < lines.length; i += 1) {
    const text = lines[i]?.text ?? "";
    if (text.trim() === "") break;
    if (/^[ \t]/.test(text) && i > start) continue;
    const name = FIELD.exec(text)?.[1];
    if (name === undefined) return false;
    if (OF_MAIL.test(name)) known += 1;
  }
  return known >= 2;
}

type Head = ReadonlyMap<string, string>;

function mailOf(lines: readonly Line[]): Mail {
  const { head, body } = split(lines);
  return { subject: head.get("subject") ?? "", body: bodyOf(head, body) };
}

function split(lines: readonly Line[]): { readonly head: Head; readonly body: readonly Line[] } {
  const head = new Map<string, string>();
  let name = "";
  for (const [i, { text }] of lines.entries()) {
    if (text.trim() === "") return { head, body: lines.slice(i + 1) };
    const field = FIELD.exec(text)?.[1];
    if (field !== undefined && !/^[ \t]/.test(text)) name = field.toLowerCase();
    const value = field === undefined || /^[ \t]/.test(text) ? text.trim() : text.slice(field.length + 1).trim();
    head.set(name, [head.get(name) ?? "", value].join(" ").trim());
  }
  return { head, body: [] };
}

const NESTED = 8;

function bodyOf(head: Head, body: readonly Line[], depth = 0): readonly Line[] {
  const type = head.get("content-type") ?? "text/plain";
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (/^multipart\//i.test(type) && boundary !== undefined && depth < NESTED) {
    return partsOf(body, boundary).flatMap((part) => {
      const inner = split(part);
      return bodyOf(inner.head, inner.body, depth + 1);
    });
  }
  // A patch may be attached as anything; what is formatted text says the same once more.
  if (/^(?:text\/html|image\/|audio\/|video\/|application\/pgp)/i.test(type)) return [];
  const encoding = (head.get("content-transfer-encoding") ?? "").toLowerCase();
  const decoded =
    encoding === "quoted-printable" ? fromQuotedPrintable(body) : encoding === "base64" ? fromBase64(body) : [...body];
  return /format="?flowed/i.test(type) ? fromFlowed(decoded) : decoded;
}

function partsOf(body: readonly Line[], boundary: string): Line[][] {
  const parts: Line[][] = [];
  let own: Line[] | undefined;
  for (const line of body) {
    const text = line.text.trimEnd();
    if (text === `--${boundary}--`) return parts;
    if (text === `--${boundary}`) {
      own = [];
      parts.push(own);
    } else own?.push(line);
  }
  return parts;
}
