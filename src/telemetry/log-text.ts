import { cut, hideUrlPasswords, printable } from './printable.ts';
import type { PlainDetails } from './log-details.ts';

const MAX_MESSAGE = 2000;

const LETTER: Readonly<Record<string, string>> = { error: 'E!', warn: 'W!', info: 'I!', debug: 'D!', trace: 'T!' };
const COLOR: Readonly<Record<string, string>> = { error: '\x1b[31m', warn: '\x1b[33m', debug: '\x1b[2m', trace: '\x1b[2m' };

/** One record as pino writes it. */
export interface LogRecord {
  readonly level: string;
  /** ISO 8601. */
  readonly time: string;
  readonly plugin?: string;
  readonly msg: string;
  readonly details?: PlainDetails;
  readonly stack?: readonly string[];
}

/** The message, bounded and without the passwords of URLs. */
export function cleanMessage(message: string): string {
  return cut(hideUrlPasswords(message), MAX_MESSAGE);
}

/** A record as Telegraf prints it, `2026-11-22T10:00:00Z I! [inputs.cpu] message key=value`; the stack of a bug on lines of its own. */
export function textLine(record: LogRecord, color: boolean): string {
  const time = `${record.time.slice(0, 19)}Z`;
  const letter = paint(LETTER[record.level] ?? record.level, record.level, color);
  const plugin = record.plugin === undefined ? '' : `[${printable(record.plugin)}] `;
  const details = Object.entries(record.details ?? {}).map(([key, value]) => ` ${printable(key)}=${detailText(value)}`);
  const stack = (record.stack ?? []).map((line) => `\n${printable(line)}`);
  return `${time} ${letter} ${plugin}${printable(record.msg)}${details.join('')}${stack.join('')}`;
}

/** JSON that is safe to look at on a terminal: the same JSON, with what `JSON.stringify` leaves as it is escaped. */
export function jsonLine(json: string): string {
  return json.trimEnd().replaceAll(/[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function detailText(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return String(value);
  const text = printable(value);
  return text === '' || /[\s"=]/.test(text) ? `"${text.replaceAll('"', '\\"')}"` : text;
}

function paint(text: string, level: string, color: boolean): string {
  const start = COLOR[level];
  return color && start !== undefined ? `${start}${text}\x1b[0m` : text;
}
