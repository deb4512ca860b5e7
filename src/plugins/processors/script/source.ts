import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { resolve } from 'node:path';
import { ConfigError, formatDiagnostics } from '../../../config/diagnostics.ts';

export interface SourceOptions {
  readonly source: string;
  readonly script: string;
}

/** A script that can run. */
export interface ScriptSource {
  /** JavaScript: types are blanks, so that every place is where it was. */
  readonly code: string;
  /** As messages name it. */
  readonly file: string;
  readonly option: 'source' | 'script';
}

/** The script of the options. Throws `ConfigError` for one that is not there, or that is wrong, with the line and a caret. */
export function readScript({ source, script }: SourceOptions, baseDirectory: string): ScriptSource {
  if (source === '' && script === '') throw new ConfigError('one of source or script must be set');
  if (source !== '' && script !== '') throw new ConfigError('source and script are both set; leave one out', ['script']);
  if (source !== '') return { code: withoutTypes(source, 'source', 'source'), file: 'source', option: 'source' };
  return { code: withoutTypes(readFile(script, baseDirectory), script, 'script'), file: script, option: 'script' };
}

function readFile(script: string, baseDirectory: string): string {
  try {
    return readFileSync(resolve(baseDirectory, script), 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new ConfigError(`the script can't be read: ${(error as Error).message}`, ['script']);
  }
}

/** JavaScript is TypeScript without types, so both go the same way. */
function withoutTypes(source: string, file: string, option: 'source' | 'script'): string {
  try {
    return withoutWarning(() => stripTypeScriptTypes(source));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ConfigError(`the script is not right:\n${problemText(error, file)}`, [option]);
  }
}

/** Node warns, once, that this function of its own may change some day: nothing that the user of a bridge could do anything about. */
function withoutWarning<Result>(run: () => Result): Result {
  const emitWarning = Object.getOwnPropertyDescriptor(process, 'emitWarning') ?? {};
  Object.defineProperty(process, 'emitWarning', { ...emitWarning, value: () => undefined });
  try {
    return run();
  } finally {
    Object.defineProperty(process, 'emitWarning', emitWarning);
  }
}

/** Node says where in the first lines of the stack: `:<line>`, lines of the script, and carets below the wrong one. */
function problemText({ message, stack = '' }: SyntaxError, file: string): string {
  const [, line] = /^:(\d+)\n/.exec(stack) ?? [];
  const [, text, blanks, carets] = /\n(.*)\n( *)(\^+)\n/.exec(stack) ?? [];
  if (line === undefined || text === undefined) return `${file}: ${message}`;
  const column = blanks.length + 1;
  const location = { file, line: Number(line), column, length: carets.length };
  const excerpt = { text: text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, column + 100), column, length: carets.length };
  return formatDiagnostics([{ location, subject: '', message, excerpt }]).trimEnd();
}
