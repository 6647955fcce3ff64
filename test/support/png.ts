/** The pixels of a PNG of 8 bits a channel, RGB or RGBA, not interlaced: what rsvg-convert writes. */

import { inflateSync } from "node:zlib";

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** "#rrggbb" of every colour, with how many pixels have it; what is see-through is not counted. */
  readonly colours: ReadonlyMap<string, number>;
}

const paeth = (a: number, b: number, c: number): number => {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
};

export function pixelsOf(png: Buffer): Pixels {
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString("latin1", at + 4, at + 8) === "IDAT")
      data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const [width, height, channels] = [png.readUInt32BE(16), png.readUInt32BE(20), png[25] === 6 ? 4 : 3];
  const raw = inflateSync(Buffer.concat(data));
  const stride = width * channels;
  const counts = new Map<number, number>();
  let above = new Uint8Array(stride);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)] ?? 0;
    const row = new Uint8Array(raw.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1)));
    for (let x = 0; x < stride; x++) {
      const [a, b, c] = [row[x - channels] ?? 0, above[x] ?? 0, above[x - channels] ?? 0];
      row[x] = (row[x] ?? 0) + ([0, a, b, (a + b) >> 1, paeth(a, b, c)][filter] ?? 0);
    }
    for (let x = 0; x < stride; x += channels) {
      if (channels === 4 && row[x + 3] !== 255) continue;
      const colour = (row[x] ?? 0) * 0x10000 + (row[x + 1] ?? 0) * 0x100 + (row[x + 2] ?? 0);
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
    above = row;
  }
  const colours = new Map([...counts].map(([n, count]) => [`#${n.toString(16).padStart(6, "0")}`, count]));
  return { width, height, colours };
}
