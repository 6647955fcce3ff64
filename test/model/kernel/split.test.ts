/** What a punch or a truncate leaves: told page by page, and the cases that a range's two ends make. */

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextFolio } from "../../../model/folios/folios.ts";
import type { FamilyName } from "../../../model/kernel/family.ts";
import { FAMILIES } from "../../../model/kernel/family.ts";
import type { ShmemFile } from "../../../model/kernel/file.ts";
import { emptyFile, emptyMount } from "../../../model/kernel/file.ts";
import { fallocate, truncate, write } from "../../../model/kernel/shmem.ts";
import { byteSpan } from "../../../model/kernel/split.ts";
import { defaultKnobs } from "../../../model/kernel/orders.ts";
import {
  at,
  fallocate as reserve,
  folios,
  punch,
  remount,
  run,
  truncate as cut,
  write as put,
} from "../../support/shmem-run.ts";

const PAGE = 4096n;

describe("a range of bytes", () => {
  it.each([
    ["a page", PAGE, 2n * PAGE, [1, 1, 2, 2]],
    ["a byte more on both sides", PAGE - 1n, 2n * PAGE + 1n, [0, 1, 2, 3]],
    ["a byte less on both sides", PAGE + 1n, 2n * PAGE - 1n, [1, 2, 1, 2]],
    ["no end", PAGE + 1n, undefined, [1, 2, Infinity, Infinity]],
  ] as const)(
    "(%s) touches pages and covers pages",
    (_what, from, to, [touches_from, covers_from, covers_to, touches_to]) => {
      expect(byteSpan(from, to)).toEqual({ touches_from, covers_from, covers_to, touches_to });
    },
  );
});

/** One page of a file: the folio it is in. */
interface Page {
  readonly head: number;
  readonly order: number;
  readonly uptodate: boolean;
}
type Pages = Map<number, Page>;

function pagesOf({ folios: f }: ShmemFile): Pages {
  const pages: Pages = new Map();
  for (let head = nextFolio(f, 0); head >= 0; head = nextFolio(f, head + 2 ** f.order)) {
    for (let i = 0; i < 2 ** f.order; i++) pages.set(head + i, { head, order: f.order, uptodate: f.uptodate });
  }
  return pages;
}

/** Splits the folio with page `at`: halved towards it, so a page's piece is as large as the highest bit in which they differ. */
function splitPages(pages: Pages, page: number, keepEnd: number, buddy: boolean): void {
  const old = pages.get(page);
  if (old === undefined || old.order === 0) return;
  for (let q = old.head; q < old.head + 2 ** old.order; q++) {
    const order = buddy && q !== page ? 31 - Math.clz32(q ^ page) : 0;
    const head = q - (q % 2 ** order);
    // Pieces behind the end of the file go, but for the first.
    if (head !== old.head && head >= keepEnd) pages.delete(q);
    else pages.set(q, { head, order, uptodate: old.uptodate });
  }
}

/** Punches bytes [from, to), page by page. */
function punchPages(pages: Pages, from: number, to: number, keepEnd: number, buddy: boolean): void {
  const whole = [Math.ceil(from / 4096), Math.floor(to / 4096)] as const;
  const dropCovered = (): void => {
    for (const [page, { head, order }] of pages) {
      if (head >= whole[0] && head + 2 ** order <= whole[1]) pages.delete(page);
    }
  };
  dropCovered();
  const edge = (page: number): void => {
    const folio = pages.get(page);
    if (folio === undefined || folio.order === 0) return;
    const end = folio.head + 2 ** folio.order;
    splitPages(pages, Math.max(folio.head, Math.floor(from / 4096)), keepEnd, buddy);
    if (buddy && whole[1] < end) splitPages(pages, whole[1], keepEnd, buddy);
  };
  const first = pages.get(Math.floor(from / 4096));
  const last = to === Infinity ? -1 : Math.ceil(to / 4096) - 1;
  const sameFolio = first !== undefined && last < first.head + 2 ** first.order;
  edge(Math.floor(from / 4096));
  if (!sameFolio && last > Math.floor(from / 4096)) edge(last);
  dropCovered();
}

