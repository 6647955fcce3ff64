/**
 * A vCPU in long mode at CPL 3 that stores one byte, and the level at which KVM mapped the page: KVM's own statistics count the
 * pages of each size that a VM has mapped (KVM_GET_STATS_FD), so the difference around one store tells. At CPL 0 and in real mode
 * a KVM that is itself a guest may emulate the store and map nothing.
 */

import { readSync } from "node:fs";
import { encodeRegion } from "./abi.ts";
import type { LiveVm, LongVcpu, Stats } from "./vm.ts";
import * as sys from "./syscalls.ts";

const KVM_GET_SUPPORTED_CPUID = 0xc008ae05;
const KVM_GET_VCPU_MMAP_SIZE = 0xae04;
const KVM_CREATE_VCPU = 0xae41;
const KVM_SET_USER_MEMORY_REGION = 0x4020ae46;
const KVM_SET_TSS_ADDR = 0xae47;
const KVM_RUN = 0xae80;
const KVM_SET_REGS = 0x4090ae82;
const KVM_GET_SREGS = 0x8138ae83;
const KVM_SET_SREGS = 0x4138ae84;
const KVM_SET_CPUID2 = 0x4008ae90;
const KVM_GET_STATS_FD = 0xaece;

const EXIT_MMIO = 6;

/** The guest's code and page tables: 64 KiB in a slot of their own, which no list uses. */
const LOW_SLOT = 501n;
const LOW_GPA = 0xf000_0000n;
const LOW_BYTES = 0x1_0000;
/** No slot is here: the store to it ends the run. */
const MMIO_GPA = 0xfee8_0000n;
const TSS_ADDR = 0xfffb_d000;
/** mov [rdi], al; mov [rsi], al; hlt */
const CODE = [0x88, 0x07, 0x88, 0x06, 0xf4];
/** A page of the guest's own, touched first so that the tables above are there. */
const WARM_GPA = LOW_GPA + 0x9000n;

/** Present, writable, user, accessed; and for a 2 MiB entry dirty and large. */
const TABLE = 0x27n;
const LARGE = 0xe7n;

const SREGS_BYTES = 0x138;
const REGS_BYTES = 0x90;
/** Offsets in struct kvm_sregs: segments of 24 bytes in the order cs, ds, es, fs, gs, ss. */
const CR0 = 224;
const CR3 = 240;
const CR4 = 248;
const EFER = 264;
/** Offsets in struct kvm_regs. */
const RAX = 0;
const RSI = 32;
const RDI = 40;
const RSP = 48;
const RIP = 128;
const RFLAGS = 136;

/** The statistics that a VM keeps, or undefined where it does not count pages by size. */
function openStats(vm: number): Stats | undefined {
  const fd = sys.ioctl(vm, KVM_GET_STATS_FD, 0);
  if (fd < 0) return undefined;
  const header = Buffer.alloc(24);
  readSync(fd, header, 0, 24, 0);
  const [nameBytes, count] = [header.readUInt32LE(4), header.readUInt32LE(8)];
  const [at, data] = [header.readUInt32LE(16), header.readUInt32LE(20)];
  const length = 16 + nameBytes;
  const all = Buffer.alloc(length * count);
  readSync(fd, all, 0, all.length, at);
  const found = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    const one = all.subarray(i * length, (i + 1) * length);
    found.set(one.toString("latin1", 16).replace(/\0.*$/s, ""), data + one.readUInt32LE(8));
  }
  const [pages_2m, pages_1g] = [found.get("pages_2m"), found.get("pages_1g")];
  if (pages_2m !== undefined && pages_1g !== undefined) return { fd, pages_2m, pages_1g };
  sys.close(fd);
  return undefined;
}

const COUNTER = Buffer.alloc(8);
function counter(fd: number, at: number): bigint {
  readSync(fd, COUNTER, 0, 8, at);
  return COUNTER.readBigUInt64LE(0);
}

/** 2 MiB pages over the first 4 GiB, each at its own address. */
function writeTables(low: Uint8Array): void {
  const words = new DataView(low.buffer, low.byteOffset, low.byteLength);
  const put = (page: number, entry: number, value: bigint): void =>
    words.setBigUint64(page * 4096 + entry * 8, value, true);
  put(1, 0, (LOW_GPA + 0x2000n) | TABLE);
  for (let gib = 0; gib < 4; gib++) {
    put(2, gib, (LOW_GPA + 0x3000n + BigInt(gib) * 0x1000n) | TABLE);
    for (let i = 0; i < 512; i++) put(3 + gib, i, (BigInt(gib) << 30n) | (BigInt(i) << 21n) | LARGE);
  }
}

function writeSegment(sregs: Buffer, at: number, type: number, selector: number, isLong: boolean): void {
  sregs.writeBigUInt64LE(0n, at);
  sregs.writeUInt32LE(0xffff_ffff, at + 8);
  sregs.writeUInt16LE(selector, at + 12);
  // type, present, dpl, db, s, l, g
  for (const [i, value] of [type, 1, 3, isLong ? 0 : 1, 1, isLong ? 1 : 0, 1].entries())
    sregs.writeUInt8(value, at + 14 + i);
}

