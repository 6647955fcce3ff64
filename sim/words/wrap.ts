/** Plain text of at most 72 columns. */

export const COLUMNS = 72;

/** Words filled into lines; the lines after the first start with `hang`. A word longer than a line stands alone. */
export function wrap(text: string, first = "", hang = "", columns = COLUMNS): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(/\s+/).filter((each) => each !== "")) {
    if (!empty && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = hang + word;
    } else {
      line += empty ? word : ` ${word}`;
    }
    empty = false;
  }
  return [...lines, line];
}

/** What is no ASCII is written as its code point. */
export const ascii = (text: string): string =>
  text.replaceAll(/[^\t\n -~]/gu, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);

/** Text in one column, remarks in the next; a line that is too long for that is wrapped, its remark below it. */
export function remarked(rows: readonly (readonly [text: string, remark: string])[], mark: string): readonly string[] {
  const fits = ([text, remark]: readonly [string, string], width: number): boolean =>
    remark === "" || Math.max(width, text.length) + 3 + mark.length + remark.length <= COLUMNS;
  const width = Math.max(0, ...rows.filter((row) => row[1] !== "" && fits(row, 0)).map(([text]) => text.length));
  return rows.flatMap((row) => {
    const [text, remark] = row;
    if (remark !== "" && fits(row, width)) return [`${text.padEnd(width)}  ${mark} ${remark}`];
    const below = remark === "" ? [] : wrap(remark, `    ${mark} `, `    ${mark} `);
    return [...wrap(text, "", "    "), ...below];
  });
}
