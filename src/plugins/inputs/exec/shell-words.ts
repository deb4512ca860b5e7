/**
 * A command as one takes it apart when one types it: blanks separate words, quotes and backslashes keep them together (POSIX
 * shell, "Quoting"). Nothing else of a shell's means anything here: no variables, no pipes, no wildcards.
 */
const BLANK = /[ \t\n]/;

/** What a backslash protects between double quotes. Before anything else it stands for itself. */
const PROTECTED = /[$`"\\\n]/;

/** The words of a command. Throws an error that says what is not closed. */
export function shellWords(command: string): string[] {
  const words: string[] = [];
  let at = skipBlanks(command, 0);
  while (at < command.length) {
    const { text, end } = readWord(command, at);
    words.push(text);
    at = skipBlanks(command, end);
  }
  return words;
}

interface Part {
  readonly text: string;
  readonly end: number;
}

function skipBlanks(command: string, from: number): number {
  let at = from;
  for (;;) {
    if (command.startsWith('\\\n', at)) at += 2;
    else if (BLANK.test(command.charAt(at))) at++;
    else return at;
  }
}

function readWord(command: string, from: number): Part {
  let text = '';
  let at = from;
  while (at < command.length && !BLANK.test(command[at])) {
    const part = readPart(command, at);
    text += part.text;
    at = part.end;
  }
  return { text, end: at };
}

function readPart(command: string, at: number): Part {
  switch (command[at]) {
    case "'":
      return readSingleQuoted(command, at + 1);
    case '"':
      return readDoubleQuoted(command, at + 1);
    case '\\':
      return readEscaped(command, at + 1);
    default:
      return { text: command[at], end: at + 1 };
  }
}

function readSingleQuoted(command: string, from: number): Part {
  const close = command.indexOf("'", from);
  if (close === -1) throw new Error('a single quote is not closed');
  return { text: command.slice(from, close), end: close + 1 };
}

function readDoubleQuoted(command: string, from: number): Part {
  let text = '';
  for (let at = from; at < command.length; at++) {
    if (command[at] === '"') return { text, end: at + 1 };
    const isEscape = command[at] === '\\' && PROTECTED.test(command.charAt(at + 1));
    if (isEscape) at++;
    if (!isEscape || command[at] !== '\n') text += command[at];
  }
  throw new Error('a double quote is not closed');
}

/** A backslash before a line end joins two lines. */
function readEscaped(command: string, at: number): Part {
  if (at === command.length) throw new Error('a backslash at the end protects nothing');
  return { text: command[at] === '\n' ? '' : command[at], end: at + 1 };
}
