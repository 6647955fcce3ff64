/** Lines of C that are made, not written: no wider than a reader's window. */

const WIDTH = 100;
const TAB = 8;

const widthOf = (text: string): number => text.replaceAll("\t", " ".repeat(TAB)).length;

/** Breaks a line of C at blanks outside of strings; what goes on stands one tab further in. A word too long stays whole. */
export function folded(line: string): readonly string[] {
  if (widthOf(line) <= WIDTH) return [line];
  const indent = /^\t*/.exec(line)?.[0] ?? "";
  const words = line.slice(indent.length).match(/(?:"(?:[^"\\]|\\.)*"|[^\s"])+/g) ?? [];
  const lines: string[] = [];
  let current = indent;
  let isEmpty = true;
  for (const word of words) {
    if (!isEmpty && widthOf(`${current} ${word}`) > WIDTH) {
      lines.push(current);
      current = `${indent}\t`;
      isEmpty = true;
    }
    current += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, current];
}
