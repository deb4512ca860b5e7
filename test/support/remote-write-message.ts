/** The two messages of remote write, read as their specifications write them, and what they demand of every series. */
import { readHistogram, type ReceivedHistogram } from './remote-write-histogram.ts';
import { asBytes, asNumber, readFields, readPacked, readText, type ProtobufField } from './protobuf-reader.ts';

export interface ReceivedSample {
  readonly ms: number;
  readonly value: number;
  /** The marker that ends a series, 0x7ff0000000000002. */
  readonly stale: boolean;
  /** Of 2.0, where given. */
  readonly startMs: number | undefined;
}

export interface ReceivedExemplar {
  readonly labels: readonly (readonly [string, string])[];
  readonly value: number;
  readonly ms: number;
}

export interface ReceivedSeries {
  /** As PromQL writes it: `up{job="a"}`. */
  readonly name: string;
  readonly labels: readonly (readonly [string, string])[];
  readonly samples: readonly ReceivedSample[];
  readonly histograms: readonly ReceivedHistogram[];
  readonly exemplars: readonly ReceivedExemplar[];
  /** Of 2.0, where given. */
  readonly metadata: { readonly type: number; readonly help: string; readonly unit: string } | undefined;
}

export type Names = 'legacy' | 'utf8';

const STALE = 0x7ff0000000000002n;
const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** prometheus.WriteRequest of remote write 1.0. Throws on what the specification forbids. */
export function readVersion1(message: Buffer, names: Names): ReceivedSeries[] {
  return readFields(message).map(({ number, value }) => {
    if (number !== 1) throw new Error(`WriteRequest has a field ${number}`);
    const fields = readFields(asBytes(value));
    allow('TimeSeries', fields, [1, 2, 3, 4]);
    const labels = labelsOf(fields);
    const exemplars = valuesOf(fields, 3).map((one) => exemplarOf(readFields(asBytes(one)), labelsOf));
    const histograms = valuesOf(fields, 4).map((one) => readHistogram(asBytes(one), 1));
    return checked({ name: nameOf(labels), labels, samples: samplesOf(fields, [1, 2]), histograms, exemplars, metadata: undefined }, names);
  });
}

function labelsOf(fields: readonly ProtobufField[]): [string, string][] {
  return valuesOf(fields, 1).map((label): [string, string] => {
    const parts = readFields(asBytes(label));
    if (parts.length !== 2 || parts[0].number !== 1 || parts[1].number !== 2) throw new Error('a Label is not name and value');
    return [readText(parts[0].value), readText(parts[1].value)];
  });
}

/** io.prometheus.write.v2.Request of remote write 2.0. Throws on what the specification forbids. */
export function readVersion2(message: Buffer, names: Names): ReceivedSeries[] {
  const fields = readFields(message);
  allow('Request', fields, [4, 5]);
  const symbols = valuesOf(fields, 4).map(readText);
  if (symbols[0] !== '') throw new Error('the first symbol is not empty');
  if (new Set(symbols).size !== symbols.length) throw new Error('a symbol is given twice');
  const used = new Set([0]);
  const symbol = (ref: number): string => {
    const text = symbols[ref];
    if (text === undefined) throw new Error(`symbol ${ref} of ${symbols.length}`);
    used.add(ref);
    return text;
  };
  const series = valuesOf(fields, 5).map((one) => checked(seriesOf(readFields(asBytes(one)), symbol), names));
  if (used.size !== symbols.length) throw new Error(`${symbols.length - used.size} symbols that nothing refers to`);
  return series;
}

function seriesOf(fields: readonly ProtobufField[], symbol: (ref: number) => string): ReceivedSeries {
  allow('TimeSeries', fields, [1, 2, 3, 4, 5]);
  const referredLabels = (owner: readonly ProtobufField[]): [string, string][] => {
    const refs = valuesOf(owner, 1).flatMap((packed) => readPacked(asBytes(packed)));
    if (refs.length % 2 !== 0) throw new Error('an odd number of labels_refs');
    return Array.from({ length: refs.length / 2 }, (_, at) => [symbol(refs[2 * at]), symbol(refs[2 * at + 1])]);
  };
  const labels = referredLabels(fields);
  const exemplars = valuesOf(fields, 4).map((one) => exemplarOf(readFields(asBytes(one)), referredLabels));
  const metadata = valuesOf(fields, 5).map((one) => {
    const parts = readFields(asBytes(one));
    allow('Metadata', parts, [1, 3, 4]);
    const number = (field: number): number => valuesOf(parts, field).map(asNumber).at(-1) ?? 0;
    if (number(1) > 7) throw new Error(`metric type ${number(1)}`);
    return { type: number(1), help: symbol(number(3)), unit: symbol(number(4)) };
  });
  const histograms = valuesOf(fields, 3).map((one) => readHistogram(asBytes(one), 2));
  const samples = samplesOf(fields, [1, 2, 3]);
  if (samples.length > 0 && histograms.length > 0) throw new Error('a TimeSeries with samples and histograms');
  return { name: nameOf(labels), labels, samples, histograms, exemplars, metadata: metadata.at(-1) };
}

