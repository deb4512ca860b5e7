/** One verb of Go's `fmt.Printf`, as it is written. */
export interface Verb {
  /** The letter, or the empty text at the end of a format. */
  readonly letter: string;
  readonly flags: Flags;
  /** A number, `*` for one of the arguments, or undefined. */
  readonly width: number | '*' | undefined;
  readonly precision: number | '*' | undefined;
}

export interface Flags {
  readonly plus: boolean;
  readonly minus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
}

const VERB = /%([-+# 0]*)(\*|\d+)?(?:\.(\*|\d*))?([^]?)/uy;

/** The parts of a format: texts, and verbs. `%%` is a text. */
export function readFormat(format: string): (string | Verb)[] {
  const parts: (string | Verb)[] = [];
  let at = 0;
  while (at < format.length) {
    const percent = format.indexOf('%', at);
    const end = percent === -1 ? format.length : percent;
    if (end > at) parts.push(format.slice(at, end));
    if (percent === -1) break;
    VERB.lastIndex = percent;
    const match = VERB.exec(format) as RegExpExecArray;
    parts.push(match[4] === '%' ? '%' : readVerb(match));
    at = VERB.lastIndex;
  }
  return parts;
}

function readVerb([, flags, width, precision, letter]: RegExpExecArray): Verb {
  return {
    letter,
    flags: {
      plus: flags.includes('+'),
      minus: flags.includes('-'),
      sharp: flags.includes('#'),
      space: flags.includes(' '),
      zero: flags.includes('0'),
    },
    width: readNumber(width),
    precision: precision === undefined ? undefined : readNumber(precision || '0'),
  };
}

function readNumber(text: string | undefined): number | '*' | undefined {
  return text === undefined || text === '*' ? text : Number(text);
}
