/** The lines of a capture one by one: every field, and every way to be cut off. */

import { describe, expect, it } from "vitest";
import type { CapturedRegion } from "../../../sim/layout/capture.ts";
import { parseCapture } from "../../../sim/layout/capture.ts";

const CUT = "a memslot ioctl that is cut off or garbled";

function read(text: string): readonly CapturedRegion[] {
  const parsed = parseCapture(text);
  if (!parsed.ok) throw new Error(`${parsed.line}: ${parsed.message}`);
  return parsed.regions;
}

const STRUCT = "slot=65548, flags=0, guest_phys_addr=0x1000, memory_size=4096, userspace_addr=0x7f00";
const ioctl = (struct: string, end = ") = 0"): string => `ioctl(9, KVM_SET_USER_MEMORY_REGION2, {${struct}}${end}`;

describe("a struct that strace wrote", () => {
  it("is read field by field", () => {
    expect(read(ioctl(STRUCT))).toEqual([
      {
        line: 1,
        vm: 0,
        as_id: 1,
        slot: 12,
        flags: 0,
        gpa: 0x1000n,
        size: 0x1000n,
        userspace_addr: 0x7f00n,
        guest_memfd: undefined,
        guest_memfd_offset: undefined,
        succeeded: true,
      },
    ]);
  });

  it.each([
    ["0", 0],
    ["0x1f", 31],
    ["0X1F", 31],
    ["12", 12],
    ["KVM_MEM_LOG_DIRTY_PAGES", 1],
    ["KVM_MEM_READONLY", 2],
    ["KVM_MEM_GUEST_MEMFD", 4],
    ["KVM_MEM_READONLY|0x10|8", 26],
  ])("has flags %s", (flags, bits) => {
    expect(read(ioctl(STRUCT.replace("flags=0", `flags=${flags}`)))[0]?.flags).toBe(bits);
  });

  it.each(["KVM_MEM_FROB", "0x", "x12", "12x", "1_0", "KVM_MEM_READONLY|frob"])("is garbled with flags %s", (flags) => {
    expect(() => read(ioctl(STRUCT.replace("flags=0", `flags=${flags}`)))).toThrow(`1: ${CUT}`);
  });

  it.each(["slot", "flags", "guest_phys_addr", "memory_size", "userspace_addr"])("is garbled without %s", (field) => {
    const without = STRUCT.split(", ").filter((one) => !one.startsWith(field));
    expect(() => read(ioctl(without.join(", ")))).toThrow(`1: ${CUT}`);
  });

  it.each(["slot", "guest_phys_addr", "memory_size", "userspace_addr"])("is garbled where %s is no u64", (field) => {
    for (const value of ["x1", "1x", "0x", "0x10000000000000000", "18446744073709551616"]) {
      const struct = STRUCT.replace(new RegExp(`${field}=\\w+`), `${field}=${value}`);
      expect(() => read(ioctl(struct))).toThrow(`1: ${CUT}`);
    }
  });

  it("goes up to the last u64", () => {
    const struct = STRUCT.replace("0x1000", "0xffffffffffffffff");
    expect(read(ioctl(struct, ") = -22"))[0]?.gpa).toBe(2n ** 64n - 1n);
  });

  it.each([
    ["guest_phys_addr=0x1000", "guest_phys_addr=0xfffffffffffff000"],
    ["guest_phys_addr=0x1000", "guest_phys_addr=0x7ffffffffffff001"],
    ["memory_size=4096", "memory_size=0xfffffffffffff000"],
    ["userspace_addr=0x7f00", "userspace_addr=0x7ffffffffffff001"],
  ])("is garbled where the kernel would have taken what no kernel takes: %s", (from, to) => {
    const struct = STRUCT.replace(from, to);
    expect(() => read(ioctl(struct))).toThrow(`1: ${CUT}`);
    expect(read(ioctl(struct, ") = -22"))).toHaveLength(1);
  });

  it("is bound to a guest_memfd where its flags say so", () => {
    const tail = `${STRUCT}, guest_memfd_offset=0x2000, guest_memfd=7`;
    expect(read(ioctl(tail))[0]?.guest_memfd_offset).toBeUndefined();
    const bound = tail.replace("flags=0", "flags=KVM_MEM_GUEST_MEMFD");
    expect(read(ioctl(bound))[0]?.guest_memfd_offset).toBe(0x2000n);
    expect(read(ioctl(bound.replace(", guest_memfd_offset=0x2000", "")))[0]?.guest_memfd_offset).toBeUndefined();
  });

  it.each([
    [") = 0", true],
    [")                 = 0", true],
    [") = 0  ", true],
    [") = 0 <0.000012>", true],
    [") = -1 EINVAL (Invalid argument)", false],
    [") = -22", false],
    [") = 10", false],
  ])("that ends with %j is read", (end, succeeded) => {
    expect(read(ioctl(STRUCT, end))[0]?.succeeded).toBe(succeeded);
  });

  it.each([") = ", ") = ?", ")", " = 0", ") = 0 frob", ") = 0x7f"])("that ends with %j is garbled", (end) => {
    expect(() => read(ioctl(STRUCT, end))).toThrow(`1: ${CUT}`);
  });

  it("is no struct without its braces", () => {
    expect(() => read("ioctl(9, KVM_SET_USER_MEMORY_REGION, frob) = 0")).toThrow(`1: ${CUT}`);
    expect(() => read("ioctl(9, KVM_SET_USER_MEMORY_REGION, 0x7ffd, 1) = 0")).toThrow(`1: ${CUT}`);
  });

  it("that was not written out matters only where it made a slot", () => {
    const failed = "ioctl(9, KVM_SET_USER_MEMORY_REGION, 0x7ffd) = -1 EFAULT (Bad address)";
    expect(read(`${failed}\n${ioctl(STRUCT)}`)).toHaveLength(1);
    expect(parseCapture(failed)).toMatchObject({ ok: false, line: 1 });
  });
});

