/** A VM of this kernel's, and its vCPUs: one that stores in real mode, one that maps in long mode. */

export interface Stats {
  readonly fd: number;
  /** Where the counters of pages mapped at 2 MiB and at 1 GiB lie. */
  readonly pages_2m: number;
  readonly pages_1g: number;
}

export interface LongVcpu {
  readonly fd: number;
  readonly run: Buffer;
  readonly runVa: number;
  readonly runBytes: number;
  readonly lowVa: number;
  readonly sregs: Buffer;
  readonly stats: Stats;
}

export interface Vcpu {
  readonly fd: number;
  readonly run: Uint8Array;
  readonly runVa: number;
  readonly codeVa: number;
  readonly sregs: Buffer;
}

export interface LiveVm {
  readonly fd: number;
  vcpu: Vcpu | undefined;
  long?: LongVcpu | undefined;
}
