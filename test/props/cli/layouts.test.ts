/** `foliofence layouts` with no rule: what is said, how wide, and of logs that are none. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratch } from "../../support/cli.ts";
import { command } from "../../support/cli-io.ts";
import { filesIn } from "../../support/command-files.ts";

const dir = scratch();
const file = filesIn(dir);

const line = (slot: number, gpa: string, size: string, ua: string, as_id = 0): string =>
  `kvm_set_user_memory AddrSpace#${as_id} Slot#${slot} flags=0x0 gpa=${gpa} size=${size} ua=${ua} guest_memfd=-1 guest_memfd_offset=0x0 ret=0`;

const out = async (...args: string[]): Promise<string> => {
  const { code, out: said } = await command(["layouts", ...args], dir);
  expect(code).toBe(0);
  return said;
};

describe("the text", () => {
  it("has at most 100 columns, but for tables", async () => {
    const crowd = Array.from({ length: 9 }, (_, i) => line(i + 1, `0x${i + 2}0000000`, "0x1000", `0x7fffffff${i}000`));
    const far = line(40, "0xff000001000", "0xffffff000", "0x7ffffff00000000", 1);
    file("wide.log", [...crowd, far].join("\n"));
    for (const said of [await out("--orders", "4K,64K,2M,1G"), await out("wide.log", "--orders", "1G,2M")]) {
      const lines = said.split("\n").filter((text) => !/^ {2}\S/.test(text));
      expect(lines.filter((text) => text.length > 100)).toEqual([]);
      expect(lines.length).toBeGreaterThan(20);
    }
  });

  it("names the slots that a folio reaches, with their address space where it is another", async () => {
    const log = [line(1, "0x0", "0x1000", "0x40000000"), line(2, "0x8000", "0x1000", "0x40001000", 1)];
    const crowd = [3, 4, 5].map((slot) => line(slot, `0x${slot}000`, "0x1000", `0x4000${slot - 1}000`));
    file("spaces.log", [...log, ...crowd].join("\n"));
    const said = (await out("spaces.log", "--orders", "2M")).replaceAll(/\s+/g, " ");
    expect(said).toContain("slot 2 of address space 1 at gpa 0x8000, 2M pages");
    expect(said).toContain("onto slot 2 of address space 1, slot 3, slot 4 and more");
  });

  it("says that both gpa and offset are in the way", async () => {
    file("both.log", line(0, "0x40100000", "0x280000", "0x7f0000100000"));
    expect(await out("both.log", "--orders", "2M")).not.toContain("both gpa and offset");
    const offset = "0x7f0000000000";
    file(
      "both2.log",
      [line(1, "0x0", "0x100000", offset), line(0, "0x40100000", "0x280000", "0x7f0000100000")].join("\n"),
    );
    expect(await out("both2.log", "--orders", "2M")).toContain("a 2M page fits only if both gpa and offset change");
  });

  it("has one row and one remark for a slot that is made again and again", async () => {
    const again = [line(0, "0x0", "0x300000", "0x7f0000000000"), line(0, "0x0", "0x0", "0x7f0000000000")];
    file("again.log", Array.from({ length: 50 }, () => again.join("\n")).join("\n"));
    const said = await out("again.log", "--orders", "2M");
    expect(said).toContain("3 MiB  1   50 times");
    expect(said.match(/slot 0 at gpa/g)).toHaveLength(1);
    const { captures } = JSON.parse(await out("again.log", "--orders", "2M", "--json"));
    expect(captures[0].slots).toHaveLength(50);
  });

  it("tells both without --orders and without a rule, as JSON too", async () => {
    const said = await out("vm.strace");
    expect(said).toContain("size   4K      2M    1G");
    expect(said).toContain("every slot is taken by: none, ffs64");
    const { captures } = JSON.parse(await out("vm.strace", "--json"));
    expect(captures[0].slots[1]).toMatchObject({
      accepted: { ctz: false, ctz_levels: true },
      pages: [
        { page: "4K", backed: 524288 },
        { page: "2M", backed: 1024 },
        { page: "1G", backed: 2 },
      ],
    });
  });

  it("says nothing of userspace addresses of the built-in layouts", async () => {
    expect(await out("--orders", "1G")).toContain("The built-in layouts tell no userspace addresses");
    const { captures } = JSON.parse(await out("--orders", "1G", "--json"));
    expect(captures[0].slots[1].pages[0].userspace_addr_differs).toBeNull();
  });
});

describe("what is no log", () => {
  const refused = async (name: string, bytes: string | Buffer): Promise<string> => {
    writeFileSync(join(dir, name), bytes);
    const { code, err } = await command(["layouts", name, "--orders", "2M"], dir);
    expect(code).toBe(2);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    return err;
  };

  it("is refused in one line, at once where it never ends", async () => {
    expect(await refused("binary", Buffer.from("ab\n\0c"))).toContain("something binary");
    expect(await refused("long", `x\n${"y".repeat(2 ** 20 + 2 ** 19)}`)).toContain(
      ":2: a line of more than 1048576 bytes",
    );
    expect(await refused("other", "hello\n".repeat(12_000_000))).toContain("no memslot ioctl in the first 64 MiB");
    const { code, err } = await command(["layouts", "/dev/zero"], dir);
    expect([code, err]).toEqual([2, expect.stringContaining("/dev/zero:1: a NUL byte")]);
  });

  it("is refused where it is cut off in a later piece, with the line", async () => {
    const first = line(0, "0x0", "0x1000", "0x1000");
    const text = `${first}\n${"x".repeat(99)}\n`.repeat(5000) + first.slice(0, -9);
    expect(await refused("cut", text)).toContain("cut:10001: a memslot ioctl that is cut off or garbled");
  });
});

it("reads a log whose pieces end within a line, a character or CRLF as it reads the whole", async () => {
  const name = `# ${"é".repeat(700)}\r\n`;
  const lines = Array.from(
    { length: 2000 },
    (_, i) => `${name}${line(i, `0x${i}000`, "0x1000", `0x7f${i + 1000}000`)}\r\n`,
  );
  file("pieces.log", lines.join(""));
  const { captures } = JSON.parse(await out("pieces.log", "--rule", "ctz", "--json"));
  expect(captures[0].slots.map(({ slot }: { slot: number }) => slot)).toEqual(
    Array.from({ length: 2000 }, (_, i) => i),
  );
});