describe("ioctls that other threads interrupt", () => {
  const begun = (slot: number): string =>
    `ioctl(9, KVM_SET_USER_MEMORY_REGION, {slot=${slot}, flags=0, guest_phys_addr=0, memory_size=0x1000, userspace_addr=0}`;

  it.each([
    ["77 ", "778 "],
    ["  77 ", "  78 "],
    ["[pid  77] ", "[pid 778] "],
    ["", "1 "],
  ])("are put together by thread: %j and %j", (one, other) => {
    const text = [
      `${one}${begun(1)} <unfinished ...>`,
      `${other}${begun(2)} <unfinished ...>  `,
      `${other}<... ioctl resumed>)              = -22`,
      `${one}<... ioctl resumed>) = 0`,
      `${one}<... ioctl resumed>) = 0`,
    ].join("\n");
    expect(read(text)).toMatchObject([
      { line: 3, slot: 2, succeeded: false },
      { line: 4, slot: 1, succeeded: true },
    ]);
  });

  it("do not end by another call, or with half a line", () => {
    const open = `77 ${begun(1)} <unfinished ...>`;
    const never = { ok: false, line: 1, message: "an ioctl that never ends" };
    expect(parseCapture(open)).toEqual(never);
    expect(parseCapture(`${open}\n77 <... read resumed>) = 0`)).toEqual(never);
    expect(parseCapture(`${open}\n78 <... ioctl resumed>) = 0`)).toEqual(never);
    expect(parseCapture(`${open}\n77 <... ioctl resumed>)`)).toEqual(never);
  });

  it("are garbled where what began was", () => {
    const text = "77 ioctl(9, KVM_SET_USER_MEMORY_REGION, {slot=1 <unfinished ...>\n77 <... ioctl resumed>}) = 0";
    expect(parseCapture(text)).toEqual({ ok: false, line: 2, message: CUT });
  });
});

const LINE =
  "kvm_set_user_memory AddrSpace#12 Slot#34 flags=0x14 gpa=0x10 size=0x20 ua=0x30 guest_memfd=-1 guest_memfd_offset=0x40 ret=0";

