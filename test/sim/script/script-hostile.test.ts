/** What users send reaches files and terminals as text: no control character, no name that breaks a format, nothing cut. */

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SaxesParser } from "saxes";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import { toC } from "../../../sim/script/c/program.ts";
import { importScript } from "../../../sim/script/import.ts";
import { toJson } from "../../../sim/script/json.ts";
import { toMail } from "../../../sim/script/mail.ts";
import { toMjs } from "../../../sim/script/mjs/mjs.ts";
import { toSvg } from "../../../sim/script/svg.ts";
import { bind, fault, setOrder } from "../../../sim/op.ts";
import { escapeControls, visible } from "../../../sim/visible.ts";
import { command } from "../../support/cli-io.ts";
import { scratch } from "../../support/cli.ts";
import { found, pasted } from "../../support/script-cases.ts";

const OPS = [bind({ slot: 0, base_gfn: 0, npages: 1, pgoff: 1, ugfn: 0 }), setOrder(9), fault(0)];
const FORMATS = { txt: toMail, c: toC, mjs: toMjs, json: toJson, svg: toSvg } as const;

/** ESC, OSC with BEL, CSI as C1, a bidirectional override, DEL, a line separator. */
const ODD = "\u001b[31m \u001b]0;x\u0007 \u009b31m \u202e \u007f \u2028";
// oxlint-disable-next-line no-control-regex
const RAW = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e]/;

const check = (name: string, more = ""): string =>
  `static bool ${name}(u64 offset)${more}\n{\n\treturn offset > 0; // a " quote\n}\n`;
const finding = (text: string, name = "r") => found("folio_starts_in_slot", pasted(text, name, "bind"), OPS);

describe("control characters", () => {
  it("become one visible character each, so that columns stay", () => {
    expect(visible(`a${ODD}\r\nb`)).toBe("a␛[31m ␛]0;x␇ ␦31m ␦ ␡ ␦\nb");
    expect(escapeControls("\u001b\u{e0041}")).toBe(String.raw`\u001b\udb40\udc41`);
  });

  it.each(Object.entries(FORMATS))("are in no .%s, which reads back", (extension, tell) => {
    const ce = finding(check("r", ` /* ${ODD} ---- end of rule ---- */`).replaceAll("\n", "\r\n"));
    const text = tell(ce);
    expect(RAW.exec(text)).toBeNull();
    expect(importScript(text, `r.${extension}`)).toMatchObject({ ok: true, id: ce.id, rule: { id: "r" } });
  });

  it("are refused where they would be a value", async () => {
    const book = await openRulebook();
    expect(book.parse("offset == '\u001b'", {})).toMatchObject({
      ok: false,
      error: { line: 1, column: 11, message: "a control character in a character constant: write its number" },
    });
  });

  it("leave a picture well-formed", () => {
    const parser = new SaxesParser();
    expect(() => parser.write(toSvg(finding(check("r", ` /* ${ODD} */`)))).close()).not.toThrow();
  });

  it.each(["text", "json", "junit", "sarif", "github"])("reach no terminal as %s", async (format) => {
    const directory = scratch();
    writeFileSync(join(directory, "odd.c"), check("r", ` /* ${ODD} */`));
    const args = ["judge", "odd.c", "--no-out", "--format", format, "--engine", "hunt", "--runs", "200", "--jobs", "1"];
    const { code, out } = await command(args, directory, { color: true });
    expect(code).toBe(1);
    const painted = out.replaceAll(/\u001b\[\d+m/g, ""); // oxlint-disable-line no-control-regex
    expect(RAW.exec(painted)).toBeNull();
    expect(out.includes("\u001b[31mrefuted")).toBe(format === "text");
  });

  it("reach no terminal in a complaint", async () => {
    const { code, err } = await command(["judge", `${ODD}.c`], scratch(), { color: true });
    expect(code).toBe(2);
    expect(RAW.exec(err)).toBeNull();
    expect(err).toContain(String.raw`\u001b[31m`);
  });
});

describe("names", () => {
  const NAMES = ["constructor", "__proto__", "toString", "main", "arguments", "down", "fault"];

  it.each(NAMES)("%s works in every format", (name) => {
    const ce = finding(check(name), name);
    for (const [extension, tell] of Object.entries(FORMATS)) {
      expect(importScript(tell(ce), `r.${extension}`)).toMatchObject({ ok: true, rule: { id: name } });
    }
  });

  it("stand in a log's flags too", async () => {
    const directory = scratch();
    const line =
      "ioctl(9, KVM_SET_USER_MEMORY_REGION, {slot=0, flags=constructor, guest_phys_addr=0, memory_size=4096, userspace_addr=0x1000}) = 0\n";
    writeFileSync(join(directory, "log.strace"), line);
    expect((await command(["layouts", "log.strace"], directory)).code).toBe(2);
  });
});

describe("a file that was cut", () => {
  it.each(Object.entries(FORMATS))("is no .%s, wherever it was", (extension, tell) => {
    const text = tell(finding(check("r")));
    const whole = text.trimEnd();
    for (let at = 0; at < whole.length; at += at < whole.length - 40 ? 97 : 1) {
      expect(importScript(whole.slice(0, at), `r.${extension}`).ok, `cut at ${at}`).toBe(false);
    }
    expect(importScript(whole, `r.${extension}`).ok).toBe(true);
  });
});

describe("written files", () => {
  it("are all five, whatever the function is called", async () => {
    const directory = scratch();
    mkdirSync(join(directory, "out"));
    writeFileSync(join(directory, "c.c"), check("constructor"));
    const args = [
      "judge",
      "c.c",
      "--claims",
      "folio_starts_in_slot",
      "--engine",
      "hunt",
      "--runs",
      "200",
      "--jobs",
      "1",
    ];
    const { code } = await command([...args, "--out", join(directory, "out")], directory);
    expect(code).toBe(1);
    const files = readdirSync(join(directory, "out"));
    expect(files.map((name) => name.split(".")[1])).toEqual(expect.arrayContaining(["c", "json", "mjs", "svg", "txt"]));
    for (const name of files) expect(readFileSync(join(directory, "out", name), "utf8")).toContain("constructor");
  });
});
