/**
 * The C around generated rules: types, the kernel's helpers as plain definitions of our own, and a main that runs
 * every function on every vector of an input file and writes one byte for each. UNDEFINED is a jump out of the
 * function, from where the C would be undefined.
 */

export const VECTOR = ["offset", "gpa", "size", "userspace_addr", "base_gfn", "pgoff", "npages", "i_size"] as const;

export const PRELUDE = `
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdint.h>
typedef uint8_t u8; typedef int8_t s8; typedef uint16_t u16; typedef int16_t s16;
typedef uint32_t u32; typedef int32_t s32; typedef unsigned long long u64; typedef long long s64;
typedef u64 gfn_t, gpa_t; typedef unsigned long pgoff_t; typedef long long loff_t_; 
#define loff_t loff_t_
static jmp_buf out;
#define UNDEFINED_IF(c) do { if (c) longjmp(out, 1); } while (0)
#define SHL(a, n) ({ __auto_type _a = +(a); __auto_type _n = +(n); UNDEFINED_IF(_n < 0 || (u64)_n >= 8 * sizeof(_a)); _a << _n; })
#define SHR(a, n) ({ __auto_type _a = +(a); __auto_type _n = +(n); UNDEFINED_IF(_n < 0 || (u64)_n >= 8 * sizeof(_a)); _a >> _n; })
#define CHECK_DIVIDE(t, a, b) UNDEFINED_IF((b) == 0 || ((t)-1 < 0 && (b) == (t)-1 && (a) == (t)((u64)1 << (8 * sizeof(t) - 1))))
#define DIV(a, b) ({ __auto_type _l = (a); __auto_type _r = (b); __typeof__(_l + _r) _a = _l, _b = _r; CHECK_DIVIDE(__typeof__(_a), _a, _b); _a / _b; })
#define REM(a, b) ({ __auto_type _l = (a); __auto_type _r = (b); __typeof__(_l + _r) _a = _l, _b = _r; CHECK_DIVIDE(__typeof__(_a), _a, _b); _a % _b; })
#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << 12)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define PMD_SHIFT 21
#define PMD_SIZE (1UL << 21)
#define PMD_MASK (~(PMD_SIZE - 1))
#define PUD_SHIFT 30
#define PUD_SIZE (1UL << 30)
#define HPAGE_PMD_NR (1 << 9)
#define SZ_4K 0x1000
#define SZ_2M 0x200000
#define SZ_1G 0x40000000
#define SZ_2G 0x80000000
#define SZ_4G 0x100000000ULL
#define U64_MAX (~(u64)0)
#define S64_MAX ((s64)(U64_MAX >> 1))
#define INT_MAX 2147483647
#define UINT_MAX 4294967295u
#define ULONG_MAX (~0UL)
#define IS_ALIGNED(x, a) (((x) & ((__typeof__(x))(a) - 1)) == 0)
#define ALIGN_TO_MASK(x, mask) (((x) + (mask)) & ~(mask))
#define ALIGN(x, a) ALIGN_TO_MASK(x, (__typeof__(x))(a) - 1)
#define ALIGN_DOWN(x, a) ({ __auto_type _x = (x); __auto_type _a = (a); ALIGN(_x - (_a - 1), _a); })
#define round_up(x, y) ((((x) - 1) | (__typeof__(x))((y) - 1)) + 1)
#define round_down(x, y) ((x) & ~(__typeof__(x))((y) - 1))
#define roundup(x, y) ({ __auto_type _y = (y); (DIV((x) + (_y - 1), _y)) * _y; })
#define rounddown(x, y) ({ __auto_type _x = (x); _x - REM(_x, y); })
#define DIV_ROUND_UP(n, d) ({ __auto_type _d = (d); DIV((n) + _d - 1, _d); })
#define PAGE_ALIGNED(x) IS_ALIGNED((unsigned long)(x), PAGE_SIZE)
#define PAGE_ALIGN(x) ALIGN(x, PAGE_SIZE)
#define PFN_DOWN(x) ((x) >> PAGE_SHIFT)
#define PFN_UP(x) (((x) + PAGE_SIZE - 1) >> PAGE_SHIFT)
static u64 gpa_to_gfn(u64 x) { return x >> PAGE_SHIFT; }
static u64 gfn_to_gpa(u64 x) { return x << PAGE_SHIFT; }
static int fls64(u64 x) { int n = 0; while (x) { n++; x >>= 1; } return n; }
static int fls(unsigned int x) { return fls64(x); }
static int ffs64(u64 x) { int n = 1; if (!x) return 0; while (!(x & 1)) { n++; x >>= 1; } return n; }
static int ffs_of_int(int x) { return ffs64((unsigned int)x); }
#define ffs ffs_of_int
static unsigned long __ffs(unsigned long x) { UNDEFINED_IF(!x); return ffs64(x) - 1; }
static unsigned int __ffs64(u64 x) { UNDEFINED_IF(!x); return ffs64(x) - 1; }
static unsigned long __fls(unsigned long x) { UNDEFINED_IF(!x); return fls64(x) - 1; }
static int count_trailing_zeros(unsigned long x) { return x ? ffs64(x) - 1 : -1; }
static int count_leading_zeros(unsigned long x) { return 64 - fls64(x); }
static int ctz_32(unsigned int x) { UNDEFINED_IF(!x); return ffs64(x) - 1; }
static int clz_32(unsigned int x) { UNDEFINED_IF(!x); return 32 - fls64(x); }
static int clz_64(u64 x) { UNDEFINED_IF(!x); return 64 - fls64(x); }
#define __builtin_ctz ctz_32
#define __builtin_clz clz_32
#define __builtin_clzll clz_64
static unsigned long hweight64(u64 x) { int n = 0; for (; x; x &= x - 1) n++; return n; }
static unsigned int hweight32(unsigned int x) { return hweight64(x); }
static int log_64(u64 x) { UNDEFINED_IF(!x); return fls64(x) - 1; }
#define ilog2(x) (sizeof(x) <= 4 ? log_64((u32)(x)) : log_64((u64)(x)))
static int order_base_2(unsigned long n) { return n > 1 ? fls64(n - 1) : 0; }
static int get_order(unsigned long n) { return fls64((n - 1) >> PAGE_SHIFT); }
static bool is_power_of_2(unsigned long n) { return n != 0 && (n & (n - 1)) == 0; }
static unsigned long rounddown_pow_of_two(unsigned long n) { return 1UL << log_64(n); }
static unsigned long roundup_pow_of_two(unsigned long n) { return SHL(1UL, fls64(n - 1)); }
#define BIT(n) SHL(1UL, n)
#define GENMASK(h, l) (SHL(~0UL, l) & SHR(~0UL, 63 - (h)))
#define min(a, b) ({ __auto_type _a = (a); __auto_type _b = (b); _a < _b ? _a : _b; })
#define max(a, b) ({ __auto_type _a = (a); __auto_type _b = (b); _a > _b ? _a : _b; })
#define min_t(t, a, b) ({ t _a = (a); t _b = (b); _a < _b ? _a : _b; })
#define max_t(t, a, b) ({ t _a = (a); t _b = (b); _a > _b ? _a : _b; })
#define clamp_t(t, v, lo, hi) ({ t _v = (v); t _lo = (lo); t _hi = (hi); _v >= _hi ? _hi : _v <= _lo ? _lo : _v; })
#define check_add_overflow(a, b, d) __builtin_add_overflow(a, b, d)
#define check_sub_overflow(a, b, d) __builtin_sub_overflow(a, b, d)
#define check_mul_overflow(a, b, d) __builtin_mul_overflow(a, b, d)
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define fallthrough do { } while (0)
static int warn(int x) { return x; }
#define WARN_ON_ONCE(x) warn(!!(x))
#define lower_32_bits(x) ((u32)(x))
#define upper_32_bits(x) ((u32)(((u64)(x)) >> 32))
struct kvm_memory_slot { gfn_t base_gfn; unsigned long npages; struct { pgoff_t pgoff; } gmem; };
`;

/** @param calls of the functions under test, each an expression on `v`, one vector */
export const main = (calls: readonly string[]): string => `
${calls.map((call, i) => `static bool call${i}(const u64 *v) { return ${call}; }`).join("\n")}
static bool (*const calls[])(const u64 *) = { ${calls.map((_, i) => `call${i}`).join(", ")} };
int main(int argc, char **argv)
{
	static u64 vectors[1 << 20];
	FILE *file = argc > 1 ? fopen(argv[1], "rb") : 0;
	size_t n = file ? fread(vectors, ${VECTOR.length} * sizeof(u64), (1 << 20) / ${VECTOR.length}, file) : 0;

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		for (size_t j = 0; j < n; j++)
			putchar(_setjmp(out) ? 2 : calls[i](vectors + j * ${VECTOR.length}));
	return n == 0;
}
`;
