/** How a stream becomes messages. */
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { LineScanner } from '../../../formats/line-protocol/line-scanner.ts';
import { MAX_LINE_BYTES, plainLineEnds, singleLines, wholeLines } from '../../shared/whole-lines.ts';
import type { SocketListenerConfig } from './config.ts';
import { streamDecoder, type Encoding } from './decoding.ts';
import { createSplit, MessageSplitter, type Split } from './splitting.ts';

export interface Reading {
  readonly encoding: Encoding;
  /** Undefined: at line ends. */
  readonly split: Split | undefined;
  /** Whether a message may be several lines of line protocol. */
  readonly isLines: boolean;
  /** The same for options that read in the same way. */
  readonly key: string;
}

/** Throws `ConfigError`. */
export function createReading(config: SocketListenerConfig): Reading {
  const { content_encoding: encoding, data_format: format } = config;
  const { splitting_strategy: strategy, splitting_delimiter: delimiter, splitting_length: length, splitting_length_field: field } = config;
  const key = JSON.stringify([encoding, format, strategy, delimiter, length, field]);
  return { encoding, split: createSplit(config), isLines: format === 'influx', key };
}

/** The messages of a connection, several at a time. Throws for what can't be read. */
export async function* readMessages(
  socket: Socket,
  { encoding, split, isLines }: Reading,
  onTooLong: (message: string) => void,
): AsyncGenerator<Buffer[]> {
  const stream = decoded(socket, encoding);
  if (split !== undefined) return yield* splitMessages(stream, new MessageSplitter(split));
  const tooLong = (): void => onTooLong(`left out a line of more than ${MAX_LINE_BYTES} bytes`);
  for await (const lines of wholeLines(stream, isLines ? new LineScanner() : plainLineEnds, tooLong)) {
    yield isLines ? [lines] : singleLines(lines);
  }
}

function decoded(socket: Socket, encoding: Encoding): Readable {
  const decoder = streamDecoder(encoding);
  if (decoder === undefined) return socket;
  // A decoder learns of a broken connection only this way.
  socket.once('close', () => decoder.end());
  return socket.pipe(decoder);
}

async function* splitMessages(stream: Readable, splitter: MessageSplitter): AsyncGenerator<Buffer[]> {
  for await (const piece of stream) yield splitter.add(piece as Buffer);
  if (splitter.rest().length > 0) yield [splitter.rest()];
}
