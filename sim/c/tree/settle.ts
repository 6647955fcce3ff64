/** The end of a rule's lowering: marks of memory become cells, or go. */

import type { Cell, Expr, RuleCall, RuleFunction, Stmt, Unknown } from "../../../model/rule/tree.ts";
import { hasUnknown } from "./reads.ts";
import { constant, TRUE } from "./build.ts";
import { type Forget, forgets, type Memory } from "./memory.ts";
import { type RuleScope, unknown } from "./scope.ts";

const FALSE = constant("bool", 0n);

type Settled = {
  readonly functions: readonly RuleFunction[];
  readonly cells: readonly Cell[];
  readonly unknowns: readonly Unknown[];
  readonly calls: readonly RuleCall[];
};

/** How a member is kept: in a cell of its own, with another that says whether it is known, or not at all. */
type Kept = { readonly value: number; readonly known?: number };

export function settle(rule: RuleScope): Settled {
  const { memory } = rule;
  const cells: Cell[] = [];
  const opening: (readonly [number, Expr])[] = [];
  const kept = memory.cells.map((each, i): Kept | undefined => {
    const marks = [...memory.forgets.values()];
    const isForgotten = marks.some((forget) => forget.what !== "zero" && forgets(memory, forget, i));
    const isZeroed = marks.some((forget) => forget.what === "zero" && forgets(memory, forget, i));
    const isSet = each.stores > 0 || isForgotten || isZeroed;
    // What is drawn when the rule is asked is drawn once: two reads of it are one value.
    const isFixed = each.initial !== undefined && !hasUnknown(each.initial);
    if (each.reads === 0 || (!isSet && (isFixed || isSingle(memory, i)))) return undefined;
    const name = unique(cells, nameOf(each.at.obj.name, each.at.path));
    const value = cells.push({ name, type: each.type }) - 1;
    if (each.initial) opening.push([value, each.initial]);
    if (each.initial && !isForgotten) return { value };
    const known = cells.push({ name: unique(cells, `${name} is known`), type: "bool" }) - 1;
    opening.push([known, each.initial ? TRUE : FALSE]);
    return { value, known };
  });
  const walk = walker(rule, kept);
  const start = opening.map(([cell, value]) => set(cell, walk.expression(value)));
  const functions = rule.functions.map((each, i): RuleFunction => {
    const body = each.body.flatMap(walk.statement);
    return { ...each, body: i === rule.functions.length - 1 ? [...start, ...body] : body };
  });
  const unknowns = [...walk.used.keys()].flatMap((i) => rule.unknowns[i] ?? []);
  return { functions, cells, unknowns, calls: callsOf(memory) };
}

/** Of each call that nobody shows, what it may change of what is read. */
function callsOf(memory: Memory): RuleCall[] {
  const made = new Map<string, RuleCall>();
  for (const forget of memory.forgets.values()) {
    if (!("by" in forget) || !forget.by) continue;
    const changed = memory.cells.flatMap(({ at, reads }, i) =>
      reads > 0 && forgets(memory, forget, i) ? [nameOf(at.obj.name, at.path)] : [],
    );
    made.set(`${forget.by.line}:${forget.by.column}`, { ...forget.by, mayChange: [...new Set(changed)] });
  }
  return [...made.values()];
}

const isSingle = (memory: Memory, cell: number): boolean => {
  const reads = [...memory.reads.values()].filter((each) => each.cell === cell);
  return reads.length === 1 && reads.every(({ isOnce }) => isOnce);
};

const nameOf = (obj: string, path: string): string => (path === "" ? obj : `${obj}->${path}`);

function unique(cells: readonly Cell[], name: string): string {
  let made = name;
  for (let n = 2; cells.some((each) => each.name === made); n += 1) made = `${name} ${n}`;
  return made;
}

const set = (cell: number, value: Expr): Stmt => ({ stmt: "effect", value: setCell(cell, value) });
const setCell = (cell: number, value: Expr): Expr => ({ node: "set_cell", type: value.type, cell, value });

