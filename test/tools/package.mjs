/**
 * The shipped package, packed and installed as people install it, and run:
 *
 *   node test/tools/package.mjs [--node PATH]… [--only WORDS]
 *
 * Every package manager is tried beside every neighbour, and each installation is run by every Node that is named
 * (default: the one that runs this). pnpm, Yarn, publint and attw come from the registry, by pinned versions. It takes
 * minutes, and so stands outside the tests.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { node: { type: "string", multiple: true }, only: { type: "string" }, lint: { type: "boolean" } },
});
const nodes = values.node ?? [process.execPath];

const PNPM = "pnpm@10.33.0";
const YARN = "@yarnpkg/cli-dist@4.18.1";
const PUBLINT = "publint@0.3.25";
const ATTW = "@arethetypeswrong/cli@0.18.5";

const scratch = mkdtempSync(join(tmpdir(), "foliofence-package-"));
const quiet = { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] };

/** @returns {string} */
const sh = (cwd, command, args, env = {}) =>
  execFileSync(command, args, { ...quiet, cwd, env: { ...process.env, ...env }, maxBuffer: 1 << 26 });

execFileSync("npm", ["pack", "--ignore-scripts", "--pack-destination", scratch], quiet);
const tarball = join(scratch, readdirSync(scratch).find((name) => name.endsWith(".tgz")) ?? "");

const NEIGHBOURS = {
  alone: {},
  "fast-check 4": { "fast-check": "4.10.2" },
  "fast-check 4.0": { "fast-check": "4.0.0" },
  "fast-check 3, pure-rand 6": { "fast-check": "3.23.2", "pure-rand": "6.1.0" },
  "z3, no koffi": { "fast-check": "4.10.2", "z3-solver": "5.2.0" },
};

/** Each installs the project in `dir` and says how Node runs a file there. */
const MANAGERS = {
  npm: (dir) => {
    sh(dir, "npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts"]);
    return [];
  },
  "npm --omit=optional": (dir) => {
    sh(dir, "npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--omit=optional"]);
    return [];
  },
  "npm linked": (dir) => {
    sh(dir, "npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--install-strategy=linked"]);
    return [];
  },
  pnpm: (dir) => {
    writeFileSync(join(dir, "pnpm-workspace.yaml"), "packages: []\nhoist: false\nautoInstallPeers: false\n");
    sh(dir, "npm", ["exec", "--yes", `--package=${PNPM}`, "--", "pnpm", "install", "--ignore-scripts"]);
    return [];
  },
  "Yarn PnP": (dir) => {
    writeFileSync(
      join(dir, ".yarnrc.yml"),
      "nodeLinker: pnp\nenableScripts: false\nenableTelemetry: false\nenableGlobalCache: false\n",
    );
    const registry = sh(dir, "npm", ["config", "get", "registry"]).trim();
    sh(dir, "npm", ["exec", "--yes", `--package=${YARN}`, "--", "yarn", "install"], {
      YARN_NPM_REGISTRY_SERVER: registry,
      YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
    });
    return ["--require", "./.pnp.cjs", "--experimental-loader", "./.pnp.loader.mjs"];
  },
};

/** What a user's project does with it. Without fast-check the property is left out. */
const USE = `
import { judge, openWorld, arbitraries, claims, idOf, opFromJson, VERSION } from "foliofence";
const rule = "fls64(offset) >= fls64(gpa)";
const [judged] = await judge({ rule, claims: ["folio_starts_in_slot"] });
const said = judged.judgements[0];
if (said.verdict !== "refuted" || said.counterexample.id !== "2bbb4f9fe3f4") throw new Error(JSON.stringify(said));
const [safe] = await judge({ rule: "IS_ALIGNED(offset | size, SZ_1G)", claims: ["folio_ends_in_slot"] });
if (safe.judgements[0].verdict !== "proved") throw new Error(safe.judgements[0].verdict);
let refused = "";
await judge({ rule, setting: { resize: "Any" } }).catch((error) => (refused = error.message));
if (!refused.startsWith("judge.setting.resize")) throw new Error("resize: Any is taken");
if (process.argv[2] === "fast-check") {
  const { default: fc } = await import("fast-check");
  const world = await openWorld(rule);
  const inside = fc.property(arbitraries.ops(), (ops) => claims.folio_starts_in_slot(world, ops));
  for (const seed of [1, 2, 3]) {
    const { failed, counterexample } = fc.check(inside, { seed, numRuns: 1000 });
    if (!failed || idOf(counterexample[0]) !== "2bbb4f9fe3f4") throw new Error("not the canonical one");
    if (!fc.stringify(counterexample[0]).includes("bind_memslot slot=0 gpa=0x0 size=0x1000 offset=0x1000")) {
      throw new Error(fc.stringify(counterexample[0]));
    }
  }
}
opFromJson({ op: "fault", gfn: 1 });
console.log(VERSION);
`;

