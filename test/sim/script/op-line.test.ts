/** One op as a line of a mail, of JavaScript and of C, and back. */

import { describe, expect, it, vi } from "vitest";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, punchHole, setISize, setOrder, unbind } from "../../../sim/op.ts";
import { hasOp, inC, inJavaScript, inText, linesOf, opFromLine, usesVms } from "../../../sim/words/op-line.ts";

const LINES: readonly (readonly [Op, string])[] = [
  [
    bind({ vm: 1, slot: 2, base_gfn: 3, npages: 4, pgoff: 5, ugfn: 6 }),
    "bind_memslot vm=1 slot=2 gpa=0x3000 size=0x4000 offset=0x5000 userspace_addr=0x6000",
  ],
  [unbind(2, 1), "delete_memslot vm=1 slot=2"],
  [setOrder(9), "set_order order=9"],
  [setISize(7), "set_i_size size=0x7000"],
  [punchHole(3, 4), "punch_hole offset=0x3000 size=0x4000"],
  [fault(8, 1), "fault vm=1 gpa=0x8000"],
];

describe.each(LINES)("%j", (op, line) => {
  const columns = { vm: true, userspace_addr: true };

  it("is a line, and is read from it in each spelling", () => {
    expect(inText(op, [op])).toBe(line);
    for (const text of [line, inJavaScript(op, columns), inC(op, columns)]) {
      expect(hasOp(text)).toBe(true);
      expect(opFromLine(text)).toEqual(op);
      expect(opFromLine(`  ${text} # of the reader`)).toEqual(op);
      expect(opFromLine(`${text} // of the reader: x=y`)).toEqual(op);
      expect(opFromLine(`${text} /* of the reader: size=zero`)).toEqual(op);
    }
  });

  it("is refused without a number that it takes", () => {
    for (const field of line.split(" ").slice(1)) {
      const [name = ""] = field.split("=");
      if (["vm", "userspace_addr"].includes(name)) continue;
      expect(() => opFromLine(line.replace(field, ""))).toThrow(new RangeError(`${op.op} without ${name}`));
    }
  });

  it("is refused with what is no number, and says so of every field", () => {
    for (const field of line.split(" ").slice(1)) {
      const [name = ""] = field.split("=");
      for (const text of ["-1", "0.5", "1k", "0x", "x"]) {
        expect(() => opFromLine(line.replace(field, `${name}=${text}`))).toThrow(
          new RangeError(`${name} is no number: "${text}"`),
        );
      }
    }
  });
});

it("reads numbers in either base, with blanks, in capitals", () => {
  expect(opFromLine("FAULT vm = 0x1 gpa : 0XA000")).toEqual(fault(10, 1));
  expect(opFromLine("fault gpa=4096")).toEqual(fault(1));
});

it.each([
  ["fault gpa=0x123", "gpa is no multiple of 0x1000"],
  ["bind_memslot slot=0 gpa=0x0 size=0x1 offset=0x0", "size is no multiple of 0x1000"],
  ["delete_memslot slot=4294967296", "slot is no u32"],
  ["bind_memslot slot=4294967296 gpa=0x0 size=0x1000 offset=0x0", "slot is no u32"],
  ["fault vm=0x100000000 gpa=0x0", "vm is no u32"],
  [" frob gpa=0x0 ", 'no op in "frob gpa=0x0"'],
  ["# fault gpa=0x0", 'no op in "# fault gpa=0x0"'],
  ["default gpa=0x0", 'no op in "default gpa=0x0"'],
])("%s: %s", (line, message) => {
  expect(() => opFromLine(line)).toThrow(new RangeError(message));
});

it("leaves out what is 0 in every op", () => {
  const op = bind({ npages: 1 });
  expect(inText(op, [op])).toBe("bind_memslot slot=0 gpa=0x0 size=0x1000 offset=0x0");
  expect(inText(op, [op, fault(0, 1)])).toBe("bind_memslot vm=0 slot=0 gpa=0x0 size=0x1000 offset=0x0");
  expect(usesVms([op])).toBe(false);
  expect(usesVms([setOrder(9), fault(0, 1)])).toBe(true);
  expect([hasOp("fault gpa=0x0"), hasOp("# fault gpa=0x0"), hasOp("the faults")]).toEqual([true, false, false]);
});

it("looks through a list once for all of its lines", () => {
  const ops = Array.from({ length: 1000 }, (_, at) => fault(at, at === 999 ? 1 : 0));
  const one = ops.map((op) => inText(op, ops));
  const looks = vi.spyOn(ops, "some");
  expect(linesOf(ops)).toEqual(one);
  expect(looks).toHaveBeenCalledTimes(1);
});
