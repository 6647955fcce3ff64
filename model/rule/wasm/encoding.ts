/** The few pieces of the WebAssembly binary format that an evaluator needs. */

export type Code = number[];

export const I32 = 0x7f;
export const I64 = 0x7e;
export const F64 = 0x7c;
export type ValueType = typeof I32 | typeof I64 | typeof F64;

export const OP = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  br_if: 0x0d,
  return: 0x0f,
  call: 0x10,
  drop: 0x1a,
  select: 0x1b,
  local_get: 0x20,
  local_set: 0x21,
  local_tee: 0x22,
  global_get: 0x23,
  global_set: 0x24,
  i32_const: 0x41,
  i64_const: 0x42,
  i32_eqz: 0x45,
  i32_ge_u: 0x4f,
  i64_eqz: 0x50,
  i64_ne: 0x52,
  i64_ge_u: 0x5a,
  i64_clz: 0x79,
  i64_ctz: 0x7a,
  i64_popcnt: 0x7b,
  i32_sub: 0x6b,
  i32_and: 0x71,
  i32_wrap: 0xa7,
  i64_extend_s: 0xac,
  i64_extend_u: 0xad,
  i32_extend8_s: 0xc0,
  i32_extend16_s: 0xc1,
  prefix: 0xfc,
} as const;

/** An empty block type. */
export const NO_RESULT = 0x40;

export function unsigned(n: number): Code {
  const bytes: Code = [];
  let rest = n;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return bytes;
}

/** @param n in the range of an s64 */
function signed(n: bigint): Code {
  const bytes: Code = [];
  for (let rest = n; ;) {
    const low = Number(rest & 127n);
    rest >>= 7n;
    const isLast = (rest === 0n && low < 64) || (rest === -1n && low >= 64);
    bytes.push(isLast ? low : low | 0x80);
    if (isLast) return bytes;
  }
}

export const i32Const = (n: number): Code => [OP.i32_const, ...signed(BigInt(n))];
export const i64Const = (n: bigint): Code => [OP.i64_const, ...signed(BigInt.asIntN(64, n))];
export const localGet = (i: number): Code => [OP.local_get, ...unsigned(i)];
export const localSet = (i: number): Code => [OP.local_set, ...unsigned(i)];
export const localTee = (i: number): Code => [OP.local_tee, ...unsigned(i)];
export const globalGet = (i: number): Code => [OP.global_get, ...unsigned(i)];
export const globalSet = (i: number): Code => [OP.global_set, ...unsigned(i)];

export type WasmFunction = {
  readonly takes: readonly ValueType[];
  readonly gives: ValueType;
  readonly locals: readonly ValueType[];
  readonly code: Code;
  readonly exportAs?: string;
};

const vector = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
const text = (name: string): Code => vector([...new TextEncoder().encode(name)].map((byte) => [byte]));

export type WasmGlobal = { readonly type: typeof I32 | typeof I64; readonly exportAs?: string };
/** Of the module "env". Imported functions are numbered before the module's own. */
export type WasmImport = { readonly name: string; readonly takes: readonly ValueType[]; readonly gives: ValueType };

/** A module of functions and of mutable globals, all of which start at 0. */
export function wasmModule(
  functions: readonly WasmFunction[],
  globals: readonly WasmGlobal[],
  imports: readonly WasmImport[] = [],
): Uint8Array {
  const types = [...imports, ...functions].map(({ takes, gives }) => [
    0x60,
    ...vector(takes.map((type) => [type])),
    1,
    gives,
  ]);
  const imported = imports.map(({ name }, i) => [...text("env"), ...text(name), 0, ...unsigned(i)]);
  const exported = functions.flatMap(({ exportAs }, i) =>
    exportAs === undefined ? [] : [[...text(exportAs), 0, ...unsigned(imports.length + i)]],
  );
  const exportedGlobals = globals.flatMap(({ exportAs }, i) =>
    exportAs === undefined ? [] : [[...text(exportAs), 3, ...unsigned(i)]],
  );
  const bodies = functions.map(({ locals, code }) => {
    const body = [...vector(locals.map((type) => [1, type])), ...code, OP.end];
    return [...unsigned(body.length), ...body];
  });
  return Uint8Array.from([
    0x00,
    0x61,
    0x73,
    0x6d,
    0x01,
    0x00,
    0x00,
    0x00,
    ...section(1, vector(types)),
    ...(imports.length > 0 ? section(2, vector(imported)) : []),
    ...section(3, vector(functions.map((_, i) => unsigned(imports.length + i)))),
    ...section(6, vector(globals.map(({ type }) => [type, 1, ...(type === I32 ? i32Const(0) : i64Const(0n)), OP.end]))),
    ...section(7, vector([...exported, ...exportedGlobals])),
    ...section(10, vector(bodies)),
  ]);
}