function walker(rule: RuleScope, kept: readonly (Kept | undefined)[]) {
  const { memory } = rule;

  /** Unknowns that the tree still comes to, and their numbers from now on. */
  const used = new Map<number, number>();
  const renumbered = (expr: Expr): Expr => {
    if (expr.node !== "unknown") return expr;
    const number = used.get(expr.unknown) ?? used.size;
    used.set(expr.unknown, number);
    return { ...expr, unknown: number };
  };

  const read = (expr: Expr): Expr => {
    const mark = memory.reads.get(expr);
    const cell = mark && memory.cells[mark.cell];
    if (!mark || !cell) return expr;
    const { text, line, column } = mark;
    const fresh = (): Expr =>
      renumbered(
        unknown(rule, {
          text,
          line,
          column,
          type: cell.type,
          is: "member",
          lifetime: "evaluation",
          ...(cell.isPointer && { pointer: true as const }),
        }),
      );
    const own = kept[mark.cell];
    if (!own) return cell.initial ? expression(cell.initial) : fresh();
    const value: Expr = { node: "cell", type: cell.type, cell: own.value };
    if (own.known === undefined) return value;
    return {
      node: "conditional",
      type: cell.type,
      condition: { node: "cell", type: "bool", cell: own.known },
      whenTrue: value,
      whenFalse: {
        node: "sequence",
        type: cell.type,
        effects: [setCell(own.known, TRUE)],
        value: setCell(own.value, fresh()),
      },
    };
  };

  const store = (index: number, value: Expr): Expr => {
    const own = kept[index];
    if (!own) return value;
    const stored = setCell(own.value, value);
    if (own.known === undefined) return stored;
    return {
      node: "sequence",
      type: value.type,
      effects: [stored, setCell(own.known, TRUE)],
      value: stored.node === "set_cell" ? { node: "cell", type: value.type, cell: own.value } : stored,
    };
  };

  const forgetting = (forget: Forget): Expr => {
    const effects = kept.flatMap((own, i): Expr[] => {
      if (!own || !forgets(memory, forget, i)) return [];
      if (forget.what !== "zero") return own.known === undefined ? [] : [setCell(own.known, FALSE)];
      const zero = constant(memory.cells[i]?.type ?? "s32", 0n);
      return [setCell(own.value, zero), ...(own.known === undefined ? [] : [setCell(own.known, TRUE)])];
    });
    const value = constant("s32", 0n);
    return effects.length === 0 ? value : { node: "sequence", type: "s32", effects, value };
  };

  const done = new Map<Expr, Expr>();
  const expression = (expr: Expr): Expr => {
    const known = done.get(expr);
    if (known) return known;
    const made = rebuild(expr);
    done.set(expr, made);
    return made;
  };

  const rebuild = (expr: Expr): Expr => {
    const forget = memory.forgets.get(expr);
    if (forget) return forgetting(forget);
    switch (expr.node) {
      case "const":
      case "parameter":
      case "local":
        return expr;
      case "unknown":
        return renumbered(expr);
      case "cell":
        return read(expr);
      case "set_cell":
        return store(expr.cell, expression(expr.value));
      case "convert":
      case "unary":
      case "not":
        return { ...expr, operand: expression(expr.operand) };
      case "binary":
      case "divide":
      case "shift":
      case "compare":
      case "logic":
        return { ...expr, left: expression(expr.left), right: expression(expr.right) };
      case "conditional":
        return {
          ...expr,
          condition: expression(expr.condition),
          whenTrue: expression(expr.whenTrue),
          whenFalse: expression(expr.whenFalse),
        };
      case "assign":
        return { ...expr, value: expression(expr.value) };
      case "sequence": {
        const effects = expr.effects.map(expression).filter((each) => each.node !== "const");
        const value = expression(expr.value);
        return effects.length === 0 ? value : { ...expr, effects, value };
      }
      case "call":
      case "intrinsic":
        return { ...expr, args: expr.args.map(expression) };
      default:
        return expr satisfies never;
    }
  };

  const statement = (each: Stmt): Stmt[] => {
    switch (each.stmt) {
      case "effect": {
        const value = expression(each.value);
        // Nothing was there to forget.
        return memory.forgets.has(each.value) && value.node === "const" ? [] : [{ ...each, value }];
      }
      case "return":
        return [{ ...each, value: expression(each.value) }];
      case "declare":
        return [each.value ? { ...each, value: expression(each.value) } : each];
      case "if":
        return [
          {
            ...each,
            condition: expression(each.condition),
            whenTrue: each.whenTrue.flatMap(statement),
            whenFalse: each.whenFalse.flatMap(statement),
          },
        ];
      case "loop":
        return [
          {
            ...each,
            condition: expression(each.condition),
            body: each.body.flatMap(statement),
            ...(each.step && { step: expression(each.step) }),
          },
        ];
      case "break":
      case "continue":
        return [each];
      default:
        return each satisfies never;
    }
  };
  return { statement, expression, used };
}
