/** Refusals are values: the errno the kernel returns, and the name of the check that refused. */

export type Errno =
  | "EACCES"
  | "EAGAIN"
  | "EBADF"
  | "EBUSY"
  | "EEXIST"
  | "EFAULT"
  | "EFBIG"
  | "EHWPOISON"
  | "EINTR"
  | "EINVAL"
  | "EIO"
  | "EMFILE"
  | "ENODEV"
  | "ENOENT"
  | "ENOMEM"
  | "ENOSPC"
  | "ENOTTY"
  | "ENXIO"
  | "EOPNOTSUPP"
  | "EOVERFLOW"
  | "EPERM"
  | "ESPIPE"
  | "SIGBUS";

/** `check` names the test that refused, so that a run can be asked whether that test was ever met. */
export interface Refusal {
  readonly ok: false;
  readonly errno: Errno;
  readonly check: string;
}

export type Result<T> = { readonly ok: true; readonly value: T } | Refusal;

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });
export const refuse = (errno: Errno, check: string): Refusal => ({ ok: false, errno, check });
