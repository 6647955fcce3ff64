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

/** Puts files into the directory, those that every test has first. @returns what adds another and gives its name back */
export function filesIn(dir: string): (name: string, text: string) => string {
  const file = (name: string, text: string): string => {
    writeFileSync(join(dir, name), text);
    return name;
  };
  file("two.c", TWO);
  file("vm.strace", CAPTURE);
  return file;
}
