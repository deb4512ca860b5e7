/**
 * What every processor and aggregator costs per point, beside doing nothing: by its example; where that touches nothing of the load,
 * without the example's filters, or by the options below. The load is three rounds of the benchmarks' lines, in their bytes form, and
 * what `energy` makes of them. Plugins that are added are measured without a word here.
 *
 *     npm run bench:plugins [-- NAME…]
 */
import { measure } from 'mitata';
import { parse } from 'yaml';
import { Filter, type AggregatorCommon } from '../../src/config/common.ts';
import { fullSchema } from '../../src/config/plugins.ts';
import type { Point } from '../../src/metric/point.ts';
import { AggregatorStage } from '../../src/pipeline/aggregator-stage.ts';
import { MetricFilter } from '../../src/pipeline/filter.ts';
import type { AggregatorDefinition, ProcessorDefinition } from '../../src/pipeline/registry.ts';
import { createProcessorStage } from '../../src/pipeline/processor-stage.ts';
import { Stage } from '../../src/pipeline/stage.ts';
import { energy } from '../../src/plugins/processors/energy/plugin.ts';
import { registry } from '../../src/plugins/registry.generated.ts';
import { testContext, type TestContext } from '../support/context.ts';
import { parsePoints, process as processPoints } from '../support/points.ts';
import { posts } from './lines.ts';

const SERIES = 1950;
const ROUNDS = 3;
/** By so much each repetition of the load is later than the one before, so that time goes on for what looks at it. */
const LOAD_MS = ROUNDS * 10_000;
const START_MS = 1_700_000_000_000;

/** Options for the load, of plugins whose example is about other metrics. */
const OPTIONS: Readonly<Record<string, object>> = {
  'aggregators.histogram': { config: [{ measurement_name: 'cpu', buckets: [10, 25, 50, 75, 90] }] },
  'aggregators.valuecounter': { fields: ['speed'] },
  'processors.pivot': { tag_key: 'cpu', value_key: 'usage_idle' },
  'processors.scale': { scaling: [{ fields: ['*_watts'], factor: 0.001 }] },
  'processors.script': { source: 'export default ({ fields }) => { fields.seen = Object.keys(fields).length; }' },
  'processors.starlark': { source: 'def apply(metric):\n    metric.fields["seen"] = len(metric.fields)\n    return metric' },
  'processors.strings': { uppercase: [{ tag: 'host' }] },
};

/** Takes points through a plugin; returns what comes of them. */
type Work = (points: readonly Point[]) => readonly Point[];

interface Plugin {
  readonly name: string;
  readonly example: object;
  make(options: object, context: TestContext): Work;
}

interface Candidate {
  readonly options: object;
  readonly note: string;
}

interface Result {
  readonly name: string;
  readonly note: string;
  readonly nanoseconds: number;
  /** Points of the load that did not just go on, and points that were made. */
  readonly touched: number;
}

function processorWork(definition: ProcessorDefinition, options: object, context: TestContext): Work {
  const config: Filter = fullSchema('processors', definition.schema).parse(options);
  return stageWork(createProcessorStage(context.interner, new MetricFilter(config, context), definition.create(config, context)));
}

function stageWork(stage: Stage): Work {
  return (points) => {
    const out: Point[] = [];
    stage.run(points, out);
    return out;
  };
}

/** All of the load falls into one window, which ends behind it. */
function aggregatorWork(definition: AggregatorDefinition, options: object, context: TestContext): Work {
  const config = fullSchema('aggregators', definition.schema).parse({ ...options, grace: '200000h' }) as AggregatorCommon;
  const stage = new AggregatorStage(
    definition.create(config, context),
    {
      interner: context.interner,
      filter: new MetricFilter(config, context),
      common: config,
      roundInterval: true,
      precisionNs: 1,
      drop: (reason) => context.drop(reason),
    },
    START_MS,
  );
  return (points) => {
    for (const point of points) stage.add(point);
    const out: Point[] = [];
    stage.push(out, context.clock.ms, 'last');
    return out;
  };
}

function plugins(): Plugin[] {
  const processors = [...registry.processors].map(([id, definition]) => ({
    name: `processors.${id}`,
    example: exampleOf('processors', id, definition.example),
    make: (options: object, context: TestContext) => processorWork(definition, options, context),
  }));
  const aggregators = [...registry.aggregators].map(([id, definition]) => ({
    name: `aggregators.${id}`,
    example: exampleOf('aggregators', id, definition.example),
    make: (options: object, context: TestContext) => aggregatorWork(definition, options, context),
  }));
  return [...processors, ...aggregators];
}

