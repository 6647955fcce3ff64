/** The page in a real browser: what a reader does with it. */

/* oxlint-disable no-await-in-loop -- a reader does one thing after the other */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { explore } from "../../../props/cli/explore/serve.ts";
import { importScript } from "../../../sim/script/import.ts";
import type { InChromium, Opened } from "../../support/page-in-chromium.ts";
import { bytesOf, inChromium, whyNot } from "../../support/page-in-chromium.ts";

const verdict = (page: Page): Promise<string> => page.locator(".verdict").innerText();
/** All claims are answered. */
const settled = (page: Page): Promise<unknown> => page.waitForSelector(".claims[aria-busy=false]", { timeout: 60_000 });
/** A story of the reader's own: the seed's slot, taken by a check of the folio size now. */
const OWN =
  "#v=1&check=file_folio&ops=bind_memslot,slot:0,gpa:0x100000000,size:0x200000,offset:0x100000," +
  "userspace_addr:0x100000000;set_order,order:9;fault,gpa:0x100040000";
const headline = (page: Page): Promise<string> => page.locator(".headline").innerText();
const valueOf = (page: Page, field: string): Promise<string> =>
  page.locator(`[data-field=${field}] .typed`).inputValue();

/** Drags a handle of the ruler from its middle by some pixels. */
async function drag(page: Page, handle: string, by: number): Promise<void> {
  await page.locator(".ruler").scrollIntoViewIfNeeded();
  await page.locator(`[data-handle=${handle}]`).scrollIntoViewIfNeeded();
  const box = await page.locator(`[data-handle=${handle}]`).boundingBox();
  if (box === null) throw new Error(`no handle ${handle}`);
  // The fault's handle is a line: it is taken by its foot.
  const y = handle === "fault" ? box.y + box.height - 6 : box.y + box.height / 2;
  const x = box.x + box.width / 2;
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + by / 2, y, { steps: 3 });
  await page.mouse.move(x + by, y, { steps: 3 });
  await page.mouse.up();
}

/** What axe holds against a page. */
async function violations(page: Page): Promise<unknown> {
  if (!(await page.evaluate("'axe' in window"))) {
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve("axe-core/axe.min.js") });
  }
  const found = await page.evaluate<{ id: string; nodes: { html: string; failureSummary: string }[] }[]>(
    `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }).then((all) => all.violations)`,
  );
  return found.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => [html, failureSummary])]);
}

