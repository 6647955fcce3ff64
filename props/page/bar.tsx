/** One range on the ruler, with its name on it where there is room. */

type BarKind = "slot" | "other" | "folio" | "folio-old" | "outside" | "mapped";

/** Vertical places of the ruler's parts, in pixels. */
export const Y = { fileAxis: 64, slot: 76, folio: 122, guestMapped: 218, guestSlot: 248, guestAxis: 290, end: 354 };
/** Height of a bar. */
export const BAR = 30;

interface BarProps {
  readonly kind: BarKind;
  readonly from: number;
  readonly to: number;
  readonly y: number;
  readonly height?: number;
  readonly text?: string;
  /** Where the text goes, if not all over the bar. */
  readonly room?: { readonly from: number; readonly to: number } | undefined;
  readonly title?: string;
  readonly onClick?: () => void;
}

/** Of a character of the labels, in pixels. */
export const CHAR = 7.3;

/** The longest beginning of a text, word by word, that a width holds. */
function fitting(text: string, width: number): string {
  const words = text.split(/(?<=,) | (?=below|past)/);
  for (let n = words.length; n > 0; n--) {
    const part = words.slice(0, n).join(" ").replace(/,$/, "");
    if (part.length * CHAR + 10 <= width) return part;
  }
  return "";
}

export function Bar({ kind, from, to, y, height = BAR, text = "", room, title, onClick }: BarProps) {
  // What is there is seen, however small it is.
  const width = Math.max(to - from, 3);
  const place = room ?? { from, to: from + width };
  const shown = fitting(text, place.to - place.from);
  const told = title ?? text;
  return (
    <g class={`bar ${kind}`} onClick={onClick}>
      <rect x={from} y={y} width={width} height={height} rx={2} />
      {shown !== "" && (
        <text x={(place.from + place.to) / 2} y={y + height / 2 + 4} text-anchor="middle">
          {shown}
        </text>
      )}
      {told !== "" && <title>{told}</title>}
    </g>
  );
}
