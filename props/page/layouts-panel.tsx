/** Layouts of real VMMs against the check: which slots it takes, and any of them on the ruler. */

import { useState } from "preact/hooks";
import { hex } from "../../sim/words/amount.ts";
import type { ClaimName } from "../../model/claim.ts";
import type { SlotHit } from "../../sim/words/hits.ts";
import type { SlotKind } from "./judging/conclusion.ts";
import { KIND_WORDS, kindOf } from "./judging/conclusion.ts";
import type { Derived } from "./state/derive.ts";
import { firstOrder } from "./state/derive.ts";
import type { Layout, Slot } from "./state/layouts.ts";
import { LAYOUTS, readCapture, storyOf, takes } from "./state/layouts.ts";
import { sizeText } from "./state/size.ts";
import type { Story } from "./state/story.ts";

interface LayoutsPanelProps {
  readonly derived: Derived;
  /** Of the built-in layouts, once it is known. */
  readonly hits: readonly SlotHit[] | undefined;
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

interface ChipProps {
  readonly slot: Slot;
  readonly kind: SlotKind | undefined;
  readonly taken: boolean;
  readonly breaks: readonly ClaimName[];
  readonly onClick: () => void;
}

const MARKS: Readonly<Record<SlotKind, string>> = {
  escapes: "✗",
  safe: "✓",
  cost: "△",
  refused: "–",
};

function Chip({ slot, kind, taken, breaks, onClick }: ChipProps) {
  const place = `offset ${hex(slot.pgoff)}, gpa ${hex(slot.base_gfn)}, size ${hex(slot.npages)}`;
  const words = kind === undefined ? (taken ? "taken" : "refused") : KIND_WORDS[kind];
  return (
    <button
      type="button"
      class={`slot-chip ${kind ?? (taken ? "taken" : "refused")}`}
      title={`${place}: ${words}${breaks.length > 0 ? ` (${breaks.join(", ")})` : ""}`}
      onClick={onClick}
    >
      <span aria-hidden="true">{kind === undefined ? "·" : MARKS[kind]}</span>
      <span class="visually-hidden">{words}:</span> {sizeText(slot.npages)} at {sizeText(slot.pgoff)}
    </button>
  );
}

const KINDS: readonly SlotKind[] = ["escapes", "safe", "cost", "refused"];

/** How many real slots are of which kind. */
function Tally({ hits }: { hits: readonly SlotHit[] }) {
  const of = (kind: SlotKind): number => hits.filter((hit) => kindOf(hit) === kind).length;
  return (
    <ul class="tally" aria-label={`${hits.length} slots of real layouts`}>
      {KINDS.map((kind) => (
        <li key={kind} class={`slot-chip ${kind}`}>
          <span aria-hidden="true">{MARKS[kind]}</span> <b>{of(kind)}</b> {KIND_WORDS[kind]}
        </li>
      ))}
    </ul>
  );
}

export function LayoutsPanel({ derived, hits, onStory }: LayoutsPanelProps) {
  const [opened, setOpened] = useState<readonly Layout[]>([]);
  const { compiled, hand, setting, rules } = derived;
  const first = firstOrder(setting);
  const largest = Math.max(...setting.orders);
  const order = hand?.orderAtBind ?? first;
  const show = (layout: Layout, slot: Slot) => () => onStory(storyOf(layout, slot, first, largest, first));
  const hitOf = (layout: Layout, i: number): SlotHit | undefined =>
    hits?.find((hit) => hit.layout === layout.name && hit.slot === i);
  return (
    <section class="panel layouts" aria-labelledby="layouts-title">
      <header>
        <h2 id="layouts-title">Layouts of real VMMs</h2>
        <span class="quiet">
          what <code>{rules.bind.id}</code> says to each slot, and what comes of it; choose one to see it on the ruler
        </span>
      </header>
      {hits !== undefined && <Tally hits={hits} />}
      <ul class="all">
        {[...opened, ...LAYOUTS].map((layout, l) => (
          <li key={layout.name}>
            <h3 class="num">{layout.name}</h3>
            <p>{layout.of}</p>
            <div>
              {layout.slots.map((slot, i) => {
                const hit = l < opened.length ? undefined : hitOf(layout, i);
                return (
                  <Chip
                    key={i}
                    slot={slot}
                    kind={hit === undefined ? undefined : kindOf(hit)}
                    taken={hit?.taken ?? takes(compiled.world, slot, order)}
                    breaks={hit?.breaks ?? []}
                    onClick={show(layout, slot)}
                  />
                );
              })}
            </div>
          </li>
        ))}
      </ul>
      <Captures onLayout={(layout) => setOpened((before) => [layout, ...before])} />
    </section>
  );
}