describe.skipIf(whyNot !== undefined)(
  `the page in Chromium${whyNot === undefined ? "" : ` (skipped: ${whyNot})`}`,
  { timeout: 90_000 },
  () => {
    let chromium: InChromium;
    /** One page for all: a test that needs it fresh loads it again, the others only look. */
    let reader: Opened;
    beforeAll(async () => {
      chromium = await inChromium();
      reader = await chromium.open(chromium.url);
    }, 120_000);
    afterEach(async () => {
      await chromium?.closePages(reader?.page);
      if (reader.trouble.length > 0) throw new Error(reader.trouble.join("\n"));
    });
    afterAll(() => chromium?.close());
    /** A page judges beside itself: it stops, where another is looked at. */
    const rest = (): Promise<unknown> => reader.page.goto("about:blank");
    const fresh = async (hash = ""): Promise<Page> => {
      const { page } = reader;
      await rest();
      await page.goto(chromium.url + hash);
      await page.waitForSelector("html[data-ready]");
      return page;
    };

    it("opens from a disk with a verdict on the check, in one file of less than 1 MB, and shows the smallest escape", async () => {
      const { page } = reader;
      await settled(page);
      expect(await verdict(page)).toMatch(/^Unsafe. This check takes slots in which a guest's fault allocates memory/);
      expect(await page.locator(".story").getAttribute("data-story")).toBe("escape");
      expect(await page.locator(".trace li").count()).toBe(3);
      expect(await page.locator(".bar.outside").count()).toBeGreaterThan(0);
      expect(await page.title()).toBe("foliofence");
      expect(bytesOf(chromium.path)).toBeLessThan(1_000_000);
    });

    it("names every control", async () => {
      const { page } = reader;
      const unnamed =
        await page.evaluate(`[...document.querySelectorAll("button, input, select, textarea, [role=slider]")]
      .filter((e) => !(e.getAttribute("aria-label") || e.textContent.trim() || e.labels?.[0]?.textContent.trim()))
      .map((e) => e.outerHTML)`);
      expect(unnamed).toEqual([]);
    });

    it("has no violation of axe's, in light and in dark", async () => {
      const { page } = reader;
      expect(await violations(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
      expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(17, 20, 24)");
      expect(await violations(page)).toEqual([]);
    });

    it("prints light, without what is pressed, and moves nothing where that is asked for", async () => {
      const { page } = reader;
      await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
      expect(await page.evaluate("getComputedStyle(document.querySelector('button')).transitionDuration")).toBe("0s");
      await page.emulateMedia({ media: "print" });
      expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(252, 252, 250)");
      expect(await page.locator(".actions").isVisible()).toBe(false);
      expect(await page.locator(".ruler").isVisible()).toBe(true);
      await page.emulateMedia({ media: null, colorScheme: null, reducedMotion: null });
    });

    it("undoes and redoes what was typed, dragged and left out, and keeps the function's name", async () => {
      const page = await fresh();
      const text = "static bool mine(u64 offset) { return offset > 0; }";
      await page.locator("#check-text").fill(text);
      await page.waitForSelector(".verdict:has-text('mine')");
      await settled(page);
      const saved = page.waitForEvent("download");
      await page.locator(".download").getByRole("button", { name: ".txt" }).click();
      const mail = await saved;
      expect(mail.suggestedFilename()).toMatch(/^mine-/);
      expect(readFileSync(await mail.path(), "utf8")).toMatch(/^Subject: \[RFC\] KVM: mine\(\): folio /);
      await page.waitForTimeout(700);
      await page.getByLabel("Leave out step 2").click();
      expect(await page.locator(".trace li").count()).toBe(2);
      await page.keyboard.press("Control+z");
      expect(await page.locator(".trace li").count()).toBe(3);
      await page.keyboard.press("Control+z");
      expect(await page.locator("#check-pick").inputValue()).toBe("file_folio");
      await page.keyboard.press("Control+y");
      expect(await page.locator("#check-text").inputValue()).toBe(text);
      // Back to another page, and forth again: nothing is lost.
      await page.waitForURL((url) => url.hash.includes("mine"));
      await page.goto("data:text/html,elsewhere");
      await page.goBack();
      await page.waitForSelector("html[data-ready]");
      expect(await page.locator("#check-text").inputValue()).toBe(text);
    });

    it("answers for the rule, never for one slot of it: a broken check is not fine where it refuses the slot shown", async () => {
      const page = await fresh(OWN.replace("file_folio", "ctz"));
      await settled(page);
      expect(await headline(page)).toContain("Refused with EINVAL");
      expect(await page.locator("#story-title").innerText()).toBe("A slot of your own");
      expect(await page.locator(".verdict").getAttribute("data-standing")).toBe("bad");
      await page.locator("#check-pick").selectOption("congruent_1g");
      await page.waitForSelector(".verdict:has-text('congruent_1g')");
      await settled(page);
      expect(await page.locator("[data-verdict=proved]").count()).toBe(5);
      await page.locator("#check-text").fill("offset % SZ_1G == 0 && size % SZ_1G == 0 && gpa % SZ_1G == 0");
      await page.waitForSelector(".verdict[data-standing=good]", { timeout: 60_000 });
      expect(await verdict(page)).toContain("Of 8 claims: 8 proved.");
      await page.locator("#check-text").fill("offset == 1");
      await page.waitForSelector(".verdict[data-standing=vague]", { timeout: 60_000 });
      expect(await verdict(page)).toContain("Vacuous.");
    });

    it("reads a patch", async () => {
      const page = await fresh();
      const patch =
        "--- a/x.c\n+++ b/x.c\n@@ -0,0 +1,3 @@\n+static bool added(u64 offset, u64 size)\n+{\n+\treturn PAGE_ALIGNED(offset | size);\n+}\n";
      await page.locator("#check-text").fill(patch);
      await page.waitForSelector(".verdict:has-text('added')");
      await settled(page);
      expect(await page.locator(".verdict").getAttribute("data-standing")).toBe("bad");
    });

    it("points at what it cannot read, in the verdict's place", async () => {
      const page = await fresh();
      await page.locator("#check-text").fill("return offset\n  % sizo == 0;");
      expect(await page.locator("#check-error").innerText()).toMatch(/^2:5\s.*sizo/);
      expect(await verdict(page)).toMatch(/^Not read. The check cannot be read at 2:5/);
      await page.locator("#check-pick").selectOption("offset_congruent");
      expect(await page.locator(".check .about").first().innerText()).toContain("2025");
      await page.locator("#check-text").fill("offset %");
      expect(await verdict(page)).toContain("cannot be read at 1:8");
    });

    it("on a phone: fits 375 pixels, touch included, has nothing to touch below 24 pixels, no violation of axe's", async () => {
      await rest();
      const { page, trouble } = await chromium.open(chromium.url, {
        viewport: { width: 375, height: 700 },
        hasTouch: true,
        isMobile: true,
      });
      await settled(page);
      const small = await page.evaluate(`[...document.querySelectorAll("button, select, summary, input, textarea")]
        .filter((e) => e.checkVisibility() && !e.classList.contains("visually-hidden"))
        .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
        .filter(([, box]) => box.height < 24 || box.width < 24).map(([html]) => html)`);
      expect(small).toEqual([]);
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(375);
      await page.getByRole("button", { name: "Try a slot of your own" }).tap();
      const offset = await valueOf(page, "size");
      await drag(page, "size", 40);
      expect(await valueOf(page, "size")).not.toBe(offset);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(375);
      expect(trouble).toEqual([]);
    });

    it("goes by a slider to the next telling size, and back and forth through a trace", async () => {
      const page = await fresh(OWN);
      await page.locator("[data-field=offset] input[type=range]").focus();
      await page.keyboard.press("ArrowRight");
      expect(await valueOf(page, "offset")).toBe("1536K");
      await page.keyboard.press("ArrowLeft");
      expect(await valueOf(page, "offset")).toBe("1M");
      await page.getByLabel("Step back").click();
      await page.getByLabel("Step back").click();
      expect(await headline(page)).toContain("Step on to touch a page");
      expect(await page.locator(".bar.folio").count()).toBe(0);
      await page.getByLabel("Step back").click();
      expect(await page.locator(".ruler").getAttribute("data-state")).toBe("asked");
      await page.locator(".step").first().focus();
      await page.keyboard.press("End");
      expect(await page.locator(".bar.folio").count()).toBe(1);
      await page.getByLabel("Leave out step 2").click();
      expect(await headline(page)).toContain("stays inside");
    });

    it("redraws while the slot is dragged over the file", async () => {
      const page = await fresh(OWN);
      await drag(page, "offset", 150);
      const offset = await valueOf(page, "offset");
      expect(offset).not.toBe("1M");
      expect(await page.locator(".headline").getAttribute("data-tone")).toBe("bad");
      await drag(page, "size", -120);
      expect(await valueOf(page, "size")).not.toBe("2M");
      await drag(page, "gpa", 90);
      expect(await valueOf(page, "gpa")).not.toBe("4G");
      await drag(page, "fault", 60);
      expect(await valueOf(page, "touch")).not.toBe("256K");
      expect(await page.locator(".trace").innerText()).toContain("bind_memslot");
    });

    it("takes sizes as they are typed, and says what is wrong with one", async () => {
      const page = await fresh(OWN);
      const size = page.locator("[data-field=size]");
      await size.locator(".typed").fill("2M-4K");
      expect(await size.locator("output").innerText()).toBe("0x1ff000");
      await size.locator(".typed").fill("0x4000");
      expect(await page.locator(".bar.slot title").first().textContent()).toContain("16 KiB");
      await size.locator(".typed").fill("2M-");
      expect(await size.locator("output").innerText()).toContain("write a size");
      await size.locator(".typed").fill("0");
      expect(await size.locator("output").innerText()).toContain("at least 4K");
      await page.locator("[data-field=order-at-bind] .typed").fill("2M");
      expect(await headline(page)).toContain("Refused with EINVAL");
      await page.locator("[data-field=order-at-bind] .typed").fill("3M");
      expect(await page.locator("[data-field=order-at-bind] output").innerText()).toContain("one of 4K, 2M, 1G");
    });

    it("is worked by keys alone, with the focus to be seen", async () => {
      const page = await fresh(OWN);
      const reached = new Set<string>();
      for (let i = 0; i < 30; i++) {
        await page.keyboard.press("Tab");
        reached.add((await page.evaluate<string | null>("document.activeElement.getAttribute('data-handle')")) ?? "");
      }
      expect([...reached]).toEqual(expect.arrayContaining(["offset", "gpa", "size", "fault"]));
      await page.locator("[data-handle=offset]").focus();
      await page.keyboard.press("ArrowRight");
      expect(await valueOf(page, "offset")).toBe("1M+4K");
      await page.keyboard.press("Shift+ArrowRight");
      expect(await valueOf(page, "offset")).toBe("3M+4K");
      expect(
        await page.evaluate("getComputedStyle(document.querySelector('[data-handle=offset] rect')).strokeWidth"),
      ).toBe("3px");
      await page.locator("[data-handle=fault]").focus();
      await page.keyboard.press("End");
      expect(await valueOf(page, "touch")).toBe("2M-4K");
    });

    it("gives every format of the script to keep", async () => {
      const page = await fresh(OWN);
      for (const extension of ["txt", "c", "mjs", "json", "svg"]) {
        const saved = page.waitForEvent("download");
        await page
          .locator(".download")
          .getByRole("button", { name: `.${extension}`, exact: true })
          .click();
        const download = await saved;
        const name = download.suggestedFilename();
        expect(name).toMatch(new RegExp(`^file_folio-folio_starts_in_slot-[0-9a-f]{12}\\.${extension}$`));
        const read = importScript(readFileSync(await download.path(), "utf8"), name);
        expect(read.ok ? read.ops.length : read.message).toBe(3);
      }
    });

    it("shows the escape of any claim, and goes to the reader's slot and back", async () => {
      const page = await fresh("#v=1&check=fls64&ops=");
      await settled(page);
      await page.locator("[data-claim=folio_starts_in_slot] .show").click();
      expect(await page.locator("[data-claim=folio_starts_in_slot] .show").innerText()).toBe("shown");
      expect(await page.locator(".trace").innerText()).toContain("offset 0x1000");
      await page.waitForURL((url) => url.hash.includes("offset:0x1000"));
      await fresh(new URL(page.url()).hash);
      await settled(page);
      expect(await page.locator("[data-claim=folio_starts_in_slot] .show").innerText()).toBe("shown");
      await page.getByRole("button", { name: "Try a slot of your own" }).click();
      expect(await page.locator("#story-title").innerText()).toBe("A slot of your own");
      await page.getByRole("button", { name: "Back to how it breaks" }).click();
      expect(await page.locator("#story-title").innerText()).toBe("How it breaks");
    });

    it("takes two changes that come between two drawings", async () => {
      const page = await fresh(OWN);
      await page.locator("summary").click();
      const typed = {
        "[data-field=offset] .typed": "3M+8K",
        "[name=orders]": "4K,64K,2M",
        "#check-text": "offset % 4096 == 0",
      };
      await page.evaluate(`for (const [selector, text] of Object.entries(${JSON.stringify(typed)})) {
        const field = document.querySelector(selector);
        field.value = text;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }`);
      await page.waitForURL((url) => ["64K", "0x302000", "4096"].every((part) => url.hash.includes(part)));
      expect(await page.locator("summary").innerText()).toContain("4K, 64K, 2M");
    });

    it("comes back whole from its link", async () => {
      const page = await fresh(OWN);
      await page.locator("#check-text").fill("offset % 8192 == 0 /* ümläut & # */");
      await page.locator("[data-field=offset] .typed").fill("3M+8K");
      await page.locator("summary").click();
      await page.locator("[name=orders]").fill("4K,64K,2M");
      await page.waitForURL((url) => url.hash.includes("64K") && url.hash.includes("0x302000"));
      const before = await headline(page);
      await fresh(new URL(page.url()).hash);
      expect(await page.locator("#check-text").inputValue()).toBe("offset % 8192 == 0 /* ümläut & # */");
      expect(await valueOf(page, "offset")).toBe("3M+8K");
      expect(await headline(page)).toBe(before);
      expect(await page.locator("summary").innerText()).toContain("4K, 64K, 2M");
      await page.goto(`${chromium.url}#v=9&check=ctz`);
      expect(await page.locator(".message").innerText()).toContain("version 9");
    });

    it("shows the slots of real machines and of a log", async () => {
      const page = await fresh("#v=1&check=ctz&ops=");
      await settled(page);
      for (const kind of ["escapes", "safe", "refused"]) {
        expect(await page.locator(`.all .slot-chip.${kind}`).count()).toBeGreaterThan(1);
      }
      await page.locator("li", { hasText: "qemu-low-memory" }).locator(".slot-chip").first().click();
      expect(await page.locator(".trace li").count()).toBeGreaterThan(2);
      await page.locator(".bar.other").first().click();
      const line = "kvm_set_user_memory Slot#0 flags=0x0 gpa=0x0 size=0x80000000 ua=0x7f0000000000 ret=0\n";
      await page
        .locator("[name=capture]")
        .setInputFiles({ name: "guest.log", mimeType: "text/plain", buffer: Buffer.from(line) });
      await page.locator("li", { hasText: "guest.log" }).locator(".slot-chip").click();
      expect(await valueOf(page, "size")).toBe("2G");
    });

    it("opens with the finding that explore wrote into it, from the disk and served", async () => {
      const ops = "bind_memslot,slot:0,gpa:0x1000,size:0x1000,offset:0x1000;set_order,order:9;fault,gpa:0x1000";
      const page = await fresh(`#v=1&check=fls64&ops=${ops}`);
      const saved = page.waitForEvent("download");
      await page.locator(".download").getByRole("button", { name: ".txt" }).click();
      const file = await (await saved).path();
      const given = { file: "mail.txt", text: readFileSync(file, "utf8"), page: chromium.path };
      const steps = await page.locator(".step").allInnerTexts();
      await rest();
      const served = await explore({ ...given, port: 0 });
      if (served.is !== "served") throw new Error("not served");
      const written = await explore({ ...given, out: chromium.path.replace("index", "given") });
      for (const { url } of [served, written]) {
        const { page: other, trouble } = await chromium.open(url, { offline: false });
        expect(await other.locator("#check-pick").inputValue()).toBe("fls64");
        expect(await other.locator(".step").allInnerTexts()).toEqual(steps);
        expect(trouble).toEqual([]);
      }
      await served.close();
    });
  },
);
