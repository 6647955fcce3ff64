import { describe, expect, it } from "vitest";
import { parseCapture } from "../../../sim/layout/capture.ts";
import { layoutOf } from "../../../sim/layout/layout.ts";

const STRACE =
  "77  ioctl(9, KVM_SET_USER_MEMORY_REGION, {slot=0, flags=0, guest_phys_addr=0, memory_size=2147483648, userspace_addr=0x7f0000000000}) = 0";

function regionsOf(text: string): ReturnType<typeof layoutOf> {
  const parsed = parseCapture(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return layoutOf(parsed.regions);
}

describe("a capture", () => {
  it("reads what strace writes, and passes over the rest", () => {
    const text = [
      '77  openat(AT_FDCWD, "/dev/kvm", O_RDWR) = 9',
      STRACE,
      "[pid 78] ioctl(9, KVM_SET_USER_MEMORY_REGION, {slot=1, flags=KVM_MEM_LOG_DIRTY_PAGES|KVM_MEM_READONLY, guest_phys_addr=0x100000000, memory_size=0x1000, userspace_addr=0x7f0080000000}) = -1 EINVAL (Invalid argument) <0.000012>",
    ].join("\n");
    const parsed = parseCapture(text);
    expect(parsed).toEqual({
      ok: true,
      regions: [
        {
          line: 2,
          vm: 0,
          as_id: 0,
          slot: 0,
          flags: 0,
          gpa: 0n,
          size: 0x80000000n,
          userspace_addr: 0x7f0000000000n,
          guest_memfd: undefined,
          guest_memfd_offset: undefined,
          succeeded: true,
        },
        {
          line: 3,
          vm: 0,
          as_id: 0,
          slot: 1,
          flags: 3,
          gpa: 0x100000000n,
          size: 0x1000n,
          userspace_addr: 0x7f0080000000n,
          guest_memfd: undefined,
          guest_memfd_offset: undefined,
          succeeded: false,
        },
      ],
    });
  });

  it("reads QEMU's trace line, old and new", () => {
    const text = [
      "1234@1700000000.123456:kvm_set_user_memory Slot#0 flags=0x0 gpa=0x0 size=0x80000000 ua=0x7f0000000000 ret=0",
      "kvm_set_user_memory AddrSpace#1 Slot#3 flags=0x4 gpa=0x100000 size=0x7ff00000 ua=0x7f0000100000 guest_memfd=12 guest_memfd_offset=0x200000 ret=0",
    ].join("\n");
    expect(regionsOf(text)).toMatchObject([
      { as_id: 0, slot: 0, offset: 0n, size: 0x80000000n },
      // The log tells the offset; the address would say 1 MiB.
      { as_id: 1, slot: 3, offset: 0x200000n, gpa: 0x100000n },
    ]);
  });

  it("puts an interrupted ioctl together", () => {
    const text = [
      "77  ioctl(9, KVM_SET_USER_MEMORY_REGION, {slot=0, flags=0, guest_phys_addr=0, memory_size=4096, userspace_addr=0x1000} <unfinished ...>",
      '78  read(3, "", 1) = 0',
      "77  <... ioctl resumed>)              = 0",
    ].join("\n");
    expect(regionsOf(text)).toMatchObject([{ slot: 0, size: 4096n }]);
  });

  it.each([
    ["with raw numbers", STRACE.replace("KVM_SET_USER_MEMORY_REGION", "0x4020ae46")],
    [
      "with numbers and names",
      STRACE.replace("KVM_SET_USER_MEMORY_REGION", "0x4020ae46 /* KVM_SET_USER_MEMORY_REGION */").replace(
        "flags=0",
        "flags=0x1 /* KVM_MEM_LOG_DIRTY_PAGES */",
      ),
    ],
    ["with what its descriptors are", STRACE.replace("ioctl(9", "ioctl(9<anon_inode:kvm-vm>")],
    ["with the time of day", STRACE.replace("77  ", "77  12:34:56.123456 ")],
    ["with seconds and durations", `${STRACE.replace("77  ", "[pid    77] 1700000000.123456 ")} <0.000012>`],
    [
      "with a call that failed for want of a struct",
      `77  ioctl(9, KVM_SET_USER_MEMORY_REGION, NULL) = -1 EFAULT (Bad address)\n${STRACE}`,
    ],
    ["of a file with CRLF", `${STRACE}\r\n`],
  ])("reads strace %s", (_what, text) => {
    expect(regionsOf(text)).toMatchObject([{ slot: 0, gpa: 0n, size: 0x80000000n }]);
  });

  it("says that strace did not write a struct out", () => {
    expect(parseCapture("ioctl(9, KVM_SET_USER_MEMORY_REGION2, 0x7ffd12345678) = 0")).toEqual({
      ok: false,
      line: 1,
      message: "a memslot ioctl whose struct strace did not write out",
    });
  });

  it.each([
    ["cut in the middle of a struct", STRACE.slice(0, 90), 1],
    ["cut before the result", `${STRACE}\n${STRACE.slice(0, -4)}`, 2],
    ["a QEMU line cut short", "kvm_set_user_memory Slot#0 flags=0x0 gpa=0x0 size=0x80", 1],
    ["interrupted and never resumed", STRACE.replace(") = 0", " <unfinished ...>"), 1],
    ["nothing of ours in it", "hello\nworld\n", 1],
  ])("refuses one that is %s, and says where", (_what, text, line) => {
    expect(parseCapture(text)).toMatchObject({ ok: false, line });
  });
});

describe("the layout of a capture", () => {
  const line = (slot: number, gpa: number, size: number, ua: number, ret = 0): string =>
    `kvm_set_user_memory Slot#${slot} flags=0x0 gpa=0x${gpa.toString(16)} size=0x${size.toString(16)} ua=0x${ua.toString(16)} ret=${ret}`;

  it("takes touching addresses for one RAM block, and a gap for another", () => {
    const slots = regionsOf(
      [line(0, 0, 0x1000, 0x10000), line(1, 0x9000, 0x1000, 0x11000), line(2, 0xa000, 0x1000, 0x13000)].join("\n"),
    );
    expect(slots.map(({ offset, block_size }) => [offset, block_size])).toEqual([
      [0n, 0x2000n],
      [0x1000n, 0x2000n],
      [0n, 0x1000n],
    ]);
  });

  it("puts addresses into blocks in any order, one within another, and joins none by what was refused", () => {
    const slots = regionsOf(
      [
        line(0, 0, 0x4000, 0x20000),
        line(1, 0x9000, 0x1000, 0x21000),
        line(2, 0x10000, 0x1000, 0x24000),
        line(3, 0x20000, 0x1000, 0x10000),
        line(4, 0x30000, 0x10000, 0x11000, -22),
        line(3, 0, 0, 0x11000),
        line(5, 0x40000, 0x3000, 0x23000),
      ].join("\n"),
    );
    expect(slots.map(({ slot, offset, block_size }) => [slot, offset, block_size])).toEqual([
      [0, 0n, 0x6000n],
      [1, 0x1000n, 0x6000n],
      [2, 0x4000n, 0x6000n],
      [3, 0n, 0x1000n],
      [5, 0x3000n, 0x6000n],
    ]);
  });

  it("keeps the slots of address spaces apart", () => {
    const smram = line(1, 0, 0x1000, 0x10000).replace("Slot", "AddrSpace#1 Slot");
    expect(regionsOf([line(1, 0, 0x1000, 0x10000), smram].join("\n")).map(({ as_id }) => as_id)).toEqual([0, 1]);
  });

  it("tells creations only: no refusal, no deletion, no change of a slot that is there", () => {
    const slots = regionsOf(
      [
        line(0, 0, 0x1000, 0x10000),
        line(0, 0, 0x1000, 0x10000),
        line(1, 0x9000, 0x1000, 0x20000, -22),
        line(0, 0, 0, 0x10000),
        line(0, 0x5000, 0x1000, 0x10000),
      ].join("\n"),
    );
    expect(slots.map(({ slot, gpa }) => [slot, gpa])).toEqual([
      [0, 0n],
      [0, 0x5000n],
    ]);
  });
});
