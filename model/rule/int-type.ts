/** The integer types that C is lowered to: `bool`, and 8 to 64 bits, unsigned or two's complement. */

export type IntType = "bool" | "u8" | "s8" | "u16" | "s16" | "u32" | "s32" | "u64" | "s64";
