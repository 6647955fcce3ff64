/** Layouts of real VMMs against the check: which slots it takes, and any of them on the ruler. */

import { useState } from "preact/hooks";
import { hex } from "../../sim/words/amount.ts";
import { orderText } from "../../sim/setting.ts";
import type { Derived } from "./state/derive.ts";
import { firstOrder } from "./state/derive.ts";
import type { Layout, Slot } from "./state/layouts.ts";
import { LAYOUTS, readCapture, storyOf, takes } from "./state/layouts.ts";
import { sizeText } from "./state/size.ts";
import type { Story } from "./state/story.ts";

interface LayoutsPanelProps {
  readonly derived: Derived;
  readonly onStory: (story: Story) => void;
}

function Captures({ onLayout }: { onLayout: (layout: Layout) => void }) {
  const [problem, setProblem] = useState<string>();
  const open = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const read = readCapture(await file.text(), file.name);
    setProblem(read.ok ? undefined : `${file.name}: ${read.message}`);
    if (read.ok) onLayout(read.layout);
  };
  return (
    <p class="capture">
      <label>
        Open a log of <code>strace -e ioctl</code> or of QEMU's <code>kvm_set_user_memory</code>:{" "}
        <input type="file" name="capture" onChange={({ currentTarget }) => void open(currentTarget.files?.[0])} />
      </label>
      {problem !== undefined && <span class="problem"> {problem}</span>}
    </p>
  );
}

function Chip({ slot, taken, onClick }: { slot: Slot; taken: boolean; onClick: () => void }) {
  const place = `offset ${hex(slot.pgoff)}, gpa ${hex(slot.base_gfn)}, size ${hex(slot.npages)}`;
  return (
    <button type="button" class={`slot-chip ${taken ? "taken" : "refused"}`} title={place} onClick={onClick}>
      <span aria-hidden="true">{taken ? "✓" : "✗"}</span>
      <span class="visually-hidden">{taken ? "accepted" : "refused"}:</span> {sizeText(slot.npages)} at{" "}
      {sizeText(slot.pgoff)}
    </button>
  );
}

export function LayoutsPanel({ derived, onStory }: LayoutsPanelProps) {
  const [opened, setOpened] = useState<readonly Layout[]>([]);
  const { compiled, hand, setting, rules } = derived;
  const first = firstOrder(setting);
  const order = hand?.orderAtBind ?? first;
  const show = (layout: Layout, slot: Slot) => () =>
    onStory(storyOf(layout, slot, order, hand?.orderAtFault ?? order, first));
  return (
    <section class="panel layouts" aria-labelledby="layouts-title">
      <header>
        <h2 id="layouts-title">Layouts of real VMMs</h2>
      </header>
      <p class="about">
        What <code>{rules.bind.id}</code> says to each slot while the file has {orderText(order)} folios. Choose one to
        see it on the ruler.
      </p>
      <ul>
        {[...opened, ...LAYOUTS].map((layout) => (
          <li key={layout.name}>
            <h3 class="num">{layout.name}</h3>
            <p>{layout.of}</p>
            <div>
              {layout.slots.map((slot, i) => (
                <Chip key={i} slot={slot} taken={takes(compiled.world, slot, order)} onClick={show(layout, slot)} />
              ))}
            </div>
          </li>
        ))}
      </ul>
      <Captures onLayout={(layout) => setOpened((before) => [layout, ...before])} />
    </section>
  );
}
