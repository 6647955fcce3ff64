/**
 * Random C, drawn by fast-check, in two spellings that differ only where C can be undefined: `rule` is what a kernel
 * developer writes, `checked` tests first and jumps out (test/c-prelude.ts).
 */

import * as fc from "fast-check";

export type Spelt = { readonly rule: string; readonly checked: string };
type Arbitrary = fc.Arbitrary<Spelt>;

const same = (text: string): Spelt => ({ rule: text, checked: text });
const both = (parts: readonly Spelt[], join: (...texts: string[]) => string): Spelt => ({
  rule: join(...parts.map(({ rule }) => rule)),
  checked: join(...parts.map(({ checked }) => checked)),
});
const map = (parts: readonly Arbitrary[], join: (...texts: string[]) => string): Arbitrary =>
  fc.tuple(...parts).map((spelt) => both(spelt, join));

const TYPES = [
  "bool",
  "u8",
  "s8",
  "u16",
  "s16",
  "u32",
  "s32",
  "u64",
  "s64",
  "int",
  "unsigned int",
  "unsigned long",
  "long long",
  "unsigned long long",
  "gfn_t",
  "loff_t",
  "unsigned short",
  "signed char",
] as const;
const type = fc.constantFrom(...TYPES);

export const PARAMETERS = ["offset", "gpa", "size", "base_gfn", "pgoff", "npages", "i_size"] as const;
const LOCALS = ["a", "b", "c", "d"] as const;
const COUNTERS = ["i", "j"] as const;

const literal = fc.oneof(
  fc.integer({ min: 0, max: 70 }).map(String),
  fc.constantFrom(
    ..."0 1 2 0x80 0xff 255u 0x7fff 65535 0x7fffffff 2147483647 2147483648 0x80000000 0xffffffff 4294967296 0xffffffffu 0x7fffffffffffffff 0xffffffffffffffff 1ULL 1UL 3u 07 0x1000L 9223372036854775807LL 'a'".split(
      " ",
    ),
  ),
  fc.constantFrom(
    ..."PAGE_SIZE PAGE_SHIFT PAGE_MASK PMD_SIZE PMD_SHIFT PUD_SIZE SZ_4K SZ_2M SZ_1G SZ_2G SZ_4G U64_MAX S64_MAX INT_MAX UINT_MAX HPAGE_PMD_NR true false".split(
      " ",
    ),
  ),
);
const variable = fc.constantFrom(...PARAMETERS, ...LOCALS, ...COUNTERS);
const assignable = fc.constantFrom(...PARAMETERS, ...LOCALS);

const ONE_ARGUMENT =
  "fls fls64 ffs ffs64 count_trailing_zeros count_leading_zeros hweight64 hweight32 order_base_2 get_order is_power_of_2 PAGE_ALIGNED PAGE_ALIGN PFN_DOWN PFN_UP gpa_to_gfn gfn_to_gpa likely unlikely WARN_ON_ONCE lower_32_bits upper_32_bits !! - ~ ! + (u64)- (u32)~".split(
    " ",
  );
/** What loses high bits. */
const NARROW = "ffs fls hweight32 lower_32_bits".split(" ");
/** Undefined for 0. */
const OF_NOT_ZERO =
  "__ffs __ffs64 __fls __builtin_ctz __builtin_clz __builtin_clzll ilog2 rounddown_pow_of_two roundup_pow_of_two".split(
    " ",
  );
const ALIGNMENT = "IS_ALIGNED ALIGN ALIGN_DOWN round_up round_down".split(" ");
const ROUNDING = "roundup rounddown DIV_ROUND_UP".split(" ");

