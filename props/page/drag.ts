/**
 * Dragging on the ruler. The picture's layout is held still from the first touch to the release, so that what is under
 * the finger stays there; then it is laid out anew.
 */

import { useRef } from "preact/hooks";
import type { Frame, Shown } from "./frame.ts";
import type { Story } from "./story.ts";

export interface DragProps {
  readonly frame: Frame;
  readonly shown: Shown;
  readonly story: Story;
  readonly onStory: (story: Story) => void;
  /** Holds the layout still, or lets it go. */
  readonly onHold: (frame: Frame | undefined) => void;
}

interface Held {
  readonly frame: Frame;
  readonly from: number;
  readonly value: number;
  readonly story: Story;
  readonly shown: Shown;
}

/** A page quantity that is dragged: where it is now, and the story in which it is another. */
export interface Draggable {
  readonly value: (shown: Shown) => number;
  readonly set: (story: Story, shown: Shown, value: number) => Story;
}

type PointerHandlers = Readonly<
  Record<"onPointerDown" | "onPointerMove" | "onPointerUp", (event: PointerEvent) => void>
>;

const xOf = (event: PointerEvent): number => {
  const { currentTarget } = event;
  const svg = currentTarget instanceof SVGElement ? currentTarget.ownerSVGElement : null;
  return event.clientX - (svg?.getBoundingClientRect().left ?? 0);
};

/** A value moved by a distance and rounded to what can be aimed at there. */
function moved({ frame, from, value }: Pick<Held, "frame" | "from" | "value">, to: number): number {
  const { scale } = frame;
  const distance = scale.page(to) - scale.page(from);
  const grain = Math.min(scale.grain(from), scale.grain(to));
  return Math.abs(to - from) < 2 ? value : Math.max(0, Math.round((value + distance) / grain) * grain);
}

export function useDrag({ frame, shown, story, onStory, onHold }: DragProps, what: Draggable): PointerHandlers {
  const held = useRef<Held>(undefined);
  return {
    onPointerDown: (event) => {
      if (event.button !== 0) return;
      if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId);
      held.current = { frame, from: xOf(event), value: what.value(shown), story, shown };
      onHold(frame);
    },
    onPointerMove: (event) => {
      const hold = held.current;
      if (hold === undefined) return;
      onStory(what.set(hold.story, hold.shown, moved(hold, xOf(event))));
    },
    onPointerUp: () => {
      held.current = undefined;
      onHold(undefined);
    },
  };
}
