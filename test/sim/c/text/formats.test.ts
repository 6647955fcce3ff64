/** One change, in every form in which it may arrive: what is read is always the same, and places lead back to the text. */

import { describe, expect, it } from "vitest";
import { type Line, linesOf, placeIn } from "../../../../sim/c/text/line.ts";
import { readDocument } from "../../../../sim/c/text/document.ts";
import { hasProse } from "../../../../sim/c/text/prose.ts";

const BEFORE = `static int slot_fits(u64 offset, u64 size)
{
	/* ranges are whole */
	if (offset % PAGE_SIZE)
		return -EINVAL;
	return 0;
}`;
const AFTER = BEFORE.replace("offset % PAGE_SIZE)", "(offset | size) % PAGE_SIZE) // größe");

const HUNK = ` /* above */
@@ -10,8 +10,8 @@ struct thing {
 #define ABOVE 1
 
 static int slot_fits(u64 offset, u64 size)
 {
 	/* ranges are whole */
-	if (offset % PAGE_SIZE)
+	if ((offset | size) % PAGE_SIZE) // größe
 		return -EINVAL;
 	return 0;
 }`.replace(/^.*\n/, "");
const FILES = "--- a/virt/kvm/thing.c\n+++ b/virt/kvm/thing.c\n";
const GIT = `diff --git a/virt/kvm/thing.c b/virt/kvm/thing.c\nindex 1234567..89abcde 100644\n${FILES}${HUNK}\n`;
const DIFF_U = `--- virt/kvm/thing.c.orig\t2024-05-01 10:00:00.000000000 +0200\n+++ virt/kvm/thing.c\t2024-05-01 10:01:00.000000000 +0200\n${HUNK}\n`;
const SHOW = `commit 0123456789012345678901234567890123456789\nAuthor: A B <a@b.c>\nDate:   Wed May 1 10:00:00 2024 +0200\n\n    KVM: thing: look at the size, too\n\n    - a list\n    - of two\n\n${GIT}`;
const BODY = `The size matters:\n\n - one\n - two\n\nSigned-off-by: A B <a@b.c>\n---\n virt/kvm/thing.c | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n\n${GIT}-- \n2.39.2\n`;
const HEAD =
  "From: A B <a@b.c>\nSubject: [PATCH 1/2] KVM: thing: look at\n the size, too\nDate: Wed, 1 May 2024 10:00:00 +0200\nMessage-Id: <1@b.c>\n";
const ENVELOPE = "From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\n";
const FORMAT_PATCH = `${ENVELOPE}${HEAD}\n${BODY}`;

