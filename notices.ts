/** The notices of packages that a build embeds: their licences ask that they come along. */

import { readdirSync, readFileSync } from "node:fs";

function noticeOf(name: string): string {
  const folder = `node_modules/${name}`;
  const { version, license }: { version: string; license: string } = JSON.parse(
    readFileSync(`${folder}/package.json`, "utf8"),
  );
  const file = readdirSync(folder).find((one) => /^licen[cs]e(\.|$)/i.test(one));
  if (file === undefined) throw new Error(`${name} is embedded and has no licence file`);
  return `${name} ${version} (${license})\n\n${readFileSync(`${folder}/${file}`, "utf8").trim()}\n`;
}

export const noticesOf = (names: readonly string[]): string => names.map(noticeOf).join(`\n${"-".repeat(72)}\n\n`);
