/** Each worked example is refuted and its fix proved; its scripts say so by themselves, with no more than a compiler. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ContractFinding } from "../../../sim/contract.ts";
import { contractToC } from "../../../sim/script/contract/c.ts";
import { contractToJson } from "../../../sim/script/contract/json.ts";
import { contractToMail } from "../../../sim/script/contract/mail.ts";
import { contractToMjs } from "../../../sim/script/contract/mjs.ts";
import { contractToSvg } from "../../../sim/script/contract/svg.ts";
import { replayText } from "../../../props/cli/replay.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import { scratch } from "../../support/cli.ts";
import { keepingIo } from "../../support/cli-io.ts";
import { CASES } from "../../support/contract-cases.ts";
import { judged, told } from "../../support/contracts.ts";

const folder = scratch();
const book = await openRulebook();

async function findingOf(text: string): Promise<ContractFinding> {
  const { judgements } = await judged(text);
  const finding = judgements[0]?.finding;
  if (finding === undefined) throw new Error("nothing was found");
  return finding;
}

/** Exit code and output. */
function runC(name: string, text: string, flags: readonly string[]): readonly [number | null, string] {
  const [file, program] = [join(folder, `${name}.c`), join(folder, name)];
  writeFileSync(file, text);
  const built = spawnSync("gcc", [...flags, "-Wall", "-Wextra", "-Werror", "-o", program, file], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(built.stderr);
  const { status, stdout } = spawnSync(program, { encoding: "utf8" });
  return [status, stdout];
}

const STRICT = ["-std=gnu11", "-O2", "-fwrapv", "-fno-strict-aliasing"];

describe.each(CASES)("$name", ({ name, contract, broken, fixed, inputs }) => {
  const stem = name.replaceAll(/\W+/g, "_");

  it("is refuted with the smallest inputs, and its fix proved", async () => {
    expect(told(await judged(contract + broken))).toEqual([`ensures_1 refuted ${inputs}`]);
    const { judgements, undefinedInputs } = await judged(contract + fixed);
    expect(told({ judgements })).toEqual(["ensures_1 proved"]);
    expect(undefinedInputs).toEqual([]);
  });

  it("is shown by C, which a fixed function passes", async () => {
    const text = contractToC(await findingOf(contract + broken));
    const [code, out] = runC(stem, text, STRICT);
    expect(out).toContain("\nnot ok 1 ensures_1: ");
    expect(code).toBe(1);
    expect(runC(stem, text, [])[0]).toBe(1);
    expect(text).toContain(broken.trimEnd());
    const [after, said] = runC(`${stem}_fixed`, text.replace(broken.trimEnd(), fixed.trimEnd()), STRICT);
    expect(said).toContain("\nok 1 ensures_1: ");
    expect(after).toBe(0);
  });

  it("is shown by plain Node", async () => {
    const file = join(folder, `${stem}.mjs`);
    writeFileSync(file, contractToMjs(await findingOf(contract + broken)));
    const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(stdout).toContain("ensures_1 does not hold: ");
    const lines = [...inputs.matchAll(/(?<=^| )([^=]+)=(\S+)/g)].flatMap(([, of, value]) =>
      of === "result" ? [] : [`${of ?? ""} = ${value ?? ""}\n`],
    );
    expect(lines.filter((line) => !stdout.includes(line))).toEqual([]);
    expect(status).toBe(1);
  });

  it("is replayed", async () => {
    const { io, out } = keepingIo();
    expect(replayText(contractToJson(await findingOf(contract + broken)), "x.json", {}, io, book)).toBe(1);
    expect(out()).toContain("ensures_1 does not hold: ");
  });

  it("is told as a mail and as a picture", async () => {
    const finding = await findingOf(contract + broken);
    const mail = contractToMail(finding);
    const own = mail.slice(0, mail.indexOf("The function, with its contract:"));
    expect(own.split("\n").filter((line) => line.length > 72)).toEqual([]);
    expect(mail).toMatch(/^[\t\n -~]*$/);
    const svg = contractToSvg(finding);
    expect(svg).toMatch(/^<svg [^]*<\/svg>\n$/);
    for (const { name: of } of finding.inputs) expect(svg).toContain(`>${of.replaceAll(">", "&gt;")}</text>`);
  });
});

describe("a function that calls what is not there", () => {
  const text = `struct range { u64 start, end; };
requires(r->start <= r->end)
ensures(result <= r->end && result >= old(r->start))
static u64 pick(struct range *r, s64 by, bool up)
{
	u64 at = clamp_val(r->start + by, r->start, r->end);

	if (up && is_reserved(at))
		at += LEAP;
	return at;
}
`;

  it("is shown by C and Node from its tree, given what it takes", async () => {
    const finding = await findingOf(text);
    expect(finding.given.length).toBeGreaterThan(0);
    expect(runC("tree", contractToC(finding), STRICT)[0]).toBe(1);
    const file = join(folder, "tree.mjs");
    writeFileSync(file, contractToMjs(finding));
    expect(spawnSync(process.execPath, [file]).status).toBe(1);
    const { io } = keepingIo();
    expect(replayText(contractToJson(finding), "x.json", {}, io, book)).toBe(1);
  });

  it("is refused where the file was changed", async () => {
    const json = contractToJson(await findingOf(text));
    const { io } = keepingIo();
    const replay = (told_: string): number => replayText(told_, "x.json", {}, io, book);
    expect(() => replay(json.replace(/"id": "\w+"/, '"id": "0123456789ab"'))).toThrow(
      "do not have the id 0123456789ab",
    );
    expect(replay(json.replace(/"id": "\w+"/, '"id": "edited"'))).toBe(1);
    expect(() => replay(json.replace('"by"', '"bye"'))).toThrow('"bye" is no input of pick()');
    expect(() => replay(json.slice(0, 100))).toThrow("not whole JSON");
    expect(() => replay(json.replace('"schema": 1', '"schema": 2'))).toThrow("schema 2 is not known");
    expect(readFileSync(join(folder, "tree.mjs"), "utf8")).toContain("GIVEN");
  });
});
