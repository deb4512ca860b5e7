/**
 * Remote write 2.0 out of 1.0. What waits in queues is 1.0, since its bodies can be joined; the table of symbols that belongs to
 * one request of 2.0 is made when that is sent.
 *
 *     Request    { repeated string symbols = 4; repeated TimeSeries timeseries = 5 }
 *     TimeSeries { repeated uint32 labels_refs = 1; repeated Sample samples = 2; Metadata metadata = 5 }
 *     Sample     { double value = 1; int64 timestamp = 2; int64 start_timestamp = 3 }
 *     Metadata   { MetricType type = 1; uint32 help_ref = 3; uint32 unit_ref = 4 }
 *
 * Samples have the tags and the form they have in 1.0, so they are copied as they are.
 * https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/
 */
import type { Metadata, MetricType } from '../../metric/metadata.ts';
import { decodeLabels, seriesAt } from './decode.ts';
import { varintLength, writeVarint } from './protobuf.ts';

/** Field number and wire type in one byte. */
const SYMBOLS = 0x22;
const TIMESERIES = 0x2a;
const LABELS_REFS = 0x0a;
const METADATA = 0x2a;
const METADATA_TYPE = 0x08;
const METADATA_HELP = 0x18;
const METADATA_UNIT = 0x20;

const TYPES: readonly MetricType[] = ['unknown', 'counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset'];

/** One series of the request being made. */
interface Collected {
  /** Labels, as a whole field. */
  readonly refs: Buffer;
  /** The whole field; empty where nothing is known. */
  readonly metadata: Buffer;
  /** The `samples` fields as they were. */
  readonly samples: Buffer[];
  bytes: number;
}

/** The request 2.0 with the samples of a request 1.0 (ours: see `decodeRequest`), those of one series together; `metadataOf` is asked by metric name. */
export function toVersion2(body: Buffer, metadataOf: (name: string) => Metadata | undefined): Buffer {
  const symbols = new Symbols();
  const all = new Map<string, Collected>();
  for (let at = 0; at < body.length;) {
    const { labelsFrom, labelsTo, end } = seriesAt(body, at);
    const key = body.latin1Slice(labelsFrom, labelsTo);
    let series = all.get(key);
    if (series === undefined) {
      series = newSeries(decodeLabels(body.subarray(labelsFrom, labelsTo)), symbols, metadataOf);
      all.set(key, series);
    }
    series.samples.push(body.subarray(labelsTo, end));
    series.bytes += end - labelsTo;
    at = end;
  }
  const parts = symbols.fields;
  for (const { refs, metadata, samples, bytes } of all.values()) {
    parts.push(head(TIMESERIES, refs.length + bytes + metadata.length), refs, ...samples, metadata);
  }
  return Buffer.concat(parts);
}

function newSeries(
  labels: ReturnType<typeof decodeLabels>,
  symbols: Symbols,
  metadataOf: (name: string) => Metadata | undefined,
): Collected {
  const refs = labels.flatMap(([name, value]) => [symbols.ref(name), symbols.ref(value)]);
  const name = labels.find(([key]) => key === '__name__')?.[1] ?? '';
  const metadata = metadataOf(name);
  return {
    refs: field(LABELS_REFS, packed(refs)),
    metadata: metadata === undefined ? Buffer.alloc(0) : metadataField(metadata, symbols),
    samples: [],
    bytes: 0,
  };
}

function metadataField({ type, help, unit }: Metadata, symbols: Symbols): Buffer {
  const number = TYPES.indexOf(type);
  const [helpRef, unitRef] = [symbols.ref(help), symbols.ref(unit)];
  const parts = [
    number > 0 ? [METADATA_TYPE, number] : [],
    helpRef > 0 ? [METADATA_HELP, helpRef] : [],
    unitRef > 0 ? [METADATA_UNIT, unitRef] : [],
  ];
  return field(METADATA, packed(parts.flat()));
}

/** Every text once; its number stands where it is used. The first is empty, as the specification wants it. */
class Symbols {
  readonly fields: Buffer[] = [Buffer.from([SYMBOLS, 0])];
  readonly #refs = new Map<string, number>([['', 0]]);

  ref(text: string): number {
    const known = this.#refs.get(text);
    if (known !== undefined) return known;
    const ref = this.#refs.size;
    this.#refs.set(text, ref);
    this.fields.push(field(SYMBOLS, Buffer.from(text)));
    return ref;
  }
}

function packed(numbers: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(numbers.reduce((sum, number) => sum + varintLength(number), 0));
  let at = 0;
  for (const number of numbers) at = writeVarint(bytes, at, number);
  return bytes;
}

/** A length-delimited field. */
function field(tag: number, content: Buffer): Buffer {
  return Buffer.concat([head(tag, content.length), content]);
}

function head(tag: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(1 + varintLength(length));
  bytes[0] = tag;
  writeVarint(bytes, 1, length);
  return bytes;
}
