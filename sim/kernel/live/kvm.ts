/** One VM with one vCPU in real mode, which stores a byte where it is told and halts. */

import { encodeCreateGuestMemfd, encodeRegion, encodeRegion2 } from "./abi.ts";
import { closeLong } from "./long-mode.ts";
import * as sys from "./syscalls.ts";
import type { LiveVm, Vcpu } from "./vm.ts";

const KVM_CREATE_VM = 0xae01;
const KVM_GET_VCPU_MMAP_SIZE = 0xae04;
const KVM_CREATE_VCPU = 0xae41;
const KVM_SET_USER_MEMORY_REGION = 0x4020ae46;
const KVM_SET_USER_MEMORY_REGION2 = 0x40a0ae49;
const KVM_CREATE_GUEST_MEMFD = 0xc040aed4;
const KVM_RUN = 0xae80;
const KVM_SET_REGS = 0x4090ae82;
const KVM_GET_SREGS = 0x8138ae83;
const KVM_SET_SREGS = 0x4138ae84;

const EXIT_HLT = 5;
const EXIT_MMIO = 6;

/** Where the guest's code is: its slot is made before the first store. */
const CODE_SLOT = 500n;
const CODE_GPA = 0xffff_f000n;
/** The data segment starts at the byte: mov [0], al; hlt. And where reads start, mov al, [0]; hlt. */
const CODE = [0xa2, 0x00, 0x00, 0xf4, 0xa0, 0x00, 0x00, 0xf4];
const START = { write: 0n, read: 4n } as const;

export const createVm = (kvm: number): number => sys.ioctl(kvm, KVM_CREATE_VM, 0);

export interface RegionArguments {
  readonly slot: number;
  readonly flags: number;
  readonly gpa: bigint;
  readonly size: bigint;
  readonly uaddr: bigint;
}

const regionOf = (op: RegionArguments) => ({
  slot: BigInt(op.slot),
  flags: BigInt(op.flags),
  guest_phys_addr: op.gpa,
  memory_size: op.size,
  userspace_addr: op.uaddr,
});

export const setRegion = (vm: number, op: RegionArguments): number =>
  sys.ioctlBuffer(vm, KVM_SET_USER_MEMORY_REGION, encodeRegion(regionOf(op)));

export const setRegion2 = (vm: number, op: RegionArguments, memfd: number, memfd_offset: bigint): number =>
  sys.ioctlBuffer(
    vm,
    KVM_SET_USER_MEMORY_REGION2,
    encodeRegion2({
      ...regionOf(op),
      guest_memfd_offset: memfd_offset,
      guest_memfd: BigInt.asUintN(32, BigInt(memfd)),
    }),
  );

export const createGuestMemfd = (vm: number, size: bigint, flags: bigint): number =>
  sys.ioctlBuffer(vm, KVM_CREATE_GUEST_MEMFD, encodeCreateGuestMemfd({ size, flags }));

const SREGS_BYTES = 0x138;
const REGS_BYTES = 0x90;
const SEGMENT_BYTES = 24;
const CS = 0;
const DS = SEGMENT_BYTES;
const REGS_RIP = 16 * 8;
const REGS_RFLAGS = 17 * 8;

/** Makes the vCPU and the slot of its code, or returns the negative errno of what failed. */
function startVcpu(kvm: number, vm: LiveVm): Vcpu | number {
  const codeVa = sys.mmapAnonymous(0x1000n);
  if (codeVa < 0) return codeVa;
  sys.memoryAt(codeVa, CODE.length).set(CODE);
  const region = { slot: CODE_SLOT, flags: 0n, guest_phys_addr: CODE_GPA, memory_size: 0x1000n };
  const returned = sys.ioctlBuffer(
    vm.fd,
    KVM_SET_USER_MEMORY_REGION,
    encodeRegion({ ...region, userspace_addr: BigInt(codeVa) }),
  );
  const fd = returned < 0 ? returned : sys.ioctl(vm.fd, KVM_CREATE_VCPU, 0);
  if (fd < 0) {
    sys.munmap(BigInt(codeVa), 0x1000n);
    return fd;
  }
  const length = sys.ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
  const runVa = sys.mmap(0n, BigInt(length), sys.MAP_SHARED, fd, 0n);
  const sregs = Buffer.alloc(SREGS_BYTES);
  sys.ioctlBuffer(fd, KVM_GET_SREGS, sregs);
  sregs.writeBigUInt64LE(CODE_GPA, CS);
  return { fd, run: sys.memoryAt(runVa, length), runVa, codeVa, sregs };
}

/** Stores or loads one byte at `gpa`, below 4 GiB. Returns the exit reason, or the negative errno of KVM_RUN. */
export function accessByGuest(
  kvm: number,
  vm: LiveVm,
  gpa: bigint,
  access: "read" | "write" = "write",
): "hlt" | "mmio" | number {
  if (vm.vcpu === undefined) {
    const started = startVcpu(kvm, vm);
    if (typeof started === "number") return started;
    vm.vcpu = started;
  }
  const { fd, run, sregs } = vm.vcpu;
  sregs.writeBigUInt64LE(gpa, DS);
  const regs = Buffer.alloc(REGS_BYTES);
  regs.writeBigUInt64LE(START[access], REGS_RIP);
  regs.writeBigUInt64LE(2n, REGS_RFLAGS);
  let returned = sys.ioctlBuffer(fd, KVM_SET_SREGS, sregs);
  if (returned >= 0) returned = sys.ioctlBuffer(fd, KVM_SET_REGS, regs);
  if (returned >= 0) returned = sys.ioctl(fd, KVM_RUN, 0);
  if (returned < 0) return returned;
  const reason = Buffer.from(run.buffer, run.byteOffset, 16).readUInt32LE(8);
  if (reason === EXIT_HLT) return "hlt";
  if (reason !== EXIT_MMIO) return -1000 - reason;
  // The access is finished by the next entry, which immediate_exit ends at once.
  run[1] = 1;
  sys.ioctl(fd, KVM_RUN, 0);
  run[1] = 0;
  return "mmio";
}

export function closeVm(kvm: number, vm: LiveVm): void {
  if (vm.vcpu !== undefined) {
    sys.munmap(BigInt(vm.vcpu.runVa), BigInt(sys.ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0)));
    sys.munmap(BigInt(vm.vcpu.codeVa), 0x1000n);
    sys.close(vm.vcpu.fd);
  }
  if (vm.long !== undefined) closeLong(vm.long);
  sys.closeLater(vm.fd);
}