const quote = (text: string, by = "> "): string => text.replaceAll(/^/gm, by);
const quotedPrintable = (text: string): string =>
  [...new TextEncoder().encode(text)]
    .map((byte) =>
      byte === 10 || (byte >= 32 && byte < 127 && byte !== 61)
        ? String.fromCodePoint(byte)
        : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`,
    )
    .join("")
    .replaceAll(/^(.{60}[^=\n]{1,8})(?=[^\n])/gm, "$1=\n");
const base64 = (text: string): string => Buffer.from(text).toString("base64").replaceAll(/.{76}/g, "$&\n");
const mime = (type: string, encoding: string, body: string): string =>
  `${HEAD}MIME-Version: 1.0\nContent-Type: ${type}\nContent-Transfer-Encoding: ${encoding}\n\n${body}`;
const reply = `On Wed, May 01, 2024 at 10:00:00AM +0200, A B wrote:\n${quote(BODY)}\nLooks good to me.\n\n-- \nC D\n`;
const remarked = (text: string): string =>
  text.replace(/^(.*\+.*größe)$/m, "$1\n\nIs this not too strict (I ask; really)?\n");
const MULTIPART = `${HEAD}MIME-Version: 1.0\nContent-Type: multipart/mixed;\n boundary="=_x"\n\nThis is a message in parts.\n--=_x\nContent-Type: text/plain\n\nHi,\n\nsee the attachment.\n--=_x\nContent-Type: text/html\n\n<p>static bool f(u64 offset) { return true; }</p>\n--=_x\nContent-Type: text/x-patch; name="a.patch"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment\n\n${base64(GIT)}\n--=_x--\n`;
const flowed = (text: string): string =>
  text
    .replaceAll(/^(?=[ >]|From )/gm, " ")
    .replace("The size matters:", "The size matters, and this sentence is made to be rather long, so it \nflows:");

const FORMATS: Readonly<Record<string, string>> = {
  "a hunk": HUNK,
  "files and a hunk": FILES + HUNK,
  "git diff": GIT,
  "diff -u": DIFF_U,
  "git show": SHOW,
  "format-patch": FORMAT_PATCH,
  "format-patch, CRLF": FORMAT_PATCH.replaceAll("\n", "\r\n"),
  "two of a box": `${ENVELOPE}${HEAD}\nA cover letter, with nothing in it.\n\n${FORMAT_PATCH}`,
  "a mail": HEAD + "\n" + BODY,
  "a mail's body": BODY,
  quoted: quote(GIT),
  "quoted without blanks": quote(GIT, ">"),
  "quoted twice": quote(quote(GIT)),
  "quoted twice, close": quote(GIT, ">> "),
  "a reply": reply,
  "a reply, as a mail": HEAD + "\n" + reply,
  "a reply with a remark inside": remarked(reply),
  "a reply to a reply": quote(remarked(reply)) + "\nYes.\n",
  "quoted-printable": mime("text/plain; charset=utf-8", "quoted-printable", quotedPrintable(BODY)),
  "quoted-printable without a head": quotedPrintable(BODY),
  base64: mime("text/plain; charset=utf-8", "base64", base64(BODY)),
  "base64, CRLF": mime("text/plain; charset=utf-8", "base64", base64(BODY.replaceAll("\n", "\r\n"))),
  "base64 without a head": base64(BODY),
  multipart: MULTIPART,
  flowed: mime("text/plain; charset=utf-8; format=flowed", "8bit", flowed(BODY)),
  "a byte order mark": `\u{feff}${GIT}`,
  "empty context lines without their blank": GIT.replaceAll(/^ $/gm, ""),
  "counts that are wrong": GIT.replace("-10,8 +10,8", "-10,3 +10,4"),
  "a hunk broken off by a mailer": GIT.replace("u64 offset, u64 size)", "u64 offset,\nu64 size)").replaceAll(
    "static int slot_fits",
    "static noinline __maybe_unused int slot_fits_into_the_file_of_it",
  ),
};

const textOf = (lines: readonly Line[] | undefined): string => (lines ?? []).map(({ text }) => text).join("\n");

describe("a change is read whatever it is wrapped in", () => {
  it.each(Object.entries(FORMATS))("%s", (_name, text) => {
    const reading = readDocument(text);
    if (!reading.ok) throw new Error(`${reading.place.line}:${reading.place.column} ${reading.what}`);
    const { changes } = reading.document;
    expect(changes).toHaveLength(1);
    const [{ before, after } = {}] = changes;
    const plain = (read: string): string =>
      read.replace("static noinline __maybe_unused int slot_fits_into_the_file_of_it", "static int slot_fits");
    expect(plain(textOf(before?.lines))).toContain(BEFORE);
    expect(plain(textOf(after?.lines))).toContain(AFTER);
    // Each line leads back to itself, wherever the text is not encoded.
    const given = text.replace(/^\u{feff}/u, "").split(/\r?\n/);
    if (/base64/i.test(_name) || text.includes("base64")) return;
    for (const line of after?.lines ?? []) {
      if (line.text.length < 2 || /[=ß]/.test(line.text)) continue;
      const { line: row, column } = placeIn(line, line.text.length - 1);
      expect(given[row - 1]?.[column - 1]).toBe(line.text.at(-1));
    }
  });

  it("and base64's places are those of its groups", () => {
    const reading = readDocument(FORMATS["base64"] ?? "");
    if (!reading.ok) throw new Error(reading.what);
    const line = reading.document.changes[0]?.after?.lines.find(({ text }) => text.includes("return 0"));
    const { line: row, column } = line ? placeIn(line, 0) : { line: 0, column: 0 };
    const encoded = (FORMATS["base64"] ?? "").split("\n");
    const rest = encoded
      .slice(row - 1)
      .join("")
      .slice(4 * Math.floor((column - 1) / 4));
    expect(Buffer.from(rest, "base64").toString()).toMatch(/^.{0,3}\treturn 0/s);
  });
});

describe("a source file", () => {
  const FILE = `#define each(_slot_, _level_,	\\
	     _iter_)			\\
	for (begin(_iter_, _slot_, _level_); goes_on(_iter_);)

static void charge(struct region *r, long from,
		   long to, struct part *in, int i,
		   int on)
{
}

${AFTER}
`;

  it("is read whole, whatever its parameters are called", () => {
    const reading = readDocument(FILE);
    if (!reading.ok) throw new Error(reading.what);
    const text = reading.document.pieces.map(({ lines }) => lines.map((line) => line.text).join("\n"));
    expect(text).toEqual([FILE]);
  });

  it.each(["Is slot_fits() to be used as it is (for now,", "slot_fits( is what you want here, and", "Hello,"])(
    "is still told from a sentence: %s",
    (sentence) => {
      expect(hasProse(linesOf(`${FILE}\n${sentence}\nthanks\n`))).toBe(true);
    },
  );
});
