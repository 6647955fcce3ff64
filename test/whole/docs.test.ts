/** What the documents say is so: the lists are those of the parser, the claims those of the model, the JSON what is printed. */

import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { x86_64 } from "../../model/arch.ts";
import type { ClaimName } from "../../model/claim.ts";
import {
  ALL_CLAIMS,
  ALLOCATION_CLAIMS,
  BINDING_CLAIMS,
  claimOf,
  filled,
  isBinding,
  MAPPING_CLAIMS,
} from "../../model/claim.ts";
import { MAX_I_SIZE_NPAGES } from "../../model/abstract/file.ts";
import { CLAIM_WORDS } from "../../model/claim-words.ts";
import { PARAMETER_TYPE, PARAMETERS, READABLE, RULE_KINDS } from "../../model/rule/parameters.ts";
import { HELPERS } from "../../sim/c/helpers/table.ts";
import { IGNORED_WORDS, TYPE_NAMES } from "../../sim/c/syntax/types.ts";
import { constants, ERRNOS, MEMBERS, POINTERS, VARIABLES } from "../../sim/c/tree/names.ts";
import { inText } from "../../sim/words/op-line.ts";
import type { Counterexample } from "../../sim/counterexample.ts";
import { bind, fault, setOrder } from "../../sim/op.ts";
import { ruler } from "../../sim/picture/ruler.ts";
import type { ClaimWord } from "../../model/claim-words.ts";
import { AS_OWN } from "../support/own-claims.ts";
import { command } from "../support/cli-io.ts";
import { misfits } from "../support/json-schema.ts";
import { found } from "../support/script-cases.ts";

const code = (words: Iterable<string>): string => [...words].map((word) => `\`${word}\``).join(" ");

/** Other spellings of what has this name. */
const spellings = (of: ReadonlyMap<string, string>, name: string): string =>
  code([...of].flatMap(([word, means]) => (means === name ? [word] : []))) || "-";

const UNITS: Readonly<Record<string, string>> = {
  offset: "bytes: where the slot starts in the file",
  gpa: "bytes: where the slot starts in the guest",
  size: "bytes: of the slot",
  userspace_addr: "bytes: the slot's host address",
  base_gfn: "pages: gpa >> 12",
  pgoff: "pages: offset >> 12",
  npages: "pages: size >> 12",
  folio_size: "bytes: of the folios that the file takes now",
  i_size: "bytes: of the file",
  gfn: "pages: the guest frame that was touched",
  index: "pages: the file page that it asks for",
  order: "log2 of the pages that may be mapped as one",
  nr_pages: "pages: 1 << order",
  ugfn: "pages: userspace_addr >> 12",
};

