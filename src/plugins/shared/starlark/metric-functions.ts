import { Arguments } from '../../../formats/starlark/builtins/arguments.ts';
import { EvalError } from '../../../formats/starlark/errors.ts';
import { Builtin } from '../../../formats/starlark/values/callable.ts';
import { Thing, typeOf, type Value } from '../../../formats/starlark/values/value.ts';
import type { Clock } from '../../../pipeline/plugin.ts';
import { toField } from './fields.ts';
import { Metric } from './metric.ts';

/** What Telegraf's scripts know besides Starlark: `Metric` and `deepcopy`. */
export function metricFunctions(clock: Clock): [name: string, value: Value][] {
  return [
    [
      'Metric',
      new Builtin('Metric', (args, named) => makeMetric(Arguments.named('Metric', args, named, ['name', 'tags?', 'fields?']), clock)),
    ],
    [
      'deepcopy',
      new Builtin('deepcopy', (args, named) => {
        // `track` is about acknowledgements, which belong to whole batches here.
        const given = Arguments.named('deepcopy', args, named, ['source', 'track?']);
        given.boolean(1, false);
        const metric = given.value(0);
        return metric instanceof Metric ? metric.copy() : given.fail(0, `got ${typeOf(metric ?? null)}, want Metric`);
      }),
    ],
  ];
}

/** A metric of now, until the script gives it another time. */
function makeMetric(given: Arguments, clock: Clock): Metric {
  const { ms, ns } = clock.now();
  const metric = Metric.named(given.text(0), ms, ns);
  for (const [key, value] of itemsOf(given.value(1), 'tags')) {
    if (typeof value !== 'string') throw new EvalError(`The type ${typeOf(value)} is unsupported as type of value for tags`);
    metric.ownTags().set(key, value);
  }
  for (const [key, value] of itemsOf(given.value(2), 'fields')) metric.ownFields().set(key, toField(value));
  return metric;
}

function itemsOf(value: Value | undefined, what: string): (readonly [string, Value])[] {
  if (value === undefined) return [];
  const items = value instanceof Thing && value.isMapping ? value.items() : undefined;
  if (items === undefined) throw new EvalError(`The type ${typeOf(value)} is unsupported as type of collection of ${what}`);
  return items.map(([key, item]) => {
    if (typeof key !== 'string') throw new EvalError(`The type ${typeOf(key)} is unsupported as type of key for ${what}`);
    return [key, item];
  });
}
