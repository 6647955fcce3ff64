/** What can be taken hold of on the ruler, by pointer or by arrow keys: the slot, its size, its frames, the fault. */

import type { JSX } from "preact";
import { amount, hex } from "../../sim/words/amount.ts";
import { Bar, BAR, Y } from "./bar.tsx";
import type { Draggable, DragProps } from "./state/drag.ts";
import { useDrag } from "./state/drag.ts";
import { fileX, guestX } from "./state/frame.ts";
import { bigStep, isIdentity, withSlot, withTouch } from "./state/story.ts";

interface HandleProps extends DragProps {
  readonly name: string;
  readonly label: string;
  readonly what: Draggable;
  readonly most: number;
  readonly text: string;
  readonly children: JSX.Element | readonly JSX.Element[];
}

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

/** A slider on the ruler. Arrows go by a page, with Shift or by Page Up and Down by a folio. */
function Handle({ name, label, what, most, text, children, ...drag }: HandleProps) {
  const { shown, story, onStory } = drag;
  const value = what.value(shown);
  const handlers = useDrag(drag, what);
  const onKeyDown = (event: KeyboardEvent): void => {
    const big = bigStep(shown.hand.orderAtFault);
    const arrow = STEPS[event.key];
    const to =
      arrow !== undefined
        ? value + arrow * (event.shiftKey ? big : 1)
        : event.key === "PageUp"
          ? value + big
          : event.key === "PageDown"
            ? value - big
            : event.key === "Home"
              ? 0
              : event.key === "End" && most < 2 ** 32
                ? most
                : undefined;
    if (to === undefined) return;
    event.preventDefault();
    onStory(what.set(story, shown, Math.min(Math.max(to, 0), most)));
  };
  return (
    <g
      class={`handle ${name}`}
      data-handle={name}
      tabindex={0}
      role="slider"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={most}
      aria-valuenow={value}
      aria-valuetext={text}
      onKeyDown={onKeyDown}
      onPointerCancel={handlers.onPointerUp}
      {...handlers}
    >
      {children}
    </g>
  );
}

const MOST = 2 ** 40;

const PGOFF: Draggable = {
  value: ({ hand }) => hand.slot.pgoff,
  set: (story, { hand }, pgoff) => withSlot(story, hand, { pgoff }),
};

export function SlotHandle(drag: DragProps) {
  const { slot } = drag.shown.hand;
  const from = fileX(drag.frame, slot.pgoff);
  const to = fileX(drag.frame, slot.pgoff + slot.npages);
  return (
    <Handle {...drag} name="offset" label="Slot in the file: offset" what={PGOFF} most={MOST} text={hex(slot.pgoff)}>
      <Bar kind="slot" from={from} to={to} y={Y.slot} text={`slot ${slot.slot}, ${amount(slot.npages)}`} />
    </Handle>
  );
}

const BASE: Draggable = {
  value: ({ hand }) => hand.slot.base_gfn,
  set: (story, { hand }, base_gfn) =>
    withSlot(story, hand, { base_gfn, ...(isIdentity(hand.slot) ? { ugfn: base_gfn } : {}) }),
};

export function GuestHandle(drag: DragProps) {
  const { slot } = drag.shown.hand;
  const from = guestX(drag.frame, slot.base_gfn);
  const to = guestX(drag.frame, slot.base_gfn + slot.npages);
  return (
    <Handle {...drag} name="gpa" label="Slot in the guest: gpa" what={BASE} most={MOST} text={hex(slot.base_gfn)}>
      <Bar kind="slot" from={from} to={to} y={Y.guestSlot} text={`slot ${slot.slot}, ${amount(slot.npages)}`} />
    </Handle>
  );
}

const NPAGES: Draggable = {
  value: ({ hand }) => hand.slot.npages,
  set: (story, { hand }, npages) => withSlot(story, hand, { npages }),
};

export function SizeHandle(drag: DragProps) {
  const { slot } = drag.shown.hand;
  const x = fileX(drag.frame, slot.pgoff + slot.npages);
  return (
    <Handle {...drag} name="size" label="Slot's end: size" what={NPAGES} most={2 ** 31 - 1} text={hex(slot.npages)}>
      <rect class="grip-area" x={x - 9} y={Y.slot - 7} width={18} height={BAR + 14} />
      <rect class="grip" x={x - 3} y={Y.slot - 3} width={6} height={BAR + 6} rx={3} />
    </Handle>
  );
}

const TOUCH: Draggable = {
  value: ({ hand: { fault, slot } }) => (fault === undefined ? 0 : fault.gfn - slot.base_gfn),
  set: (story, { hand }, page) => withTouch(story, hand, page),
};

/** Straight through file and guest: the page asked for stands above the frame that is touched. */
export function FaultHandle(drag: DragProps) {
  const { slot, fault } = drag.shown.hand;
  if (fault === undefined) return null;
  const guest = guestX(drag.frame, fault.gfn);
  const file = fileX(drag.frame, slot.pgoff + fault.gfn - slot.base_gfn);
  const happened = drag.shown.gfn === fault.gfn;
  const text = `gpa ${hex(fault.gfn)}, file offset ${hex(slot.pgoff + fault.gfn - slot.base_gfn)}`;
  return (
    <Handle {...drag} name="fault" label="Page that the guest touches" what={TOUCH} most={slot.npages - 1} text={text}>
      <path
        class={happened ? "fault-line" : "fault-line faint"}
        d={`M${guest} ${Y.guestAxis}V${Y.guestMapped + 4}L${file} ${Y.folio + BAR / 2}V${Y.fileAxis}`}
      />
      <path class="fault-head" d={`M${guest} ${Y.guestAxis - 9}l8 14h-16z`} />
      <circle class="fault-dot" cx={file} cy={Y.folio + BAR / 2} r={3.5} />
      <rect class="grip-area" x={guest - 13} y={Y.guestAxis - 14} width={26} height={28} />
    </Handle>
  );
}