const { expression } = fc.letrec<{ expression: Spelt }>((tie) => {
  const inner = tie("expression");
  const leaf: Arbitrary = fc.oneof({ arbitrary: variable, weight: 3 }, { arbitrary: literal, weight: 2 }).map(same);
  const plainly = (operators: string): Arbitrary =>
    fc.constantFrom(...operators.split(" ")).chain((op) => map([inner, inner], (a, b) => `(${a} ${op} ${b})`));
  const amount: Arbitrary = fc.oneof(
    { arbitrary: map([inner], (n) => `(${n} & 31)`), weight: 3 },
    { arbitrary: fc.integer({ min: 0, max: 31 }).map((n) => same(String(n))), weight: 3 },
    { arbitrary: inner, weight: 1 },
  );
  const divisor: Arbitrary = fc.oneof(
    { arbitrary: map([inner], (n) => `(${n} | 1)`), weight: 4 },
    { arbitrary: fc.constantFrom("3", "7u", "SZ_2M", "-1", "10LL").map(same), weight: 2 },
    { arbitrary: inner, weight: 1 },
  );
  const guarded = (rule: string, checked: string, right: Arbitrary, left = inner): Arbitrary =>
    fc.tuple(left, right).map(([a, b]) => ({
      rule: `(${a.rule} ${rule} ${b.rule})`,
      checked: `${checked}(${a.checked}, ${b.checked})`,
    }));
  // Mostly what callers pass; the macros' types show only where it is no power of two, or does not fit.
  const alignment = fc.oneof(
    {
      arbitrary: fc.constantFrom("8", "SZ_4K", "SZ_2M", "PAGE_SIZE", "SZ_1G", "(1ULL << 33)", "64u").map(same),
      weight: 2,
    },
    inner,
  );
  return {
    expression: fc.oneof(
      { maxDepth: 4, depthSize: "small" },
      leaf,
      { arbitrary: plainly("+ - * & | ^"), weight: 4 },
      { arbitrary: plainly("== != < <= > >= && ||"), weight: 3 },
      guarded("<<", "SHL", amount),
      guarded(">>", "SHR", amount),
      guarded("/", "DIV", divisor),
      guarded("%", "REM", divisor),
      // The least value by -1.
      guarded("/", "DIV", fc.constant(same("-1")), leaf),
      guarded("%", "REM", fc.constant(same("-1")), leaf),
      map([inner, inner, inner], (a, b, c) => `(${a} ? ${b} : ${c})`),
      type.chain((name) => map([inner], (a) => `(${name})(${a})`)),
      type.chain((name) => map([inner], (a) => `(${name})${a}`)),
      fc.constantFrom(...NARROW).chain((name) => map([leaf], (a) => `${name}(${a})`)),
      fc.constantFrom(...ONE_ARGUMENT).chain((name) => map([inner], (a) => `${name}(${a})`)),
      fc.constantFrom(...OF_NOT_ZERO).chain((name) =>
        map(
          [
            fc.oneof(
              inner,
              map([inner], (a) => `(${a} | 4)`),
            ),
          ],
          (a) => `${name}(${a})`,
        ),
      ),
      fc.constantFrom(...ALIGNMENT).chain((name) => map([inner, alignment], (a, b) => `${name}(${a}, ${b})`)),
      fc.constantFrom(...ROUNDING).chain((name) => map([inner, divisor], (a, b) => `${name}(${a}, ${b})`)),
      fc
        .tuple(fc.constantFrom("min", "max"), fc.constantFrom("u64", "s64", "u32", "int"))
        .chain(([name, to]) => map([inner, inner], (a, b) => `${name}((${to})(${a}), (${to})(${b}))`)),
      fc
        .tuple(fc.constantFrom("min_t", "max_t"), type)
        .chain(([name, to]) => map([inner, inner], (a, b) => `${name}(${to}, ${a}, ${b})`)),
      type.chain((to) => map([inner, inner, inner], (a, b, c) => `clamp_t(${to}, ${a}, ${b}, ${c})`)),
      map([amount], (a) => `BIT(${a})`),
      map([amount, amount], (a, b) => `GENMASK(${a}, ${b})`),
      map([inner], (a) => `sizeof(${a})`),
      map([inner, inner], (a, b) => `helper(${a}, ${b})`),
    ),
  };
});

const WIDE = ["u64", "s64"] as const;

