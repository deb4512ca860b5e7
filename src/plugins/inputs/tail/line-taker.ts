import type { Point } from '../../../metric/point.ts';
import { lineErrorText, type LineError } from '../../../formats/line-protocol/parse.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import { CharacterDecoder } from '../../shared/character-encoding.ts';
import { TagSetter } from '../../shared/tag-setter.ts';
import { createHeadedReader, createLineReader, type HeadedReader, type TextReader } from '../../shared/text-format.ts';
import type { TailConfig } from './config.ts';
import type { FollowedFile } from './followed-file.ts';
import { endOfLines } from './line-end.ts';

const NEWLINE = 0x0a;

/** Turns what was read of a file into points, each line by itself: a line whose quote is missing says nothing about the next. */
export class LineTaker {
  readonly #config: TailConfig;
  readonly #context: PluginContext;
  readonly #head: HeadedReader | undefined;
  /** Of files with a head, which none but the first lines of a file tell. */
  readonly #below = new WeakMap<FollowedFile, TextReader>();
  readonly #reader: TextReader | undefined;
  readonly #tagSetter: TagSetter;

  constructor(config: TailConfig, context: PluginContext) {
    this.#config = config;
    this.#context = context;
    this.#head = createHeadedReader(config, 'tail', context);
    this.#reader = this.#head === undefined ? createLineReader(config, 'tail', context) : undefined;
    this.#tagSetter = new TagSetter(context.interner);
  }

  /** Whether lines of a file can be taken: a head must be whole, and is passed over. Throws where none can be found. */
  async isReady(file: FollowedFile): Promise<boolean> {
    if (this.#head === undefined || this.#below.has(file)) return true;
    const start = await file.start();
    const lines = this.#head.headLines(this.#decoded(start.bytes).toString('utf8'));
    if (lines === undefined && start.isAll) return false;
    if (lines === undefined) {
      throw new Error('its first MiB has no whole head; see csv_header_row_count, csv_skip_rows and csv_metadata_rows');
    }
    const end = endOfLines(start.bytes, lines, this.#config.character_encoding);
    this.#below.set(file, this.#head.readerBelow(this.#decoded(start.bytes.subarray(0, end)).toString('utf8')));
    file.passOver(end);
    return true;
  }

  /** The file begins anew, with another head. */
  forget(file: FollowedFile): void {
    this.#below.delete(file);
  }

  /** The points of some lines of a file that is ready. Bad lines are logged and counted. */
  take(name: string, file: FollowedFile, bytes: Buffer): Point[] {
    const reader = this.#reader ?? this.#below.get(file);
    if (reader === undefined) throw new Error('lines of a file whose head is not known');
    const text = this.#decoded(bytes);
    const points: Point[] = [];
    for (let from = 0; from < text.length;) {
      const newline = text.indexOf(NEWLINE, from);
      const to = newline === -1 ? text.length : newline + 1;
      const read = reader.read(text.subarray(from, to));
      points.push(...read.points);
      for (const error of read.errors) this.#logBadLine(name, error);
      from = to;
    }
    this.#tagSetter.set(points, [[this.#config.path_tag, name]]);
    return points;
  }

  #decoded(bytes: Buffer): Buffer {
    return new CharacterDecoder(this.#config.character_encoding).decode(bytes, true);
  }

  #logBadLine(file: string, error: LineError): void {
    this.#context.log.error(`Malformed log line in "${file}": [${JSON.stringify(error.text)}]: ${lineErrorText(error)}`);
  }
}
