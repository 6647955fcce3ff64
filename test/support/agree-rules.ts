/**
 * Random rules in the shapes that people propose: alignments of addresses and of their combinations, comparisons of
 * first and last bits, masks, cases by size, loops over levels. One in eight is noise, any C that can be read.
 */

import * as fc from "fast-check";
import type { RuleKind } from "../../model/rule/parameters.ts";
import { generated } from "./c-generate.ts";

/** Kinds that random rules are made of. */
export type MadeKind = Exclude<RuleKind, "order">;

export interface Proposed {
  readonly kind: MadeKind;
  readonly text: string;
}

interface Words {
  readonly takes: string;
  /** What is compared and aligned, in one unit. */
  readonly quantities: readonly string[];
  /** Powers of two of that unit. */
  readonly units: readonly string[];
  /** What a case is made by. */
  readonly lengths: readonly string[];
}

const WORDS: Readonly<Record<MadeKind, Words>> = {
  bind: {
    takes: "u64 offset, u64 gpa, u64 size, u64 userspace_addr, u64 folio_size, loff_t i_size",
    quantities: [
      "offset",
      "gpa",
      "size",
      "offset | size",
      "offset | gpa",
      "offset | gpa | size",
      "offset ^ gpa",
      "gpa - offset",
      "offset + size",
      "gpa + size",
      "userspace_addr",
      "(u64)i_size",
    ],
    units: [
      "SZ_4K",
      "SZ_2M",
      "SZ_1G",
      "PMD_SIZE",
      "folio_size",
      "(1ULL << 34)",
      "(offset | gpa | SZ_4K) & -(offset | gpa | SZ_4K)",
      "rounddown_pow_of_two(size)",
    ],
    lengths: ["size", "offset", "folio_size", "gpa"],
  },
  map: {
    takes:
      "gfn_t gfn, pgoff_t index, int order, unsigned long nr_pages, gfn_t base_gfn, pgoff_t pgoff, unsigned long npages",
    quantities: [
      "index",
      "gfn",
      "pgoff",
      "npages",
      "pgoff | npages",
      "base_gfn",
      "base_gfn ^ pgoff",
      "gfn ^ index",
      "index - pgoff",
      "pgoff + npages",
      "round_down(index, nr_pages)",
      "ALIGN(index, nr_pages)",
    ],
    units: ["nr_pages", "nr_pages", "nr_pages << 1", "BIT(order)", "512UL", "(SZ_1G >> PAGE_SHIFT)"],
    lengths: ["npages", "nr_pages", "index"],
  },
  level: {
    takes: "gfn_t base_gfn, unsigned long ugfn, pgoff_t pgoff, unsigned long npages, unsigned long nr_pages, int order",
    quantities: [
      "base_gfn",
      "pgoff",
      "base_gfn ^ ugfn",
      "base_gfn ^ pgoff",
      "ugfn + pgoff",
      "base_gfn ^ (ugfn | pgoff)",
      "base_gfn ^ (ugfn + pgoff)",
      "npages",
      "base_gfn - pgoff",
    ],
    units: ["nr_pages", "nr_pages", "nr_pages", "BIT(order)", "512UL"],
    lengths: ["npages", "nr_pages"],
  },
};

const COMPARE = ["<", "<=", ">", ">=", "==", "!="] as const;
const BITS = ["fls64", "ffs64", "count_trailing_zeros", "hweight64"] as const;

