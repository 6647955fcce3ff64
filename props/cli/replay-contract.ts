/** `foliofence replay` of a broken contract: the function with its inputs, once more. */

import { REFUSED, UNDEFINED } from "../../model/outcome.ts";
import type { Contract, ContractClaim } from "../../model/rule/contract.ts";
import { wrapTo } from "../../model/rule/tree.ts";
import { placeOf } from "../../sim/answers.ts";
import type { ContractInput } from "../../sim/contract.ts";
import { findingId, hex } from "../../sim/contract.ts";
import { InputError } from "../../sim/schema/parse.ts";
import { valuesToJson } from "../../sim/script/contract/json.ts";
import type { ImportedContract } from "../../sim/script/import-contract.ts";
import { contractFromJson } from "../../sim/script/import-contract.ts";
import { DAMAGED, EDITED } from "../../sim/script/imported.ts";
import { inputText, resultText } from "../../sim/words/contract.ts";
import { givenLines } from "../../sim/words/given.ts";
import { givenAnswer, runnerOf } from "../contract/run.ts";
import type { Rulebook } from "../judge/rulebook.ts";
import type { Io } from "./terminal/io.ts";
import { EXIT, UsageError } from "./terminal/io.ts";
import { paint } from "./terminal/paint.ts";

export { isOfContract } from "../../sim/script/import-contract.ts";

/** @throws UsageError */
function imported(text: string, file: string): ImportedContract {
  try {
    return contractFromJson(text);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new UsageError(`${file}: ${error.message}`);
  }
}

function claimOf(said: ImportedContract, file: string, book: Rulebook): readonly [Contract, ContractClaim] {
  const { function: name, requires, ensures, claim } = said;
  const parsed = book.parse(said.text, {
    file,
    contracts: true,
    functions: [name],
    asked: {
      function: name,
      clauses: [
        ...requires.map((text) => ({ is: "requires" as const, text })),
        { is: "ensures" as const, text: ensures, name: claim },
      ],
    },
  });
  if (!parsed.ok) throw new UsageError(`${file}: the function in it: ${parsed.error.message}`);
  const contract = parsed.contracts?.[0];
  const own = contract?.claims.at(-1);
  if (contract === undefined || own === undefined) throw new UsageError(`${file}: no contract in it`);
  return [contract, own];
}

function inputsOf(said: ImportedContract, { tree }: ContractClaim, file: string): ContractInput[] {
  const known = tree.unknowns.filter(({ is }) => is === "input");
  const odd = [...said.inputs.keys()].find((name) => !known.some(({ text }) => text === name));
  if (odd !== undefined) throw new UsageError(`${file}: "${odd}" is no input of ${said.function}()`);
  return [...said.inputs].flatMap(([name, bits]): ContractInput[] => {
    const unknown = known.find(({ text }) => text === name);
    if (unknown === undefined) return [];
    const { type, pointer } = unknown;
    return [{ name, type, value: wrapTo(type, bits), ...(pointer && { pointer }) }];
  });
}

export function replayContract(
  text: string,
  file: string,
  flags: { readonly json?: boolean },
  io: Io,
  book: Rulebook,
): number {
  const said = imported(text, file);
  const [contract, claim] = claimOf(said, file, book);
  const inputs = inputsOf(said, claim, file);
  const id = findingId(contract, claim, inputs, said.given);
  if (said.id !== id && said.id !== EDITED) {
    throw new UsageError(`${file}: the function, the claim and the inputs do not have the id ${said.id}: ${DAMAGED}`);
  }
  const given = said.given.map((each) => {
    const unknown = claim.tree.unknowns[each.unknown];
    if (unknown?.text !== each.text) throw new UsageError(`${file}: the function reads no ${each.text}`);
    return { ...each, at: placeOf(unknown) };
  });
  const values = new Map(inputs.map(({ name, value }) => [name, value]));
  const { outcome, site, result, after } = runnerOf(claim.tree, contract).look(values, givenAnswer(given));
  const isBroken = outcome === REFUSED;
  const finding = { id, contract, claim, inputs, given: said.given, after, ...(result !== undefined && { result }) };
  if (flags.json === true) {
    const told = {
      id,
      function: contract.function,
      claim: claim.name,
      ensures: claim.text,
      verdict: isBroken ? "refuted" : outcome === UNDEFINED ? "undefined" : "holds",
      inputs: valuesToJson(inputs),
      ...(result !== undefined && { result: hex(result) }),
      ...(after.length > 0 && { after: valuesToJson(after) }),
    };
    io.out(`${JSON.stringify(told, undefined, 2)}\n`);
  } else {
    const ink = paint(io.color);
    const lines = [
      `${ink.strong(id)}: ${contract.function}, ${claim.name}`,
      ...inputs.map((each) => `  ${inputText(each)}`),
      ...givenLines(said.given).map((each) => `  given ${each}`),
      ...(result === undefined ? [] : [`  result = ${resultText(finding)}`]),
      ...after.map((each) => `  ${inputText(each)} after the call`),
      isBroken
        ? ink.bad(`${claim.name} does not hold: ${claim.text}`)
        : outcome === UNDEFINED
          ? ink.bad(`undefined at ${site?.line ?? 0}:${site?.column ?? 0}: ${site?.what ?? ""}`)
          : `${claim.name} holds: ${claim.text}`,
    ];
    io.out(`${lines.join("\n")}\n`);
  }
  return isBroken || outcome === UNDEFINED ? EXIT.refuted : EXIT.holds;
}
