/** What a template is cut into. */
export type TokenKind =
  | 'text'
  /** `{{`, with the blanks that its marker takes off the text before it. */
  | 'open'
  | 'close'
  | 'space'
  | 'pipe'
  | 'declare'
  | 'assign'
  | 'comma'
  | 'paren'
  | 'endParen'
  | 'dot'
  /** `.Name`, with its dot. */
  | 'field'
  /** `$` or `$name`. */
  | 'variable'
  | 'identifier'
  | 'keyword'
  | 'bool'
  | 'number'
  /** In single quotes. */
  | 'character'
  /** With its quotes, double ones or back quotes. */
  | 'string'
  /** A character that means nothing. */
  | 'other'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Where it begins, in characters. */
  readonly at: number;
}

/** As Go's messages show it. */
export function shownToken({ kind, text }: Token): string {
  if (kind === 'end') return 'EOF';
  if (kind === 'keyword' || kind === 'dot') return `<${text}>`;
  return text.length > 10 ? `${JSON.stringify(text.slice(0, 10))}...` : JSON.stringify(text);
}
