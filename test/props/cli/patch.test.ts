/** Patches, mails and source files on the command line. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { command, type Ran } from "../../support/cli-io.ts";
import { scratch } from "../../support/cli.ts";

const HEAD = "--- a/virt/kvm/thing.c\n+++ b/virt/kvm/thing.c\n";
const LOOSENED = `${HEAD}@@ -1,7 +1,6 @@
 static int slot_ok(u64 offset, u64 size)
 {
-	if ((offset | size) & (SZ_1G - 1))
+	if (offset & (SZ_1G - 1))
 		return -EINVAL;
 	return 0;
 }
`;

let folder: string;
beforeAll(() => {
  folder = scratch();
});

const judge = async (text: string, ...args: readonly string[]): Promise<Ran> => {
  writeFileSync(join(folder, "it.txt"), text);
  return command(
    [
      "judge",
      "it.txt",
      "--no-out",
      "--claims",
      "folio_starts_in_slot,folio_ends_in_slot",
      "--engine",
      "prove,exhaust",
      ...args,
    ],
    folder,
  );
};

interface Json {
  readonly verdicts: readonly { readonly rule: string; readonly verdict: string; readonly removed?: boolean }[];
  readonly patches?: readonly {
    readonly file: string;
    readonly function: string;
    readonly before: readonly { readonly verdict: string }[];
    readonly after: readonly { readonly verdict: string }[];
    readonly differ: { readonly inputs: Readonly<Record<string, string>>; readonly taken: string } | null;
  }[];
}

async function json(text: string, ...args: readonly string[]): Promise<Json & { readonly code: number }> {
  const { code, out, err } = await judge(text, "--json", ...args);
  if (out === "") throw new Error(err);
  const told: Json = JSON.parse(out);
  return { ...told, code };
}

const words = (some: readonly { readonly verdict: string }[] | undefined): string =>
  (some ?? []).map(({ verdict }) => verdict).join(" ");

describe("a patch", () => {
  it("is judged before and after, and told apart by an input", async () => {
    const { code, verdicts, patches } = await json(LOOSENED);
    expect(patches).toHaveLength(1);
    expect(patches?.[0]).toMatchObject({ file: "virt/kvm/thing.c", function: "slot_ok", differ: { taken: "after" } });
    expect([words(patches?.[0]?.before), words(patches?.[0]?.after), words(verdicts)]).toEqual([
      "proved proved",
      "proved refuted",
      "proved refuted",
    ]);
    const { offset = "", size = "" } = patches?.[0]?.differ?.inputs ?? {};
    expect([BigInt(offset) % 0x40000000n === 0n, BigInt(size) % 0x40000000n === 0n]).toEqual([true, false]);
    expect(code).toBe(1);
  });

  it("that only removes lines is no arithmetic", async () => {
    const { patches } = await json(
      " static int slot_ok(u64 offset, u64 size)\n {\n-\tif ((offset | size) & (SZ_1G - 1))\n-\t\treturn -EINVAL;\n \treturn 0;\n }\n",
    );
    expect([words(patches?.[0]?.before), words(patches?.[0]?.after)]).toEqual(["proved proved", "refuted refuted"]);
  });

  it("that removes the function is judged by what was there", async () => {
    const { code, verdicts, patches } = await json(
      `${HEAD}@@ -1,9 +1,4 @@\n-static bool gone(u64 offset, u64 size)\n-{\n-\treturn !((offset | size) & (SZ_1G - 1));\n-}\n-\n #define KEPT 1\n`,
    );
    expect(verdicts).toMatchObject([{ rule: "gone", removed: true }, { removed: true }]);
    expect(patches).toMatchObject([{ function: "gone", after: [], differ: null }]);
    expect([words(verdicts), code]).toEqual(["proved proved", 0]);
  });

  it("leaves alone what is context only, and what helpers do is part of it", async () => {
    const { verdicts, patches } = await json(
      `${HEAD}@@ -1,14 +1,14 @@\n #define UNIT SZ_1G\n static bool helper(u64 x)\n {\n \treturn !(x & (UNIT - 1));\n }\n \n static bool other(u64 offset)\n {\n \treturn offset == 1;\n }\n \n static bool changed(u64 offset, u64 size)\n {\n-\treturn helper(offset);\n+\treturn helper(offset | size);\n }\n`,
    );
    expect(verdicts.map(({ rule }) => rule)).toEqual(["changed", "changed"]);
    expect([words(patches?.[0]?.before), words(patches?.[0]?.after)]).toEqual(["proved refuted", "proved proved"]);
  });

  it("of a series builds on the earlier ones", async () => {
    const first = `From 1 Mon Sep 17 00:00:00 2001\nFrom: A <a@b>\nSubject: [PATCH 1/2] add\n\n---\n${HEAD}@@ -10,0 +11,5 @@\n+static bool fits(u64 offset, u64 size)\n+{\n+\treturn !(offset & (SZ_1G - 1));\n+}\n+\n-- \n2.39.2\n\n`;
    const second = `From 2 Mon Sep 17 00:00:00 2001\nFrom: A <a@b>\nSubject: [PATCH 2/2] mend\n\n---\n${HEAD}@@ -12,3 +12,3 @@ static bool fits(u64 offset, u64 size)\n {\n-\treturn !(offset & (SZ_1G - 1));\n+\treturn !((offset | size) & (SZ_1G - 1));\n }\n-- \n2.39.2\n`;
    const { patches, verdicts } = await json(first + second);
    expect(patches).toMatchObject([{ function: "fits", before: [] }]);
    expect(words(verdicts)).toBe("proved proved");
  });

  it("is completed from a tree", async () => {
    mkdirSync(join(folder, "tree/virt/kvm"), { recursive: true });
    const body = (test: string): string =>
      `#define MASK (SZ_1G - 1)\nstatic int slot_ok(u64 offset, u64 size)\n{\n\tu64 both = offset;\n\tu64 a = 1;\n\tu64 b = 2;\n\tu64 c = 3;\n\n\tboth |= ${test};\n\n\tif (both & MASK)\n\t\treturn -EINVAL;\n\n\tif (a + b != c)\n\t\treturn -EIO;\n\treturn 0;\n}\n`;
    writeFileSync(join(folder, "tree/virt/kvm/thing.c"), body("0"));
    const hunk = `${HEAD}@@ -8,3 +8,3 @@ static int slot_ok(u64 offset, u64 size)\n \n-\tboth |= 0;\n+\tboth |= size;\n \n`;
    const tree = ["--tree", join(folder, "tree")];
    for (const state of ["0", "size"]) {
      writeFileSync(join(folder, "tree/virt/kvm/thing.c"), body(state));
      const { patches } = await json(hunk, ...tree);
      expect([words(patches?.[0]?.before), words(patches?.[0]?.after)]).toEqual(["proved refuted", "proved proved"]);
    }
  });

  it("whose hunk jumps below what it shows is judged: without an error that it sets, a jump refuses", async () => {
    const { patches } = await json(
      `${HEAD}@@ -40,6 +40,5 @@ static int take(struct kvm_memory_slot *slot, struct file *file, loff_t offset)\n \tlength = (loff_t)slot->npages << PAGE_SHIFT;\n-\tif (offset < 0 || offset % PAGE_SIZE ||\n-\t    offset + length > i_size_read(inode))\n+\tif (offset % PAGE_SIZE || offset + length > i_size_read(inode))\n \t\tgoto put_file;\n \n \tmutex_lock(&lock);\n`,
    );
    expect([words(patches?.[0]?.before), words(patches?.[0]?.after)]).toEqual(["refuted refuted", "refuted refuted"]);
    const { differ } = patches?.[0] ?? {};
    expect(differ?.taken).toBe("after");
    expect(BigInt(differ?.inputs["offset"] ?? "0") >= 1n << 63n).toBe(true);
  });

  it("whose hunk jumps below what it shows gives the error that it has set, be it 0", async () => {
    const jump = (err: string): string =>
      `${HEAD}@@ -40,6 +40,6 @@ static int take(struct kvm_memory_slot *slot, loff_t offset)\n \terr = ${err};\n-\tif (offset == 1)\n+\tif (offset & (SZ_2M - 1))\n \t\tgoto done;\n \n \terr = -EINVAL;\n \tgoto done;\n`;
    const taken = await json(jump("0"));
    expect(taken.patches?.[0]?.differ).toMatchObject({ taken: "after" });
    const refused = await json(jump("-EBUSY"));
    expect([words(refused.patches?.[0]?.after), refused.patches?.[0]?.differ]).toEqual(["vacuous vacuous", null]);
  });

  it("is told in text, before and after in a line each", async () => {
    const { out } = await judge(LOOSENED);
    expect(out).toMatch(
      /^slot_ok, as a patch changes it in virt\/kvm\/thing\.c\n {2}before: 2 proved\n {2}after: {2}1 refuted, 1 proved\n {2}offset=0x\w+ size=0x\w+ is taken after the patch only\n/,
    );
  });

  it.each([
    [`${HEAD}@@ -1,3 +1,3 @@\n /*\n- * old\n+ * new\n  */\n`, /changes no function/],
    ["@@@ -1,2 -1,2 +1,3 @@@\n  a\n++b\n", /a diff of a merge is not supported/],
    ["*** a/x.c\n--- b/x.c\n***************\n*** 1,2 ****\n", /a context diff is not supported/],
    [
      `${HEAD}@@ -5,4 +5,3 @@ static int f(u64 offset, u64 size)\n-\t    offset & 1 ||\n \t    size & 1)\n \t\treturn -EINVAL;\n \n`,
      /the condition begins above what is shown/,
    ],
  ])("that says nothing of a check is refused in a line: %j", async (text, message) => {
    const { code, out, err } = await judge(text);
    expect([code, out, err.trim().split("\n").length]).toEqual([2, "", 1]);
    expect(err).toMatch(message);
  });
});

describe("a source file", () => {
  const many = Array.from(
    { length: 12 },
    (_, i) => `static int helper${i}(struct kvm *kvm)\n{\n\treturn kvm->x[${i}];\n}\n`,
  ).join("\n");
  const source = `#include <linux/kvm_host.h>\n\nstruct kvm_x { int (*f)(int); };\nmodule_param(x, int, 0444);\n\n${many}\nstatic bool fits(u64 offset, u64 size)\n{\n#ifdef CONFIG_STRICT\n\treturn !((offset | size) & (SZ_1G - 1));\n#else\n\treturn offset >= size;\n#endif\n}\nEXPORT_SYMBOL_GPL(fits);\n`;

  it("asks which function is meant, the likely ones first", async () => {
    const { code, err } = await judge(source);
    expect(code).toBe(2);
    expect(err).toMatch(
      /^foliofence: it\.txt:3:1: which of its 13 functions\? Name one, as FILE:fits; .*: fits and 12 more\n$/,
    );
  });

  it.each([[["--function", "fits"]], [["--function", "fits", "--let", "CONFIG_STRICT=y"]]])(
    "is read as far as %j needs",
    async (args) => {
      const { verdicts } = await json(source, ...args);
      const rules = [...new Set(verdicts.map(({ rule }) => rule))];
      expect(rules).toEqual(args.length > 2 ? ["fits"] : ["fits[CONFIG_STRICT=n]", "fits[CONFIG_STRICT=y]"]);
      expect(words(verdicts)).toBe(args.length > 2 ? "proved proved" : "refuted refuted proved proved");
    },
  );

  it("is named with its function", async () => {
    writeFileSync(join(folder, "named.c"), source);
    const args = ["--no-out", "--claims", "folio_starts_in_slot", "--engine", "prove", "--let", "CONFIG_STRICT=y"];
    const { code, out, err } = await command(["judge", join(folder, "named.c:fits"), ...args], folder);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("fits: bind rule (named.c:");
    const absent = await command(["judge", join(folder, "named.c:fit"), ...args], folder);
    expect(absent.err).toMatch(/no function fit here; there are fits, /);
  });
});

it.each([["CONFIG_X"], ["=y"]])("--let %s is refused", async (word) => {
  const { code, err } = await judge("offset == 1", "--let", word);
  expect([code, err]).toEqual([2, `foliofence: --let: "${word}" is not NAME=y, NAME=m, NAME=n or NAME=EXPR\n`]);
});
