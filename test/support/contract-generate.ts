/** Random small functions with random contracts: of two parameters of few bits, so that all inputs can be tried. */

import { numbersFrom } from "../../props/contract/draw.ts";

export interface MadeContract {
  readonly types: readonly [string, string];
  readonly returns: string;
  readonly body: string;
  readonly requires: string | undefined;
  readonly ensures: string;
}

const FIRST = ["u8", "s8", "bool"] as const;
const SECOND = ["bool", "bool", "bool", "u8", "s8"] as const;
const RETURNS = ["u8", "s16", "int", "bool", "unsigned int", "s64", "u64"] as const;
const LITERALS = ["0", "1", "2", "3", "7", "8", "16", "0x7f", "0x80", "255u", "256", "-1", "1ULL", "100"] as const;
const BINARY = ["+", "-", "*", "&", "|", "^", "<", "<=", "==", "!=", ">", "&&", "||"] as const;

/** @param isDefined leaves out what C does not define for all operands */
export function contractsMade(seed: number, count: number, isDefined: boolean): MadeContract[] {
  const next = numbersFrom(BigInt(seed));
  const below = (n: number): number => Number(next() % BigInt(n));
  const one = <T>(list: readonly T[]): T => list[below(list.length)] as T; // oxlint-disable-line typescript/no-unsafe-type-assertion -- below its length

  const expression = (depth: number, names: readonly string[]): string => {
    if (depth === 0) return below(3) === 0 ? one(LITERALS) : one(names);
    const of = (): string => expression(depth - 1, names);
    switch (below(9)) {
      case 0:
        return isDefined ? `(${of()} << (${of()} & 7))` : `(${of()} ${one(["<<", ">>"])} ${of()})`;
      case 1:
        return isDefined ? `(${of()} / ((${of()}) | 1))` : `(${of()} ${one(["/", "%"])} ${of()})`;
      case 2:
        return `(${of()} ? ${of()} : ${of()})`;
      case 3:
        return `(${one(["u8", "s8", "u16", "int", "u64", "bool"])})(${of()})`;
      case 4:
        return `${one(["~", "-", "!"])}(${of()})`;
      case 5:
        return one(names);
      default:
        return `(${of()} ${one(BINARY)} ${of()})`;
    }
  };

  return Array.from({ length: count }, () => {
    const names = ["a", "b"];
    const statements = [
      `${one(["u8", "int", "u64", "s16"])} c = ${expression(2, names)};`,
      ...(below(2) === 0
        ? [`if (${expression(2, [...names, "c"])})\n\t\tc ${one(["=", "+=", "^="])} ${expression(1, names)};`]
        : []),
      ...(below(3) === 0
        ? [`for (int i = 0; i < ${1 + below(4)}; i++)\n\t\tc += ${expression(1, [...names, "i"])};`]
        : []),
      `return ${expression(2, [...names, "c"])};`,
    ];
    return {
      types: [one(FIRST), one(SECOND)],
      returns: one(RETURNS),
      body: statements.map((each) => `\t${each}\n`).join(""),
      requires: below(2) === 0 ? expression(1, names) : undefined,
      ensures: `${below(2) === 0 ? "" : `${expression(1, names)} || `}${expression(2, [...names, "result", "result"])}`,
    };
  });
}

export const functionText = ({ types, returns, body }: MadeContract, name: string): string =>
  `static ${returns} ${name}(${types[0]} a, ${types[1]} b)\n{\n${body}}\n`;

export const textOf = (made: MadeContract): string =>
  [
    ...(made.requires === undefined ? [] : [`requires(${made.requires})`]),
    `ensures(${made.ensures})`,
    functionText(made, "f"),
  ].join("\n");

/** All values of a type, as C has them. */
export function valuesOf(type: string): bigint[] {
  if (type === "bool") return [0n, 1n];
  return Array.from({ length: 256 }, (_, i) => BigInt(type === "u8" ? i : i - 128));
}
