/** Normalised tokens -> a plain syntax tree whose nodes know the author's places. */

import type { Node } from "web-tree-sitter";
import { adapt } from "./adapt.ts";
import { diagnose } from "./diagnose.ts";
import { fail } from "./fail.ts";
import type { Grammar } from "./parser-store.ts";
import { parserOf } from "./parser-store.ts";
import type { Token } from "./lex.ts";
import type { Unit } from "./normalise.ts";

/** A node of tree-sitter's C grammar, copied out of its memory. */
export type Syntax = {
  readonly type: string;
  /** Name in its parent: "left", "condition"; empty when it has none. */
  readonly field: string;
  readonly isNamed: boolean;
  readonly children: Syntax[];
  /** Of its first token. */
  readonly unit: Unit;
  readonly place: Token;
};

/** Lowering and every emitter recurse: keep clear of the end of their stacks. */
const DEPTH_LIMIT = 500;

export function parseSyntax(grammar: Grammar, given: readonly Unit[]): Syntax {
  const units = adapt(given);
  const starts: number[] = [];
  let text = "";
  for (const { out } of units) {
    starts.push(text.length);
    text += `${out} `;
  }
  const tree = parserOf(grammar).parse(text);
  if (!tree) throw new Error("the grammar gave no tree");
  try {
    if (tree.rootNode.hasError) diagnose(units, ...firstError(tree.rootNode, units, starts));
    return copy(tree.rootNode, units, starts);
  } finally {
    tree.delete();
  }
}

const isUnit = (unit: Unit | undefined): unit is Unit => unit !== undefined;

/** @returns the last unit that starts at or before the offset */
function unitIndex(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** @returns the unit, and what the grammar wanted before it, if it knows */
function firstError(root: Node, units: readonly Unit[], starts: readonly number[]): [number, string] {
  for (let node: Node | undefined = root; node;) {
    if (node.isError || node.isMissing) return [unitIndex(starts, node.startIndex), node.isMissing ? node.type : ""];
    node = node.children.find((child) => child.hasError || child.isMissing);
  }
  return [units.length - 1, ""];
}

/** Iterative: the grammar nests as deep as the text has operators. */
function copy(root: Node, units: readonly Unit[], starts: readonly number[]): Syntax {
  const cursor = root.walk();
  const read = (): Syntax => {
    const unit = units[unitIndex(starts, cursor.startIndex)];
    if (!isUnit(unit)) throw new Error("a node without a token");
    return {
      type: cursor.nodeType,
      field: cursor.currentFieldName ?? "",
      isNamed: cursor.nodeIsNamed,
      children: [],
      unit,
      place: unit.token,
    };
  };
  const top = read();
  const path = [top];
  let isDone = false;
  while (!isDone) {
    if (cursor.gotoFirstChild()) {
      const child = read();
      path.at(-1)?.children.push(child);
      path.push(child);
      if (path.length > DEPTH_LIMIT) fail(child.place, `nested deeper than ${DEPTH_LIMIT} levels`);
      continue;
    }
    while (path.length > 1 && !cursor.gotoNextSibling()) {
      cursor.gotoParent();
      path.pop();
    }
    if (path.length > 1) {
      path.pop();
      const sibling = read();
      path.at(-1)?.children.push(sibling);
      path.push(sibling);
    } else isDone = true;
  }
  cursor.delete();
  rebalance(top);
  return top;
}

/** The grammar reads !x++ as (!x)++. */
function rebalance(syntax: Syntax): void {
  for (const [i, each] of syntax.children.entries()) {
    syntax.children[i] = postfixFirst(each);
    rebalance(syntax.children[i] ?? each);
  }
}

function postfixFirst(syntax: Syntax): Syntax {
  const [unary, ...operator] = syntax.children;
  if (syntax.type !== "update_expression" || unary?.type !== "unary_expression") return syntax;
  const argument = unary.children.at(-1);
  if (!argument) return syntax;
  const { unit, place } = argument;
  const update: Syntax = { ...syntax, field: "argument", unit, place, children: [argument, ...operator] };
  const children = [...unary.children.slice(0, -1), postfixFirst(update)];
  return { ...unary, field: syntax.field, children };
}

export const child = (syntax: Syntax, field: string): Syntax | undefined =>
  syntax.children.find((each) => each.field === field);

export function mustHave(syntax: Syntax, field: string): Syntax {
  return child(syntax, field) ?? fail(syntax.place, `this ${syntax.type.replaceAll("_", " ")} has no ${field}`);
}

/** Children that are no punctuation and no keyword. */
export const named = (syntax: Syntax): Syntax[] => syntax.children.filter((each) => each.isNamed);
