/** The text of a configuration file, and the lines of it that diagnostics show. */
import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import type { Diagnostic, Excerpt, Location } from './diagnostics.ts';
import { distrustfulRanges, maskedRanges, type MaskedRange } from './masking.ts';
import { fetchSource, isRemote, shownAddress, type RemoteOptions } from './remote-source.ts';

export type ConfigFormat = 'yaml' | 'toml';

export interface Source {
  /** As shown in diagnostics. */
  readonly file: string;
  readonly format: ConfigFormat;
  /** Without a byte order mark. */
  readonly text: string;
  /** False: there is U+FFFD where bytes were something else. */
  readonly isUtf8: boolean;
}

/** `.yaml` and `.yml` are ours; everything else is Telegraf's TOML. */
function formatOf(file: string): ConfigFormat {
  return /\.ya?ml$/i.test(file) ? 'yaml' : 'toml';
}

/** A source from memory. */
export function textSource(file: string, text: string, format: ConfigFormat = formatOf(file)): Source {
  return { file, format, text: text.replace(/^\uFEFF/, ''), isUtf8: true };
}

export type ReadSource = { readonly source: Source } | { readonly diagnostic: Diagnostic };

/** The text of a file, or of an `http(s)://` address, or why it can't be used. */
export async function readSource(file: string, remote: RemoteOptions): Promise<ReadSource> {
  const shown = shownName(file);
  try {
    if (!isRemote(file)) return decode(shown, await readFile(file), formatOf(file));
    const { bytes, isYaml } = await fetchSource(file, remote);
    return decode(shown, bytes, isYaml ? 'yaml' : 'toml');
  } catch (error) {
    return unusable(shown, readFailure(error));
  }
}

function shownName(file: string): string {
  if (isRemote(file)) return shownAddress(file);
  return isAbsolute(file) && !relative('.', file).startsWith('..') ? relative('.', file) : file;
}

function unusable(file: string, message: string, hint?: string): ReadSource {
  return { diagnostic: { location: undefined, subject: file, message, hint } };
}

const UTF16_MARKS = [Buffer.of(0xff, 0xfe), Buffer.of(0xfe, 0xff)];

/** What is not UTF-8 becomes U+FFFD, which is no harm in comments; anywhere else it is found when the text is read. */
function decode(file: string, bytes: Buffer, format: ConfigFormat): ReadSource {
  if (UTF16_MARKS.some((mark) => bytes.subarray(0, 2).equals(mark))) return unusable(file, 'is in UTF-16', 'save it in UTF-8');
  const text = bytes.toString('utf8');
  if (text.includes('\0')) return unusable(file, 'is not a text file');
  return { source: { ...textSource(file, text, format), isUtf8: isUtf8(bytes) } };
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
