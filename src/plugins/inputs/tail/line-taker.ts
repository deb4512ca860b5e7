import type { Point } from '../../../metric/point.ts';
import { lineErrorText, type LineError } from '../../../formats/line-protocol/parse.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import { CharacterDecoder } from '../../shared/character-encoding.ts';
import { TagSetter } from '../../shared/tag-setter.ts';
import { createLineReader, type TextReader } from '../../shared/text-format.ts';
import type { TailConfig } from './config.ts';

const NEWLINE = 0x0a;

/** Turns what was read of a file into points, each line by itself: a line whose quote is missing says nothing about the next. */
export class LineTaker {
  readonly #config: TailConfig;
  readonly #context: PluginContext;
  readonly #reader: TextReader;
  readonly #tagSetter: TagSetter;

  constructor(config: TailConfig, context: PluginContext) {
    this.#config = config;
    this.#context = context;
    this.#reader = createLineReader(config, 'tail', context);
    this.#tagSetter = new TagSetter(context.interner);
  }

  /** The points of some lines of a file. Bad lines are logged and counted. */
  take(file: string, bytes: Buffer): Point[] {
    const text = new CharacterDecoder(this.#config.character_encoding).decode(bytes, true);
    const points: Point[] = [];
    for (let from = 0; from < text.length;) {
      const newline = text.indexOf(NEWLINE, from);
      const to = newline === -1 ? text.length : newline + 1;
      const read = this.#reader.read(text.subarray(from, to));
      points.push(...read.points);
      for (const error of read.errors) this.#logBadLine(file, error);
      from = to;
    }
    this.#tagSetter.set(points, [[this.#config.path_tag, file]]);
    return points;
  }

  #logBadLine(file: string, error: LineError): void {
    this.#context.log.error(`Malformed log line in "${file}": [${JSON.stringify(error.text)}]: ${lineErrorText(error)}`);
  }
}
