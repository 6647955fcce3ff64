/** `foliofence completion` and `foliofence man`. */

import type { Command } from "commander";
import type { Io } from "../terminal/io.ts";
import { EXIT, UsageError } from "../terminal/io.ts";
import { oneOf } from "../terminal/setting.ts";
import { bashCompletion } from "./bash.ts";
import { fishCompletion } from "./fish.ts";
import { grammarOf, SHELLS } from "./grammar.ts";
import type { Told } from "./man.ts";
import { manPage } from "./man.ts";
import { zshCompletion } from "./zsh.ts";

const COMPLETIONS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

export function completionCommand(shell: string | undefined, program: Command, io: Io): number {
  if (shell === undefined) throw new UsageError(`completion: name a shell: ${SHELLS.join(", ")}`);
  io.out(COMPLETIONS[oneOf(SHELLS, shell, "completion")](grammarOf(program)));
  return EXIT.holds;
}

export function manCommand(program: Command, told: Told, io: Io): number {
  io.out(manPage(grammarOf(program), told));
  return EXIT.holds;
}
