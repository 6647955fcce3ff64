/** Functions of the kernel's that change nothing a check reads, or only what others may change meanwhile. */

const PRINTS =
  "printk(?:_\\w+)?|pr_(?:emerg|alert|crit|err|warn|warning|notice|info|cont|debug|devel)\\w*|(?:dev|netdev)_(?:emerg|alert|crit|err|warn|notice|info|dbg)\\w*|kvm_pr_\\w+|kvm_err|kvm_info|kvm_debug|vcpu_unimpl|trace_\\w+";
const ASSERTS =
  "lockdep_\\w+|might_\\w+|BUILD_BUG(?:_ON\\w*)?|static_assert|VM_WARN_ON\\w*|VM_BUG_ON\\w*|BUG_ON|BUG|access_ok|untagged_addr|capable";
const LOCKS =
  "mutex|spin|raw_spin|rcu_read|srcu_read|read|write|inode|folio|filemap_invalidate|mmap_read|mmap_write|kvm_mmu|slots|i_mmap|xa";
const UNLOCKS = `(?:${LOCKS})_unlock(?:_(?:shared|read|write|bh|irq|irqrestore|nested))*|up_(?:read|write)|percpu_up_(?:read|write)|KVM_MMU_UNLOCK|local_irq_restore`;
const REFERENCES =
  "f(?:d)?put|folio_(?:put|get)|kvm_get_kvm|get_task_struct|put_task_struct|mmgrab|mmdrop|mmput|kfree|kvfree|vfree|SHMEM_SB|SHMEM_I|smp_\\w*mb|barrier|rcu_access_pointer|prefetchw?";

/** Macros that come to a value, of a mode, a node, a device or a level, and do nothing. */
const READS =
  "S_IS(?:LNK|REG|DIR|CHR|BLK|FIFO|SOCK)|RB_EMPTY_(?:ROOT|NODE)|HUGETLBFS_(?:I|SB)|VALID_PAGE|SPTE_INDEX|ARM64_HW_PGTABLE_LEVEL(?:S|_SHIFT)|KVM_VM_TYPE_ARM_IPA_SIZE|NODE_DATA|MAJOR|MINOR|MKDEV|FIELD_(?:GET|PREP)|PAGE_S2_MEMATTR|ZERO_PAGE|ARRAY_SIZE|(?:this|raw|__this)_cpu_(?:read|ptr|cpumask_var_ptr)|per_cpu(?:_ptr)?";

/** Messages, assertions, references, releases: their arguments are evaluated, and that is all. */
const IDLE = new RegExp(`^(?:${PRINTS}|${ASSERTS}|${UNLOCKS}|${REFERENCES}|${READS})$`);

/** They look up, keep or allocate, and are taken not to change what a check reads: a report says so. */
const TAKEN =
  /^(?:fget|fdget|kv?[mzc]alloc\w*|__?v[mzc]alloc\w*|vmalloc\w*|xa_(?:empty|load|store|store_range|erase))$/;

/** Others run meanwhile. */
const WAITS = new RegExp(
  `^(?:(?:${LOCKS})_(?:try)?lock(?:_(?:shared|read|write|bh|irq|nested|interruptible|killable|rcu))*|(?:percpu_)?down_(?:read|write)(?:_(?:trylock|killable|interruptible|nested))?|KVM_MMU_LOCK|cond_resched\\w*|schedule(?:_timeout\\w*)?|msleep|usleep_range|synchronize_(?:s?rcu\\w*|net)|flush_(?:work|workqueue|delayed_work))$`,
);

export const isTaken = (name: string): boolean => TAKEN.test(name);
export const isIdle = (name: string): boolean => IDLE.test(name) || isTaken(name);
export const waits = (name: string): boolean => WAITS.test(name);

/** Of a call that stands for itself, whose value nobody takes. */
export const isWithoutEffect = (name: string): boolean => isIdle(name) || waits(name);

/** In upper case, and functions all the same. */
const FUNCTIONS = /^(?:INIT_(?:LIST_HEAD|HLIST_HEAD|HLIST_NODE)|RB_CLEAR_NODE)$/;

/** Macros that write their arguments, jump or wait: without their definition nobody can say what they do. */
const REFUSED =
  /^(?:__?get_user|get_user|put_user|\w*poll_timeout\w*|rdmsr\w*|rcu_(?:replace_pointer|swap_protected)|\w+_(?:try)?lock_irqsave\w*|local_save_flags|unsafe_\w+|wait_event\w*|(?:try_)?cmpxchg\w*|xchg|arch_xchg|this_cpu_\w+|raw_cpu_\w+|list_for_each\w*|hlist_for_each\w*|\w*_for_each_\w+|for_each_\w+|with_\w+|scoped_\w+|user_access_begin|local_irq_save|put_unaligned|SET_\w+|__mutate\w*)$/;

/** Is nothing shown of it, and is it a macro, which may do more than a function? */
export const isMacro = (name: string): boolean => REFUSED.test(name) || (!/[a-z]/.test(name) && !FUNCTIONS.test(name));

/** Macros whose type is their arguments': of unknown type, the result is so, too. */
export const GENERIC = new Set(
  "min max min3 max3 clamp clamp_val umin umax min_not_zero ALIGN ALIGN_DOWN IS_ALIGNED PAGE_ALIGN PAGE_ALIGN_DOWN round_up round_down roundup rounddown DIV_ROUND_UP PFN_DOWN PFN_UP abs ilog2 READ_ONCE in_range".split(
    " ",
  ),
);
