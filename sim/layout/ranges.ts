/**
 * Half-open ranges that may overlap, and which of them meet another: a balanced tree by start, where each node knows
 * the largest end below it. Adding, dropping and the first few that meet take a number of steps that grows with the
 * logarithm of how many there are.
 */

/** Pages. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface Node<T> extends Span {
  /** Orders ranges that start alike. */
  readonly id: number;
  readonly value: T;
  readonly left: Node<T> | undefined;
  readonly right: Node<T> | undefined;
  readonly height: number;
  readonly largestEnd: number;
}

/** Changes in place; what is in it does not. */
export interface Ranges<T> {
  root: Node<T> | undefined;
}

export const noRanges = <T>(): Ranges<T> => ({ root: undefined });

type Child<T> = Node<T> | undefined;

const heightOf = <T>(node: Child<T>): number => node?.height ?? 0;
const endOf = <T>(node: Child<T>): number => node?.largestEnd ?? -Infinity;

const joined = <T>({ start, end, id, value }: Node<T>, left: Child<T>, right: Child<T>): Node<T> => ({
  start,
  end,
  id,
  value,
  left,
  right,
  height: 1 + Math.max(heightOf(left), heightOf(right)),
  largestEnd: Math.max(end, endOf(left), endOf(right)),
});

/** The node over two trees whose heights differ by two at most. */
function balanced<T>(node: Node<T>, left: Child<T>, right: Child<T>): Node<T> {
  if (left !== undefined && left.height > heightOf(right) + 1) {
    const inner = left.right;
    if (inner === undefined || heightOf(left.left) >= inner.height) {
      return joined(left, left.left, joined(node, inner, right));
    }
    return joined(inner, joined(left, left.left, inner.left), joined(node, inner.right, right));
  }
  if (right !== undefined && right.height > heightOf(left) + 1) {
    const inner = right.left;
    if (inner === undefined || heightOf(right.right) >= inner.height) {
      return joined(right, joined(node, left, inner), right.right);
    }
    return joined(inner, joined(node, left, inner.left), joined(right, inner.right, right.right));
  }
  return joined(node, left, right);
}

const isBefore = (start: number, id: number, node: Node<unknown>): boolean =>
  start < node.start || (start === node.start && id < node.id);

function withNode<T>(node: Child<T>, added: Node<T>): Node<T> {
  if (node === undefined) return added;
  return isBefore(added.start, added.id, node)
    ? balanced(node, withNode(node.left, added), node.right)
    : balanced(node, node.left, withNode(node.right, added));
}

function withoutFirst<T>(node: Node<T>): { readonly first: Node<T>; readonly rest: Child<T> } {
  if (node.left === undefined) return { first: node, rest: node.right };
  const { first, rest } = withoutFirst(node.left);
  return { first, rest: balanced(node, rest, node.right) };
}

function withoutNode<T>(node: Child<T>, start: number, id: number): Child<T> {
  if (node === undefined) throw new Error(`no range ${id} starts at page ${start}`);
  if (node.start === start && node.id === id) {
    if (node.left === undefined) return node.right;
    if (node.right === undefined) return node.left;
    const { first, rest } = withoutFirst(node.right);
    return balanced(first, node.left, rest);
  }
  return isBefore(start, id, node)
    ? balanced(node, withoutNode(node.left, start, id), node.right)
    : balanced(node, node.left, withoutNode(node.right, start, id));
}

/** @param id tells it from others that start where it does */
export function addRange<T>(ranges: Ranges<T>, { start, end }: Span, id: number, value: T): void {
  const node = { start, end, id, value, left: undefined, right: undefined, height: 1, largestEnd: end };
  ranges.root = withNode(ranges.root, node);
}

/** @throws Error where it was not added */
export function dropRange<T>(ranges: Ranges<T>, start: number, id: number): void {
  ranges.root = withoutNode(ranges.root, start, id);
}

/** The first ranges, by where they start, that share a page with this one. */
export function meeting<T>(ranges: Ranges<T>, { start, end }: Span, most: number): readonly (Span & { value: T })[] {
  const found: (Span & { value: T })[] = [];
  const look = (node: Child<T>): void => {
    if (node === undefined || node.largestEnd <= start || found.length >= most) return;
    look(node.left);
    if (node.start >= end) return;
    if (node.end > start && found.length < most) found.push({ start: node.start, end: node.end, value: node.value });
    look(node.right);
  };
  if (start < end) look(ranges.root);
  return found;
}
