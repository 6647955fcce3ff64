/** `foliofence explore`: the page, in a file or on loopback. */

import { explore } from "./serve.ts";
import type { Io } from "../terminal/io.ts";
import { EXIT } from "../terminal/io.ts";
import { wholeNumber } from "../terminal/setting.ts";

export interface ExploreFlags {
  readonly out?: string;
  readonly port?: string;
}

/** How often a served page looks whether Ctrl-C was pressed, in milliseconds. */
const LOOK_EVERY = 100;

const untilInterrupted = async (io: Io): Promise<void> =>
  new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!io.interrupted()) return;
      clearInterval(timer);
      resolve();
    }, LOOK_EVERY);
  });

export async function exploreCommand(file: string | undefined, flags: ExploreFlags, io: Io): Promise<number> {
  const explored = await explore({
    ...(file === undefined ? {} : { file }),
    ...(flags.out === undefined ? {} : { out: flags.out }),
    ...(flags.port === undefined ? {} : { port: wholeNumber("--port", 0, 65535)(flags.port) }),
  });
  io.out(`${explored.url}\n`);
  if (explored.is === "written") return EXIT.holds;
  await untilInterrupted(io);
  await explored.close();
  return EXIT.interrupted;
}
