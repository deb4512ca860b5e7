/** Texts by their bytes, as Go counts and cuts them. */
import { decodeText, encodeText } from '../../../metric/text.ts';

export function byteLength(text: string): number {
  return text.isWellFormed() ? Buffer.byteLength(text) : encodeText(text).length;
}

/** The bytes from one place up to another; of a character that is cut in two, its bytes. */
export function sliceBytes(text: string, from: number, to: number): string {
  return decodeText(encodeText(text), from, to);
}
