/** Samples as lines of OpenMetrics, within a bound: a family that is small in protobuf may have many of them. */
import { goFloatText } from '../../metric/go-float.ts';
import type { Exemplar } from '../../metric/origin.ts';

export type LabelPairs = readonly (readonly [name: string, value: string])[];

export interface WrittenSample {
  readonly name: string;
  readonly labels: LabelPairs;
  readonly value: number;
  /** NaN: none. */
  readonly timestampMs: number;
  readonly exemplar?: Exemplar | undefined;
}

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

export class OpenMetricsWriter {
  readonly #lines: string[] = [];
  readonly #maxCharacters: number;
  #characters = 0;

  constructor(maxCharacters: number) {
    this.#maxCharacters = maxCharacters;
  }

  metadata(keyword: 'HELP' | 'TYPE' | 'UNIT', name: string, text: string): void {
    this.#add(`# ${keyword} ${METRIC_NAME.test(name) ? name : quoted(name)} ${escaped(text)}`);
  }

  sample({ name, labels, value, timestampMs, exemplar }: WrittenSample): void {
    const time = Number.isNaN(timestampMs) ? '' : ` ${secondsText(timestampMs)}`;
    this.#add(`${seriesText(name, labels)} ${numberText(value)}${time}${exemplar === undefined ? '' : exemplarText(exemplar)}`);
  }

  /** All of it. */
  end(): Buffer {
    this.#add('# EOF\n');
    return Buffer.from(this.#lines.join('\n'));
  }

  #add(line: string): void {
    this.#characters += line.length + 1;
    if (this.#characters > this.#maxCharacters) throw new Error(`written as text it is larger than ${this.#maxCharacters} bytes`);
    this.#lines.push(line);
  }
}

/** A bucket's bound or a quantile as OpenMetrics writes it: whole numbers with a `.0`. */
export function boundText(value: number): string {
  const text = goFloatText(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function seriesText(name: string, labels: LabelPairs): string {
  const pairs = labelsText(labels);
  if (!METRIC_NAME.test(name)) return `{${quoted(name)}${pairs === '' ? '' : `,${pairs}`}}`;
  return pairs === '' ? name : `${name}{${pairs}}`;
}

function labelsText(labels: LabelPairs): string {
  return labels.map(([name, value]) => `${LABEL_NAME.test(name) ? name : quoted(name)}=${quoted(value)}`).join(',');
}

function exemplarText({ labels, value, timestampMs }: Exemplar): string {
  const time = Number.isNaN(timestampMs) ? '' : ` ${secondsText(timestampMs)}`;
  return ` # {${labelsText(labels)}} ${numberText(value)}${time}`;
}

function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}

/** The shortest text that reads back the same. */
function numberText(value: number): string {
  return Number.isFinite(value) && value !== 0 ? String(value) : goFloatText(value);
}

/** Milliseconds in seconds. What reads them cuts off what is less than a millisecond, so half of one keeps rounding from taking another. */
function secondsText(ms: number): string {
  const digits = String(Math.abs(ms)).padStart(4, '0');
  return `${ms < 0 ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}5`;
}
