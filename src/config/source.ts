/** The text of a configuration file, and the lines of it that diagnostics show. */
import { readFile } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import type { Diagnostic, Excerpt, Location } from './diagnostics.ts';
import { distrustfulRanges, maskedRanges, type MaskedRange } from './masking.ts';

export type ConfigFormat = 'yaml' | 'toml';

export interface Source {
  /** As shown in diagnostics. */
  readonly file: string;
  readonly format: ConfigFormat;
  /** Without a byte order mark. */
  readonly text: string;
}

/** `.yaml` and `.yml` are ours; everything else is Telegraf's TOML. */
function formatOf(file: string): ConfigFormat {
  return /\.ya?ml$/i.test(file) ? 'yaml' : 'toml';
}

/** A source from memory. */
export function textSource(file: string, text: string, format: ConfigFormat = formatOf(file)): Source {
  return { file, format, text: text.replace(/^\uFEFF/, '') };
}

/** The file's text, or why it can't be used. */
export async function readSource(file: string): Promise<{ readonly source: Source } | { readonly diagnostic: Diagnostic }> {
  const shown = isAbsolute(file) && !relative('.', file).startsWith('..') ? relative('.', file) : file;
  const failure = (message: string) => ({ diagnostic: { location: undefined, subject: shown, message } });
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    return failure(readFailure(error));
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? failure('is not a text file') : { source: textSource(shown, text, formatOf(file)) };
  } catch {
    return failure('is not a text file in UTF-8');
  }
}

/** Why a file could not be read, in words. */
export function readFailure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'may not be read (permission denied)';
  if (code === 'EISDIR') return 'is a directory; give it with --config-directory';
  return error instanceof Error ? error.message : String(error);
}

/** Longest part of a line that is shown. */
const EXCERPT_CHARACTERS = 100;

/** All files of a configuration, and which places in them must not be shown. */
export class Sources {
  readonly files: readonly string[];
  readonly #lines: ReadonlyMap<string, readonly string[]>;
  readonly #secrets: Location[] = [];
  readonly #distrusted = new Set<string>();

  constructor(sources: readonly Source[]) {
    this.files = sources.map((source) => source.file);
    this.#lines = new Map(sources.map((source) => [source.file, source.text.split(/\r?\n/)]));
  }

  /** From now on, what stands there is shown as `***`. */
  hide(location: Location): void {
    this.#secrets.push(location);
  }

  /** The file has syntax errors: what looks like a secret anywhere in it is hidden generously. */
  distrust(file: string): void {
    this.#distrusted.add(file);
  }

  /** The diagnostic with the line it is about. */
  illustrate(diagnostic: Diagnostic): Diagnostic {
    const { location } = diagnostic;
    const lines = location === undefined ? undefined : this.#lines.get(location.file);
    const line = location === undefined ? undefined : lines?.[location.line - 1];
    if (location === undefined || line === undefined) return diagnostic;
    const secrets = this.#secrets.filter((secret) => secret.file === location.file && secret.line === location.line);
    const ranges = this.#distrusted.has(location.file)
      ? distrustfulRanges(line, lines?.[location.line - 2] ?? '', secrets)
      : maskedRanges(line, secrets);
    return { ...unquoted(diagnostic, line, location, ranges), excerpt: excerpt(line, location, ranges) };
  }
}

/** The diagnostic without the underlined text in its words, when that text is masked: half a file can make a secret a key. */
function unquoted(diagnostic: Diagnostic, line: string, location: Location, masks: readonly MaskedRange[]): Diagnostic {
  const start = location.column - 1;
  const text = line.slice(start, start + location.length).replaceAll(/^["']|["']$/g, '');
  if (text === '' || !masks.some((mask) => mask.start <= start + 1 && start + location.length - 1 <= mask.end)) return diagnostic;
  const clean = (words: string) => words.replaceAll(text, '***');
  const { subject, message, hint } = diagnostic;
  return { ...diagnostic, subject: clean(subject), message: clean(message), hint: hint && clean(hint) };
}

function excerpt(line: string, location: Location, masks: readonly MaskedRange[]): Excerpt {
  let text = '';
  let end = 0;
  let start = location.column - 1;
  let stop = Math.min(line.length, start + location.length);
  for (const mask of masks) {
    text += `${line.slice(end, mask.start)}***`;
    end = mask.end;
    start = moved(location.column - 1, start, mask);
    stop = moved(Math.min(line.length, location.column - 1 + location.length), stop, mask);
  }
  text += line.slice(end);
  // oxlint-disable-next-line no-control-regex -- what a terminal would obey must not get there
  return clip(text.replaceAll(/[\u0000-\u001F\u007F-\u009F]/g, ' '), start, Math.max(stop, start + 1));
}

/** Where `current`, which stood at `original` in the whole line, stands once the mask has been put in. */
function moved(original: number, current: number, mask: MaskedRange): number {
  if (original <= mask.start) return current;
  const covered = Math.min(original, mask.end) - mask.start;
  return current - covered + (original >= mask.end ? 3 : 0);
}

function clip(text: string, start: number, stop: number): Excerpt {
  if (text.length <= EXCERPT_CHARACTERS) return { text, column: start + 1, length: stop - start };
  const from = Math.max(0, Math.min(start - EXCERPT_CHARACTERS / 2, text.length - EXCERPT_CHARACTERS));
  const lead = from > 0 ? '…' : '';
  const tail = from + EXCERPT_CHARACTERS < text.length ? '…' : '';
  const shown = text.slice(from, from + EXCERPT_CHARACTERS);
  const column = start - from + lead.length + 1;
  return { text: `${lead}${shown}${tail}`, column, length: Math.min(stop - start, shown.length + lead.length - column + 1) };
}
