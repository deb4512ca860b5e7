/** What holds for every processor that there is, by its example and by options that make no sense. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import type { Filter } from '../../src/config/common.ts';
import { ConfigError } from '../../src/config/diagnostics.ts';
import { fullSchema } from '../../src/config/plugins.ts';
import type { Interner } from '../../src/metric/interner.ts';
import { Point } from '../../src/metric/point.ts';
import { MetricFilter } from '../../src/pipeline/filter.ts';
import type { Processor } from '../../src/pipeline/plugin.ts';
import type { ProcessorDefinition } from '../../src/pipeline/registry.ts';
import { createProcessorStage } from '../../src/pipeline/processor-stage.ts';
import { registry } from '../../src/plugins/registry.generated.ts';
import { testContext, type TestContext } from '../support/context.ts';
import { decoded, parsePoint } from '../support/points.ts';
import { randomLines, type RandomLine } from '../support/random-lines.ts';
import { optionsSchema, randomValue } from '../support/random-options.ts';
import { Random } from '../support/random.ts';

const SEED = 20_261_124;
const FILTERED_EXAMPLES = 8;
const RANDOM_OPTIONS = 30;
const LINES = 25;
/** Words that say something to a processor, and some that never do. */
const WORDS = ['a', 'ab', 'b', 'host', 'name', 'value', 'cpu', 'powerstat_package', 'package_id', 'current_power_consumption_watts'];
const FILTERS = new Set(['namepass', 'namedrop', 'tagpass', 'tagdrop', 'fieldinclude', 'fieldexclude', 'taginclude', 'tagexclude']);

interface Way {
  /** In which form its points come. */
  readonly form: 'bytes' | 'values';
  /** Whether it is asked to bind once per shape, as it is run, or again for every point, as when caches are full. */
  readonly bound: 'once' | 'anew';
}

interface Told {
  /** What each line became, in order, and last what was held back. */
  readonly points: readonly (readonly object[])[];
  readonly dropped: ReadonlyMap<string, number>;
}

/** What a processor behind its filter makes of some lines. */
function tell(definition: ProcessorDefinition, options: Filter, lines: readonly RandomLine[], way: Way): Told {
  const context = testContext();
  const { processor, filter } = make(definition, options, context);
  const bind = () => createProcessorStage(context.interner, filter, processor);
  let stage = bind();
  const points = lines.map((line) => {
    context.clock.ms += line.stepMs;
    const point = pointOf(line, context.interner, way.form);
    if (way.bound === 'anew') stage = bind();
    const out: Point[] = [];
    stage.run([point], out);
    expect(content(point)).toEqual(content(pointOf(line, context.interner, 'values')));
    return out.map(content);
  });
  const held: Point[] = [];
  processor.flush?.(held);
  return { points: [...points, held.map(content)], dropped: context.dropped };
}

function make(definition: ProcessorDefinition, options: Filter, context: TestContext): { processor: Processor; filter: MetricFilter } {
  return { processor: definition.create(options, context), filter: new MetricFilter(options, context) };
}

function pointOf({ line, stale }: RandomLine, interner: Interner, form: Way['form']): Point {
  const point = parsePoint(interner, line);
  if (stale) return Point.stale(point.shape, point.ms, point.ns);
  return form === 'values' ? decoded(point) : point;
}

/** All that a point says. */
function content({ series, shape, ms, ns, stale, values }: Point): object {
  return { series: series.id, fields: shape.fields.map(({ key, kind }, index) => [key.name, kind, values[index]]), ms, ns, stale };
}

/** The same, but for the order in which the points came that were made of one. */
function sorted({ points, dropped }: Told): object {
  const text = (point: object) => JSON.stringify(point, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  return { points: points.map((made) => made.map(text).sort()), dropped };
}

function exampleOf(id: string, { example }: ProcessorDefinition): object {
  const plugins = parse(example).processors as readonly Record<string, object | null>[];
  return plugins.find((plugin) => id in plugin)?.[id] ?? {};
}

/** The words of an example, so that lines concern it: globs with a letter in place of the star. */
function wordsOf(options: unknown): string[] {
  if (typeof options === 'string') return /^[\w.*?-]+$/.test(options) ? [options.replaceAll(/[*?]/g, 'x')] : [];
  if (typeof options !== 'object' || options === null) return [];
  return Object.entries(options).flatMap(([key, value]) => [...(Array.isArray(options) ? [] : wordsOf(key)), ...wordsOf(value)]);
}

/** Those that the plugin takes. */
function* accepted(definition: ProcessorDefinition, candidates: Iterable<object>): Generator<Filter> {
  const schema = fullSchema('processors', definition.schema);
  for (const candidate of candidates) {
    const { data } = schema.safeParse(candidate);
    if (data !== undefined && isMade(definition, data)) yield data;
  }
}

function isMade(definition: ProcessorDefinition, options: Filter): boolean {
  try {
    make(definition, options, testContext());
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

// A processor may print.
beforeAll(() => void vi.spyOn(process.stdout, 'write').mockReturnValue(true));
beforeAll(async () => {
  for (const definition of registry.processors.values()) await definition.prepare?.();
});

describe.each([...registry.processors])('processors.%s, whatever its filter and its options', (id, definition) => {
  const example = exampleOf(id, definition);
  const words = [...WORDS, ...wordsOf(example)];
  const schema = optionsSchema('processors', id);

  function* candidates(random: Random): Generator<object> {
    yield example;
    for (let round = 0; round < FILTERED_EXAMPLES; round++) {
      const filters = Object.entries(schema.properties ?? {}).filter(([name]) => FILTERS.has(name) && random.next() < 0.3);
      yield { ...example, ...Object.fromEntries(filters.map(([name, value]) => [name, randomValue(value, words, random)])) };
    }
    for (let round = 0; round < RANDOM_OPTIONS; round++) yield randomValue(schema, words, random) as object;
  }

  it('makes the same of a point in its bytes form and of the same point decoded', () => {
    const random = new Random(SEED);
    for (const options of accepted(definition, candidates(random))) {
      const lines = randomLines(words, 'sorted', LINES, random);
      const told = tell(definition, options, lines, { form: 'bytes', bound: 'once' });
      expect({ options, told: tell(definition, options, lines, { form: 'values', bound: 'once' }) }).toEqual({ options, told });
    }
  });

  it('makes the same of it where its fields are in another order, in any order', () => {
    const random = new Random(SEED + 1);
    for (const options of accepted(definition, candidates(random))) {
      const lines = randomLines(words, 'in any order', LINES, random);
      const told = sorted(tell(definition, options, lines, { form: 'bytes', bound: 'once' }));
      expect({ options, told: sorted(tell(definition, options, lines, { form: 'values', bound: 'once' })) }).toEqual({ options, told });
    }
  });

  it('makes the same of a point when it is asked again to bind', () => {
    const random = new Random(SEED + 2);
    for (const options of accepted(definition, candidates(random))) {
      // What a marker ends may be what the last point became, which is remembered with the binding.
      const lines = randomLines(words, 'in any order', LINES, random).filter(({ stale }) => !stale);
      const told = tell(definition, options, lines, { form: 'bytes', bound: 'once' });
      expect({ options, told: tell(definition, options, lines, { form: 'bytes', bound: 'anew' }) }).toEqual({ options, told });
    }
  });
});
