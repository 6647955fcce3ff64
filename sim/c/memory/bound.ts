/** Which of a text's files is the one that the slot is bound to. */

import { child, type Syntax } from "../syntax/syntax.ts";
import { baseName, stripped } from "./variables.ts";

const ROOTS = new Set(["file", "inode", "address_space"]);

/** @returns its name; "*" where the text declares none, so that there is one; undefined where nobody can say */
export function boundFile(sources: ReadonlyMap<string, Syntax>, entry: Syntax): string | undefined {
  const roots = new Set<string>();
  const visit = (syntax: Syntax, isParameter: boolean): void => {
    const type = child(syntax, "type");
    const isRoot = type?.type === "struct_specifier" && ROOTS.has(child(type, "name")?.unit.out ?? "");
    if (isRoot && (syntax.type === "declaration" || (isParameter && syntax.type === "parameter_declaration"))) {
      for (const each of syntax.children.filter(({ field }) => field === "declarator")) {
        const name = baseName(each.type === "init_declarator" ? child(each, "declarator") : each);
        if (name !== undefined && !isDerived([...sources.values()], name)) roots.add(name);
      }
    }
    for (const each of syntax.children) visit(each, isParameter);
  };
  for (const source of sources.values()) visit(source, source === entry);
  if (roots.size === 0) return "*";
  if (roots.size === 1) return [...roots][0];
  const stored = [...roots].filter((name) => [...sources.values()].some((source) => isStored(source, name)));
  return stored.length === 1 ? stored[0] : undefined;
}

const LINK = new Set(["f_inode", "f_mapping", "i_mapping", "host"]);

/** Is all that the variable is set to read out of another file, inode or mapping? */
function isDerived(sources: readonly Syntax[], name: string): boolean {
  const values = sources.flatMap((source) => assigned(source, name));
  return values.length > 0 && values.every(isLink);
}

function isLink(given: Syntax): boolean {
  const syntax = stripped(given) ?? given;
  if (syntax.type === "call_expression") return child(syntax, "function")?.unit.out === "file_inode";
  return syntax.type === "field_expression" && LINK.has(child(syntax, "field")?.unit.out ?? "");
}

function assigned(syntax: Syntax, name: string): Syntax[] {
  const [left, right] =
    syntax.type === "assignment_expression"
      ? [child(syntax, "left"), child(syntax, "right")]
      : syntax.type === "init_declarator"
        ? [child(syntax, "declarator"), child(syntax, "value")]
        : [];
  const own = right && baseName(left) === name ? [right] : [];
  return [...own, ...syntax.children.flatMap((each) => assigned(each, name))];
}

/** slot->gmem.file = name; WRITE_ONCE(slot->gmem.file, name) */
function isStored(syntax: Syntax, name: string): boolean {
  const isName = (each: Syntax | undefined): boolean => stripped(each)?.unit.out === name;
  if (syntax.type === "assignment_expression" && isName(child(syntax, "right"))) {
    if (isFileMember(child(syntax, "left"))) return true;
  }
  if (syntax.type === "argument_list") {
    const args = syntax.children.filter((each) => each.isNamed);
    if (args.length === 2 && isFileMember(args[0]) && isName(args[1])) return true;
  }
  return syntax.children.some((each) => isStored(each, name));
}

const isFileMember = (syntax: Syntax | undefined): boolean =>
  syntax?.type === "field_expression" &&
  /^(?:file|private_file|restricted_file)$/.test(child(syntax, "field")?.unit.out ?? "");
