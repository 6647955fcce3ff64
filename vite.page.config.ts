/** Builds the page: one HTML file with everything in it, so that it opens from a disk and asks no network. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "rolldown";
import { defineConfig, type Plugin } from "vite";
import { noticesOf } from "./notices.ts";

/** Packages that the page holds. */
const EMBEDDED = ["preact", "web-tree-sitter", "tree-sitter-c", "fast-check", "pure-rand", "@noble/hashes", "valibot"];

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The grammar is given its bytes: what would look them up in node_modules has nothing to do in a page. */
const NODE_ONLY: Readonly<Record<string, string>> = {
  "node:module": "createRequire",
  "node:v8": "setFlagsFromString",
  // Asked for by name only, which the page never does.
  "z3-solver": "init",
};
const noNode: Plugin = {
  name: "no-node",
  enforce: "pre",
  resolveId: (id) => (id in NODE_ONLY ? `\0${id}` : undefined),
  load: (id) =>
    id.slice(1) in NODE_ONLY
      ? `export const ${NODE_ONLY[id.slice(1)]} = () => { throw new Error("this is a page, not Node"); };`
      : undefined,
};

/** The worker's script, as one file of its own. */
async function scriptOf(input: string): Promise<string> {
  const { output } = await build({
    input,
    write: false,
    platform: "browser",
    plugins: [noNode],
    transform: { target: "es2023", define: { "process.env.NODE_ENV": '"production"' } },
    output: { format: "iife", minify: true, codeSplitting: false },
    checks: { eval: false },
  });
  return output[0].code;
}

/** `import text from "package/file.wasm?packed"`: the file, gzipped, in base64. Of a .ts, the script that it makes. */
const packed: Plugin = {
  name: "packed",
  enforce: "pre",
  resolveId: (id, importer) =>
    id.endsWith("?packed") ? `\0${id.startsWith(".") ? join(dirname(importer ?? ""), id) : id}` : undefined,
  async load(id) {
    if (!id.startsWith("\0") || !id.endsWith("?packed")) return undefined;
    const path = createRequire(import.meta.url).resolve(id.slice(1, -"?packed".length));
    const bytes = path.endsWith(".ts") ? await scriptOf(path) : readFileSync(path);
    return `export default ${JSON.stringify(gzipSync(bytes, { level: 9 }).toString("base64"))};`;
  },
};

/** Puts the script and the styles into the HTML. The script comes last, so it needs no "defer". */
const inlined: Plugin = {
  name: "inlined",
  enforce: "post",
  generateBundle(_options, bundle) {
    const html = bundle["index.html"];
    if (html?.type !== "asset") throw new Error("the page has no index.html");
    let text = String(html.source);
    let scripts = "";
    for (const [name, part] of Object.entries(bundle)) {
      if (part.type === "chunk") {
        scripts += `<script type="module">${part.code.replaceAll("</script", "<\\/script")}</script>\n`;
      } else if (name.endsWith(".css")) {
        text = text.replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${String(part.source)}</style>`);
      } else if (name === "index.html") continue;
      // What is left is the grammar's runtime, which the page has already.
      delete bundle[name];
    }
    text = text.replace(/\s*<script type="module"[^>]*src=[^>]*><\/script>/, "");
    // The page is passed on as one file, so the notices are in it.
    const notices = `<!--\nThis page holds\n\n${noticesOf(EMBEDDED).replaceAll("--", "- -")}-->\n`;
    html.source = `${text.replace("</body>", () => `${scripts}</body>`).trimEnd()}\n${notices}`;
  },
};

export default defineConfig({
  root: here("props/page"),
  base: "./",
  plugins: [packed, noNode, inlined],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: here("dist/page"),
    emptyOutDir: true,
    target: "es2023",
    modulePreload: false,
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // The grammar's runtime calls eval in a branch that no grammar of ours takes.
    rolldownOptions: { output: { codeSplitting: false }, checks: { eval: false } },
  },
});
