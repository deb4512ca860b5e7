/** What Go's package `strings` and Sprig (by `goutils`) make of the first letters of words. */
import { toLower, toUpper } from '../../go-text/letter-case.ts';
import { isBlank } from '../../go-text/space.ts';

/** `strings.Title`: a letter behind what is no letter, digit or low line becomes a capital. */
export function toTitle(text: string): string {
  return mapped(text, (character, before) => (isInWord(before) ? character : toUpper(character)));
}

/** The first letter of every word in lower case. */
export function uncapitalize(text: string): string {
  return mapped(text, (character, before) => (isBlank(before) ? toLower(character) : character));
}

/** Capitals become small letters, and small ones capitals. */
export function swapCase(text: string): string {
  return mapped(text, (character) => (/^[\p{Lu}\p{Lt}]$/u.test(character) ? toLower(character) : toUpper(character)));
}

function mapped(text: string, map: (character: string, before: string) => string): string {
  let result = '';
  let before = ' ';
  for (const character of text) {
    result += map(character, before);
    before = character;
  }
  return result;
}

/** Beyond ASCII, what is neither a letter nor a digit parts words only if it is white space. */
function isInWord(character: string): boolean {
  return character < '\u0080' ? /\w/.test(character) : !isBlank(character);
}
