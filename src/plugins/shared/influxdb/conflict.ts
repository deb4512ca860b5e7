/** "field type conflict": InfluxDB takes a field in the type only in which a shard saw it first. */
import { Kind } from '../../../metric/kind.ts';
import type { Point } from '../../../metric/point.ts';

export interface Conflict {
  readonly measurement: string;
  readonly field: string;
  /** InfluxDB's words for types: what was sent, what is there. */
  readonly sent: string;
  readonly existing: string;
}

const WORDS = /input field "(.*?)" on measurement "(.*?)" is type (\w+), already exists as type (\w+)/s;

const TYPES: Readonly<Record<Kind, string>> = {
  [Kind.Float]: 'float',
  [Kind.Int]: 'integer',
  [Kind.Uint]: 'unsigned',
  [Kind.Bool]: 'boolean',
  [Kind.String]: 'string',
};

/** The first conflict that an answer tells of. */
export function parseConflict(words: string): Conflict | undefined {
  const found = WORDS.exec(words);
  if (found === null) return undefined;
  const [, field, measurement, sent, existing] = found;
  return { measurement, field, sent, existing };
}

/** Whether a point has the field in the type that was refused. */
export function isOfType({ shape }: Point, { measurement, field, sent }: Conflict): boolean {
  if (shape.series.measurement !== measurement) return false;
  const at = shape.indexOf(field);
  return at !== -1 && TYPES[shape.fields[at].kind] === sent;
}

/** The kind of number that the server has, where a number of the other kind was refused. */
export function wantedNumber({ sent, existing }: Conflict): typeof Kind.Float | typeof Kind.Int | undefined {
  if (sent === 'integer' && existing === 'float') return Kind.Float;
  return sent === 'float' && existing === 'integer' ? Kind.Int : undefined;
}