/** The folios, and how many pages they have in all. */
function text(pages: Pages): string {
  const told = new Set<string>();
  for (const { head, order, uptodate } of pages.values()) told.add(`${head}:${order}${uptodate ? "" : "*"}`);
  return [...told].toSorted().join(" ") + ` of ${pages.size} pages`;
}

const byte = fc.oneof(
  fc.nat({ max: 1100 }).map((page) => page * 4096),
  fc.nat({ max: 1100 * 4096 }),
  fc.constantFrom(0, 4095, 4097, 512 * 4096, 512 * 4096 - 1, 513 * 4096, 1024 * 4096),
);
const op = fc.record({
  kind: fc.constantFrom("write", "reserve", "punch", "punch", "punch", "truncate"),
  from: byte,
  bytes: fc.oneof(byte, fc.constantFrom(1, 4096, 8192, 65536, 512 * 4096)).map((n) => Math.max(n, 1)),
});

describe.each([
  ["6.12", false],
  ["6.18", true],
] as const)("on %s", (family, buddy) => {
  it("a punch and a truncate leave what the rule for one page says", () => {
    const k = { family: FAMILIES[family], knobs: defaultKnobs() };
    const told = fc.property(fc.array(op, { minLength: 1, maxLength: 12 }), (ops) => {
      const file = emptyFile(k.family, emptyMount("always", 0), true);
      for (const { kind, from, bytes } of ops) {
        const shrinks = BigInt(from) <= file.size_bytes;
        const pages = pagesOf(file);
        if (kind === "write") write(k, file, BigInt(from), BigInt(bytes));
        else if (kind === "truncate") truncate(k, file, BigInt(from));
        else fallocate(k, file, kind === "punch" ? 3 : 1, BigInt(from), BigInt(bytes));
        const keepEnd = Math.max(file.size_pages, file.fallocend);
        const cuts = kind === "punch" || (kind === "truncate" && shrinks);
        if (cuts) punchPages(pages, from, kind === "punch" ? from + bytes : Infinity, keepEnd, buddy);
        const left = text(pagesOf(file));
        expect(left).toBe(cuts || kind === "truncate" ? text(pages) : left);
        expect(file.mount.used_pages).toBe(file.folios.pages);
      }
    });
    fc.assert(told, { seed: 0x6b766d, numRuns: 60 });
  });
});

describe("a split", () => {
  const two = { size: at(1024) };

  it("goes towards the first page of the range, then towards the first page behind it", () => {
    expect(folios([put(0, 1024), punch(100, 412)], two)).toBe("0:6 64:5 96:2 512:9");
    expect(folios([put(0, 1024), punch(500, 20)], two)).toBe(
      "0:8 256:7 384:6 448:5 480:4 496:2 520:0 521:0 522:1 524:2 528:4 544:5 576:6 640:7 768:8",
    );
  });

  it("leaves pages reserved that were reserved, and data that was data", () => {
    expect(folios([reserve(0, 512), punch(0, 256)], two)).toBe(
      "256:0* 257:0* 258:1* 260:2* 264:3* 272:4* 288:5* 320:6* 384:7*",
    );
  });
});

describe("where fallocate has promised pages", () => {
  const promised = (...told: Parameters<typeof run>) => run(...told).machine.files.get("f")?.fallocend;

  it("a range over that end takes the promise back to its first whole page", () => {
    const ops = [reserve(0, 300, 1)];
    expect(promised(ops)).toBe(300);
    expect(promised([...ops, punch(100, 200)])).toBe(100);
    expect(promised([...ops, punch(100, 199)])).toBe(300);
    expect(promised([...ops, punch(300, 10)])).toBe(300);
    expect(promised([...ops, punch(299, 10)])).toBe(299);
    expect(promised([...ops, punch(310, 10)])).toBe(300);
    expect(promised([...ops, cut(0n)])).toBe(0);
  });

  it("a file without a page keeps its promise when it is cut", () => {
    expect(promised([reserve(0, 300, 1), punch(0, 299), punch(299, 1), cut(0n)])).toBe(299);
  });
});