/** A yes or no about a slot, of at most two operators. */
function atom({ quantities, units, lengths }: Words): fc.Arbitrary<string> {
  const quantity = fc.constantFrom(...quantities);
  const unit = fc.constantFrom(...units);
  return fc.oneof(
    { weight: 4, arbitrary: fc.tuple(quantity, unit).map(([q, a]) => `IS_ALIGNED(${q}, ${a})`) },
    { weight: 2, arbitrary: fc.tuple(quantity, unit).map(([q, a]) => `!((${q}) & ((${a}) - 1))`) },
    fc.tuple(quantity, unit).map(([q, a]) => `ALIGN(${q}, ${a}) == ALIGN_DOWN(${q}, ${a})`),
    fc
      .tuple(quantity, unit, quantity, fc.constantFrom(...COMPARE))
      .map(([q, a, r, op]) => `round_down(${q}, ${a}) + (${a}) ${op} (${r})`),
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.constantFrom(...BITS), quantity, quantity, fc.constantFrom(...COMPARE))
        .map(([f, q, r, op]) => `${f}(${q}) ${op} ${f}(${r})`),
    },
    fc
      .tuple(fc.constantFrom(...BITS), quantity, fc.integer({ min: 0, max: 34 }), fc.constantFrom(...COMPARE))
      .map(([f, q, n, op]) => `${f}(${q}) ${op} ${n}`),
    fc.tuple(quantity, unit, fc.constantFrom(...COMPARE)).map(([q, a, op]) => `(${q}) ${op} (${a})`),
    fc.tuple(quantity, quantity, fc.constantFrom(...COMPARE)).map(([q, r, op]) => `(${q}) ${op} (${r})`),
    fc
      .tuple(fc.constantFrom(...lengths), unit, quantity)
      .map(([n, a, q]) => `(${n} >= (${a}) ? IS_ALIGNED(${q}, ${a}) : !(${q}))`),
    quantity.map((q) => `is_power_of_2(${q})`),
  );
}

const joined = (one: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(one, fc.constantFrom("&&", "&&", "||"), fc.boolean()), { minLength: 1, maxLength: 3 })
    .map((parts) =>
      parts.reduce((text, [a, op, no], at) => {
        const said = no && at > 0 ? `!(${a})` : a;
        return at === 0 ? said : `((${text})) ${op} ((${said}))`;
      }, ""),
    );

/** Shapes of a function's body. */
function body(words: Words): fc.Arbitrary<string> {
  const test = joined(atom(words));
  const unit = fc.constantFrom(...words.units);
  const length = fc.constantFrom(...words.lengths);
  const quantity = fc.constantFrom(...words.quantities);
  return fc.oneof(
    { weight: 3, arbitrary: test.map((a) => `return ${a};`) },
    {
      weight: 2,
      arbitrary: fc.tuple(test, test, test).map(([a, b, c]) => `if (${a})\n\t\treturn ${b};\n\treturn ${c};`),
    },
    fc
      .tuple(length, unit, unit, test, test)
      .map(
        ([n, a, b, x, y]) =>
          `if (${n} < (${a}))\n\t\treturn ${x};\n\tif (${n} >= (${b}))\n\t\treturn true;\n\treturn ${y};`,
      ),
    fc
      .tuple(length, quantity, quantity)
      .map(
        ([n, q, r]) =>
          `for (int o = 30; o > 0; o -= 9) {\n\t\tif (${n} >= BIT(o) && !IS_ALIGNED(${q}, BIT(o)))\n\t\t\treturn ${r};\n\t}\n\treturn true;`,
      ),
    fc
      .tuple(quantity, unit, test)
      .map(
        ([q, a, x]) =>
          `u64 end;\n\n\tif (check_add_overflow((u64)(${q}), (u64)(${a}), &end))\n\t\treturn false;\n\treturn ((end > (${q}))) && ((${x}));`,
      ),
  );
}

const shaped = (kind: MadeKind): fc.Arbitrary<Proposed> =>
  body(WORDS[kind]).map((text) => ({ kind, text: `static bool proposed(${WORDS[kind].takes})\n{\n\t${text}\n}` }));

const noise: fc.Arbitrary<Proposed> = generated.map((spell) => ({ kind: "bind", text: spell("proposed").rule }));

const proposed: fc.Arbitrary<Proposed> = fc.oneof(
  { weight: 4, arbitrary: shaped("bind") },
  { weight: 2, arbitrary: shaped("map") },
  { weight: 1, arbitrary: shaped("level") },
  { weight: 1, arbitrary: noise },
);

/** So many rules in the shapes that people propose, and no noise. */
export const shapes = (seed: number, count: number): readonly Proposed[] =>
  fc.sample(
    fc.oneof(
      { weight: 4, arbitrary: shaped("bind") },
      { weight: 2, arbitrary: shaped("map") },
      { weight: 1, arbitrary: shaped("level") },
    ),
    { seed, numRuns: count },
  );

/** So many rules; the same for the same seed, and the first of many are the few. */
export const proposals = (seed: number, count: number): readonly Proposed[] =>
  fc.sample(proposed, { seed, numRuns: count });