const TYPES = `
import * as fc from "fast-check";
import { arbitraries, checkOps, claims, openWorld } from "foliofence";
const world = await openWorld("ctz");
fc.assert(fc.property(arbitraries.ops(), (ops) => claims.folio_starts_in_slot(world, ops) && ops.length > 0));
checkOps(world, [{ op: "fault", gfn: 1 }]);
// @ts-expect-error an op that nobody knows
checkOps(world, [{ op: "frob" }]);
`;

function tried(manager, neighbour, deps) {
  const dir = join(scratch, `${manager}-${neighbour}`.replaceAll(/\W+/g, "-"));
  mkdirSync(dir);
  copyFileSync(tarball, join(dir, "foliofence.tgz"));
  const dependencies = { foliofence: "file:./foliofence.tgz", ...deps };
  writeFileSync(
    join(dir, "package.json"),
    JSON.stringify({ name: "user", private: true, type: "module", dependencies }),
  );
  writeFileSync(join(dir, "use.mjs"), USE);
  writeFileSync(
    join(dir, "cli.mjs"),
    `import { createRequire } from "node:module";
     process.argv.splice(1, 1, "foliofence");
     const main = createRequire(import.meta.url).resolve("foliofence").replace(/library\\.js$/, "main.js");
     await import("file://" + main);`,
  );
  let how;
  try {
    how = MANAGERS[manager](dir);
  } catch (error) {
    return nodes.map(
      () =>
        `not installed: ${String(error.stderr || error.stdout || error)
          .trim()
          .split("\n")
          .slice(-3)
          .join(" | ")}`,
    );
  }
  const word = deps["fast-check"] === undefined ? "" : "fast-check";
  return nodes.map((node) => {
    const run = (file, ...args) =>
      spawnSync(node, [...how, file, ...args], { cwd: dir, encoding: "utf8", timeout: 300_000 });
    const library = run("use.mjs", word);
    if (library.status !== 0)
      return `library: ${
        library.stderr
          .trim()
          .split("\n")
          .find((line) => /error/i.test(line)) ?? library.status
      }`;
    const cli = run("cli.mjs", "judge", "--no-out", "-e", "fls64(offset) >= fls64(gpa)", "--json");
    if (cli.status !== 1 || !cli.stdout.includes("2bbb4f9fe3f4"))
      return `command: ${cli.status} ${cli.stderr.trim().split("\n").at(-1)}`;
    return "pass";
  });
}

/** The types hold in a user's project, whole: no skipLibCheck. */
function typed(version) {
  const dir = join(scratch, `types-${version}`);
  mkdirSync(dir);
  copyFileSync(tarball, join(dir, "foliofence.tgz"));
  const dependencies = { foliofence: "file:./foliofence.tgz", typescript: "7.0.2", "@types/node": "20.19.43" };
  if (version !== "none") dependencies["fast-check"] = version;
  writeFileSync(
    join(dir, "package.json"),
    JSON.stringify({ name: "user", private: true, type: "module", dependencies }),
  );
  const source = version === "none" ? TYPES.replaceAll(/.*(fast-check|fc\.).*\n/g, "") : TYPES;
  writeFileSync(join(dir, "use.ts"), source);
  sh(dir, "npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts"]);
  const flags = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2023", "--exactOptionalPropertyTypes"];
  const { status, stdout } = spawnSync("npx", ["tsc", ...flags, "use.ts"], { cwd: dir, encoding: "utf8" });
  return status === 0 ? "pass" : stdout.trim().split("\n").slice(0, 3).join(" | ");
}

let bad = 0;
const tell = (name, said) => {
  if (said !== "pass") bad++;
  console.log(`${name}: ${said}`);
};
const wanted = (name) => values.only === undefined || name.includes(values.only);
try {
  const versions = nodes.map((node) => sh(scratch, node, ["--version"]).trim());
  for (const manager of Object.keys(MANAGERS)) {
    for (const [neighbour, deps] of Object.entries(NEIGHBOURS)) {
      const name = `${manager}, ${neighbour}`;
      if (!wanted(name)) continue;
      for (const [at, said] of tried(manager, neighbour, deps).entries()) tell(`${name}, Node ${versions[at]}`, said);
    }
  }
  for (const version of ["none", "4.10.2", "3.23.2"]) {
    if (wanted(`types ${version}`)) tell(`types beside fast-check ${version}`, typed(version));
  }
  for (const { name, spec, args } of [
    { name: "publint", spec: PUBLINT, args: ["publint", "--strict", tarball] },
    { name: "attw", spec: ATTW, args: ["attw", "--profile", "esm-only", tarball] },
  ]) {
    if (!wanted(name)) continue;
    const { status, stdout, stderr } = spawnSync("npm", ["exec", "--yes", `--package=${spec}`, "--", ...args], {
      cwd: dirname(tarball),
      encoding: "utf8",
    });
    console.log(stdout.trim());
    tell(name, status === 0 ? "pass" : (stderr.trim().split("\n").at(-1) ?? "fail"));
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = bad === 0 ? 0 : 1;
