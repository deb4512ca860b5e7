/**
 * Points as JSON, in the form of Telegraf's serialiser `json`: an object a point, keys in order, each on a line of its own. All that
 * names decide is worked out once per shape.
 */
import { writeGoTime } from '../go-time/write-layout.ts';
import type { Interner } from '../../metric/interner.ts';
import type { FieldValue } from '../../metric/kind.ts';
import type { Point } from '../../metric/point.ts';
import type { Shape } from '../../metric/shape.ts';
import { compareText } from '../../metric/text.ts';
import { toNanoseconds } from '../../metric/time.ts';

export interface JsonWriterOptions {
  /** A power of ten: timestamps are whole numbers of so many nanoseconds. */
  readonly unitNs: bigint;
  /** Go's layout for timestamps that are texts, in UTC; empty: numbers. */
  readonly layout: string;
  /** Whether the text of this field, where it is JSON, is written as what it says. */
  readonly isNested: (field: string) => boolean;
}

/** What a shape's objects have in common. */
interface Plan {
  /** Fields in the order in which they are written, with their names as JSON. */
  readonly fields: readonly { readonly index: number; readonly name: string; readonly isNested: boolean }[];
  /** All that follows the fields, up to the time. */
  readonly rest: string;
}

export class JsonWriter {
  readonly #slot: number;
  readonly #options: JsonWriterOptions;
  #out: string[] = [];

  constructor(interner: Interner, options: JsonWriterOptions) {
    this.#slot = interner.slot();
    this.#options = options;
  }

  /** Adds the point's object and a line end. False, and nothing is added, for a staleness marker. Floats that are no numbers are left out. */
  append(point: Point): boolean {
    if (point.stale) return false;
    const { fields, rest } = (point.shape.slots[this.#slot] as Plan | undefined) ?? this.#bind(point.shape);
    const { values } = point;
    let text = '';
    for (const { index, name, isNested } of fields) {
      const value = valueText(values[index], isNested);
      if (value !== '') text += `${text === '' ? '' : ','}${name}:${value}`;
    }
    this.#out.push(`{"fields":{${text}}${rest}${this.#time(point)}}\n`);
    return true;
  }

  /** The objects since the last `take`. */
  take(): Buffer {
    const bytes = Buffer.from(this.#out.join(''), 'utf8');
    this.#out = [];
    return bytes;
  }

  #bind(shape: Shape): Plan {
    const fields = shape.fields
      .map(({ key: { name } }, index) => ({ index, name: textJson(name), isNested: this.#options.isNested(name), key: name }))
      .sort((a, b) => compareText(a.key, b.key));
    const tags = shape.series.tags.map(([key, value]) => `${textJson(key)}:${textJson(value)}`);
    const plan: Plan = { fields, rest: `,"name":${textJson(shape.series.measurement)},"tags":{${tags.join(',')}},"timestamp":` };
    shape.slots[this.#slot] = plan;
    return plan;
  }

  #time(point: Point): string {
    const { unitNs, layout } = this.#options;
    if (layout !== '') return textJson(writeGoTime(layout, { wallMs: point.ms, ns: point.ns, offsetMinutes: 0, zoneName: 'UTC' }));
    // Cut towards zero, as Go divides.
    return String(toNanoseconds(point.ms, point.ns) / unitNs);
  }
}

/** Empty for what JSON has no word for. */
function valueText(value: FieldValue, isNested: boolean): string {
  switch (typeof value) {
    case 'number':
      if (!Number.isFinite(value)) return '';
      return Object.is(value, -0) ? '-0' : String(value);
    case 'string':
      return (isNested ? nestedJson(value) : undefined) ?? textJson(value);
    default:
      return String(value);
  }
}

/** The JSON that a text is, in one line; undefined when it is none. */
function nestedJson(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return undefined; // no JSON: a text like any other
  }
}

/** A text as Go writes it: what means something in HTML is escaped, and bytes that are no UTF-8 become U+FFFD. */
function textJson(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
