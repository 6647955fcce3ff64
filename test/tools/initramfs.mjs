/** Packs a folder into an initramfs (cpio, newc): node test/tools/initramfs.mjs FOLDER FILE */

import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readlinkSync, writeSync } from "node:fs";
import { join } from "node:path";

const [folder, file] = process.argv.slice(2);
const out = openSync(file, "w");
let ino = 1;

function add(name, mode, data, device = [0, 0]) {
  const fields = [ino++, mode, 0, 0, 1, 0, data.length, 0, 0, ...device, name.length + 1, 0];
  const head = `070701${fields.map((n) => n.toString(16).padStart(8, "0")).join("")}${name}\0`;
  const pad = (n) => Buffer.alloc((4 - (n % 4)) % 4);
  for (const part of [Buffer.from(head), pad(head.length), data, pad(data.length)]) writeSync(out, part);
}

function addAll(under) {
  for (const name of readdirSync(join(folder, under))) {
    const path = join(under, name);
    const stat = lstatSync(join(folder, path));
    if (stat.isSymbolicLink()) add(path, 0o120777, Buffer.from(readlinkSync(join(folder, path))));
    else if (stat.isDirectory()) {
      add(path, 0o040755, Buffer.alloc(0));
      addAll(path);
    } else add(path, 0o100755, readFileSync(join(folder, path)));
  }
}

add("dev", 0o040755, Buffer.alloc(0));
// The kernel opens it for the first process; all else comes with devtmpfs.
add("dev/console", 0o020600, Buffer.alloc(0), [5, 1]);
addAll("");
add("TRAILER!!!", 0, Buffer.alloc(0));
closeSync(out);
