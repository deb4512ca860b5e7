import { basename, resolve } from 'node:path';
import type { PluginContext, PolledInput, Sink } from '../../../pipeline/plugin.ts';
import { matchFiles } from '../../shared/file-patterns.ts';
import { readBlocks } from '../../shared/line-blocks.ts';
import { logBadText } from '../../shared/line-format.ts';
import { deliverPatiently } from '../../shared/patient-delivery.ts';
import { TagSetter } from '../../shared/tag-setter.ts';
import { createTextReader, type TextReader } from '../../shared/text-format.ts';
import type { FileConfig } from './config.ts';

/** Reads whole files at every interval; see `plugin.ts`. */
export class FileReader implements PolledInput {
  readonly #config: FileConfig;
  readonly #context: PluginContext;
  readonly #reader: TextReader;
  readonly #tagSetter: TagSetter;

  constructor(config: FileConfig, context: PluginContext) {
    this.#config = config;
    this.#context = context;
    this.#reader = createTextReader(config, 'file', context);
    this.#tagSetter = new TagSetter(context.interner);
  }

  async gather(sink: Sink, signal: AbortSignal): Promise<void> {
    for (const pattern of this.#config.files) {
      const files = await matchFiles(pattern, this.#context.baseDirectory);
      if (files.length === 0) this.#fail(`could not find file(s): ${pattern}`);
      for (const file of files) {
        if (signal.aborted) return;
        await this.#readFile(file, sink, signal);
      }
    }
  }

  /** A file that can't be read takes none of the others with it. */
  async #readFile(file: string, sink: Sink, signal: AbortSignal): Promise<void> {
    const path = resolve(this.#context.baseDirectory, file);
    const tags = [
      [this.#config.file_tag, basename(path)],
      [this.#config.file_path_tag, path],
    ] as const;
    try {
      for await (const { text, linesBefore } of readBlocks(path, this.#config.character_encoding, this.#reader.unit)) {
        const parsed = this.#reader.read(text);
        logBadText(this.#context, file, this.#reader, parsed, linesBefore);
        this.#tagSetter.set(parsed.points, tags);
        if (!(await deliverPatiently(sink, parsed.points, signal))) return;
      }
    } catch (error) {
      this.#fail(`could not read "${file}": ${(error as Error).message}`);
    }
  }

  #fail(message: string): void {
    this.#context.error();
    this.#context.log.error(message);
  }
}