describe("a line of QEMU's", () => {
  it("is read field by field", () => {
    expect(read(LINE)).toEqual([
      {
        line: 1,
        vm: 0,
        as_id: 12,
        slot: 34,
        flags: 0x14,
        gpa: 0x10n,
        size: 0x20n,
        userspace_addr: 0x30n,
        guest_memfd: "-1",
        guest_memfd_offset: 0x40n,
        succeeded: true,
      },
    ]);
    expect(read(`${LINE.slice(0, -1)}-22 `)[0]?.succeeded).toBe(false);
    expect(read(LINE.replace("guest_memfd=-1", "guest_memfd=123"))).toHaveLength(1);
    expect(read(LINE.replace(/ guest_memfd=.* ret/, " ret"))[0]?.guest_memfd_offset).toBeUndefined();
    expect(read(LINE.replace("AddrSpace#12 ", ""))[0]?.as_id).toBe(0);
  });

  it.each(["Slot#34 ", "flags=0x14 ", "gpa=0x10 ", "size=0x20 ", "ua=0x30 ", "guest_memfd=-1 ", " ret=0"])(
    "is garbled without %j",
    (field) => {
      expect(() => read(`frob\n${LINE.replace(field, "")}`)).toThrow(`2: ${CUT}`);
    },
  );

  it("is garbled with more behind it, or a number past 64 bits", () => {
    expect(() => read(`${LINE} frob`)).toThrow(`1: ${CUT}`);
    expect(() => read(LINE.replace("gpa=0x10", "gpa=0x10000000000000000"))).toThrow(`1: ${CUT}`);
  });
});

it("without a memslot ioctl is none", () => {
  expect(parseCapture("77 ioctl(9, KVM_CREATE_VM, 0) = 10\n")).toEqual({
    ok: false,
    line: 1,
    message: "no memslot ioctl in it (neither strace nor kvm_set_user_memory lines)",
  });
});

describe("the edges of a line", () => {
  it.each([
    LINE.replace("AddrSpace#12", "AddrSpace#1x2"),
    LINE.replace("Slot#34", "Slot#3x4"),
    LINE.replace("flags=0x14", "flags=0xg4"),
    LINE.replace("guest_memfd=-1", "guest_memfd=x"),
    LINE.replace("guest_memfd_offset=0x40", "guest_memfd_offset=0xg"),
    LINE.replace("ua=0x30", "ua=0x"),
  ])("%s", (line) => {
    expect(() => read(line)).toThrow(CUT);
  });

  it("an address in the middle is no missing struct", () => {
    expect(() => read("ioctl(9, KVM_SET_USER_MEMORY_REGION, 0x7ffd) = 0 <0.1> x")).toThrow(CUT);
    expect(() => read("ioctl(9, KVM_SET_USER_MEMORY_REGION, {slot=1, x=(a, 0x7ffd)}) = -22")).toThrow(CUT);
  });

  it("an unfinished call may have blanks, and is one at its end only", () => {
    const begun =
      "77 ioctl(9, KVM_SET_USER_MEMORY_REGION, {slot=1, flags=0, guest_phys_addr=0, memory_size=1, userspace_addr=0}";
    const end = "77 <... ioctl resumed>) = 0";
    for (const mark of ["<unfinished ...>", "   <unfinished ...>", " <unfinished ...>  "]) {
      expect(read(`${begun}${mark}\n${end}`)).toHaveLength(1);
    }
    expect(() => read(`${begun} <unfinished ...> x\n${end}`)).toThrow(CUT);
  });

  it("a call that returned a number of two digits did not succeed", () => {
    const begun =
      "77 ioctl(9, KVM_SET_USER_MEMORY_REGION, {slot=1, flags=0, guest_phys_addr=0, memory_size=1, userspace_addr=0} <unfinished ...>";
    expect(read(`${begun}\n77 <... ioctl resumed>) = 01`)[0]?.succeeded).toBe(false);
  });
});
