/** The file's folios on the ruler: the one that the fault got, what of it is outside of the slot, and the others. */

import { amount } from "../../sim/words/amount.ts";
import { Bar, BAR, CHAR, Y } from "./bar.tsx";
import type { Frame, Shown } from "./state/frame.ts";
import { fileX, gridOf, outsideOf } from "./state/frame.ts";

type Room = { readonly from: number; readonly to: number };

/** A room for a text without the part of it that a mark in it would hide. */
function beside({ from, to }: Room, mark: number, text: string): Room {
  if (Math.abs(mark - (from + to) / 2) > (text.length * CHAR) / 2 + 8) return { from, to };
  return mark - from > to - mark ? { from, to: mark - 6 } : { from: mark + 6, to };
}

export function Folios({ frame, shown }: { frame: Frame; shown: Shown }) {
  const { fault, hand, folios, order } = shown;
  const { slot } = hand;
  const x = (page: number): number => fileX(frame, page);
  // The part in the slot has the folio's name on it; the other parts say what they are.
  const inside =
    fault === undefined
      ? undefined
      : {
          from: x(Math.max(fault.folio.start, slot.pgoff)),
          to: x(Math.min(fault.folio.start + fault.folio.npages, slot.pgoff + slot.npages)),
        };
  const told =
    fault === undefined ? "" : `${fault.allocated ? "folio" : "folio, there already"}, ${amount(fault.folio.npages)}`;
  const others = folios.filter(({ start }) => start !== fault?.folio.start);
  return (
    <g>
      {gridOf(frame, order).map((page) => (
        <line key={page} class="grid" x1={x(page)} x2={x(page)} y1={Y.folio - 8} y2={Y.folio + BAR + 8} />
      ))}
      {others.map(({ start, npages }) => (
        <Bar key={start} kind="folio-old" from={x(start)} to={x(start + npages)} y={Y.folio} title="a folio" />
      ))}
      {fault !== undefined && (
        <>
          <Bar
            kind="folio"
            from={x(fault.folio.start)}
            to={x(fault.folio.start + fault.folio.npages)}
            y={Y.folio}
            room={inside && beside(inside, x(fault.index), told)}
            text={told}
          />
          {outsideOf(fault.folio, slot).map(({ start, npages }) => (
            <g key={start} class={fault.allocated ? "" : "faint"}>
              <Outside
                from={x(start)}
                to={x(start + npages)}
                text={`${amount(npages)} ${start < slot.pgoff ? "below" : "past"}`}
              />
            </g>
          ))}
        </>
      )}
    </g>
  );
}

/** What a folio has outside of the slot; how much it is stands above it where it has no room inside. */
function Outside({ from, to, text }: { from: number; to: number; text: string }) {
  const fits = text.length * CHAR + 10 <= to - from;
  return (
    <>
      <Bar kind="outside" from={from} to={to} y={Y.folio} text={fits ? text : ""} title={text} />
      {!fits && (
        <text class="outside-text" x={from} y={Y.folio - 4}>
          {text}
        </text>
      )}
    </>
  );
}
