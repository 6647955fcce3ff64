/** What the user takes for granted whenever the rule is asked: elsewhere it is taken to refuse, and its text is not run. */

import type { Expr, Stmt } from "../../../model/rule/tree.ts";
import { constant, logic, not, TRUE } from "../tree/build.ts";
import { lower, type Said, type Scope } from "../tree/scope.ts";
import { asCondition } from "./value.ts";
import { standingAt } from "./said.ts";
import { fail, isRefusal } from "../syntax/fail.ts";
import type { Syntax } from "../syntax/syntax.ts";

/** The first statement of the entry, which knows its parameters already and has changed nothing yet. */
export function assuming(scope: Scope): Stmt[] {
  const { rule } = scope;
  const all = rule.assumed.map((said) => conditionOf(scope, said));
  const [first, ...more] = all;
  if (!first) return [];
  rule.needsTree.is = true;
  const holds = more.reduce((a, b) => logic("and", a, b), first);
  const refuses = constant("bool", rule.kind === "level" ? 1n : 0n);
  return [{ stmt: "if", condition: not(holds), whenTrue: [{ stmt: "return", value: refuses }], whenFalse: [] }];
}

const NOTHING = new Map<string, never>();

/** It reads what the rule reads when it is asked, and does nothing. */
function conditionOf(scope: Scope, { text, syntax }: Said): Expr {
  const { rule, body } = scope;
  const refuse = (why: string): never => fail(body.place, `--assume ${text}: ${why}`);
  const writes = find(syntax, WRITES);
  if (writes) refuse("it cannot change anything");
  const before = sizes(scope);
  // What an assumption reads does not say what the text is about.
  const apart = {
    ...rule,
    mentioned: rule.mentionedAside,
    readAs: new Map<string, string>(),
    said: NOTHING,
    sources: NOTHING,
  };
  try {
    const inner: Scope = { ...scope, rule: apart, blocks: [...scope.blocks, new Map()] };
    const at = standingAt(syntax, body.place);
    const condition = asCondition(lower(inner, at), at);
    const [sites, unknowns, effects] = sizes(scope).map((size, i) => size - (before[i] ?? 0));
    if (effects) refuse("it cannot change anything, nor call what the text has");
    if (sites) refuse("it is undefined for some input");
    if (unknowns)
      refuse("the type of what is in it is not known here: declare it in the text, or settle it with --let");
    return condition.node === "const" && condition.value === 1n ? TRUE : condition;
  } catch (thrown) {
    if (!isRefusal(thrown) || thrown.message.startsWith("--assume")) throw thrown;
    return refuse(thrown.message);
  }
}

const WRITES = new Set(["assignment_expression", "update_expression", "compound_statement"]);

function find(syntax: Syntax, types: ReadonlySet<string>): Syntax | undefined {
  if (types.has(syntax.type)) return syntax;
  for (const each of syntax.children) {
    const found = find(each, types);
    if (found) return found;
  }
  return undefined;
}

const sizes = ({ rule: { sites, unknowns, memory } }: Scope): readonly number[] => [
  sites.length,
  unknowns.length,
  memory.forgets.size + memory.stores.size,
];
