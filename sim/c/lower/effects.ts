/** Calls that a check's answer does not depend on: locks, assertions about locks, messages, references. */

const FAMILIES =
  /^(?:printk|pr_\w+|dev_\w+|kvm_pr_\w+|trace_\w+|lockdep_assert\w*|might_\w+|BUILD_BUG_ON\w*|static_assert|VM_WARN_ON\w*|(?:mutex|spin|raw_spin|rcu_read|srcu_read|read|write|inode|folio|filemap_invalidate)_(?:un)?lock\w*|f(?:d)?put|folio_(?:put|get)|cond_resched)$/;

/** Of a call that stands for itself, whose value nobody takes. */
export const isWithoutEffect = (name: string): boolean => FAMILIES.test(name);
