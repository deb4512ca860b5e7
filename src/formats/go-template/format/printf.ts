/**
 * Go's `fmt.Sprintf`, for the values that templates have. Not supported: numbers of arguments in brackets (`%[1]d`), floats by their
 * bits (`%b`, `%x`), and `%#v` and `%#g`, which are for programmers.
 */
import { encodeText } from '../../../metric/text.ts';
import { CallError } from '../errors.ts';
import { expectWalkable } from '../limits.ts';
import { Dict, Int, List, typeName, type Value } from '../values/value.ts';
import { floatVerb } from './float-verb.ts';
import { quoteCharacter, quoteText } from './quote.ts';
import { collectionText, valueText } from './value-text.ts';
import { readFormat, type Flags, type Verb } from './verb.ts';

/** So that a number in a template can't fill the memory. Go's own bound is a million. */
const MAX_WIDTH = 1000;

/** A verb whose stars have got their numbers. */
interface Spec {
  readonly letter: string;
  readonly flags: Flags;
  readonly width: number;
  readonly precision: number | undefined;
}

const BASES: Readonly<Record<string, number>> = { b: 2, o: 8, O: 8, d: 10, x: 16, X: 16 };
const PREFIXES: Readonly<Record<string, string>> = { b: '0b', o: '0', O: '0o', d: '', x: '0x', X: '0X' };

/** Throws `CallError` for a width that is too large. What Go complains of within the text, as `%!d(string=x)`, is in the text. */
export function sprintf(format: string, values: readonly Value[]): string {
  let text = '';
  let next = 0;
  for (const part of readFormat(format)) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const width = part.width === '*' ? starred(values[next++]) : part.width;
    const precision = part.precision === '*' ? starred(values[next++]) : part.precision;
    if (part.letter === '') text += '%!(NOVERB)';
    else if (next >= values.length) text += `%!${part.letter}(MISSING)`;
    else text += formatted(values[next++], toSpec(part, width, precision));
  }
  if (next >= values.length) return text;
  const extra = values.slice(next).map((value) => (value === null ? '<nil>' : `${typeName(value)}=${valueText(value)}`));
  return `${text}%!(EXTRA ${extra.join(', ')})`;
}

function starred(value: Value | undefined): number | undefined {
  return value instanceof Int ? Number(value.value) : undefined;
}

/** A width below zero is one to the left. */
function toSpec({ letter, flags }: Verb, width = 0, precision?: number): Spec {
  if (Math.abs(width) > MAX_WIDTH || (precision ?? 0) > MAX_WIDTH) throw new CallError(`width or precision over ${MAX_WIDTH}`);
  const minus = flags.minus || width < 0;
  return {
    letter,
    // `%+v` and `%#v` are other ways to print structs; here they are as `%v`.
    flags: { ...flags, plus: flags.plus && letter !== 'v', sharp: flags.sharp && letter !== 'v', minus, zero: flags.zero && !minus },
    width: Math.abs(width),
    precision: precision !== undefined && precision < 0 ? undefined : precision,
  };
}

function formatted(value: Value, spec: Spec): string {
  if (spec.letter === 'T') return pad(typeName(value), spec);
  if (value === null) return spec.letter === 'v' ? pad('<nil>', spec) : bad(value, spec);
  if (value instanceof List || value instanceof Dict) {
    expectWalkable(value);
    return collectionText(value, (item) => formatted(item, spec));
  }
  if (value instanceof Int) return integer(value, spec);
  if (typeof value === 'number') return floating(value, spec);
  if (typeof value === 'boolean') return 'tv'.includes(spec.letter) ? pad(String(value), spec) : bad(value, spec);
  return texty(typeof value === 'string' ? value : value.toText(), value, spec);
}

