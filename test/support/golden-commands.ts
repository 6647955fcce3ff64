/** What whole groups of commands say, to the letter. */

import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Ran } from "./cli-io.ts";
import { command } from "./cli-io.ts";

const text = ({ code, out, err }: Ran): string =>
  [`exit code ${code}\n`, out === "" ? "" : `--- stdout\n${out}`, err === "" ? "" : `--- stderr\n${err}`].join("");

const shell = (args: readonly string[]): string =>
  ["foliofence", ...args].map((arg) => (/^[\w.,/=+-]+$/.test(arg) ? arg : `'${arg}'`)).join(" ");

/** What each command said before; FOLIOFENCE_GOLDEN=write takes what it says now. */
const golden = (group: string): string => `test/golden/commands/${group}.txt`;
const WRITES = process.env["FOLIOFENCE_GOLDEN"] === "write";
const saidBefore = (group: string): Map<string, string> => {
  const said = new Map<string, string>();
  for (const part of readFileSync(golden(group), "utf8")
    .split(/^\$ (?=foliofence)/mu)
    .slice(1)) {
    const end = part.indexOf("\n");
    said.set(part.slice(0, end), part.slice(end + 1));
  }
  return said;
};

/** Commands by group, run in `dir`. */
export function toTheLetter(groups: Readonly<Record<string, readonly (readonly string[])[]>>, dir: string): void {
  describe.each(Object.entries(groups))("%s, to the letter", (group, commands) => {
    const before = WRITES ? new Map<string, string>() : saidBefore(group);
    const now: string[] = [];

    it.each(commands.map((args) => [shell(args), args] as const))("%s", async (words, args) => {
      const said = `${text(await command(args, dir))}\n`;
      now.push(`$ ${words}\n${said}`);
      if (WRITES) before.set(words, said);
      expect(said).toBe(before.get(words));
    });

    it("and nothing else stands in the golden file", () => {
      if (WRITES) writeFileSync(golden(group), now.join(""));
      expect([...before.keys()]).toEqual(commands.map(shell));
    });
  });
}