function exampleOf(group: string, id: string, example: string): object {
  const ofGroup = (parse(example) as Record<string, readonly Record<string, object | null>[]>)[group];
  return ofGroup.find((plugin) => id in plugin)?.[id] ?? {};
}

/** The load in the context of a plugin. */
function load(context: TestContext): Point[] {
  const text = String(Buffer.concat([...posts(ROUNDS * SERIES, SERIES)]));
  const meter = energy.create(energy.schema.parse({}), testContext({ nowMs: START_MS, interner: context.interner }));
  const metered = processPoints(meter, parsePoints(context.interner, text)).filter(({ series }) => series.measurement === 'energy');
  return [...parsePoints(context.interner, text), ...metered];
}

/** The same points as if they had just come: later than those before, and none of them decoded. */
function* later(points: readonly Point[], context: TestContext): Generator<Point[], never> {
  for (let at = 0; ; at += LOAD_MS) {
    context.clock.ms += LOAD_MS;
    yield points.map((point) => point.withTime(point.ms + at, point.ns));
  }
}

function touchedBy(plugin: Plugin, { options }: Candidate): number {
  const context = testContext({ nowMs: START_MS });
  const points = load(context);
  const out = plugin.make(options, context)(points);
  if (plugin.name.startsWith('aggregators.')) return out.length;
  const [before, after] = [new Set(points), new Set(out)];
  return Math.max(before.difference(after).size, after.difference(before).size);
}

function candidates({ name, example }: Plugin): Candidate[] {
  const unfiltered = Object.fromEntries(Object.entries(example).filter(([option]) => !(option in Filter.shape)));
  const own = OPTIONS[name];
  return [
    { options: example, note: '' },
    ...(own === undefined ? [] : [{ options: own, note: `with ${JSON.stringify(own)}` }]),
    { options: unfiltered, note: 'without filters' },
  ];
}

/** Nanoseconds of one point, the median of many repetitions. */
async function nanosecondsPerPoint(work: Work, points: readonly Point[], context: TestContext): Promise<number> {
  const loads = later(points, context);
  const { p50 } = await measure(
    function* () {
      yield { 0: () => loads.next().value, bench: work } as never;
    },
    { batch_threshold: 0, min_cpu_time: 1e9 } as const,
  );
  return p50 / points.length;
}

async function measured(plugin: Plugin): Promise<Result> {
  const tried = candidates(plugin).map((candidate) => ({ ...candidate, touched: touchedBy(plugin, candidate) }));
  const { options, note, touched } = tried.find((candidate) => candidate.touched > 0) ?? { ...tried[0], note: 'touches nothing' };
  const context = testContext({ nowMs: START_MS });
  const points = load(context);
  return { name: plugin.name, note, touched, nanoseconds: await nanosecondsPerPoint(plugin.make(options, context), points, context) };
}

async function nothing(): Promise<number> {
  const context = testContext({ nowMs: START_MS });
  return nanosecondsPerPoint(stageWork(new Stage(context.interner, () => 'pass')), load(context), context);
}

const wanted = process.argv.slice(2);
const print = process.stdout.write.bind(process.stdout);
// A processor may print, which is part of what it costs but for the terminal.
process.stdout.write = () => true;

for (const definition of registry.processors.values()) await definition.prepare?.();
const floor = await nothing();
const results: Result[] = [];
for (const plugin of plugins()) {
  if (wanted.length > 0 && !wanted.some((name) => plugin.name.includes(name))) continue;
  results.push(await measured(plugin));
}
const size = load(testContext({ nowMs: START_MS })).length;
print(`${size} points; doing nothing: ${floor.toFixed(1)} ns/point\n`);
print(`${'plugin'.padEnd(28)} ${'ns/point'.padStart(9)} ${'x nothing'.padStart(10)} ${'touched'.padStart(8)}\n`);
for (const { name, nanoseconds, touched, note } of results.toSorted((a, b) => b.nanoseconds - a.nanoseconds)) {
  const ratio = (nanoseconds / floor).toFixed(1);
  print(`${name.padEnd(28)} ${nanoseconds.toFixed(1).padStart(9)} ${ratio.padStart(10)} ${String(touched).padStart(8)}  ${note}\n`);
}
