/** The ruler: the file's pages above, the guest's frames below, what is mapped between them. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { hex } from "../../sim/words/amount.ts";
import { orderText } from "../../sim/setting.ts";
import { Axis } from "./axis.tsx";
import { Folios } from "./folios.tsx";
import { FaultHandle, GuestHandle, SizeHandle, SlotHandle } from "./handles.tsx";
import type { Frame, Shown } from "./state/frame.ts";
import { fileX, frameOf, guestX, pointsOf } from "./state/frame.ts";
import { Bar, BAR, Y } from "./bar.tsx";
import type { Story } from "./state/story.ts";
import { takeInHand } from "./state/story.ts";

/** Beside the axis, for what is taken hold of at its ends. */
const MARGIN = 8;

/** The width that an element has for an axis, now and whenever it changes. */
function useWidth(): readonly [{ current: HTMLDivElement | null }, number] {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    // clientWidth counts the rows' names at the left, where the drawing is not.
    const measure = (): void => {
      const names = Number.parseFloat(getComputedStyle(element).paddingLeft);
      setWidth(Math.floor(element.clientWidth - names) - 2 * MARGIN);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}

/** So that it is seen, however small it is. */
const least = (from: number, to: number): number => Math.max(to, from + 2);

/** What the guest got: frames below, the file pages they show above. */
function Mapping({ frame, shown }: { frame: Frame; shown: Shown }) {
  const { fault } = shown;
  if (fault === undefined) return null;
  const { pages, gfns, order } = fault.mapping;
  const top = [fileX(frame, pages.start), fileX(frame, pages.start + pages.npages)] as const;
  const bottom = [guestX(frame, gfns.start), guestX(frame, gfns.start + gfns.npages)] as const;
  const points = [
    [top[0], Y.folio + BAR],
    [least(...top), Y.folio + BAR],
    [least(...bottom), Y.guestMapped],
    [bottom[0], Y.guestMapped],
  ];
  const wrong = gfns.start - frame.base_gfn !== pages.start - frame.pgoff;
  return (
    <g class={wrong ? "mapping wrong" : "mapping"}>
      <polygon points={points.map((point) => point.join(",")).join(" ")} />
      <Bar
        kind="mapped"
        from={bottom[0]}
        to={bottom[1]}
        y={Y.guestMapped}
        height={18}
        text={`mapped ${orderText(order)}`}
      />
    </g>
  );
}

interface Row {
  readonly name: string;
  /** Of its first line, in pixels. */
  readonly y: number;
  readonly isAxis: boolean;
}

/** What stands beside each row of the drawing. */
function rowsOf({ fault, hand, others }: Shown): readonly Row[] {
  const slots = others.length === 0 ? `slot ${hand.slot.slot}` : "slots";
  const rows: readonly (readonly [string, number, boolean?])[] = [
    ["file offset", Y.fileAxis - 16, true],
    [slots, Y.slot + 8],
    ...(fault === undefined ? [] : [["folio", Y.folio + 8] as const, ["mapped", Y.guestMapped + 2] as const]),
    [slots, Y.guestSlot + 8],
    ["guest address", Y.guestAxis + 2, true],
  ];
  return rows.map(([name, y, isAxis = false]) => ({ name, y, isAxis }));
}

export interface RulerProps {
  readonly shown: Shown;
  readonly story: Story;
  readonly onStory: (story: Story) => void;
}

export function Ruler({ shown, story, onStory }: RulerProps) {
  const [box, width] = useWidth();
  const [frozen, setFrozen] = useState<Frame>();
  const { hand, others, gfn, fault, state } = shown;
  const { slot } = hand;
  const frame = frozen ?? frameOf(shown, Math.max(width, 120));
  const points = pointsOf(shown);
  const drag = { frame, shown, story, onStory, onHold: setFrozen };
  const take = (other: (typeof others)[number]) => (): void => onStory(takeInHand(story, other));
  return (
    <div class="ruler" ref={box} data-state={state}>
      <ul class="rows" aria-hidden="true">
        {rowsOf(shown).map(({ name, y, isAxis }) => (
          <li key={`${name}${y}`} class={isAxis ? "axis-row" : ""} style={{ top: `${y}px` }}>
            {name}
          </li>
        ))}
      </ul>
      {width > 0 && (
        <svg
          style={{ margin: `0 ${MARGIN}px` }}
          width={width}
          height={Y.end}
          role="group"
          aria-label="The file as a ruler, and the guest's frames below it"
        >
          <defs>
            <pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <rect class="hatch-back" width="7" height="7" />
              <rect class="hatch-line" width="2.5" height="7" />
            </pattern>
          </defs>
          <Axis frame={frame} points={points.file} marked={fault?.index} origin={frame.pgoff} y={Y.fileAxis} above />
          <Axis frame={frame} points={points.guest} marked={gfn} origin={frame.base_gfn} y={Y.guestAxis} />
          <Mapping frame={frame} shown={shown} />
          <Folios frame={frame} shown={shown} />
          {others.map((other) => (
            <g key={`${other.vm}:${other.id}`}>
              <Bar
                kind="other"
                from={fileX(frame, other.pgoff)}
                to={fileX(frame, other.pgoff + other.npages)}
                y={Y.slot}
                text={`${other.vm === 0 ? "" : `vm ${other.vm} `}slot ${other.id}`}
                onClick={take(other)}
              />
              {other.vm === slot.vm && (
                <Bar
                  kind="other"
                  from={guestX(frame, other.base_gfn)}
                  to={guestX(frame, other.base_gfn + other.npages)}
                  y={Y.guestSlot}
                  text={`slot ${other.id}`}
                  onClick={take(other)}
                />
              )}
            </g>
          ))}
          <SlotHandle {...drag} />
          <GuestHandle {...drag} />
          <SizeHandle {...drag} />
          <FaultHandle {...drag} />
        </svg>
      )}
      <p class="visually-hidden" aria-live="off">
        Slot {slot.slot}: file range {hex(slot.pgoff)} to {hex(slot.pgoff + slot.npages)}, guest address{" "}
        {hex(slot.base_gfn)}
        {gfn === undefined ? "" : `, fault at ${hex(gfn)}`}.
      </p>
    </div>
  );
}
