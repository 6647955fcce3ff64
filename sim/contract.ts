/** A contract that is broken: the inputs that break it, and what the function makes of them. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Given } from "../model/given.ts";
import type { Contract, ContractClaim } from "../model/rule/contract.ts";
import type { IntType } from "../model/rule/int-type.ts";

/** A parameter, or what one leads to: "slot->npages". */
export interface ContractInput {
  readonly name: string;
  readonly type: IntType;
  /** In the range of its type. */
  readonly value: bigint;
  /** It is an address. */
  readonly pointer?: true;
}

export interface ContractFinding {
  /** Hash of the C, the claim and the inputs. */
  readonly id: string;
  readonly contract: Contract;
  readonly claim: ContractClaim;
  readonly inputs: readonly ContractInput[];
  /** Values of what no model knows, on which it rests; empty where it breaks whatever they are. */
  readonly given: readonly Given[];
  /** What the function returns; nothing where it returns none. */
  readonly result?: bigint;
  /** Why smaller inputs may break it, too, if that is not known. */
  readonly notSmallest?: string;
  /** What integers that parameters lead to are after the call: "*start". */
  readonly after: readonly ContractInput[];
}

/** u64 bit patterns. */
export const hex = (value: bigint): string => `0x${BigInt.asUintN(64, value).toString(16)}`;

const LENGTH = 12;

export function findingId(
  { text, requires }: Contract,
  { text: claim }: ContractClaim,
  inputs: readonly ContractInput[],
  given: readonly Given[],
): string {
  const told = {
    text,
    requires: requires.map((clause) => clause.text),
    claim,
    inputs: inputs.map(({ name, value }) => [name, hex(value)]),
    given: given.map(({ at, text: of, times, value }) => [at, of, times, hex(value)]),
  };
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(told)))).slice(0, LENGTH);
}
