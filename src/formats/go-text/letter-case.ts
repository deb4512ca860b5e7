/**
 * Lower, upper and title case as Go has them. `strings.ToLower` and `strings.ToUpper` map one character to one, whatever stands
 * around it, so `ß` stays in upper case; `cases.Title(language.Und, cases.NoLower)` has the full mapping (`ß` becomes `Ss`), at the
 * beginning of words. Bytes that are no UTF-8 stay as they are.
 */

/** Of the four letters that are two in one, upper case is not title case: `ǆ`, `Ǆ`, `ǅ`. */
const DIGRAPHS: Readonly<Record<string, string>> = { Ǆ: 'ǅ', ǆ: 'ǅ', Ǉ: 'ǈ', ǉ: 'ǈ', Ǌ: 'ǋ', ǌ: 'ǋ', Ǳ: 'ǲ', ǳ: 'ǲ' };

const CAPITAL_IOTA = '\u0399';
const IOTA_BELOW = '\u0345';

const CASED = /\p{Cased}/u;
const CHANGES_IN_TITLES = /\p{Changes_When_Titlecased}/u;
/** Case_Ignorable characters that may stand in a word, between two letters only: `can't`, `a.m`, `l·l`. */
const IN_WORDS = /['.:·\u0387\u055F\u05F4\u2018\u2019\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A]/u;
/** Scripts that are written without spaces between words. */
const WITHOUT_SPACES = ['scx=Hiragana', 'scx=Katakana'].concat(
  ['Thai', 'Lao', 'Khmer', 'Myanmar', 'Tai_Le', 'New_Tai_Lue', 'Tai_Tham', 'Tai_Viet', 'Ahom'].map((script) => `sc=${script}`),
);
const NO_LETTER_OF_WORDS = String.raw`[\p{Ideographic}${WITHOUT_SPACES.map((script) => String.raw`\p{${script}}`).join('')}]`;
/** What continues a word (UAX #29): letters, digits, marks, low lines, formats. */
const OF_WORDS = new RegExp(
  String.raw`[[\p{Alphabetic}--${NO_LETTER_OF_WORDS}][\p{Cf}--[\u200B]]\p{Nd}\p{M}\p{Pc}\u02C2-\u02D7\u02DE-\u02FF\u202F]`,
  'v',
);

export function toLower(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  return mapCharacters(text, (character) => firstOf(character.toLowerCase()));
}

export function toUpper(text: string): string {
  if (isAscii(text)) return text.toUpperCase();
  return mapCharacters(text, (character) => {
    const upper = character.toUpperCase();
    if (isOne(upper)) return upper;
    const composed = withIotaBelow(upper);
    return isOne(composed) ? composed : character;
  });
}

/** The first letter of each word in title case; all others stay as they are. */
export function toTitle(text: string): string {
  let isInWord = false;
  let wasBetween = false;
  return mapCharacters(text, (character) => {
    const isBetween = IN_WORDS.test(character);
    if (wasBetween && isBetween) isInWord = false;
    wasBetween = isBetween;
    if (CASED.test(character)) {
      const title = isInWord ? character : titleOf(character);
      isInWord = true;
      return title;
    }
    if (!isBetween && !OF_WORDS.test(character)) isInWord = false;
    return character;
  });
}

/** A character as it begins a word, where that is one character: `ǅ`, and `ß` as it is. */
export function toTitleCharacter(character: string): string {
  return DIGRAPHS[character] ?? (/^\p{Lt}$/u.test(character) ? character : toUpper(character));
}

function titleOf(character: string): string {
  if (!CHANGES_IN_TITLES.test(character)) return character;
  const digraph = DIGRAPHS[character];
  if (digraph !== undefined) return digraph;
  const upper = character.toUpperCase();
  if (upper.length > 1 && upper.endsWith(CAPITAL_IOTA)) return withIotaBelow(upper);
  const letters = [...upper];
  const first = letters.findIndex((letter) => CASED.test(letter));
  return letters.map((letter, index) => (index > first ? letter.toLowerCase() : letter)).join('');
}

/** A capital with an iota beside it as one with the iota below: `ΑΙ` as `ᾼ`. */
function withIotaBelow(upper: string): string {
  if (!upper.endsWith(CAPITAL_IOTA)) return upper;
  const below = upper.slice(0, -1) + IOTA_BELOW;
  return [...below].length === 2 ? below.normalize('NFC') : below;
}

function isOne(text: string): boolean {
  return text.length === 1 || [...text].length === 1;
}

function firstOf(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) ?? 0);
}

function mapCharacters(text: string, map: (character: string) => string): string {
  let mapped = '';
  for (const character of text) mapped += map(character);
  return mapped;
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}
