/** Upper and lower case of words, as Python has it. */
import { toLower, toTitleCharacter, toUpper } from '../../go-text/letter-case.ts';

export function every(text: string, pattern: RegExp): boolean {
  return pattern.test(text);
}

export function capitalize(text: string): string {
  const [first = '', ...rest] = Array.from(text);
  return toTitleCharacter(first) + toLower(rest.join(''));
}

/** Each word begins with a letter in upper case, and goes on in lower case. */
export function title(text: string): string {
  let isInWord = false;
  return Array.from(text, (letter) => {
    const changed = isInWord ? toLower(letter) : toTitleCharacter(letter);
    isInWord = isCased(changed);
    return changed;
  }).join('');
}

/** Whether letters in upper case only follow what has no case, and those in lower case only follow others. */
export function isTitle(text: string): boolean {
  let isAnyCased = false;
  let isInWord = false;
  for (const letter of text) {
    const begins = /^[A-Z\p{Lt}]$/u.test(letter);
    if (!begins && /^\p{Lu}$/u.test(letter)) return false;
    const goesOn = !begins && /^\p{Ll}$/u.test(letter);
    if ((begins && isInWord) || (goesOn && !isInWord)) return false;
    isInWord = begins || goesOn;
    isAnyCased ||= isInWord;
  }
  return isAnyCased;
}

export function isLower(text: string): boolean {
  return hasCase(text) && text === toLower(text);
}

export function isUpper(text: string): boolean {
  return hasCase(text) && text === toUpper(text);
}

function hasCase(text: string): boolean {
  return Array.from(text).some(isCased);
}

/** Whether a letter comes in upper and lower case. */
function isCased(letter: string): boolean {
  return toUpper(letter) !== letter || toLower(letter) !== letter;
}
