/** Commands that judge nothing: help, lists, layouts, scenarios, and what is refused. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { scratch } from "./cli.ts";
import { CAPTURE, TWO } from "./command-files.ts";
import { toTheLetter } from "./golden-commands.ts";

const dir = scratch();
const file = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text);
  return name;
};
file("two.c", TWO);
file("vm.strace", CAPTURE);

/** Nothing is to be proved: no solver is loaded. */
const SEARCH = ["--engine", "hunt"];

toTheLetter(
  {
    help: [
      ["--help"],
      ["--version"],
      ["judge", "--help"],
      ["merge", "--help"],
      ["replay", "--help"],
      ["layouts", "--help"],
      ["scenarios", "--help"],
      ["explore", "--help"],
      ["conform", "--help"],
      ["rules", "--help"],
      ["kernels", "--help"],
    ],
    lists: [["rules"], ["rules", "ctz"], ["rules", "size_level", "--json"], ["kernels"], ["kernels", "--json"]],
    layouts: [
      ["layouts", "--rule", "ctz", "--rule", "size_level"],
      ["layouts", "vm.strace"],
      ["layouts", "vm.strace", "--rule", "two.c", "-e", "offset == 0", "--folio-size", "1G"],
      ["layouts", "vm.strace", "--rule", "ctz", "--json"],
    ],
    scenarios: [
      ["scenarios"],
      ["scenarios", "seed-1g"],
      ["scenarios", "resize-after-bind"],
      ["scenarios", "migration"],
      ["scenarios", "seed-1g", "--json"],
    ],
    refusals: [
      ["frob"],
      ["offset == 0"],
      ["--frob"],
      ["judge", "ctz", "--frob", "--json"],
      ["judge", "ctx", ...SEARCH],
      ["judge", "ctx", "--json", ...SEARCH],
      ["judge", "no-such.c", ...SEARCH],
      ["judge", "-e", "offset &&", ...SEARCH],
      ["judge", "-e", "offset &&", "--json", ...SEARCH],
      ["judge", "ctz", "--kind", "map", ...SEARCH],
      ["judge", "ctz", "--kind", "frob", ...SEARCH],
      ["judge", "ctz", "--claims", "folio_starts", ...SEARCH],
      ["judge", "ctz", "--claims", "", ...SEARCH],
      ["judge", "stock", "--claims", "allocation", ...SEARCH],
      ["judge", "ctz", "--orders", "4K,3M", ...SEARCH],
      ["judge", "ctz", "--orders", "2K", ...SEARCH],
      ["judge", "ctz", "--orders", "2G", ...SEARCH],
      ["judge", "ctz", "--orders", "frob", ...SEARCH],
      ["judge", "ctz", "--orders", "", ...SEARCH],
      ["judge", "ctz", "--resize", "later", ...SEARCH],
      ["judge", "ctz", "--engine", "guess"],
      ["judge", "ctz", "--engine", ""],
      ["judge", "ctz", "--map-rule", "frob", ...SEARCH],
      ["judge", "ctz", "--map-rule", "ctz", ...SEARCH],
      ["judge", "ctz", "--level-rule", "frob", ...SEARCH],
      ["judge", "ctz", "--kernel", "2.4", ...SEARCH],
      ["judge", "ctz", "--seed", "x", ...SEARCH],
      ["judge", "ctz", "--seed", "1.5", ...SEARCH],
      ["judge", "ctz", "--seed", "2147483648", ...SEARCH],
      ["judge", "ctz", "--runs", "0", ...SEARCH],
      ["judge", "ctz", "--runs", "1e10", ...SEARCH],
      ["judge", "ctz", "--bound", "4", ...SEARCH],
      ["judge", "ctz", "--jobs", "0", ...SEARCH],
      ["judge", "ctz", "--time", "0", ...SEARCH],
      ["judge", "ctz", "--path", "x", ...SEARCH],
      ["judge", "ctz", "--path", "1:2", "--shard", "1/2", ...SEARCH],
      ["judge", "ctz", "--shard", "3/2", ...SEARCH],
      ["judge", "ctz", "--shard", "0/2", ...SEARCH],
      ["judge", "ctz", "--shard", "1", ...SEARCH],
      ["judge", "ctz", "--smallest", "--shard", "1/2"],
      ["judge", "ctz", "--smallest", "--engine", "hunt"],
      ["judge", "ctz", "--smt2", "queries", "--engine", "hunt"],
      ["judge", "ctz", "--out", "", ...SEARCH],
      ["judge", "ctz", "--smt2", ""],
      ["judge", "ctz", "--resume", "--no-out", ...SEARCH],
      ["judge", "ctz", "--resume", "--out", "nowhere", ...SEARCH],
      ["judge", "ctz", "--format", "xml", ...SEARCH],
      ["judge", "ctz", "--format", "junit", "--json", ...SEARCH],
      ["judge", "ctz", "--compare"],
      ["judge", "ctz", "stock", "--compare"],
      ["judge", "ctz", "fls64", "--compare", "--fix"],
      ["judge", "ctz", "--fix", "--format", "junit"],
      ["judge", "ctz", "--fix", "--shard", "1/2"],
      ["judge", "ctz", "fls64", "--compare", "--smallest"],
      ["replay", "no-such.json"],
      ["replay", file("empty.jsonl", "\n")],
      ["replay", file("notes.md", "# notes\n")],
      ["layouts", file("half.strace", "7 ioctl(9, KVM_SET_USER_MEMORY_REGION, {slot=0, fla")],
      ["layouts", file("other.log", "hello\n")],
      ["layouts", "vm.strace", "--folio-size", "3M"],
      ["layouts", "--rule", "folio_order"],
      ["layouts", "--rule", "folio_order", "-e", "offset == 0"],
      ["explore", "no-such.json"],
      ["explore", "--port", "70000"],
      ["conform", "--ops", "0"],
      ["conform", "--seed", "x"],
      ["scenarios", "nothing"],
      ["rules", "nothing"],
      ["merge", "no-such.json"],
      ["merge", file("cut.json", '{"schema": 1, "ops": [')],
      ["merge"],
    ],
  },
  dir,
);
