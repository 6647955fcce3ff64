/** What mmap refuses, at its edges, as test/traces/edges.jsonl recorded it of a kernel. */

import { expect, it } from "vitest";
import { checkMmap } from "../../../model/kernel/mmap.ts";

const USER_PAGES = 2 ** 35 - 1;
const END = BigInt(USER_PAGES) << 12n;
const FAR = 2n ** 63n;
const PLAIN = { va: 0x1000n, length: 0x4000n, offset: 0n };

it.each([
  [{}, undefined],
  [{ va: END - 0x4000n }, undefined],
  [{ va: END - 0x3000n }, "ENOMEM window_outside"],
  [{ va: END - 0x4000n, length: 0x4001n }, "ENOMEM window_outside"],
  [{ va: FAR }, "ENOMEM window_outside"],
  [{ va: FAR + 1n }, "ENOMEM window_outside"],
  [{ length: END - 0x1000n }, undefined],
  [{ length: END }, "ENOMEM window_outside"],
  [{ length: 2n ** 64n - 1n }, "ENOMEM window_outside"],
  [{ length: 2n ** 64n - 0xfffn }, "ENOMEM window_outside"],
  [{ length: 2n ** 64n - 0x1000n }, "ENOMEM window_outside"],
  [{ length: 0n }, "EINVAL window_empty"],
  [{ length: 0n, va: FAR }, "EINVAL window_empty"],
  [{ length: 1n }, undefined],
  [{ va: 0x1001n }, "EINVAL window_unaligned"],
  [{ va: 0x1001n, offset: FAR }, "EINVAL window_unaligned"],
  [{ offset: 0x800n }, "EINVAL window_offset_unaligned"],
  [{ offset: 0x800n, length: 0n }, "EINVAL window_offset_unaligned"],
  [{ offset: FAR - 0x5000n }, undefined],
  [{ offset: FAR - 0x4000n }, "EOVERFLOW window_offset"],
  [{ offset: FAR - 0x4000n, length: 0x3000n }, undefined],
  [{ offset: FAR - 0x4000n, length: 0x3001n }, "EOVERFLOW window_offset"],
  [{ offset: FAR }, "EOVERFLOW window_offset"],
])("%#: %o", (over, said) => {
  const refused = checkMmap(true, USER_PAGES, { ...PLAIN, ...over });
  expect(refused && `${refused.errno} ${refused.check}`).toBe(said);
});

it("looks at the offset before the descriptor, and at that before all else", () => {
  expect(checkMmap(false, USER_PAGES, PLAIN)).toMatchObject({ ok: false, errno: "EBADF", check: "bad_fd" });
  expect(checkMmap(false, USER_PAGES, { ...PLAIN, length: 0n })).toMatchObject({ errno: "EBADF" });
  expect(checkMmap(false, USER_PAGES, { ...PLAIN, offset: 1n })).toMatchObject({ errno: "EINVAL" });
});
