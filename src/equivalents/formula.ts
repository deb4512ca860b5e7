/** The arithmetic behind a figure, as a reader can follow it: `105 [kcal] * 4.184 [kJ/kcal] / 3.6`. */

const TOKEN = /\s*(?:(\d+(?:\.\d+)?(?:e[+-]?\d+)?)|([-+*/()]))/iy;
const MAX_LENGTH = 200;

/** The result; undefined when it is no formula of numbers, + - * / and parentheses. Brackets hold units, for people. */
export function formulaResult(formula: string): number | undefined {
  const tokens = tokensOf(formula.replaceAll(/\[[^\]]*\]/g, ''));
  if (tokens === undefined || tokens.length === 0) return undefined;
  const result = sum(tokens);
  return tokens.length === 0 && Number.isFinite(result) ? result : undefined;
}

/** The formula as it is printed: `105 kcal × 4.184 kJ/kcal / 3.6`. */
export function formulaText(formula: string): string {
  return formula.replaceAll(/\[([^\]]*)\]/g, '$1').replaceAll('*', '×');
}

/** In reverse, so that the next one is popped. */
function tokensOf(text: string): (number | string)[] | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const tokens: (number | string)[] = [];
  const written = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < written.length) {
    const match = TOKEN.exec(written);
    if (match === null) return undefined;
    tokens.unshift(match[1] === undefined ? match[2] : Number(match[1]));
  }
  return tokens;
}

function sum(tokens: (number | string)[]): number {
  let result = product(tokens);
  while (tokens.at(-1) === '+' || tokens.at(-1) === '-') {
    const sign = tokens.pop() === '+' ? 1 : -1;
    result += sign * product(tokens);
  }
  return result;
}

function product(tokens: (number | string)[]): number {
  let result = operand(tokens);
  while (tokens.at(-1) === '*' || tokens.at(-1) === '/') {
    const isTimes = tokens.pop() === '*';
    const next = operand(tokens);
    result = isTimes ? result * next : result / next;
  }
  return result;
}

/** NaN where none stands, which makes the whole result none. */
function operand(tokens: (number | string)[]): number {
  const token = tokens.pop();
  if (token !== '(') return typeof token === 'number' ? token : Number.NaN;
  const result = sum(tokens);
  return tokens.pop() === ')' ? result : Number.NaN;
}
