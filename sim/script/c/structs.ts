/** The structs that a rule reads through, with no more members than it names, and their contents. */

import type { Access, CText } from "./text.ts";
import { inputType, readName } from "./inputs.ts";

interface Member {
  readonly name: string;
  /** What it is read as, or the struct that it is. */
  readonly reads: Access["reads"] | undefined;
  readonly struct: string | undefined;
  readonly isPointer: boolean;
}

export type Structs = ReadonlyMap<string, ReadonlyMap<string, Member>>;

/** The struct type behind a name that a text reads members of. */
export const structOf = (text: CText, root: string): string => text.pointers.get(root) ?? `${root}_struct`;

/** Of all texts together: two rules may read other members of one struct. */
export function structsOf(texts: readonly CText[]): Structs {
  const structs = new Map<string, Map<string, Member>>();
  const of = (type: string): Map<string, Member> => {
    const members = structs.get(type) ?? new Map<string, Member>();
    structs.set(type, members);
    return members;
  };
  for (const text of texts) {
    for (const { struct } of text.parameters) if (struct !== undefined) of(struct);
    for (const type of text.pointers.values()) of(type);
    for (const { root, path, reads } of text.accesses) {
      let type = structOf(text, root);
      path.forEach(({ name }, i) => {
        const isLast = i === path.length - 1 && reads !== undefined;
        const struct = isLast ? undefined : (text.pointers.get(name) ?? `${type}_${name}`);
        // What is only passed on is passed by its address.
        const isPointer = path[i + 1]?.arrow ?? true;
        of(type).set(name, { name, reads: isLast ? reads : undefined, struct, isPointer });
        if (struct !== undefined) type = struct;
      });
    }
  }
  return structs;
}

/** An enum is as wide as an int; of those that no text defines, one name that nobody uses. */
export function defineEnums(texts: readonly CText[]): readonly string[] {
  const own = new Set(texts.flatMap(({ enums }) => [...enums].flatMap(([tag, isOwn]) => (isOwn ? [tag] : []))));
  const used = new Set(texts.flatMap(({ enums }) => [...enums.keys()]));
  return [...used].filter((tag) => !own.has(tag)).map((tag) => `enum ${tag} { no_${tag} };`);
}

/** Definitions, what is held before what holds it. */
export function defineStructs(structs: Structs): readonly string[] {
  const done = new Map<string, string>();
  const add = (type: string): void => {
    if (done.has(type)) return;
    const members = [...(structs.get(type)?.values() ?? [])];
    for (const { struct } of members) if (struct !== undefined) add(struct);
    const lines = members.map(({ name, reads, struct, isPointer }) => {
      if (reads !== undefined) return `\t${inputType(reads)} ${name};`;
      return `\tstruct ${struct ?? ""} ${isPointer ? "*" : ""}${name};`;
    });
    // A struct without members is nothing in C, and a rule may pass one on without looking into it.
    done.set(type, `struct ${type} {\n${lines.length > 0 ? lines.join("\n") : "\tint unused;"}\n};`);
  };
  for (const type of structs.keys()) add(type);
  return [...done.values()];
}

/** Declarations that fill a struct of this type with what is asked; `name` is the variable's. */
export function fillStruct(structs: Structs, type: string, name: string): readonly string[] {
  const members = [...(structs.get(type)?.values() ?? [])];
  const held = members.flatMap((member) =>
    member.struct === undefined ? [] : fillStruct(structs, member.struct, `${name}_${member.name}`),
  );
  const values = members.map((member) => {
    if (member.reads !== undefined) return `.${member.name} = ${readName(member.reads)}`;
    return `.${member.name} = ${member.isPointer ? "&" : ""}${name}_${member.name}`;
  });
  const filled = values.length > 0 ? values : ["0"];
  const line = `struct ${type} ${name} = { ${filled.join(", ")} };`;
  const isLong = line.length > 72;
  return [...held, isLong ? `struct ${type} ${name} = {\n\t\t${filled.join(",\n\t\t")},\n\t};` : line];
}
