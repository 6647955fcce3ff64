/** Every claim: whether this story breaks it, and what the hunt found. */

import type { ClaimName } from "../../model/claim.ts";
import { ALLOCATION_CLAIMS, CLAIMS, MAPPING_CLAIMS } from "../../model/claim.ts";
import { amount } from "../../sim/words/amount.ts";
import type { Judgement } from "../judge/verdict.ts";
import type { Hunted } from "./state/hunted.ts";
import type { Hunting } from "./state/hunting.ts";
import type { Moment } from "./state/moments.ts";
import type { Story } from "./state/story.ts";
import { whyBroken } from "./state/words.ts";

interface ClaimsPanelProps {
  readonly moments: readonly Moment[];
  readonly at: number;
  readonly hunting: Hunting;
  readonly onStory: (story: Story) => void;
}

/** The last moment up to `at` in which the claim broke. */
const breach = (claim: ClaimName, moments: readonly Moment[], at: number): Moment | undefined =>
  moments.slice(0, at + 1).findLast(({ broken }) => broken.has(claim));

const counted = (n: number | undefined): string => (n ?? 0).toLocaleString("en");

function earned({ verdict, states, runs, residual_rate, unmet, bound }: Judgement): { text: string; title: string } {
  switch (verdict) {
    case "exhausted":
      return { text: `none in ${counted(states)} states`, title: `all visited; ${bound ?? ""}` };
    case "sampled":
      return {
        text: `none in ${counted(runs)} runs`,
        title: `residual rate below ${(residual_rate ?? 0).toExponential(1)} at 95 %`,
      };
    case "vacuous":
      return { text: "never exercised", title: `not met: ${unmet?.join(", ") ?? ""}` };
    case "refuted":
      return { text: `after ${counted(runs ?? states)} ${runs === undefined ? "states" : "runs"}`, title: "" };
    case "proved":
      return { text: "no 64-bit input", title: "" };
    default:
      return verdict satisfies never;
  }
}

function Found({ hunted, onStory }: { hunted: Hunted; onStory: (story: Story) => void }) {
  switch (hunted.is) {
    case "waiting":
      return <span class="quiet">…</span>;
    case "searching":
      return <span class="quiet">{hunted.engine === "hunt" ? "hunting…" : "visiting every state…"}</span>;
    case "not_asked":
      return <span class="quiet">not for this kind of rule to decide</span>;
    case "failed":
      return <span class="problem">failed: {hunted.message}</span>;
    case "judged": {
      const { judgement } = hunted;
      const { counterexample } = judgement;
      const { text, title } = earned(judgement);
      return (
        <span class={`verdict ${judgement.verdict}`} title={title}>
          <b>{judgement.verdict}</b> <span class="quiet num">{text}</span>
          {counterexample !== undefined && (
            <button type="button" class="plain show" onClick={() => onStory(counterexample.ops)}>
              show, {counterexample.ops.length} steps
            </button>
          )}
        </span>
      );
    }
    default:
      return hunted satisfies never;
  }
}

function ClaimRow({ claim, moments, at, hunting, onStory }: ClaimsPanelProps & { claim: ClaimName }) {
  const broken = breach(claim, moments, at);
  const pages = broken?.broken.get(claim) ?? 0;
  const hunted = hunting.claims.get(claim);
  return (
    <li class={broken === undefined ? "" : "broken"} data-claim={claim}>
      <div class="claim">
        <span class="mark" aria-hidden="true">
          {broken === undefined ? "·" : "✗"}
        </span>
        <code title={CLAIMS[claim].sentence}>{claim}</code>
        <span class="visually-hidden">{broken === undefined ? "holds here" : "broken here"}</span>
        {broken !== undefined && <span class="by num">{amount(pages)}</span>}
      </div>
      {broken?.effect.effect === "faulted" && <p class="why">{whyBroken(claim, broken.effect, pages)}</p>}
      {hunted !== undefined && (
        <div class="hunted">
          <Found hunted={hunted} onStory={onStory} />
        </div>
      )}
    </li>
  );
}

function Group({ title, claims, ...props }: ClaimsPanelProps & { title: string; claims: readonly ClaimName[] }) {
  return (
    <div>
      <h3>{title}</h3>
      <ul>
        {claims.map((claim) => (
          <ClaimRow key={claim} claim={claim} {...props} />
        ))}
      </ul>
    </div>
  );
}

export function ClaimsPanel(props: ClaimsPanelProps) {
  const { hunting } = props;
  return (
    <section class="panel claims" aria-labelledby="claims-title">
      <header>
        <h2 id="claims-title">Claims</h2>
        {hunting.running ? (
          <button type="button" onClick={hunting.stop}>
            Stop
          </button>
        ) : (
          <button type="button" class="primary" disabled={!hunting.possible} onClick={hunting.start}>
            Hunt
          </button>
        )}
      </header>
      <p class="about">
        Marked: broken by the steps shown. <em>Hunt</em> searches all slots, sizes and orders of steps for the smallest
        escape.
      </p>
      <div class="groups">
        <Group title="What a fault may allocate" claims={ALLOCATION_CLAIMS} {...props} />
        <Group title="What a fault may map" claims={MAPPING_CLAIMS} {...props} />
      </div>
    </section>
  );
}
