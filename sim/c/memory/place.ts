/** Where something stands: lvalues. */

import { UNKNOWN } from "../tree/ctype.ts";
import { forgetMark, objectOf, type Target } from "../tree/memory.ts";
import { INPUT_MEMBERS, LINKS } from "../tree/objects.ts";
import { lookUp, lower, type Scope } from "../tree/scope.ts";
import type { Value } from "../tree/value.ts";
import { fail } from "../syntax/fail.ts";
import { known as nearest } from "../syntax/nearest.ts";
import { mustHave, named, type Syntax } from "../syntax/syntax.ts";
import { joined, type Located, memberType } from "./cell.ts";
import { declareObject, declarePointer, nameOfUnknown } from "./names.ts";
import { asPointer, effectsOf, loseIn } from "./value.ts";
import { textOf } from "./words.ts";

export function locate(scope: Scope, syntax: Syntax): Located {
  switch (syntax.type) {
    case "parenthesized_expression":
      return locate(scope, named(syntax)[0] ?? syntax);
    case "identifier":
      return ofName(scope, syntax);
    case "field_expression":
      return ofMember(scope, syntax);
    case "pointer_expression": {
      if (syntax.children[0]?.type !== "*" || scope.rule.isStrict) break;
      const value = lower(scope, mustHave(syntax, "argument"));
      return behind(scope, syntax, value);
    }
    case "subscript_expression":
      return ofElement(scope, syntax);
    default:
  }
  if (syntax.type === "pointer_expression") return fail(syntax.place, "a pointer's * or & is not supported");
  return fail(syntax.place, `'${textOf(syntax)}' is not a place that can be set`);
}

function ofName(scope: Scope, syntax: Syntax): Located {
  const name = syntax.unit.out;
  const binding = lookUp(scope, name);
  if (binding?.is === "local") return { is: "local", local: binding.local, type: binding.type };
  if (binding?.is === "place") return { is: "memory", at: binding.at, type: binding.type, effects: [] };
  // There is no old slot where one is created, whatever is looked up.
  if (binding?.is === "any" || (binding?.is === "pointer" && binding.at?.obj.role === "old"))
    return { is: "lost", effects: [] };
  if (binding) return fail(syntax.place, `'${name}' is the rule's input: copy it to a variable to change it`);
  return nameOfUnknown(scope, syntax);
}

/** What a pointer leads to. */
export function behind(scope: Scope, syntax: Syntax, value: Value): Located {
  if (value.is === "place" && value.type.is === "array") {
    return {
      is: "memory",
      at: { ...value.at, path: joined(value.at.path, "[0]") },
      type: value.type.of,
      effects: value.effects,
    };
  }
  if (value.is === "pointer" && value.at)
    return { is: "memory", at: value.at, type: value.to, effects: effectsOf(value) };
  // A pointer that no variable keeps: what it leads to is another thing each time.
  const obj = objectOf(scope.rule.memory, `at ${scope.instance} ${syntax.place.start} ${syntax.type}`, {
    name: textOf(named(syntax)[0] ?? syntax),
    is: "heap",
    isStable: false,
    isEscaped: false,
    isPlain: false,
  });
  const effects = [asPointer(value, syntax), forgetMark(scope.rule.memory, { what: "object", obj })];
  return { is: "memory", at: { obj, path: "" }, type: value.is === "pointer" ? value.to : UNKNOWN, effects };
}

function ofMember(scope: Scope, syntax: Syntax): Located {
  const argument = mustHave(syntax, "argument");
  const member = mustHave(syntax, "field").unit.out;
  const isArrow = syntax.children.some(({ type }) => type === "->");
  if (!isArrow) declareObject(scope, argument);
  const base = isArrow ? behindName(scope, syntax, argument) : locate(scope, argument);
  if (base.is === "local") return fail(syntax.place, `'${textOf(argument)}' is no struct`);
  if (base.is === "lost") return { is: "somewhere", type: UNKNOWN, effects: base.effects };
  const tag = base.type.is === "struct" ? base.type.tag : "";
  if (base.is === "somewhere") return { ...base, type: memberType(scope, undefined, tag, member) };
  const at = { ...base.at, path: joined(base.at.path, member) };
  if (scope.rule.isStrict && !isKnownMember(at)) failMember(mustHave(syntax, "field"), at);
  return { is: "memory", at, type: memberType(scope, at, tag, member), effects: base.effects };
}

function behindName(scope: Scope, syntax: Syntax, argument: Syntax): Located {
  declarePointer(scope, argument);
  return behind(scope, syntax, lower(scope, argument));
}

const isKnownMember = ({ obj, path }: Target): boolean => {
  if (obj.role === "inode" && path === "i_size") return true;
  const known = obj.role && INPUT_MEMBERS[obj.role];
  return known !== undefined && [...known.keys()].some((each) => each === path || each.startsWith(`${path}.`));
};

function failMember(field: Syntax, { obj, path }: Target): void {
  const known = [...((obj.role && INPUT_MEMBERS[obj.role]) ?? new Map<string, string>()).keys()];
  if (obj.role !== undefined && LINKS[`${obj.role}.${path}`] !== undefined) return;
  const name = field.unit.out;
  fail(field.place, `unknown member '${name}'; known: ${known.length > 0 ? nearest(name, known) : "none"}`);
}

function ofElement(scope: Scope, syntax: Syntax): Located {
  if (scope.rule.isStrict) return fail(syntax.place, "an array is not supported");
  const value = lower(scope, mustHave(syntax, "argument"));
  const index = lower(scope, mustHave(syntax, "index"));
  const at = index.is === "int" && index.expr.node === "const" ? index.expr.value : undefined;
  const effects = [...effectsOf(value), ...effectsOf(index)];
  if (value.is === "place" && value.type.is === "array") {
    if (at !== undefined) {
      return {
        is: "memory",
        at: { ...value.at, path: joined(value.at.path, `[${at}]`) },
        type: value.type.of,
        effects,
      };
    }
    return { is: "somewhere", in: value.at.obj, type: value.type.of, effects };
  }
  if (at === 0n) return behind(scope, syntax, value);
  loseIn(scope, value);
  return { is: "somewhere", type: value.is === "pointer" ? value.to : UNKNOWN, effects };
}
