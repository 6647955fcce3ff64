/** What commands are given to read. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";

const TWO = `static u64 largest(void)
{
	return SZ_1G;
}

static bool good(u64 offset, u64 size)
{
	return IS_ALIGNED(offset | size, largest());
}

static bool bad(u64 offset, u64 size)
{
	return IS_ALIGNED(offset, SZ_2M) && (1ULL << (size >> 12)) != 3;
}
`;

const CAPTURE = `7 ioctl(9, KVM_SET_USER_MEMORY_REGION, {slot=0, flags=0, guest_phys_addr=0, memory_size=2147483648, userspace_addr=0x7f2e00000000}) = 0
7 ioctl(9, KVM_SET_USER_MEMORY_REGION, {slot=1, flags=0, guest_phys_addr=0x100000000, memory_size=2147483648, userspace_addr=0x7f2e80000000}) = 0
`;

const ioctl = (slot: number, gpa: string, size: number, address: string): string =>
  `31 ioctl(11, KVM_SET_USER_MEMORY_REGION, {slot=${slot}, flags=0, guest_phys_addr=${gpa}, memory_size=${size}, userspace_addr=${address}}) = 0`;

/** A zone with a file of its own, and one whose file starts where its guest memory does not. */
const ZONES = [
  "31 ioctl(9, KVM_CREATE_VM, 0) = 11",
  ioctl(0, "0", 0x3000_0000, "0x7e0000000000"),
  ioctl(4, "0x30000000", 0x9000_0000, "0x7e8000000000"),
  ioctl(7, "0x100000000", 0x2010_0000, "0x7e8090000000"),
  "",
].join("\n");

/** Puts files into the directory, those that every test has first. @returns what adds another and gives its name back */
export function filesIn(dir: string): (name: string, text: string) => string {
  const file = (name: string, text: string): string => {
    writeFileSync(join(dir, name), text);
    return name;
  };
  file("two.c", TWO);
  file("vm.strace", CAPTURE);
  file("zones.strace", ZONES);
  return file;
}
