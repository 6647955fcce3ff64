/** What a full mount does: the tails of its files, the order they are trimmed in, and what is left. */

import { describe, expect, it } from "vitest";
import type { FamilyName } from "../../../model/kernel/family.ts";
import type { LinuxOp } from "../../../sim/kernel/op.ts";
import type { Setting } from "../../support/shmem-run.ts";
import {
  at,
  create,
  fallocate,
  foliosOf,
  punch,
  remount,
  run,
  touch,
  truncate,
  write,
} from "../../support/shmem-run.ts";

/** A file of one page in a folio of 2 MiB: 511 pages of it can be had back. */
const tail = (file: string): LinuxOp[] => [create(file), write(0, 1, file)];
const tails = (...files: string[]): LinuxOp[] => files.flatMap(tail);

/** Pages of each of these files. */
function pages(ops: readonly LinuxOp[], of: Setting, ...files: string[]): (number | undefined)[] {
  const { machine } = run(ops, of);
  return files.map((name) => machine.files.get(name)?.folios.pages);
}
const left = (ops: readonly LinuxOp[], of: Setting, file = "f"): string =>
  foliosOf(run(ops, of).machine.files.get(file));
const errno = (ops: readonly LinuxOp[], of: Setting) => run(ops, of).last.errno;

/** "f" exists already and is empty. The page that does not fit is written to "x", as a single page. */
const small = (file = "x"): LinuxOp[] => [remount("never"), create(file), write(0, 1, file)];

/** Files whose tails are gone again, but not their places in the list. */
const empties = (count: number): LinuxOp[] =>
  Array.from({ length: count }, (_, i) => [...tail(`e${i}`), fallocate(0, 512, 3, `e${i}`)]).flat();

describe("a full mount", () => {
  const room = (folios: number, more = 0): Setting => ({ mount: at(512 * folios + more) });

  it("trims the newest tail first, and no more of them than it needs", () => {
    const ops = tails("a", "b", "c");
    expect(pages([...ops, ...small()], room(3), "a", "b", "c", "x")).toEqual([512, 512, 1, 1]);
  });

  it("asks the tails for all pages of the new folio, whatever is free", () => {
    const ops = [...tails("a", "b", "c"), ...small(), remount("always"), ...tail("y")];
    expect(pages(ops, room(3), "a", "b", "c", "y")).toEqual([1, 1, 1, 512]);
  });

  it("goes on to the next tail where one does not free enough", () => {
    expect(pages([...tails("a", "b"), ...tail("y")], room(2, 6), "a", "b", "y")).toEqual([1, 1, 512]);
  });

  it("leaves the older tail where the newest frees just enough", () => {
    // 511 pages of 512: one page can be had.
    const one: LinuxOp[] = [create("b", at(511)), write(0, 1, "b")];
    expect(pages([...tail("a"), ...one, ...small()], room(2), "a", "b", "x")).toEqual([512, 511, 1]);
  });

  it("cuts the tail into single pages, up to the end of the file or of what fallocate promised", () => {
    expect(left([write(0, 3), ...small()], room(1))).toBe("0:0 1:0 2:0");
    expect(left([fallocate(0, 2, 1), write(0), ...small()], room(1))).toBe("0:0 1:0");
  });

  it("finds nothing where the last folio is gone, or ends with the file", () => {
    // The folio is punched out, and another file has the room.
    expect(errno([write(0), punch(0, 512), create("a", at(512)), write(0, 512, "a"), ...small()], room(1))).toBe(
      "ENOSPC",
    );
    // The last byte of the file is in the last page of its folio.
    const full = [write(0), truncate(at(512) - 1n), ...small()];
    expect(errno(full, room(1))).toBe("ENOSPC");
    expect(left(full, room(1))).toBe("0:9");
  });

  it("does not cut the folio that is being put in, though the file ends in it", () => {
    const ops = [write(0), truncate(at(600)), write(700)];
    expect(left(ops, { mount: at(1000) })).toBe("0:9 700:0");
  });

  it("cuts another folio of the same file", () => {
    expect(left([write(0), write(600)], { mount: at(600) })).toBe("0:0 512:9");
  });

  it("trims a file again once it has a new tail", () => {
    const ops = [...tail("a"), ...small(), remount("always"), write(512, 1, "a")];
    expect(left([...ops, ...small("y")], room(1, 2), "a")).toBe("0:0 512:0");
  });

  it("has a file in its list once, from its first tail on", () => {
    // "a" gets its second tail after "b": it is the older of the two still.
    const ops = [...tails("a", "b"), write(512, 1, "a"), ...small()];
    expect(pages(ops, room(3), "a", "b", "x")).toEqual([1024, 1, 1]);
    // A single page behind the end is no tail.
    const single = [...small("a"), remount("always"), ...tail("b"), write(512, 1, "a"), remount("never"), ...small()];
    expect(pages(single, room(2, 1), "a", "b", "x")).toEqual([2, 512, 1]);
  });

  it("looks at 128 files at a time: the newest of the oldest 128", () => {
    const names = Array.from({ length: 130 }, (_, i) => `t${i}`);
    const trimmed = (ops: LinuxOp[]): string[] => {
      const { files } = run([...tails(...names), ...ops], room(130)).machine;
      return names.filter((name) => files.get(name)?.folios.pages === 1);
    };
    expect(trimmed(small())).toEqual(["t127"]);
  });

  it("gives up where the oldest 128 have nothing, though the next has: the second try finds it", () => {
    const ops = [...empties(128), ...tail("t")];
    expect(errno([...ops, ...small()], room(1))).toBe("ENOSPC");
    expect(pages([...ops, ...small(), ...small()], room(1), "t", "x")).toEqual([1, 1]);
  });

  it("ends a fault with SIGBUS, a write and a fallocate with ENOSPC", () => {
    const none: Setting = { huge: "never", mount: at(4), size: at(16) };
    expect(errno([write(0, 4), touch(8, 0, 16)], none)).toBe("SIGBUS");
    expect(errno([write(0, 4), write(8)], none)).toBe("ENOSPC");
    expect(errno([write(0, 4), fallocate(8, 1)], none)).toBe("ENOSPC");
  });

  it("forgets files that are gone, and no others", () => {
    const ops: LinuxOp[] = [...tails("a", "b"), { op: "unlink", file: "b" }, create("b"), ...tail("b")];
    expect(pages([...ops, ...small()], room(2), "a", "b", "x")).toEqual([512, 1, 1]);
    const gone: LinuxOp[] = [...tails("a", "b"), { op: "unlink", file: "a" }, create("a")];
    const { machine } = run(gone, room(2));
    expect(machine.mount?.shrinklist).toEqual([machine.files.get("b")]);
    // A file that was never in the list goes.
    const other: LinuxOp[] = [...tails("a", "b"), create("c"), { op: "unlink", file: "c" }, create("c")];
    expect(pages([...other, ...small()], room(2), "a", "b", "x")).toEqual([512, 1, 1]);
  });
});

