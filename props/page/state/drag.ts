/**
 * Dragging on the ruler. The picture's layout is held still from the first touch to the release, so that what is under
 * the finger stays there; then it is laid out anew.
 */

import { useRef } from "preact/hooks";
import type { Frame, Shown } from "./frame.ts";
import type { Grip } from "./moved.ts";
import { moved } from "./moved.ts";
import type { Story } from "./story.ts";

export interface DragProps {
  readonly frame: Frame;
  readonly shown: Shown;
  readonly story: Story;
  readonly onStory: (story: Story) => void;
  /** Holds the layout still, or lets it go. */
  readonly onHold: (frame: Frame | undefined) => void;
}

interface Held extends Grip {
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

export function useDrag({ frame, shown, story, onStory, onHold }: DragProps, what: Draggable): PointerHandlers {
  const held = useRef<Held>(undefined);
  return {
    onPointerDown: (event) => {
      if (event.button !== 0) return;
      if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId);
      held.current = { scale: frame.scale, from: xOf(event), value: what.value(shown), story, shown };
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
