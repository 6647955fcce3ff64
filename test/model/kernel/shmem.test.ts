/** The tmpfs model, in the small: each decision that a kernel developer could look up, with its numbers. */

import { describe, expect, it } from "vitest";
import type { Result } from "../../../model/errno.ts";
import { FAMILIES } from "../../../model/kernel/family.ts";
import { emptyFile, emptyMount } from "../../../model/kernel/file.ts";
import { defaultKnobs } from "../../../model/kernel/orders.ts";
import {
  fallocate as fallocateFile,
  truncate as truncateFile,
  write as writeFile,
} from "../../../model/kernel/shmem.ts";
import type { LinuxOp } from "../../../sim/kernel/op.ts";
import { at, fallocate, folios, punch, remount, run, touch, truncate, VA, write } from "../../support/shmem-run.ts";

const PAGE = 0x1000n;

describe("the order of a new folio", () => {
  it("is the largest whose block is empty", () => {
    // Page 5 is there, so every block of page 100 down to order 7 is not empty.
    expect(folios([write(5), remount("always"), write(100)], { huge: "never" })).toBe("5:0 64:6");
  });

  it("stays inside the file for within_size, where the write's own end counts", () => {
    // 1.5 MiB: pages [0, 256) fit order 8, then [256, 384) order 7.
    expect(folios([write(0, 384)], { huge: "within_size" })).toBe("0:8 256:7");
    expect(folios([fallocate(0, 512, 1)], { huge: "within_size" })).toBe("0:9*");
  });

  it("is cut by the chunk of write(), which is a page where the file was made under huge=never", () => {
    expect(folios([remount("within_size"), write(0, 4)], { huge: "never" })).toBe("0:0 1:0 2:0 3:0");
  });

  it("knows nothing of advice outside a fault", () => {
    expect(folios([write(0)], { huge: "advise" })).toBe("0:0");
    const advised: LinuxOp = { ...touch(0, 0, 512), advice: "hugepage" };
    expect(folios([advised], { huge: "advise", size: at(512) })).toBe("0:9");
  });

  it("never leaves the VMA of a fault", () => {
    expect(folios([touch(100, 0, 512)], { size: at(512) })).toBe("0:9");
    expect(folios([touch(100, 1, 511)], { size: at(512) })).toBe("100:0");
    expect(folios([touch(100, 0, 512, 1)], { size: at(512) })).toBe("100:0");
  });

  it.each([
    ["6.1", "0:9", "0:9", "0:9"],
    ["6.12", "0:9", "0:9", "100:0"],
    ["6.17", "100:0", "0:0", "100:0"],
    ["6.18", "0:9", "0:9", "100:0"],
    ["6.19", "0:9", "0:9", "96:4"],
  ] as const)(
    "on %s: page 100 written, a byte written, page 100 touched through 64 KiB",
    (family, byte, first, small) => {
      expect(folios([write(100)], { family })).toBe(byte);
      expect(folios([write(0)], { family })).toBe(first);
      expect(folios([touch(100, 96, 16)], { family, size: at(512) })).toBe(small);
    },
  );

  it("follows the length of the write from 6.14 to 6.17", () => {
    expect(folios([write(0, 64)], { family: "6.17" })).toBe("0:6");
    // Page 12 is aligned to 4 pages only.
    expect(folios([write(12, 64)], { family: "6.17" })).toBe("12:2 16:4 32:5 64:3 72:2");
  });
});

