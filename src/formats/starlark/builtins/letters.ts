/** What Go knows about single letters. */

/** A text with each letter in another case; a letter that would become several stays, as in Go, whose cases go letter by letter. */
function mapLetters(text: string, change: (letter: string) => string): string {
  return Array.from(text, (letter) => {
    const changed = change(letter);
    return Array.from(changed).length === 1 ? changed : letter;
  }).join('');
}

const ASCII = /^[\0-\x7f]*$/;

export function upperCase(text: string): string {
  return ASCII.test(text) ? text.toUpperCase() : mapLetters(text, (letter) => letter.toUpperCase());
}

export function lowerCase(text: string): string {
  return ASCII.test(text) ? text.toLowerCase() : mapLetters(text, (letter) => letter.toLowerCase());
}

/** Letters of two parts have a form of their own at the beginning of a word. */
const TITLES: Readonly<Record<string, string>> = { Ǆ: 'ǅ', ǆ: 'ǅ', Ǉ: 'ǈ', ǉ: 'ǈ', Ǌ: 'ǋ', ǌ: 'ǋ', Ǳ: 'ǲ', ǳ: 'ǲ' };

/** A letter as it begins a word. */
export function titleCase(letter: string): string {
  if (/^\p{Lt}$/u.test(letter)) return letter;
  return Object.hasOwn(TITLES, letter) ? TITLES[letter] : upperCase(letter);
}

/** Whether a letter comes in upper and lower case. */
export function isCased(letter: string): boolean {
  return letter.toUpperCase() !== letter || letter.toLowerCase() !== letter;
}

/** Go's white space: Unicode's White_Space. */
export function isBlank(letter: string): boolean {
  return /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/.test(letter);
}
