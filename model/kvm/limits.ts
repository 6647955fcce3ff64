/** What a memslot may be: flags, and the limits of a machine. */

export const KVM_MEM_LOG_DIRTY_PAGES = 1;
export const KVM_MEM_READONLY = 2;
export const KVM_MEM_GUEST_MEMFD = 4;

/** What differs between hosts and kernels, as data. Page quantities are in 4 KiB pages. */
export interface MemslotLimits {
  /** Ids below this are the user's. @kernel include/linux/kvm_host.h KVM_USER_MEM_SLOTS */
  readonly user_slots: number;
  /** 2 where the kernel is built with CONFIG_KVM_SMM. */
  readonly address_spaces: number;
  /** Last legal frame: 2^40 - 1 for a shadow MMU. @kernel arch/x86/kvm/mmu.h kvm_mmu_max_gfn */
  readonly max_gfn: number;
  /** @kernel include/linux/kvm_host.h KVM_MEM_MAX_NR_PAGES */
  readonly max_npages: number;
  /** One more than the last user page: (2^47 - 4096) >> 12. @kernel arch/x86/include/asm/page_64_types.h TASK_SIZE_MAX */
  readonly user_pages: number;
  readonly readonly_slots: boolean;
  /** Whether this VM may bind a guest_memfd. Since 6.18 every VM; 6.8 to 6.17 only VMs with private memory. */
  readonly guest_memfd: boolean;
  /** KVM_SET_USER_MEMORY_REGION2 exists: 6.8. */
  readonly region2: boolean;
}

/** The limits of a default VM on x86-64 with a shadow MMU, built without CONFIG_KVM_SMM, on 6.18. */
export const MEMSLOT_LIMITS: MemslotLimits = {
  user_slots: 32764,
  address_spaces: 1,
  max_gfn: 2 ** 40 - 1,
  max_npages: 2 ** 31 - 1,
  user_pages: 2 ** 35 - 1,
  readonly_slots: true,
  guest_memfd: true,
  region2: true,
};