function exemplarOf(
  fields: readonly ProtobufField[],
  readLabels: (fields: readonly ProtobufField[]) => [string, string][],
): ReceivedExemplar {
  allow('Exemplar', fields, [1, 2, 3]);
  const value = fields.find(({ number }) => number === 2)?.fixed?.readDoubleLE();
  const ms = fields.find(({ number }) => number === 3)?.value;
  if (value === undefined || ms === undefined) throw new Error('an exemplar without value or time');
  return { labels: readLabels(fields), value, ms: asNumber(ms) };
}

/** `numbers`: the fields that a Sample has in this version. */
function samplesOf(fields: readonly ProtobufField[], numbers: readonly number[]): ReceivedSample[] {
  return valuesOf(fields, 2).map((one) => {
    const parts = readFields(asBytes(one));
    allow('Sample', parts, numbers);
    const bits = parts.find(({ number }) => number === 1)?.fixed ?? Buffer.alloc(8);
    const ms = asNumber(parts.find(({ number }) => number === 2)?.value ?? 0n);
    const start = parts.find(({ number }) => number === 3)?.value;
    const startMs = start === undefined ? undefined : asNumber(start);
    if (startMs !== undefined && (startMs <= 0 || startMs >= ms)) throw new Error(`a sample at ${ms} that began at ${startMs}`);
    return { ms, value: bits.readDoubleLE(), stale: bits.readBigUInt64LE() === STALE, startMs };
  });
}

function allow(message: string, fields: readonly ProtobufField[], numbers: readonly number[]): void {
  for (const { number } of fields) if (!numbers.includes(number)) throw new Error(`${message} has a field ${number}`);
}

function valuesOf(fields: readonly ProtobufField[], wanted: number): (bigint | Buffer)[] {
  return fields.filter(({ number }) => number === wanted).map(({ value }) => value);
}

function nameOf(labels: readonly (readonly [string, string])[]): string {
  const rest = labels.filter(([name]) => name !== '__name__').map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `${labels.find(([name]) => name === '__name__')?.[1] ?? ''}{${rest.join(',')}}`;
}

function checked(series: ReceivedSeries, names: Names): ReceivedSeries {
  const { name, labels, samples, histograms, exemplars } = series;
  const fail = (problem: string): never => {
    throw new Error(`${problem} in ${name}`);
  };
  const metric = labels.find(([label]) => label === '__name__')?.[1] ?? fail('no __name__');
  if (names === 'legacy' && !METRIC_NAME.test(metric)) fail('a metric name that is not legal');
  checkLabels(labels, names, ['__name__'], fail);
  if (samples.length === 0 && histograms.length === 0) fail('no sample');
  for (const [at, { ms }] of samples.entries()) if (at > 0 && ms <= samples[at - 1].ms) fail('samples out of order');
  for (const [at, { ms }] of histograms.entries()) if (at > 0 && ms <= histograms[at - 1].ms) fail('histograms out of order');
  for (const [at, exemplar] of exemplars.entries()) {
    checkLabels(exemplar.labels, names, [], fail);
    if ([...exemplar.labels.flat().join('')].length > 128) fail('an exemplar with labels of more than 128 characters');
    if (at > 0 && exemplar.ms <= exemplars[at - 1].ms) fail('exemplars out of order');
  }
  return series;
}

function checkLabels(
  labels: readonly (readonly [string, string])[],
  names: Names,
  reserved: readonly string[],
  fail: (problem: string) => never,
): void {
  for (const [at, [label, value]] of labels.entries()) {
    if (label === '' || value === '') fail('an empty label');
    if (names === 'legacy' && !LABEL_NAME.test(label)) fail(`label name "${label}"`);
    if (label.startsWith('__') && !reserved.includes(label)) fail(`reserved label ${label}`);
    if (at > 0 && Buffer.compare(Buffer.from(labels[at - 1][0]), Buffer.from(label)) >= 0) fail(`label ${label} out of order or twice`);
  }
}
