/** The judged check: one of the catalogue, or C pasted over it; and what completes the world it is judged in. */

import { RULE_KINDS } from "../../model/rule/parameters.ts";
import type { CatalogueEntry } from "../../model/rule/catalogue/entry.ts";
import { CATALOGUE } from "../../model/rule/catalogue/catalogue.ts";
import type { Rule } from "../../model/rule/tree.ts";
import type { Rulebook } from "../judge/rulebook.ts";
import type { UndefinedInput } from "../../sim/world.ts";
import type { Unreadable } from "./state/derive.ts";
import type { Check } from "./state/state.ts";

interface CheckPanelProps {
  readonly book: Rulebook;
  readonly check: Check;
  readonly choices: readonly Rule[];
  readonly rule: Rule | undefined;
  readonly error: Unreadable | undefined;
  /** Places of the rules that were met where C leaves the result undefined. */
  readonly undefinedInputs: readonly UndefinedInput[];
  readonly onCheck: (check: Check) => void;
}

const KINDS = {
  bind: "may the slot be bound?",
  map: "may a page be mapped?",
  level: "which levels are forbidden?",
  order: "which folios may be allocated?",
};

function About({ entry }: { entry: CatalogueEntry }) {
  const cited = entry.citation.startsWith("https://");
  return (
    <p class="about">
      {entry.who}, {entry.when}
      {cited && (
        <>
          {" "}
          (<a href={entry.citation}>mail</a>)
        </>
      )}
      . Meant: {entry.intent}. In effect: {entry.does}.
    </p>
  );
}

/** What it reads that no model knows: any value of each. */
const arbitraryOf = ({ unknowns }: Rule): string =>
  unknowns.length === 0 ? "nothing" : [...new Set(unknowns.map(({ text }) => text))].join(", ");

/** The line that cannot be read, with a mark under the place. */
function ErrorText({ text, error }: { text: string; error: Unreadable }) {
  const line = text.split("\n")[error.line - 1] ?? "";
  return (
    <div class="error" role="alert" id="check-error">
      <p>
        <b>
          {error.line}:{error.column}
        </b>{" "}
        {error.message}
      </p>
      <pre aria-hidden="true">
        {line.replaceAll("\t", " ")}
        {"\n"}
        {" ".repeat(Math.max(error.column - 1, 0))}^
      </pre>
    </div>
  );
}

export function CheckPanel({ book, check, choices, rule, error, undefinedInputs, onCheck }: CheckPanelProps) {
  const own = "text" in check;
  const text = own ? check.text : book.has(check.id) ? book.byId(check.id).text : "";
  const entry = own ? undefined : CATALOGUE.find(({ id }) => id === check.id);
  return (
    <section class="panel check" aria-labelledby="check-title">
      <header>
        <h2 id="check-title">
          <label for="check-pick">Check</label>
        </h2>
        <select
          id="check-pick"
          value={own ? "" : check.id}
          onChange={({ currentTarget }) => {
            if (currentTarget.value !== "") onCheck({ id: currentTarget.value });
          }}
        >
          {own && <option value="">your own</option>}
          {RULE_KINDS.map((kind) => (
            <optgroup key={kind} label={`${kind}: ${KINDS[kind]}`}>
              {CATALOGUE.filter((each) => each.kind === kind).map(({ id, who }) => (
                <option key={id} value={id}>
                  {id} ({who})
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </header>
      <textarea
        id="check-text"
        aria-label="The check in C: paste over it"
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : "check-error"}
        spellcheck={false}
        autocapitalize="off"
        wrap="off"
        cols={80}
        rows={Math.min(Math.max(text.split("\n").length + 1, 9), 24)}
        value={text}
        onInput={({ currentTarget }) => onCheck({ text: currentTarget.value, pick: 0 })}
      />
      {error !== undefined && <ErrorText text={text} error={error} />}
      {own && choices.length > 1 && (
        <label class="pick">
          rule{" "}
          <select
            value={check.pick}
            onChange={({ currentTarget }) => onCheck({ ...check, pick: Number(currentTarget.value) })}
          >
            {choices.map(({ id }, i) => (
              <option key={id} value={i}>
                {id}
              </option>
            ))}
          </select>
        </label>
      )}
      {undefinedInputs.map(({ rule: id, site, inputs }) => (
        <p class="problem about" key={`${id}:${site.line}:${site.column}`}>
          {id} is undefined at {site.line}:{site.column}: {site.what}, for{" "}
          <span class="num">
            {Object.entries(inputs)
              .map(([name, value]) => `${name} 0x${value.toString(16)}`)
              .join(", ")}
          </span>
        </p>
      ))}
      {entry !== undefined && <About entry={entry} />}
      {error === undefined && rule !== undefined && (
        <p class="about">
          Read as a {rule.kind} rule ({KINDS[rule.kind]}). Reads{" "}
          <span class="num">{rule.reads.length > 0 ? rule.reads.join(", ") : "nothing"}</span>; arbitrary:{" "}
          <span class="num">{arbitraryOf(rule)}</span>.
        </p>
      )}
    </section>
  );
}
