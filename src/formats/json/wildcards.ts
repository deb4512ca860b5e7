const ANY = Symbol('*');
const ONE = Symbol('?');
type Token = typeof ANY | typeof ONE | string;

/**
 * Whether a text matches a pattern with `*` and `?` as a whole; `\` before a character takes it as such. Walks back to the last
 * star only, so that no text is slow, whatever it is.
 */
export function compileWildcards(pattern: string): (text: string) => boolean {
  const tokens: Token[] = (pattern.match(/\\.|[^\\]/gs) ?? []).map((part) => {
    if (part === '*') return ANY;
    return part === '?' ? ONE : part.slice(-1);
  });
  return (text) => matches(tokens, text);
}

function matches(tokens: readonly Token[], text: string): boolean {
  let token = 0;
  let star = -1;
  let resume = 0;
  for (let at = 0; at < text.length;) {
    const wanted = tokens[token];
    if (wanted === ANY) {
      star = token++;
      resume = at;
    } else if (wanted === ONE || wanted === text[at]) {
      token++;
      at++;
    } else if (star === -1) {
      return false;
    } else {
      token = star + 1;
      at = ++resume;
    }
  }
  return tokens.slice(token).every((rest) => rest === ANY);
}
