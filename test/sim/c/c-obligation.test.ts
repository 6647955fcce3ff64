/** What the text stores in the slot must be what is bound: a check that holds for another slot says nothing of that one. */

import { expect, it } from "vitest";
import { ACCEPTED, UNDEFINED } from "../../../model/outcome.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import { compileRule } from "../../../model/rule/wasm/module.ts";
import { loadGrammar } from "../../../sim/c/syntax/grammar.ts";
import { parseRules } from "../../../sim/c/parse.ts";

const grammar = await loadGrammar();
const HEAD =
  "static bool fits(struct kvm_memory_slot *slot, struct kvm_memory_slot *other, struct gmem *g, u64 offset, u64 npages)";

function read(body: string): Rule | string {
  const parsed = parseRules(grammar, `${HEAD}\n{\n\t${body}\n\treturn offset == 0 && npages == 4;\n}\n`);
  if (!parsed.ok) return parsed.error.message;
  return parsed.rules[0] ?? "no rule";
}

/** Of a slot of 4 pages at frame 8, which the text accepts. */
function outcomeOf(body: string): number | string {
  const rule = read(body);
  return typeof rule === "string"
    ? rule
    : compileRule(rule, () => 1n).bytes({ npages: 4n, size: 0x4000n, base_gfn: 8n });
}

it.each([
  "slot->npages = npages;",
  "slot->npages = 1; (slot->npages) = npages;",
  "slot->gmem.pgoff = offset >> PAGE_SHIFT;",
  "memset(&slot->arch, 0, sizeof(slot->arch));",
  "g->slot = slot; g->seen = 1;",
  "g->other->npages = 1;",
  "poke(&slot->npages);",
  "other->npages = 1;",
])("accepts after: %s", (body) => {
  expect(outcomeOf(body)).toBe(ACCEPTED);
  expect(read(body)).not.toHaveProperty("doubts");
});

it.each([
  "slot->npages = 1;",
  "(slot->npages) = 1;",
  "slot->npages = npages; (slot->npages) = 1;",
  "slot->npages++;",
  "--slot->npages;",
  "slot->npages += 1;",
  "slot->base_gfn = 0;",
  "slot->gmem.pgoff = 1;",
  "WRITE_ONCE(slot->npages, 1);",
  "smp_store_release(&slot->npages, 1);",
  "u64 x = 1; swap(slot->npages, x);",
  "do_div(slot->npages, 2);",
  "bool b = check_add_overflow(1UL, 2UL, &slot->npages);",
  "struct kvm_memory_slot *q = slot; q->npages = 1;",
])("is a finding: %s", (body) => {
  expect(outcomeOf(body)).toBe(UNDEFINED);
});

const KEPT = "&slot->npages is kept, and what is stored through it is not followed";
const MAYBE = "may be in the slot, whose address the text has stored or cast";
const COPIED = "sets members of the slot that are bound, to what is not followed";
it.each([
  ["u64 *p = &slot->npages; *p = 1;", KEPT],
  ["u64 *p = poke() ? &slot->npages : &npages; *p = 1;", KEPT],
  ["g->slot = slot; g->slot->npages = 1;", `g->slot->npages ${MAYBE}`],
  ["for (int i = 0; i < 2; i++) { g->other->npages = 1; g->slot = slot; }", `g->other->npages ${MAYBE}`],
  ["struct box { struct kvm_memory_slot *s; } c; c.s = slot; c.s->npages = 1;", `c.s->npages ${MAYBE}`],
  ["struct kvm_memory_slot *q = poke() ? slot : other; q->npages = 1;", `q->npages ${MAYBE}`],
  ["((struct x *)slot)->y = 3;", `((struct x *)slot)->y ${MAYBE}`],
  ["unsigned long n = (unsigned long)slot; ((struct x *)n)->y = 2;", `((struct x *)n)->y ${MAYBE}`],
  ["container_of(slot, struct y, s)->z = 1;", `container_of(slot, y, s)->z ${MAYBE}`],
  ["g->tab[npages] = 1; g->n = (unsigned long)slot;", `g->tab[npages] ${MAYBE}`],
  ["void *p = slot; u64 *q = p; *q = 1;", "*q is in the slot, nobody knows where"],
  ["memset(slot, 0, 8);", `memset(slot, 0, 8) ${COPIED}`],
  ["memset(slot, 1, sizeof(*slot));", `memset(slot, 1, sizeof(*slot)) ${COPIED}`],
  ["memcpy(slot, other, sizeof(*slot));", `memcpy(slot, other, sizeof(*slot)) ${COPIED}`],
  ["*slot = *other;", `*slot ${COPIED}`],
  ["swap(*slot, *other);", `swap(*slot, *other) ${COPIED}`],
  ["memset(slot, 0, sizeof(*slot)); slot->npages = npages;", `memset(slot, 0, sizeof(*slot)) ${COPIED}`],
])("leaves a proof open: %s", (body, why) => {
  const rule = read(body);
  expect(typeof rule === "string" ? rule : rule.doubts?.map(({ what }) => what)).toContain(why);
});