const { statement } = fc.letrec<{ statement: Spelt }>((tie) => {
  const inner = tie("statement");
  const simple: Arbitrary = fc.oneof(
    fc.tuple(assignable, expression).map(([to, value]) => both([value], (text) => `${to} = ${text};`)),
    fc
      .tuple(assignable, fc.constantFrom("+=", "-=", "*=", "&=", "|=", "^="), expression)
      .map(([to, op, value]) => both([value], (text) => `${to} ${op} ${text};`)),
    fc
      .tuple(assignable, assignable, expression)
      .map(([x, y, value]) => both([value], (text) => `${x} = ${y} = ${text};`)),
    fc.tuple(assignable, fc.constantFrom("++", "--")).map(([to, op]) => same(`${to}${op};`)),
    fc
      .tuple(assignable, assignable, fc.constantFrom("++", "--"))
      .filter(([x, y]) => x !== y)
      .map(([x, y, op]) => same(`${x} = ${y}${op};`)),
    fc
      .tuple(fc.constantFrom("add", "sub", "mul"), fc.constantFrom(...WIDE), assignable, expression, expression)
      .map(([op, to, into, x, y]) =>
        both(
          [x, y],
          (a, b) => `{ ${to} t; if (check_${op}_overflow((${to})(${a}), (${to})(${b}), &t)) d ^= 5; ${into} = t; }`,
        ),
      ),
    fc
      .tuple(fc.constantFrom("add", "sub", "mul"), fc.constantFrom("u32", "s32", "s16", "u8"), assignable)
      .map(([op, to, into]) =>
        same(`{ ${to} t; if (check_${op}_overflow((u32)size, (u32)gpa, &t)) d ^= 9; ${into} = t; }`),
      ),
  );
  const block = map([inner, inner], (a, b) => `{ ${a} ${b} }`);
  const leave = fc.constantFrom("break;", "continue;", ";").map(same);
  return {
    statement: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      simple,
      { arbitrary: simple, weight: 4 },
      map([expression, block], (test, body) => `if (${test}) ${body}`),
      map([expression, block, block], (test, yes, no) => `if (${test}) ${yes} else ${no}`),
      fc
        .tuple(assignable, expression, block)
        .map(([to, value, body]) => both([value, body], (text, then) => `if ((${to} = ${text}) > 3) ${then}`)),
      fc
        .tuple(fc.integer({ min: 1, max: 4 }), fc.tuple(inner, expression, leave, inner))
        .map(([n, parts]) =>
          both(parts, (a, test, jump, b) => `for (int k = 0; k < ${n}; k++) { i = k; ${a} if (${test}) ${jump} ${b} }`),
        ),
      fc
        .tuple(fc.integer({ min: 1, max: 4 }), fc.tuple(inner, expression, leave))
        .map(([n, parts]) =>
          both(parts, (a, test, jump) => `{ u8 w = ${n}; while (w--) { j = w; ${a} if (${test}) ${jump} } }`),
        ),
      fc
        .tuple(fc.integer({ min: 0, max: 3 }), fc.tuple(inner, expression, leave))
        .map(([n, parts]) =>
          both(parts, (a, test, jump) => `{ s16 w = 0; do { j = w; if (${test}) ${jump} ${a} } while (w++ < ${n}); }`),
        ),
      map(
        [expression, simple, simple, expression],
        (on, x, y, z) =>
          `switch (${on}) { case 0: ${x} break; case 1: case 0x80: { ${y} break; } case 4: return ${z}; default: a++; }`,
      ),
      map(
        [expression, simple, expression, simple, inner],
        (on, x, test, y, z) =>
          `switch (${on}) { case 2: ${x} if (${test}) break; ${y} fallthrough; default: b--; case 1: ${x} break; case 7: if (${test}) { ${y} break; } else ${z} case 8: c ^= 6; }`,
      ),
      map([expression], (test) => `if (${test}) goto out;`),
    ),
  };
});

const declared = fc.tuple(
  ...LOCALS.map((name) => fc.tuple(type, expression).map(([of, value]) => ({ name, of, value }))),
);

/** Types of the helper, of the parameters, and the body. */
export const generated = fc
  .record({
    types: fc.tuple(...PARAMETERS.map(() => type)),
    helper: fc.tuple(type, type, type, fc.constantFrom("x + y", "x > y ? x - y : y", "(x | 1) * y", "x == y")),
    early: declared,
    body: fc.array(statement, { minLength: 0, maxLength: 4 }),
    // Of no statement that may have a goto: that would go back.
    last: fc.tuple(assignable, expression).map(([to, value]) => both([value], (text) => `${to} = ${text};`)),
    result: expression,
    isBit: fc.boolean(),
  })
  .map(({ types, helper: [of, x, y, value], early, body, last, result, isBit }) => (name: string): Spelt => {
    const helper = `static ${of} helper(${x} x, ${y} y)\n{\n\treturn ${value};\n}`;
    const head = PARAMETERS.map((each, i) => `${types[i]} ${each}`).join(", ");
    // Locals are set to 0 first: each initialiser may read all of them.
    const zero = early.map((each) => `${each.of} ${each.name} = 0;`).join(" ");
    const set = (spelling: keyof Spelt): string =>
      early.map((each) => `${each.name} = ${each.value[spelling]};`).join("\n\t");
    const spell = (spelling: keyof Spelt): string =>
      [
        helper,
        `static bool ${name}(${head}, u64 userspace_addr)\n{`,
        `\tint i = 0, j = 0; ${zero} d = helper(offset, gpa);`,
        `\t${set(spelling)}`,
        ...body.map((each) => `\t${each[spelling]}`),
        `out:\n\t${last[spelling]}`,
        isBit ? `\treturn ((u64)(${result[spelling]}) >> (userspace_addr & 63)) & 1;` : `\treturn ${result[spelling]};`,
        "}",
      ]
        .join("\n")
        .replaceAll("helper(", `helper_${name}(`);
    return { rule: spell("rule"), checked: spell("checked") };
  });