describe("a full mount on 6.1", () => {
  const room = (folios: number, more = 0): Setting => ({ mount: at(512 * folios + more), family: "6.1" });

  it("trims for a single page only, one tail at a time, the newest first", () => {
    expect(pages([...tails("a", "b"), ...tail("y")], room(2), "a", "b", "y")).toEqual([512, 1, 1]);
    expect(pages([...tails("a", "b"), ...tail("y")], room(2, 6), "a", "b", "y")).toEqual([512, 512, 1]);
    const next = [...tails("a", "b", "c"), ...tail("y"), create("z"), write(0, 511, "z")];
    expect(pages(next, room(3), "a", "b", "c", "y", "z")).toEqual([512, 1, 1, 1, 511]);
  });

  it("finds nothing in a file that ends on 2 MiB", () => {
    const ops = [write(0), truncate(at(512)), ...small()];
    expect(errno(ops, room(1))).toBe("ENOSPC");
    expect(left(ops, room(1))).toBe("0:9");
    // So does one that ends within the last page of it.
    expect(left([write(0), truncate(at(512) - 1n), ...small()], room(1))).toBe("0:9");
    // It is off the list: another file's tail is found behind it, before it or after it.
    for (const order of [
      [...tail("a"), write(0), truncate(at(512)), ...small()],
      [write(0), truncate(at(512)), ...tail("a"), ...small()],
    ]) {
      expect(pages(order, room(2), "f", "a", "x")).toEqual([512, 1, 1]);
    }
  });

  it("finds nothing where the folio is gone or small", () => {
    expect(errno([write(0), punch(0, 512), create("a", at(512)), write(0, 512, "a"), ...small()], room(1))).toBe(
      "ENOSPC",
    );
    const behind = [...tail("a"), write(0), punch(0, 512), remount("never"), write(0), ...small()];
    expect(pages(behind, room(1, 1), "f", "a", "x")).toEqual([1, 1, 1]);
  });

  it("does not count a file as a tail whose folio reaches one page past it", () => {
    const one = (family: FamilyName) => left([write(0), ...small()], { mount: at(512), size: at(511), family });
    expect(one("6.1")).toBe("0:9");
    expect(one("6.12").split(" ")).toHaveLength(511);
    const two = left([write(0), ...small()], { ...room(1), size: at(510) });
    expect(two.split(" ")).toHaveLength(510);
  });

  it("ends in ENOSPC where no tail is left, for every caller", () => {
    const none: Setting = { ...room(0, 4), huge: "never", size: at(16) };
    expect(errno([write(0, 4), write(8)], none)).toBe("ENOSPC");
    expect(errno([write(0, 4), touch(8, 0, 16)], none)).toBe("SIGBUS");
  });

  it("trims a file again once it has a new tail", () => {
    const ops = [...tail("a"), ...small(), remount("always"), write(512, 1, "a"), ...small("y")];
    expect(pages(ops, room(1, 513), "a", "x", "y")).toEqual([513, 1, 1]);
    const full = [...tail("a"), remount("never"), create("b"), write(0, 514, "b"), ...small()];
    const again = [...full, truncate(0n, "b"), remount("always"), write(512, 1, "a"), remount("never")];
    expect(pages([...again, write(0, 512, "b"), ...small("y")], room(2, 2), "a", "x", "y")).toEqual([2, 1, 1]);
  });

  it("goes on to the next where a split frees nothing: fallocate has promised all of the folio", () => {
    const promised: LinuxOp[] = [create("p"), fallocate(0, 512, 1, "p"), write(0, 1, "p")];
    const ops = [...tail("a"), ...promised, ...small()];
    expect(pages(ops, room(2), "a", "p", "x")).toEqual([1, 512, 1]);
    expect(left(ops, room(2), "p").split(" ")).toHaveLength(512);
  });

  it("looks at 128 files five times over", () => {
    const fifth = [...empties(639), ...tail("t"), ...small()];
    expect(pages(fifth, room(1), "t", "x")).toEqual([1, 1]);
    const sixth = [...empties(640), ...tail("t"), ...small()];
    expect(errno(sixth, room(1))).toBe("ENOSPC");
  });
});