describe("what is cut", () => {
  const nine = { size: at(512) };

  it("splits towards the first page of the range, then towards the page behind it", () => {
    expect(folios([write(0, 512), punch(16, 16)], nine)).toBe("0:4 32:0 33:0 34:1 36:2 40:3 48:4 64:6 128:7 256:8");
    expect(folios([write(0, 512), punch(0, 16)], nine)).toBe("16:0 17:0 18:1 20:2 24:3 32:5 64:6 128:7 256:8");
  });

  it("splits into single pages up to 6.14", () => {
    const pages = folios([write(0, 512), punch(2, 508)], { ...nine, family: "6.12" });
    expect(pages).toBe("0:0 1:0 510:0 511:0");
  });

  it("drops what lies behind the end at any split, except the first piece", () => {
    expect(run([write(0), punch(0, 1)]).last.pages).toBe(0);
    expect(folios([write(0, 3), truncate(PAGE)])).toBe("0:0");
    // fallocate has promised pages up to 300, which lies in the last piece: that stays whole.
    expect(folios([fallocate(0, 300, 1), write(0), punch(0, 1)])).toBe("1:0 2:1 4:2 8:3 16:4 32:5 64:6 128:7 256:8");
    expect(folios([fallocate(0, 200, 1), write(0), punch(0, 1)])).toBe("1:0 2:1 4:2 8:3 16:4 32:5 64:6 128:7");
  });

  it("happens for a truncate to the same size, too", () => {
    expect(run([write(0), truncate(PAGE)]).last.pages).toBe(1);
    expect(run([fallocate(0, 8, 1), truncate(0n)], { huge: "never" }).last.pages).toBe(0);
  });
});

describe("a full mount", () => {
  it("falls to order 0 at once, and writes short", () => {
    // 600 pages: one 2 MiB folio, then 88 single pages.
    const { last } = run([write(0, 1024)], { mount: at(600) });
    expect(last).toMatchObject({ errno: 0, written: at(600), pages: 600 });
    expect(
      folios([write(0, 1024)], { mount: at(600) })
        .split(" ")
        .slice(0, 3),
    ).toEqual(["0:9", "512:0", "513:0"]);
  });

  it("trims the tails of other files first, the newest first", () => {
    const { machine } = run(
      [
        write(0),
        { op: "create_file", file: "g", size: 0n },
        { op: "write", file: "g", offset: 0n, length: 1n },
        remount("never"),
        { op: "create_file", file: "h", size: 0n },
        { op: "write", file: "h", offset: 0n, length: 1n },
      ],
      { mount: at(1024) },
    );
    const pages = (name: string) => machine.files.get(name)?.folios.pages;
    // f and g took 512 each. h needs one page: trimming g gives it, so f keeps its tail.
    expect([pages("f"), pages("g"), pages("h")]).toEqual([512, 1, 1]);
  });

  it("takes back what a fallocate reserved, and leaves what an earlier one had", () => {
    const options = { mount: at(100), huge: "never" } as const;
    const { last } = run([fallocate(0, 40), fallocate(20, 90)], options);
    expect(last).toMatchObject({ errno: "ENOSPC", pages: 40 });
    // The visit made pages 20 to 39 data.
    expect(last.data).toEqual([[at(20), at(40)]]);
  });

  it("leaves pieces of a folio that began before the fallocate that failed", () => {
    // From page 100: the folio [0, 512) is new, the next does not fit. Its first piece is [0, 64), so the walk goes on behind.
    expect(folios([fallocate(100, 500)], { mount: at(512) })).toBe("0:6*");
    expect(folios([fallocate(100, 500)], { mount: at(512), family: "6.12" })).not.toContain("100:0");
  });
});

