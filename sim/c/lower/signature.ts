/** What a function's first line says. */

import { type CType, pointerTo } from "../tree/ctype.ts";
import { fail, type Place } from "../syntax/fail.ts";
import { child, mustHave, named, type Syntax } from "../syntax/syntax.ts";
import { innermost, type TypeNames, typeWith } from "../memory/types.ts";

function declarator(source: Syntax): Syntax {
  let found = mustHave(source, "declarator");
  while (found.type === "pointer_declarator") found = mustHave(found, "declarator");
  if (found.type !== "function_declarator") fail(found.place, "this is no function that can be read");
  return found;
}

export const functionName = (source: Syntax): string => mustHave(declarator(source), "declarator").unit.out;
export const functionPlace = (source: Syntax): Place => mustHave(declarator(source), "declarator").place;

export function returnTypeOf(names: TypeNames, source: Syntax): CType {
  const type = typeWith(names, mustHave(source, "type"), undefined);
  return mustHave(source, "declarator").type === "pointer_declarator" ? pointerTo(type) : type;
}

export type Declared = {
  readonly name: string;
  readonly type: CType;
  /** As it is written: pgoff_t. */
  readonly spelled: string;
  readonly place: Syntax;
};

export function declared(names: TypeNames, source: Syntax): Declared[] {
  const list = named(mustHave(declarator(source), "parameters"));
  return list.flatMap((each): Declared[] => {
    if (each.type === "variadic_parameter") return [];
    if (each.type !== "parameter_declaration") return fail(each.place, "this parameter list is not supported");
    const type = mustHave(each, "type");
    const inner = child(each, "declarator");
    if (!inner) return type.place.text === "void" ? [] : fail(each.place, "this parameter has no name");
    const name = innermost(inner);
    if (name.type !== "identifier") return fail(each.place, "this parameter is not supported");
    const declaredType = typeWith(names, type, inner);
    // An array that is handed over is a pointer.
    return [
      {
        name: name.unit.out,
        spelled: type.place.text,
        type: declaredType.is === "array" ? pointerTo(declaredType.of) : declaredType,
        place: name,
      },
    ];
  });
}

export const isNamedIn = (syntax: Syntax, name: string): boolean =>
  (syntax.type === "identifier" && syntax.unit.out === name) || syntax.children.some((each) => isNamedIn(each, name));
