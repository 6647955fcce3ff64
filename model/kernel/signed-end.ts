/**
 * The one fault of a released kernel that the catalogue has: kvm_gmem_bind computes offset + size in loff_t, so the end
 * can wrap to a negative number, which then lies in any file.
 */

export const SIGNED_END = {
  /** Mainline releases that have it, the first and the last. */
  first: "6.8",
  last: "7.1",
  fixed: "7.2",
  /** "KVM: guest_memfd: Treat memslot binding offset+size as unsigned values" */
  commit: "eba85fee7fc6",
  /** Stable trees that took the fix. */
  backports: ["6.12.y"],
} as const;

const number = (version: string): number => {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major * 1000 + minor;
};

/** Has this release, or with ".y" the newest of its stable tree, the signed end? */
export const hasSignedEnd = (release: string): boolean =>
  !SIGNED_END.backports.some((tree) => tree === release) &&
  number(release) >= number(SIGNED_END.first) &&
  number(release) <= number(SIGNED_END.last);