describe("the ranges of system calls", () => {
  const k = { family: FAMILIES["6.18"], knobs: defaultKnobs() };
  const fresh = (max_pages = 0) => emptyFile(k.family, emptyMount("always", max_pages), true);
  const NEGATIVE = 1n << 63n;
  const LARGEST = NEGATIVE - 1n;
  const said = (result: Result<unknown>): unknown => (result.ok ? result.value : `${result.errno} ${result.check}`);

  it.each([
    ["nothing, wherever", LARGEST, 0n, 0n],
    ["from a negative offset", NEGATIVE, 1n, "EINVAL offset_negative"],
    ["from the largest offset", LARGEST, 1n, "EINVAL end_past_maximum"],
    ["up to the largest offset", LARGEST - 5n, 5n, 5n],
    ["past the largest offset", LARGEST - 5n, 6n, "EINVAL end_past_maximum"],
    ["2 GiB, of which a call takes all but a page", 0n, 0x8000_0000n, 0x7fff_f000n],
    ["2 pages at page 3", at(3), at(2), at(2)],
  ])("write: %s", (_what, offset, length, written) => {
    const file = fresh();
    expect(said(writeFile(k, file, offset, length))).toBe(written);
    expect(file.size_bytes).toBe(typeof written === "bigint" && written > 0n ? offset + written : 0n);
  });

  it("write, on a mount that gets full: what fitted, or ENOSPC", () => {
    const file = fresh(5);
    expect(said(writeFile(k, file, at(3), at(9)))).toBe(at(5));
    expect(file.size_bytes).toBe(at(8));
    expect(said(writeFile(k, file, at(100), 1n))).toBe("ENOSPC no_space");
  });

  it.each([
    ["a mode the VFS does not know", 0x80, 1n, "EOPNOTSUPP mode"],
    ["a mode tmpfs does not know", 0x10, 1n, "EOPNOTSUPP mode_not_of_tmpfs"],
    ["as long as the mount", 0, at(10), undefined],
    ["longer than the mount", 0, at(10) + 1n, "ENOSPC longer_than_mount"],
    ["punching more than the mount", 3, at(11), undefined],
  ])("fallocate: %s", (_what, mode, length, expected) => {
    const file = fresh(10);
    expect(said(fallocateFile(k, file, mode, 0n, length))).toBe(expected);
    expect(file.folios.pages).toBe(expected === undefined && mode === 0 ? 10 : 0);
  });

  it("fallocate on a mount without a limit, and on a full one", () => {
    expect(said(fallocateFile(k, fresh(), 0, 0n, at(4096)))).toBeUndefined();
    const file = fresh(10);
    writeFile(k, file, 0n, 1n);
    expect(said(fallocateFile(k, file, 0, at(1), at(10)))).toBe("ENOSPC no_space");
  });

  it("fallocate moves the end of the file up only, and not under KEEP_SIZE", () => {
    const file = fresh();
    const sizes = [
      [1, 5000n],
      [0, 5000n],
      [0, 3000n],
      [0, 6000n],
    ].map(([mode, end]) => {
      fallocateFile(k, file, Number(mode), 0n, BigInt(end ?? 0));
      return file.size_bytes;
    });
    expect(sizes).toEqual([0n, 5000n, 5000n, 6000n]);
  });

  it("ftruncate takes any size that is not negative", () => {
    const file = fresh();
    expect(said(truncateFile(k, file, NEGATIVE))).toBe("EINVAL size_negative");
    expect(said(truncateFile(k, file, LARGEST))).toBeUndefined();
    expect(file.size_bytes).toBe(LARGEST);
  });

  it("ftruncate upward leaves what is reserved behind the old end", () => {
    expect(folios([fallocate(0, 8, 1), truncate(PAGE)], { huge: "never" })).toBe(
      "0:0* 1:0* 2:0* 3:0* 4:0* 5:0* 6:0* 7:0*",
    );
  });

  it("fallocate follows what is left of its length from 6.14 to 6.17", () => {
    // 3 pages from page 128: two of them fit order 1.
    expect(folios([fallocate(128, 3)], { family: "6.17" })).toBe("128:1* 130:0*");
  });
});

describe("other files", () => {
  it("of no name follow the sizes of anonymous shmem when they are touched, not when they are written", () => {
    const unlinked: LinuxOp = { op: "unlink", file: "f" };
    expect(folios([unlinked, write(0)])).toBe("0:9");
    expect(folios([unlinked, touch(0, 0, 512)], { size: at(512) })).toBe("0:9");
    // Under advise the mount says no, so the size that inherits it is closed.
    expect(folios([unlinked, touch(0, 0, 512)], { size: at(512), huge: "advise" })).toBe("0:0");
  });

  it("give their pages back with the last name and descriptor", () => {
    const { machine } = run([write(0), { op: "unlink", file: "f" }, { op: "create_file", file: "f", size: 0n }]);
    expect(machine.mount?.used_pages).toBe(0);
  });

  it("collapse into one folio, holes charged, reserved pages written", () => {
    const collapse: LinuxOp = {
      op: "collapse",
      file: "f",
      va: VA,
      vma_offset: 0n,
      vma_length: at(512),
      offset: 0n,
      length: at(512),
    };
    const never = { huge: "never", size: at(512) } as const;
    expect(folios([write(7), fallocate(9, 3, 1), collapse], never)).toBe("0:9");
    expect(run([collapse], never).last).toMatchObject({ errno: "EINVAL", pages: 0 });
    expect(run([write(7), collapse], { ...never, mount: at(511) }).last).toMatchObject({ errno: "EINVAL", pages: 1 });
  });
});
