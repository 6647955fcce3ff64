/** What a file's folios are to whoever asks, whatever form they have: few of them or many. */

import type { Bitmaps } from "./bitmaps.ts";
import type { FolioList } from "./list.ts";

export interface Folio {
  start: number;
  order: number;
  uptodate: boolean;
}

/** The store's first `count` are the file's folios. */
export type Few = readonly Folio[];

export interface Region {
  /** First page of the region. */
  readonly first: number;
  /** Empty once `bitmaps` is there. */
  list: FolioList;
  bitmaps: Bitmaps | undefined;
}

export interface Regions {
  /** By region number. */
  readonly near: (Region | undefined)[];
  /** The regions past those, sorted. */
  readonly far: Region[];
  /** The bitmaps of the near regions that have them, by region number: the short way to most pages. */
  readonly bitmaps: (Bitmaps | undefined)[];
}

/** All folios of one file. `order` and `uptodate` tell of the folio that was found last. */
export interface Folios {
  form: Form;
  /** Those of a file that has few. */
  readonly few: Few;
  /** Those of a file that has many. */
  regions: Regions;
  /** Those of the regions: the short way to most pages of a large file. */
  bitmaps: readonly (Bitmaps | undefined)[];
  /** Folios in the file. */
  count: number;
  /** Pages in the file's folios. */
  pages: number;
  order: number;
  uptodate: boolean;
}

/**
 * How folios of one form are asked and changed. A form is called through the store's field, never by a condition: where
 * both have been met V8 then leaves these calls, and what is inlined around them stays small.
 */
export interface Form {
  /** First page of the folio that holds the page, or -1; sets `order` and `uptodate` to that folio's. */
  readonly find: (f: Folios, page: number) => number;
  /** Is the page in a folio? */
  readonly isPresent: (f: Folios, page: number) => boolean;
  /** Is any page of the aligned block [start, start + 2^order) in a folio? */
  readonly anyPresent: (f: Folios, start: number, order: number) => boolean;
  /** Put a folio on pages that are absent; `count` is still what it was before. */
  readonly insert: (f: Folios, start: number, order: number, uptodate: boolean) => void;
  /** Take away the folio of this order that starts at a page; `count` is still what it was before. */
  readonly remove: (f: Folios, start: number, order: number) => void;
  /** Mark the folio that starts at a page as written. */
  readonly setUptodate: (f: Folios, start: number) => void;
  /** First page of the first folio that ends after the page, or -1; sets `order` and `uptodate` to that folio's. */
  readonly next: (f: Folios, page: number) => number;
}
