/** Random bodies of bind rules about where a slot ends: compared signed and unsigned, in one sum or rearranged, some of it left out. */

import * as fc from "fast-check";

/** Each is defined for every input. */
const ATOMS = [
  "offset + size <= (u64)i_size",
  "offset + size <= i_size",
  "(s64)(offset + size) <= i_size",
  "!((loff_t)offset + (loff_t)size > i_size)",
  "(loff_t)offset >= 0",
  "(s64)offset < i_size",
  "offset < (u64)i_size",
  "size <= (u64)i_size - offset",
  "(s64)size <= i_size - (s64)offset",
  "offset + size >= offset",
  "offset + size > SZ_4K",
  "(u64)i_size >= size",
  "i_size > 0",
  "(offset + size) >> PAGE_SHIFT <= (u64)i_size >> PAGE_SHIFT",
  "(u32)(offset >> PAGE_SHIFT) + (u32)(size >> PAGE_SHIFT) <= (u32)((u64)i_size >> PAGE_SHIFT)",
  "offset + size - 1 < (u64)i_size",
  "offset + size - PAGE_SIZE < (u64)i_size",
  "round_down(offset + size, folio_size) <= (u64)i_size",
  "IS_ALIGNED(offset, folio_size)",
  "IS_ALIGNED(size, SZ_2M)",
  "offset <= SZ_1G",
  "size < SZ_2M",
  "folio_size == SZ_2M",
  "gpa == offset",
  "!(offset & gpa)",
] as const;

const atom = fc.constantFrom(...ATOMS);
const test = fc
  .array(fc.tuple(atom, fc.constantFrom("&&", "&&", "||"), fc.boolean()), { minLength: 1, maxLength: 4 })
  .map((parts) =>
    parts.reduce((text, [one, op, no], at) => {
      const said = no && at > 1 ? `!(${one})` : one;
      return at === 0 ? said : `((${text})) ${op} ((${said}))`;
    }, ""),
  );

const body = fc.oneof(
  { weight: 2, arbitrary: test.map((a) => `\treturn ${a};`) },
  fc
    .tuple(test, test)
    .map(
      ([a, b]) =>
        `\tu64 end;\n\n\tif (check_add_overflow(offset, size, &end))\n\t\treturn ${a};\n\treturn end <= (u64)i_size && (${b});`,
    ),
  fc.tuple(test, test, test).map(([a, b, c]) => `\tif (${a})\n\t\treturn ${b};\n\treturn ${c};`),
);

/** So many bodies; the same for the same seed. */
export const bindBodies = (seed: number, count: number): readonly string[] => fc.sample(body, { seed, numRuns: count });
