/** How wide text is on a terminal, and text made to a width. Names come from outside, in any script. */
import { printable } from '../../../telemetry/printable.ts';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** What terminals draw two columns wide: CJK, Hangul, kana, full-width forms and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** The columns that the text takes. It must be printable. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += widthOfGrapheme(segment);
  return width;
}

/** The text from outside, printable, in at most `columns` columns; `…` at the end says that something is missing. */
export function fit(text: string, columns: number): string {
  // No use to look at more characters than could be shown.
  const shown = printable(text.slice(0, columns * 8));
  if (widthOf(shown) <= columns) return shown;
  let kept = '';
  let width = 0;
  for (const { segment } of graphemes.segment(shown)) {
    width += widthOfGrapheme(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** The text with spaces after it, up to `columns`. */
export function padRight(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

/** The text with spaces before it, up to `columns`. */
export function padLeft(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - widthOf(text))) + text;
}

function widthOfGrapheme(segment: string): number {
  if (/^\p{Mark}+$/u.test(segment)) return 0;
  return WIDE.test(segment) ? 2 : 1;
}
