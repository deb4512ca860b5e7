/** The metric that the templates of test/data/go-template are about. */
import { valueText } from '../../../../src/formats/go-template/format/value-text.ts';
import { fn, type GoFunction } from '../../../../src/formats/go-template/values/function.ts';
import { GoTime, UTC } from '../../../../src/formats/go-template/values/time.ts';
import { Dict, Int, type Struct, type Value } from '../../../../src/formats/go-template/values/value.ts';

const FIELDS: readonly (readonly [key: string, value: Value])[] = [
  ['f', 71.5],
  ['i', new Int('int64', 42n)],
  ['u', new Int('uint64', 7n)],
  ['b', true],
  ['s', 'a<b>'],
  ['neg', new Int('int64', -3n)],
  ['big', 1e21],
  ['small', 1e-7],
  ['z', 0],
  ['m', 1_234_567],
];

const fields = () => new Dict(new Map(FIELDS));
const tags = () =>
  new Dict(
    new Map([
      ['host', 'kvm-0'],
      ['cpu', 'cpu0'],
      ['é', 'ü'],
    ]),
    'string',
  );
const text = () => `cpu ${valueText(tags())} ${valueText(fields())}`;

/** 2025-10-09T08:53:20.123456789Z */
export const time = new GoTime(1_760_000_000_123, 456_789, UTC);

const METHODS: Readonly<Record<string, GoFunction>> = {
  Name: fn([], () => 'cpu'),
  Tag: fn(['string'], (key) => tags().entries.get(key) ?? ''),
  Tags: fn([], tags),
  Field: fn(['string'], (key) => fields().entries.get(key) ?? null),
  HasField: fn(['string'], (key) => fields().entries.has(key)),
  Fields: fn([], fields),
  Time: fn([], () => time),
  String: fn([], text),
};

export const metric: Struct = {
  type: '*template.TemplateMetric',
  method: (name) => METHODS[name],
  toText: text,
};