function texty(text: string, value: Value, spec: Spec): string {
  const { letter, precision, flags } = spec;
  const cut = precision === undefined ? text : [...text].slice(0, precision).join('');
  switch (letter) {
    case 'v':
      return pad(cut, spec);
    case 's':
      return pad(cut, spec);
    case 'q':
      return pad(flags.sharp && !cut.includes('`') ? `\`${cut}\`` : quoteText(cut, flags.plus), spec);
    case 'x':
    case 'X':
      return pad(hexadecimal(text, spec), spec);
    default:
      return bad(value, spec);
  }
}

function hexadecimal(text: string, { letter, flags, precision }: Spec): string {
  const bytes = encodeText(text);
  const hex = bytes.subarray(0, precision ?? bytes.length).toString('hex');
  const spaced = flags.space ? hex.replaceAll(/..(?=.)/g, '$& ') : hex;
  const prefixed = flags.sharp && spaced !== '' ? spaced.replaceAll(flags.space ? /(?:^|(?<= ))/g : /^/g, '0x') : spaced;
  return letter === 'X' ? prefixed.toUpperCase() : prefixed;
}

function integer(int: Int, spec: Spec): string {
  const { letter, flags } = spec;
  if ((letter === 'v' || letter === 's') && int.text !== undefined) return texty(int.text, int, spec);
  if (letter === 'v') return digits(int.value, { ...spec, letter: 'd' });
  if (letter in BASES) return digits(int.value, spec);
  const code = Number(int.value);
  switch (letter) {
    case 'c':
      return pad(code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd', spec);
    case 'q':
      return pad(quoteCharacter(code, flags.plus), spec);
    case 'U': {
      const hex = `U+${int.value.toString(16).toUpperCase().padStart(4, '0')}`;
      return pad(flags.sharp ? `${hex} '${String.fromCodePoint(code)}'` : hex, spec);
    }
    default:
      return bad(int, spec);
  }
}

function digits(value: bigint, spec: Spec): string {
  const { letter, flags, width, precision } = spec;
  const sign = signOf(value < 0n, flags);
  const prefix = flags.sharp || letter === 'O' ? PREFIXES[letter] : '';
  if (precision === 0 && value === 0n) return pad('', withoutZeros(spec));
  const plain = (value < 0n ? -value : value).toString(BASES[letter]);
  const inCase = letter === 'X' ? plain.toUpperCase() : plain;
  const least = precision ?? (flags.zero ? width - sign.length : 0);
  return pad(`${sign}${prefix}${inCase.padStart(least, '0')}`, withoutZeros(spec));
}

function floating(value: number, spec: Spec): string {
  const { letter, flags, width } = spec;
  const text = floatVerb(value, letter === 'v' ? 'g' : letter, spec.precision);
  if (text === undefined) return bad(value, spec);
  const isNegative = text.startsWith('-');
  const size = text.replace(/^[+-]/, '');
  const sign = Number.isFinite(value) || isNegative ? signOf(isNegative, flags) : infiniteSign(value, flags);
  const isPadded = flags.zero && Number.isFinite(value);
  return pad(sign + (isPadded ? size.padStart(width - sign.length, '0') : size), withoutZeros(spec));
}

function signOf(isNegative: boolean, { plus, space }: Flags): string {
  if (isNegative) return '-';
  if (plus) return '+';
  return space ? ' ' : '';
}

/** Infinity has always its sign, NaN only where it is asked for. */
function infiniteSign(value: number, flags: Flags): string {
  if (value > 0) return flags.space && !flags.plus ? ' ' : '+';
  return signOf(false, flags);
}

function pad(text: string, { flags, width }: Spec): string {
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  if (flags.minus) return text + ' '.repeat(missing);
  return (flags.zero ? '0' : ' ').repeat(missing) + text;
}

function withoutZeros(spec: Spec): Spec {
  return { ...spec, flags: { ...spec.flags, zero: false } };
}

/** What a verb can't show is shown as `%v` would, with the same flags. */
function bad(value: Value, spec: Spec): string {
  if (value === null) return `%!${spec.letter}(<nil>)`;
  return `%!${spec.letter}(${typeName(value)}=${formatted(value, { ...spec, letter: 'v', flags: { ...spec.flags, sharp: false } })})`;
}
