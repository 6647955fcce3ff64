/** The numbers of the slot in hand, of the file's folios, and of the page that is touched. */

import type { Setting } from "../../sim/setting.ts";
import type { Hand, Story } from "./state/story.ts";
import { isIdentity, withNeighbour, withOrderAtBind, withOrderAtFault, withSlot, withTouch } from "./state/story.ts";
import { OrderField } from "./order-field.tsx";
import { SizeField } from "./size-field.tsx";

interface SlotPanelProps {
  readonly story: Story;
  readonly hand: Hand;
  readonly setting: Setting;
  readonly onStory: (story: Story) => void;
}

export function SlotPanel({ story, hand, setting, onStory }: SlotPanelProps) {
  const { slot, fault } = hand;
  const first = setting.orders[0] ?? 0;
  const change = (to: Parameters<typeof withSlot>[2]) => onStory(withSlot(story, hand, to));
  const together = isIdentity(slot);
  const touched = fault === undefined ? 0 : fault.gfn - slot.base_gfn;
  return (
    <section class="panel" aria-labelledby="slot-title">
      <header>
        <h2 id="slot-title">Slot {slot.slot}</h2>
        <button type="button" class="plain" onClick={() => onStory(withNeighbour(story, hand))}>
          add a neighbour
        </button>
      </header>
      <div class="slot-fields">
        <SizeField name="offset" label="offset" pages={slot.pgoff} onPages={(pgoff) => change({ pgoff })} />
        <SizeField name="size" label="size" pages={slot.npages} least={1} onPages={(npages) => change({ npages })} />
        <SizeField
          name="gpa"
          label="gpa"
          pages={slot.base_gfn}
          onPages={(base_gfn) => change({ base_gfn, ...(together ? { ugfn: base_gfn } : {}) })}
        />
        <SizeField
          name="userspace_addr"
          label="userspace_addr"
          pages={slot.ugfn}
          onPages={(ugfn) => change({ ugfn })}
        />
        <OrderField
          name="order-at-bind"
          label="folio size now"
          order={hand.orderAtBind}
          orders={setting.orders}
          onOrder={(order) => onStory(withOrderAtBind(story, hand, order, first))}
        />
        <OrderField
          name="order-at-fault"
          label="folio size at fault"
          order={hand.orderAtFault}
          orders={setting.orders}
          onOrder={(order) => onStory(withOrderAtFault(story, hand, order, first))}
        />
        <SizeField
          name="touch"
          label="touched, from gpa"
          pages={touched}
          onPages={(page) => onStory(withTouch(story, hand, page))}
        />
      </div>
    </section>
  );
}
