/** Completions and the manual page, as the shells and man themselves take them. */

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratch } from "../../support/cli.ts";
import { command } from "../../support/cli-io.ts";

const dir = scratch();
const FULL = process.env["FOLIOFENCE_FULL"] === "1";

const isThere = (program: string, ...args: string[]): boolean => spawnSync(program, args).status === 0;

async function printed(...args: string[]): Promise<string> {
  const { code, out, err } = await command(args, dir);
  expect([code, err]).toEqual([0, ""]);
  return out;
}

/** What is typed, and words that are offered for its last one; "-" before a word that must not be. */
const TYPED: readonly (readonly [line: string, ...offered: string[]])[] = [
  ["foliofence ju", "judge"],
  ["foliofence judge --for", "--format"],
  ["foliofence judge --format k", "ktap"],
  ["foliofence judge --claims folio_starts_in_slot,mapping_t", "folio_starts_in_slot,mapping_translates"],
  ["foliofence judge size_level_", "size_level_capped"],
  ["foliofence rules ctz_", "ctz_levels"],
  ["foliofence --resi", "--resize"],
  ["foliofence --resize b", "before-bind"],
  ["foliofence claims folio_e", "folio_ends_in_slot"],
  ["foliofence completion f", "fish"],
  ["foliofence judge --kernel gmem-v13 --all", "--all-inputs"],
  ["foliofence judge --certificate not", "notes"],
  ["foliofence replay not", "notes.json"],
];

describe.skipIf(!isThere("bash", "-c", "type compopt"))("bash", () => {
  it("offers what may stand there", async () => {
    const script = join(dir, "foliofence.bash");
    writeFileSync(script, await printed("completion", "bash"));
    spawnSync("sh", ["-c", "mkdir notes; echo {} >notes.json"], { cwd: dir });
    const each = TYPED.map(([line]) => `t ${line}`).join("\n");
    const { stdout, stderr } = spawnSync(
      "bash",
      [
        "-c",
        `source ${script}; t() { COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _foliofence; echo "\${COMPREPLY[*]}"; }\n${each}`,
      ],
      { cwd: dir, encoding: "utf8" },
    );
    expect(stderr).toBe("");
    const offered = stdout.split("\n").slice(0, -1);
    for (const [at, [line, ...words]] of TYPED.entries()) {
      expect([line, offered[at]?.split(" ")]).toEqual([line, expect.arrayContaining(words)]);
    }
    expect(offered).toHaveLength(TYPED.length);
  });
});

describe.skipIf(!isThere("fish", "--version"))("fish", () => {
  it("offers what may stand there", async () => {
    const script = join(dir, "foliofence.fish");
    writeFileSync(script, await printed("completion", "fish"));
    const lines = TYPED.filter(([line]) => !line.endsWith(" not"));
    const { stdout, stderr } = spawnSync(
      "fish",
      ["-N", "-c", `source ${script}\n${lines.map(([line]) => `complete -C '${line}'; echo =`).join("\n")}`],
      { cwd: dir, encoding: "utf8" },
    );
    expect(stderr).toBe("");
    const offered = stdout.split("=\n");
    for (const [at, [line, ...words]] of lines.entries()) {
      const first = offered[at]?.split("\n").map((each) => each.split("\t")[0]);
      expect([line, first]).toEqual([line, expect.arrayContaining(words)]);
    }
  });
});

/** A terminal of its own, the line typed, a tab, and a key that shows what stands there then. */
const ZSH = `
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PROMPT=; autoload -Uz compinit; compinit -u -D; source $1; LISTMAX=1000; setopt nolistbeep noautomenu"
zpty -w z 'show() { print -rn -- "<<$BUFFER>>"; BUFFER=; }; zle -N show; bindkey "^I" complete-word; bindkey "^X" show; print REA"DY"'
zpty -r -m z x '*READY*'
shift
for line; do
  zpty -w -n z "$line"$'\\t\\x18'
  zpty -r -m z x '*<<*>>*'
  x=\${x##*<<}; print -r -- "\${x%%>>*}"
done
zpty -d z
`;

describe.skipIf(!FULL || !isThere("zsh", "--version"))("zsh (FOLIOFENCE_FULL=1: its compinit takes seconds)", () => {
  it("completes what may stand there", async () => {
    const script = join(dir, "foliofence.zsh");
    writeFileSync(script, await printed("completion", "zsh"));
    const lines = TYPED.filter(([line]) => !line.endsWith(" not"));
    const { stdout } = spawnSync("zsh", ["-f", "-c", ZSH, "zsh", script, ...lines.map(([line]) => line)], {
      cwd: dir,
      encoding: "utf8",
    });
    const completed = stdout.split("\n").map((line) => line.replace(/[ ,]+$/, ""));
    expect(completed.slice(0, -1)).toEqual(lines.map(([line, word]) => line.replace(/\S+$/, word ?? "")));
  });
});

describe("the manual page", async () => {
  const page = await printed("man");

  it("has every command and every option of --help, and every exit code", async () => {
    const help = await printed("--help");
    const commands = [...help.matchAll(/^ {2}([a-z]+)(?: |$)/gm)]
      .map(([, name]) => name)
      .filter((name) => name !== "help");
    expect(commands.length).toBeGreaterThan(10);
    for (const name of commands) {
      expect(page).toContain(`.SS "foliofence ${name}`);
      const own = await printed(name ?? "", "--help");
      const flags = [...own.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag]) => flag ?? "");
      for (const flag of flags.filter((each) => each !== "--help")) {
        expect([name, page.includes(flag.replaceAll("-", String.raw`\-`))]).toEqual([name, true]);
      }
    }
    for (const code of [0, 1, 2, 3, 4, 5, 70, 130, 143]) expect(page).toContain(String.raw`\fB${code}\fR`);
  });

  it.skipIf(!isThere("groff", "--version"))("is taken by groff without a warning", () => {
    const { stderr, stdout } = spawnSync("groff", ["-man", "-ww", "-Tutf8", "-P-cbou"], {
      input: page,
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(stdout).toContain("COMMANDS");
  });
});