function rules(): string {
  const parameters = PARAMETERS.map((name) => {
    const kinds = RULE_KINDS.filter((kind) => READABLE[kind].includes(name)).join(", ");
    const cells = [
      `\`${name}\``,
      PARAMETER_TYPE[name],
      UNITS[name],
      kinds,
      spellings(VARIABLES, name),
      spellings(MEMBERS, name),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const derived = ["folio_order", "level"].map(
    (name) => `| \`${name}\` | ${spellings(VARIABLES, name)} | ${spellings(MEMBERS, name)} |`,
  );
  const types = [...new Set(TYPE_NAMES.values())].map((type) => `| ${type} | ${spellings(TYPE_NAMES, type)} |`);
  return [
    "<!-- Made by test/whole/docs.test.ts from the tables that the parser uses; npm run golden writes it again. -->",
    "",
    "# The language of a rule",
    "",
    "A rule is C: an expression, the body of a function, or whole functions. Types matter: promotions and conversions are C's on",
    "64-bit x86, signed overflow wraps as the kernel is built. Declarations, assignment, `if`, `return`, `?:`, `switch`, `goto`, bounded",
    "loops and all integer operators are understood. A shift by the width or more, ctz of 0 and a division by zero are findings of",
    "their own.",
    "",
    "- A _bind rule_ says whether a slot is accepted.",
    "- A _map rule_ says whether a page of an order may be mapped.",
    "- A _level rule_ is true where a level is forbidden for the slot.",
    "- An _order rule_ (`--kind order`) says whether a fault may allocate a folio of an order for a page of the file. It is asked with the",
    "  largest order up to the file's first, then with the smaller ones; what it allows and has room for is taken, else a base page. It has a",
    "  say in what is allocated.",
    "- A rule of `order` may be a bool, or hand out an order: then an order is allowed where the result is no less.",
    "",
    "What a rule reads decides its kind; `--kind` settles it. A function that returns `bool` accepts with true; one that returns an errno",
    "accepts with 0.",
    "",
    "## What stands beside the rule",
    "",
    "`--map-rule`, `--level-rule` and `--order-rule` name what decides beside the judged rule: an id of the catalogue, a file of your own",
    "(`FILE`, or `FILE:FUNCTION` where it has several rules of the kind), or `none`. Of a file all that the rule reads has to be known. It",
    "stands in the report, in `setting.beside`, and in every file of a counterexample, which replays without it.",
    "",
    "- `--map-rule none` allows what the folio fills, as `folio_order` does.",
    "- `--level-rule none` forbids no level, not even in the first and the last block of a slot that does not hold all of it: for worlds",
    "  without KVM's lpage_info. The two claims about a slot's guest frames can break there.",
    "- `--order-rule none`: a fault gets the file's order, as where nothing is said.",
    "",
    "## What you say of the text",
    "",
    "- `--let NAME=y`, `=m` or `=n` settles a configuration that the text tests.",
    "- `--let 'NAME=EXPR'` says what a name stands for: `--let 'start=offset >> PAGE_SHIFT'`, `--let 'KVM_MEM_MAX=1 << 31'`. EXPR is C",
    "  over the names below, the constants and the helpers; it sees nothing of the text's own. NAME is a parameter, or a name that the",
    "  text uses and does not declare; it has the type of its declaration, or else that of EXPR. A name that the text sets itself is",
    "  refused, and so is one that nothing reads. The report lists it under `reads`.",
    "- `--strict-calls`: what is called and not shown is taken to leave the slot, the region and the fault alone, and the report names it;",
    "  with this option it may change them and every other member that the check reads after it. An input that the check has in a",
    "  parameter or a variable of its own stays.",
    "- `--assume 'EXPR'`, also several times: what is taken for granted whenever the rule is asked. EXPR is C over the names below and over",
    "  what the text has when it starts: its parameters, `kvm->arch.x` where its type is declared. It changes and calls nothing. A bind or",
    "  map rule is taken to refuse where it is false, a level rule to forbid, and its text is not run there. An assumption that is never",
    "  true makes the verdict `vacuous`. Reports, `setting.assume`, files of counterexamples and certificates all have it.",
    "- `--explain NAME` judges nothing: it says why a name or a call is arbitrary, at which line and column, what the call may change of",
    "  what the check reads, and what would settle it.",
    "",
    "## What a rule may read",
    "",
    "| name | type | unit | of rules | as a variable | as the last member of an access |",
    "| --- | --- | --- | --- | --- | --- |",
    ...parameters,
    "",
    "Computed from these:",
    "",
    "| name | as a variable | as a member |",
    "| --- | --- | --- |",
    ...derived,
    "",
    "## Pointers",
    "",
    `Pointers of these names are understood, and may be asked whether they are NULL: ${code(POINTERS)}.`,
    "",
    "## Helpers",
    "",
    code(Object.keys(HELPERS).filter((name) => !name.startsWith("__builtin_"))),
    "",
    `The compiler's own: ${code(Object.keys(HELPERS).filter((name) => name.startsWith("__builtin_")))}`,
    "",
    "## Constants",
    "",
    code(constants(x86_64).keys()),
    "",
    "## Types",
    "",
    "| type | spelled |",
    "| --- | --- |",
    ...types,
    "",
    `Without effect: ${code(IGNORED_WORDS)}`,
    "",
    "## Errnos",
    "",
    code(ERRNOS.keys()),
    "",
  ].join("\n");
}

/** A finding about each claim, with the rule that accepts every slot. The slot's ends keep two claims whatever the rule. */
const FINDINGS: ReadonlyMap<ClaimName, Counterexample> = new Map(
  (
    [
      ["folio_starts_in_slot", bind({ npages: 1, pgoff: 1 }), setOrder(9), fault(0)],
      ["folio_ends_in_slot", bind({ npages: 1 }), setOrder(9), fault(0)],
      [
        "folio_avoids_other_slots",
        bind({ npages: 1 }),
        bind({ slot: 1, base_gfn: 1, npages: 1, pgoff: 1 }),
        setOrder(9),
        fault(0),
      ],
      ["mapping_starts_in_binding", bind({ npages: 512, pgoff: 1 }), setOrder(9), fault(0)],
      ["mapping_ends_in_binding", bind({ npages: 512, pgoff: 1 }), setOrder(9), fault(511)],
      ["mapping_translates", bind({ npages: 512, pgoff: 1 }), setOrder(9), fault(0)],
      ["binding_in_file", bind({ npages: 1, pgoff: MAX_I_SIZE_NPAGES })],
      ["accepts", bind({ base_gfn: 2, npages: 1, pgoff: 1 })],
    ] as const
  ).map(([claim, ...ops]) => [
    claim,
    claim === "accepts"
      ? found(claim, "ctz", ops, { must_accept: "size == SZ_4K" })
      : found(claim, isBinding(claim) ? "signed_end" : "none", ops),
  ]),
);

function claimText(name: ClaimName): string[] {
  const { sentence, broken, by, c_text, expected } = claimOf(name);
  const finding = FINDINGS.get(name);
  const right = filled(expected, {
    start: "the slot's start",
    end: isBinding(name) ? "the file's end" : "the slot's end",
    range: "pages that belong to the frames",
  });
  return [
    `### ${name}`,
    "",
    `What must hold: ${sentence}.`,
    "",
    `Broken: "${broken}: 0x1000 bytes ${by}", where`,
    "",
    "```c",
    c_text,
    "```",
    "",
    `Expected instead: ${right}.`,
    "",
    ...(finding === undefined
      ? ["KVM makes no mapping over an end of a slot, so no rule breaks it; the claim holds that in place.", ""]
      : [
          isBinding(name)
            ? name === "accepts"
              ? "With `ctz` and `--must-accept 'size == SZ_4K'`:"
              : "With `signed_end`, the check of Linux 6.8 to 7.1:"
            : "With the rule that accepts every slot:",
          "",
          "```",
          ...finding.ops.map((op, at) => `${at + 1}. ${inText(op, finding.ops)}`),
          "",
          ...ruler(finding).map((line) => line.trimEnd()),
          "```",
          "",
        ]),
  ];
}

const claims = (): string =>
  [
    "<!-- Made by test/whole/docs.test.ts from model/claim.ts; npm run golden writes it again. -->",
    "",
    "# The claims",
    "",
    "A claim must hold after every fault (or, the last ones, after every bind), in every state that the setting allows. All ranges are half-open and in bytes; `slot` has",
    "`offset`, `gpa` and `size`, `folio` is what the file allocated for the page, `frames` and `pages` are what the guest got mapped: guest frames,",
    "and the file pages behind them. A page that was there already is an earlier fault's: only what this fault _allocated_ counts.",
    "",
    "## Allocation: file pages that a guest's fault allocates",
    "",
    "Upstream takes an escape of this kind for a design, as long as the file has one user.",
    "",
    ...ALLOCATION_CLAIMS.flatMap(claimText),
    "## Mapping: what a guest's fault maps",
    "",
    "Upstream takes an escape of this kind for a bug, always: a guest reads or writes what is not its own.",
    "",
    ...MAPPING_CLAIMS.flatMap(claimText),
    "## Binding: which slots may be bound",
    "",
    "Asked for by name (`--claims binding`): these are about the bind, not about what a fault does later. `file` starts at 0 and has the",
    "size that the file has at the bind. Sums are exact: an end that wraps, or that is negative as an `loff_t`, is past every file.",
    "`must_be_taken` is what `--must-accept` says of a slot that no other check of the ioctl refuses, `taken` what the check says.",
    "",
    ...BINDING_CLAIMS.flatMap(claimText),
    "## A claim of your own",
    "",
    "`judge --claim 'name: EXPR'`, also several times, asks for it by itself; with `--claims` for those beside it. EXPR is one expression",
    "in C that must be true, over these words and the constants and helpers of [RULES.md](RULES.md):",
    "",
    "| word | of a fault, in pages |",
    "| --- | --- |",
    ...CLAIM_WORDS.map((word) => `| \`${word}\` | ${WORDS[word]} |`),
    "",
    "Every word is a `u64`, `order` an `int`: differences wrap. An EXPR that has a word of the mapping (`map_…`) is asked after every fault;",
    "one that has none, after every fault that allocates. One that has a word of another slot must hold for each slot but the fault's own.",
    "Where C leaves EXPR undefined it does not hold. Every engine judges it; what breaks it is made small and told in every format,",
    "`foliofence replay` reads it back, and the built-in claims about faults, written so, come to the same verdicts and the same ids:",
    "",
    "```",
    ...AS_OWN.map(([name, text]) => `${name}: ${text}`),
    "```",
    "",
    "A base page in a large folio's place can break a claim that a large folio keeps. Where the file has no base pages of its own, or its",
    "folio size stays, the prover does not know which operations put one there: then a search finds them, or the answer is inconclusive.",
    "",
  ].join("\n");

const WORDS: Readonly<Record<ClaimWord, string>> = {
  folio_start: "first page of the file in the folio that holds the touched page",
  folio_end: "first page of the file behind it",
  binding_start: "first page of the file that the slot is bound to",
  binding_end: "first page of the file behind these",
  other_start: "the same of another slot that is bound",
  other_end: "the same of another slot that is bound",
  index: "page of the file that is touched",
  map_pgoff: "first page of the file that the guest gets mapped",
  slot_start: "first guest frame of the slot",
  slot_end: "first guest frame behind it",
  gfn: "guest frame that is touched",
  map_gfn: "first guest frame of the mapping",
  map_npages: "pages of the mapping",
  order: "order of the folio: it has `1 << order` pages",
};

describe("made from tables", () => {
  it("docs/RULES.md", () => expect(rules()).toMatchFileSnapshot("../../docs/RULES.md"));
  it("docs/CLAIMS.md", () => expect(claims()).toMatchFileSnapshot("../../docs/CLAIMS.md"));

  it("with the unit of every parameter, and a picture of every claim that can break", () => {
    expect(Object.keys(UNITS)).toEqual([...PARAMETERS]);
    expect(ALL_CLAIMS.filter((name) => !FINDINGS.has(name))).toEqual([
      "mapping_starts_in_slot",
      "mapping_ends_in_slot",
    ]);
  });
});

describe("JSON", () => {
  const schema = (name: string): unknown => JSON.parse(readFileSync(`docs/schema/${name}.schema.json`, "utf8"));
  const printed = async (...args: string[]): Promise<unknown> =>
    JSON.parse((await command(args, mkdtempSync(join(tmpdir(), "docs-")))).out);

  it.each([
    ["judge", ["judge", "--no-out", "--json", "--runs", "200", "--engine", "hunt", "ctz", "offset_congruent"]],
    [
      "judge",
      [
        "judge",
        "--no-out",
        "--json",
        "--runs",
        "200",
        "--engine",
        "hunt",
        "--claims",
        "allocation",
        "-e",
        "__ffs64(offset) >= 12",
      ],
    ],
    ["judge", ["judge", "--no-out", "--json", "--runs", "100", "--engine", "hunt", "--orders", "4K", "none"]],
    ["layouts", ["layouts", "--json", "--rule", "ctz"]],
    ["layouts", ["layouts", "--json"]],
    ["replay", ["replay", "--json", join(process.cwd(), "test/golden/below.json")]],
  ])("%s: what is printed fits the schema", async (name, args) => {
    expect(misfits(schema(name), await printed(...args))).toEqual([]);
  });

  it("counterexample: what is written, now and by 0.1.0, fits the schema", () => {
    const files = ["test/golden", "test/golden/0.1.0"].flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => /^(below|seed_1g|neighbour|translate|.*-[0-9a-f]{12})\.json$/.test(name))
        .map((name) => join(folder, name)),
    );
    expect(files.length).toBeGreaterThan(4);
    for (const file of files) {
      expect([file, ...misfits(schema("counterexample"), JSON.parse(readFileSync(file, "utf8")))]).toEqual([file]);
    }
  });

  it("a schema refuses what does not fit", () => {
    const whole: unknown = JSON.parse(readFileSync("test/golden/below.json", "utf8"));
    const text = JSON.stringify(whole);
    const changed = (from: string, to: string): string[] =>
      misfits(schema("counterexample"), JSON.parse(text.replace(from, to)));
    expect(changed('"schema":1', '"schema":2')).toEqual(["$.schema is not 1"]);
    expect(changed('"family":"allocation"', '"family":"other"')).toHaveLength(1);
    expect(changed('"op":"fault"', '"op":"faulted"')).toEqual(["$.ops[2] fits 0 of 6 forms"]);
    expect(changed('"claim":', '"claims":')).toEqual(["$.claim is missing"]);
  });
});
