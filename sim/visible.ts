/**
 * Control characters made visible. What users send (their C, the names of their files) is shown in terminals, mails and
 * pictures: an ESC there would be obeyed, a bidirectional override would show C that is not what is compiled, and most
 * of them are no characters of XML. So none of them leaves this program as it is.
 */

/** C0 but for tab and newline, DEL, C1, what reorders or hides text, line and paragraph separators, halves of pairs. */
const CONTROLS =
  // oxlint-disable-next-line no-control-regex
  /[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

const PICTURES = 0x2400;
const DELETE_PICTURE = "\u2421";
/** "SYMBOL FOR SUBSTITUTE FORM TWO" */
const SUBSTITUTE = "\u2426";

function picture(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCharCode(PICTURES + code);
  // As many UTF-16 units as before, so that columns stay where they are.
  return code === 0x7f ? DELETE_PICTURE : SUBSTITUTE.repeat(character.length);
}

/** One visible character for each, so that every place keeps its line and column. A line ends with \n alone. */
export const visible = (text: string): string => text.replaceAll("\r\n", "\n").replaceAll(CONTROLS, picture);

const escapeUnit = (unit: string): string => String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** As JSON would write them: "\u001b". JSON stays what it was, and text can be read. */
export const escapeControls = (text: string): string =>
  text.replaceAll(CONTROLS, (character) => character.split("").map(escapeUnit).join(""));

export const hasControl = (text: string): boolean => text.search(CONTROLS) >= 0;
