/** Functions of the kernel's that change nothing a check reads, or only what others may change meanwhile. */

/** Messages, assertions, references, releases: their arguments are evaluated, and that is all. */
const IDLE =
  /^(?:printk|pr_\w+|dev_\w+|netdev_\w+|kvm_pr_\w+|kvm_err|kvm_info|kvm_debug|vcpu_unimpl|trace_\w+|lockdep_\w+|might_\w+|BUILD_BUG_ON\w*|static_assert|VM_WARN_ON\w*|VM_BUG_ON\w*|BUG_ON|BUG|\w+_unlock\w*|f(?:d)?put|fget|fdget|folio_(?:put|get)|kvm_get_kvm|get_task_struct|put_task_struct|mmgrab|mmdrop|mmput|kfree|kvfree|vfree|kv?[mzc]alloc\w*|__?v[mzc]alloc\w*|vmalloc\w*|xa_(?:empty|load|store|store_range|erase|find_after)|SHMEM_SB|SHMEM_I|KVM_MMU_UNLOCK|access_ok|untagged_addr|capable|smp_\w*mb|barrier|rcu_access_pointer|prefetchw?|local_irq_restore)$/;

/** Others run meanwhile. */
const WAITS =
  /^(?:(?:mutex|spin|raw_spin|rcu_read|srcu_read|read|write|inode|folio|filemap_invalidate|down|mmap_read|mmap_write|kvm_mmu|slots|i_mmap|xa|percpu_down|down_read|down_write)_(?:try)?lock\w*|down_(?:read|write)\w*|KVM_MMU_LOCK|cond_resched\w*|schedule\w*|msleep|usleep_range|synchronize_\w+|wait_\w+|flush_\w+|invalidate_lock\w*)$/;

export const isIdle = (name: string): boolean => IDLE.test(name);
export const waits = (name: string): boolean => WAITS.test(name) && !/unlock/.test(name);

/** Of a call that stands for itself, whose value nobody takes. */
export const isWithoutEffect = (name: string): boolean => isIdle(name) || waits(name);

/** Macros that write their arguments, jump or wait: without their definition nobody can say what they do. */
export const REFUSED =
  /^(?:__?get_user|get_user|put_user|unsafe_get_user|read_poll_timeout\w*|readx_poll_timeout\w*|wait_event\w*|(?:try_)?cmpxchg\w*|xchg|arch_xchg|this_cpu_\w+|raw_cpu_\w+|list_for_each\w*|hlist_for_each\w*|\w*_for_each_\w+|for_each_\w+|with_\w+|scoped_\w+|user_access_begin|local_irq_save|put_unaligned|SET_\w+|__mutate\w*)$/;

/** Macros whose type is their arguments': of unknown type, the result is so, too. */
export const GENERIC = new Set(
  "min max min3 max3 clamp clamp_val umin umax min_not_zero ALIGN ALIGN_DOWN IS_ALIGNED PAGE_ALIGN PAGE_ALIGN_DOWN round_up round_down roundup rounddown DIV_ROUND_UP PFN_DOWN PFN_UP abs ilog2 READ_ONCE in_range".split(
    " ",
  ),
);
