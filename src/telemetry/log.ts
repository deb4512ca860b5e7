/**
 * The log: Telegraf's text lines for people, JSON for machines, through pino.
 *
 * What is logged comes partly from outside, so every line is escaped, cut to a length, and limited in number (see repeats.ts).
 */
import { pino } from 'pino';
import { bugStack, plainDetails } from './log-details.ts';
import { LogFile } from './log-file.ts';
import { isShown, type LogLevel } from './log-level.ts';
import { cleanMessage, jsonLine, textLine, type LogRecord } from './log-text.ts';
import { RepeatLimiter, type Message } from './repeats.ts';
import { terminal } from './terminal.ts';

/** What a plugin writes its log with. The message is a fixed sentence; what varies goes into the details, so that repeats are seen as such. */
export interface Log {
  debug(message: string, details?: object): void;
  info(message: string, details?: object): void;
  warn(message: string, details?: object): void;
  error(message: string, details?: object): void;
}

/** The log of the agent itself, and the maker of everybody else's. */
export interface Logger extends Log {
  /** The log of one plugin: its lines carry the name, and it may have a level of its own. */
  plugin(name: string, level?: LogLevel): Log;
  /** Writes every line as an error, however alike they are: a list of mistakes. */
  list(lines: readonly string[]): void;
  /** Writes what is held back, and lets go of the file. */
  close(): void;
}

export interface LogOptions {
  readonly level?: LogLevel;
  readonly format?: 'text' | 'structured';
  /** Appended to; standard error when unset or empty. */
  readonly file?: string;
  /** Unset: when standard error is a terminal and NO_COLOR is not set. */
  readonly color?: boolean;
  /** Unset: repeated messages are counted, and summed up every ten seconds. False: every line is written. */
  readonly limitRepeats?: boolean;
  /** Takes every line, without its end, in place of file and standard error. For tests. */
  readonly write?: (line: string) => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Makes the log. Throws when the file can't be opened. */
export function createLogger(options: LogOptions = {}): Logger {
  const { level = 'info', limitRepeats = true, now = Date.now } = options;
  const file = openFile(options);
  const write = options.write ?? file?.write.bind(file) ?? ((line: string) => terminal.writeError(line));
  const log = makePino(options, write, now);
  const writeMessage = ({ level: at, plugin, text, details }: Message): void => log[at](record(at, plugin, details), cleanMessage(text));
  const limiter = new RepeatLimiter(writeMessage, now);
  const offer = limitRepeats ? (message: Message): void => limiter.offer(message) : writeMessage;
  return {
    ...makeLog('', level, offer),
    plugin: (name, own) => makeLog(name, own ?? level, offer),
    list: (lines) => {
      for (const text of lines) writeMessage({ level: 'error', plugin: '', text, details: undefined });
    },
    close: () => {
      limiter.close();
      file?.close();
    },
  };
}

function openFile({ file = '', write }: LogOptions): LogFile | undefined {
  if (file === '' || write !== undefined) return undefined;
  return new LogFile(file, (line) => terminal.writeError(line));
}

function makeLog(plugin: string, level: LogLevel, offer: (message: Message) => void): Log {
  const at = (own: LogLevel) => {
    const isOn = isShown(own, level);
    return (text: string, details?: object): void => {
      if (isOn) offer({ level: own, plugin, text, details });
    };
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function record(level: LogLevel, plugin: string, details: object | undefined): object {
  const stack = level === 'error' && details !== undefined ? bugStack(details) : [];
  return {
    ...(plugin !== '' && { plugin }),
    ...(details !== undefined && { details: plainDetails(details) }),
    ...(stack.length > 0 && { stack }),
  };
}

function makePino(options: LogOptions, write: (line: string) => void, now: () => number): pino.Logger {
  const { format = 'text', file = '', color = file === '' && process.stderr.isTTY && !process.env['NO_COLOR'] } = options;
  const lineOf = format === 'structured' ? jsonLine : (json: string) => textLine(JSON.parse(json) as LogRecord, color);
  return pino(
    {
      // Levels are decided per plugin, above.
      level: 'trace',
      base: null,
      timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (json: string) => write(lineOf(json)) },
  );
}