function writeSregs(sregs: Buffer): void {
  writeSegment(sregs, 0, 11, 0x33, true);
  for (const at of [24, 48, 72, 96, 120]) writeSegment(sregs, at, 3, 0x2b, false);
  sregs.writeBigUInt64LE(0x8001_0033n, CR0);
  sregs.writeBigUInt64LE(LOW_GPA + 0x1000n, CR3);
  sregs.writeBigUInt64LE(0x20n, CR4);
  sregs.writeBigUInt64LE(0xd01n, EFER);
}

/** The CPU as KVM supports it: long mode needs to be told of. */
function copyCpuid(kvm: number, vcpu: number): number {
  const cpuid = Buffer.alloc(8 + 256 * 40);
  cpuid.writeUInt32LE(256, 0);
  const returned = sys.ioctlBuffer(kvm, KVM_GET_SUPPORTED_CPUID, cpuid);
  return returned < 0 ? returned : sys.ioctlBuffer(vcpu, KVM_SET_CPUID2, cpuid);
}

function startLong(kvm: number, vm: LiveVm): LongVcpu | undefined {
  const stats = openStats(vm.fd);
  if (stats === undefined) return undefined;
  sys.ioctl(vm.fd, KVM_SET_TSS_ADDR, TSS_ADDR);
  const lowVa = sys.mmapAnonymous(BigInt(LOW_BYTES));
  const low = sys.memoryAt(lowVa, LOW_BYTES);
  low.set(CODE);
  writeTables(low);
  const region = { slot: LOW_SLOT, flags: 0n, guest_phys_addr: LOW_GPA, memory_size: BigInt(LOW_BYTES) };
  sys.ioctlBuffer(vm.fd, KVM_SET_USER_MEMORY_REGION, encodeRegion({ ...region, userspace_addr: BigInt(lowVa) }));
  const fd = sys.ioctl(vm.fd, KVM_CREATE_VCPU, 1);
  if (fd < 0 || copyCpuid(kvm, fd) < 0) {
    sys.munmap(BigInt(lowVa), BigInt(LOW_BYTES));
    if (fd >= 0) sys.close(fd);
    sys.close(stats.fd);
    return undefined;
  }
  const runBytes = sys.ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
  const runVa = sys.mmap(0n, BigInt(runBytes), sys.MAP_SHARED, fd, 0n);
  const view = sys.memoryAt(runVa, runBytes);
  const sregs = Buffer.alloc(SREGS_BYTES);
  sys.ioctlBuffer(fd, KVM_GET_SREGS, sregs);
  writeSregs(sregs);
  return { fd, run: Buffer.from(view.buffer, view.byteOffset, runBytes), runVa, runBytes, lowVa, sregs, stats };
}

/** One store. `done`: the code went on behind it; `mmio`: no page is there. */
function store({ fd, run, sregs }: LongVcpu, gpa: bigint): "done" | "mmio" | number {
  const regs = Buffer.alloc(REGS_BYTES);
  const words = [
    [RAX, 0x5an],
    [RSI, MMIO_GPA],
    [RDI, gpa],
    [RSP, LOW_GPA + 0x8000n],
    [RIP, LOW_GPA],
    [RFLAGS, 2n],
  ] as const;
  for (const [at, value] of words) regs.writeBigUInt64LE(value, at);
  let returned = sys.ioctlBuffer(fd, KVM_SET_SREGS, sregs);
  if (returned >= 0) returned = sys.ioctlBuffer(fd, KVM_SET_REGS, regs);
  if (returned >= 0) returned = sys.ioctl(fd, KVM_RUN, 0);
  if (returned < 0) return returned;
  const reason = run.readUInt32LE(8);
  if (reason !== EXIT_MMIO) return -1000 - reason;
  const ended = run.readBigUInt64LE(32) === MMIO_GPA ? "done" : "mmio";
  run[1] = 1;
  sys.ioctl(fd, KVM_RUN, 0);
  run[1] = 0;
  return ended;
}

export interface Mapped {
  readonly exit: "done" | "mmio" | number;
  /** Order of the page that KVM mapped: 0, 9 or 18. */
  readonly order: number;
}

/** Stores one byte at `gpa`, below 3.75 GiB; undefined where this KVM does not count the pages it maps by size. */
export function mapByGuest(kvm: number, vm: LiveVm, gpa: bigint): Mapped | undefined {
  if (vm.long === undefined) {
    vm.long = startLong(kvm, vm);
    if (vm.long === undefined) return undefined;
    store(vm.long, WARM_GPA);
  }
  const { fd, pages_2m, pages_1g } = vm.long.stats;
  const before = [counter(fd, pages_2m), counter(fd, pages_1g)];
  const exit = store(vm.long, gpa);
  const order = counter(fd, pages_1g) > (before[1] ?? 0n) ? 18 : counter(fd, pages_2m) > (before[0] ?? 0n) ? 9 : 0;
  return { exit, order };
}

export function closeLong({ fd, runVa, runBytes, lowVa, stats }: LongVcpu): void {
  sys.munmap(BigInt(runVa), BigInt(runBytes));
  sys.munmap(BigInt(lowVa), BigInt(LOW_BYTES));
  sys.close(stats.fd);
  sys.close(fd);
}