describe("a fallocate that fails", () => {
  // 600 pages: the folio [0, 512) is new and begins before the range, 88 single pages follow, the next page is not there.
  const on = (family: FamilyName, size = at(1024)) => ({ mount: at(600), family, size });
  const left = (page: number, told: ReturnType<typeof on>): string => {
    const ops = [reserve(page, 600)];
    expect(run(ops, told).last.errno).toBe("ENOSPC");
    return folios(ops, told);
  };

  it("takes back a folio that begins with the range", () => {
    const told = on("6.18");
    const ops = [put(5000), remount("always"), reserve(512, 600)];
    expect(run(ops, { ...told, huge: "never" }).last.errno).toBe("ENOSPC");
    expect(folios(ops, { ...told, huge: "never" })).toBe("5000:0");
  });

  it("leaves the pages before the range where splits make single pages; on 6.1 one more", () => {
    expect(left(1, on("6.1"))).toBe("0:0* 1:0*");
    expect(left(3, on("6.1"))).toBe("0:0* 1:0* 2:0* 3:0*");
    expect(left(1, on("6.12"))).toBe("0:0*");
    expect(left(3, on("6.12"))).toBe("0:0* 1:0* 2:0*");
  });

  it("leaves the whole folio in pieces where the first of them is no single page", () => {
    expect(left(1, on("6.18"))).toBe("0:0*");
    expect(left(2, on("6.18"))).toBe("0:1* 2:0* 3:0* 4:2* 8:3* 16:4* 32:5* 64:6* 128:7* 256:8*");
    expect(left(100, on("6.18"))).toBe("0:6* 64:5* 96:2* 100:0* 101:0* 102:1* 104:3* 112:4* 128:7* 256:8*");
  });

  it("takes back the last piece too, where the range ends with the folio", () => {
    expect(run([reserve(1, 512)], { mount: at(512), size: at(1024) }).last.errno).toBe("ENOSPC");
    expect(folios([reserve(1, 512)], { mount: at(512), size: at(1024) })).toBe("0:0*");
  });

  it("leaves what lies behind the page that was not there", () => {
    const ops = [reserve(4608, 512, 1), put(0, 400), remount("never"), reserve(500, 300)];
    expect(run(ops, { mount: at(1100) }).last.errno).toBe("ENOSPC");
    expect(folios(ops, { mount: at(1100) })).toBe("0:9 4608:9*");
  });

  it("leaves no piece behind the end of the file but the first", () => {
    expect(left(1, on("6.12", 0n))).toBe("0:0*");
    expect(left(3, on("6.12", 0n))).toBe("0:0*");
    expect(left(2, on("6.18", 0n))).toBe("0:1*");
    expect(left(100, on("6.18", 0n))).toBe("0:6*");
    expect(left(100, on("6.18", at(65)))).toBe("0:6* 64:5*");
  });

  it("leaves what was there before, and what it made data", () => {
    const told = on("6.18");
    const never = { ...told, huge: "never" } as const;
    expect(folios([put(3), put(10), reserve(20, 2, 1), reserve(5, 600)], never)).toBe("3:0 10:0 20:0 21:0");
    expect(folios([put(0, 512), reserve(5, 600)], told)).toBe("0:9");
    // What an earlier fallocate reserved is written by the visit, so that the undo spares it.
    expect(folios([reserve(0, 512, 1), reserve(5, 600)], told)).toBe("0:9");
    expect(run([reserve(5, 600)], told).machine.files.get("f")?.fallocend).toBe(0);
  });
});
