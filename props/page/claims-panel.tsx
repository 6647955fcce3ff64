/** Every claim with its verdict, and which of them is shown below. */

import type { ClaimName } from "../../model/claim.ts";
import { claimOf, ALLOCATION_CLAIMS, MAPPING_CLAIMS } from "../../model/claim.ts";
import { amount } from "../../sim/words/amount.ts";
import { settingWords } from "./state/setting-words.ts";
import type { Setting } from "../../sim/setting.ts";
import type { Judgement, Verdict } from "../judge/verdict.ts";
import type { Hunted } from "./judging/hunted.ts";
import type { Hunting } from "./judging/hunting.ts";
import type { Standing } from "./judging/conclusion.ts";
import { Mark } from "./verdict.tsx";

interface ClaimsPanelProps {
  readonly hunting: Hunting;
  readonly setting: Setting;
  /** The claim whose smallest escape the picture shows. */
  readonly shown: ClaimName | undefined;
  readonly onShow: (claim: ClaimName) => void;
}

const counted = (n: number | undefined): string => (n ?? 0).toLocaleString("en");

const STANDING: Readonly<Record<Verdict, Standing>> = {
  refuted: "bad",
  proved: "good",
  exhausted: "vague",
  sampled: "vague",
  vacuous: "vague",
};

/** What the verdict rests on. */
function earned({ verdict, states, runs, residual_rate, unmet, bound, counterexample }: Judgement): string {
  switch (verdict) {
    case "exhausted":
      return `none in ${counted(states)} states, all visited: ${bound ?? ""}`;
    case "sampled":
      return `none in ${counted(runs)} runs, so in fewer than ${(residual_rate ?? 0).toExponential(1)} of them at 95 %`;
    case "vacuous":
      return `not met: ${unmet?.join(", ") ?? ""}`;
    case "refuted":
      return counterexample === undefined
        ? ""
        : `${amount(counterexample.violation.excess)} ${claimOf(counterexample.claim).by}`;
    case "proved":
      return "every input that the ioctl lets through";
    default:
      return verdict satisfies never;
  }
}

function Answer({
  claim,
  hunted,
  shown,
  onShow,
}: { claim: ClaimName; hunted: Hunted } & Omit<ClaimsPanelProps, "hunting" | "setting">) {
  switch (hunted.is) {
    case "waiting":
      return <span class="v quiet">…</span>;
    case "searching":
      return <span class="v quiet">{hunted.engine === "prove" ? "proving…" : "searching…"}</span>;
    case "not_asked":
      return <span class="v quiet">not for this kind of rule to decide</span>;
    case "failed":
      return <span class="v problem">failed: {hunted.message}</span>;
    case "judged": {
      const { judgement } = hunted;
      const { counterexample, verdict, inconclusive } = judgement;
      return (
        <>
          <span class={`v ${STANDING[verdict]}`} data-verdict={verdict}>
            <Mark standing={STANDING[verdict]} /> {verdict}
          </span>
          <span class="ev num">
            {earned(judgement)}
            {inconclusive === undefined ? "" : `; the prover: ${inconclusive}`}
          </span>
          {counterexample !== undefined && (
            <button
              type="button"
              class="plain show"
              aria-label={`${shown === claim ? "shown" : `${counterexample.ops.length} steps`}: how ${claim} breaks`}
              aria-pressed={shown === claim}
              onClick={() => onShow(claim)}
            >
              {shown === claim ? "shown" : `${counterexample.ops.length} steps`}
            </button>
          )}
        </>
      );
    }
    default:
      return hunted satisfies never;
  }
}

function Group({ title, claims, ...props }: ClaimsPanelProps & { title: string; claims: readonly ClaimName[] }) {
  return (
    <div>
      <h3>{title}</h3>
      <ul>
        {claims.map((claim) => (
          <li key={claim} class={props.shown === claim ? "shown" : ""} data-claim={claim}>
            <code title={claimOf(claim).sentence}>{claim}</code>
            <Answer claim={claim} hunted={props.hunting.claims.get(claim) ?? { is: "waiting" }} {...props} />
          </li>
        ))}
      </ul>
    </div>
  );
}

export function ClaimsPanel(props: ClaimsPanelProps) {
  return (
    <section class="panel claims" aria-labelledby="claims-title" aria-busy={props.hunting.running}>
      <header>
        <h2 id="claims-title">Claims</h2>
        <span class="quiet">must hold after every fault</span>
      </header>
      <Group title="What a fault may allocate" claims={ALLOCATION_CLAIMS} {...props} />
      <Group title="What a fault may map" claims={MAPPING_CLAIMS} {...props} />
      <p class="about">Premises: slots that the ioctl lets through; {settingWords(props.setting)}.</p>
    </section>
  );
}
