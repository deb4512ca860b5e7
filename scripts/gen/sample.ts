/** What a plugin makes of its sample: the example in its definition is run, so that its page shows real output. */
import { formatDiagnostics } from '../../src/config/diagnostics.ts';
import { loadSources } from '../../src/config/load.ts';
import type { PipelineConfig } from '../../src/config/pipeline-config.ts';
import { PLUGIN_GROUPS } from '../../src/config/plugin-groups.ts';
import { textSource } from '../../src/config/source.ts';
import { LineParser, lineErrorText } from '../../src/formats/line-protocol/parse.ts';
import { LineWriter } from '../../src/formats/line-protocol/write.ts';
import { buildParts, type Parts } from '../../src/pipeline/build.ts';
import { Ports } from '../../src/pipeline/ports.ts';
import type { Clock } from '../../src/pipeline/plugin.ts';
import type { OutputDefinition, Registry } from '../../src/pipeline/registry.ts';
import { MemoryStore } from '../../src/queue/memory/memory-store.ts';
import { createLogger } from '../../src/telemetry/log.ts';
import { SelfMetrics } from '../../src/telemetry/self-metrics.ts';
import type { FoundPlugin } from './plugins.ts';

/** The time in which samples play, 2026-01-01T00:00:00Z; their lines are of the ten seconds before. */
const NOW_MS = 1_767_225_600_000;

/** What examples name as secrets. */
const EXAMPLE_SECRETS = { INFLUX_TOKEN: 'example' };

/** The ends that an example need not have. */
const ENDS = textSource('ends.yaml', 'inputs: [{ file: { files: [none] } }]\noutputs: [{ discard: {} }]\n');

/** Line protocol: what the example makes of the sample, or what an output sends of it; of an input the sample itself. */
export function sampleOutput(plugin: FoundPlugin, plugins: readonly FoundPlugin[], root: string): string | undefined {
  const { group, definition } = plugin;
  const { sample } = definition;
  if (sample === undefined) return undefined;
  if (typeof sample !== 'string') return sample.gave;
  if (group === 'inputs') return sample;
  const runner = new SampleRunner(registryOf(plugins), root);
  if (group !== 'outputs') return runner.process(plugin.example, sample);
  const { toLines } = definition as OutputDefinition;
  if (toLines === undefined) throw new Error(`outputs.${plugin.id} has a sample, but no toLines to show it with`);
  return runner.encode(plugin.example, sample, toLines);
}

class SampleRunner {
  readonly #registry: Registry;
  readonly #root: string;

  constructor(registry: Registry, root: string) {
    this.#registry = registry;
    this.#root = root;
  }

  /** What comes out behind the example's processors and aggregators. */
  process(example: string, sample: string): string {
    const { interner, flow } = this.#parts({ ...this.#load(example), outputs: [] }, this.#store());
    const writer = new LineWriter(interner, { uintSupport: true, sortFields: true });
    for (const point of [...flow.process(readSample(interner, sample)), ...flow.end()]) writer.append(point);
    return writer.take().toString();
  }

  /** What the example's output would send. */
  encode(example: string, sample: string, toLines: NonNullable<OutputDefinition['toLines']>): string {
    const sent: Buffer[] = [];
    const store = this.#store();
    store.commit = ({ payloads }) => {
      for (const payload of [...payloads.values()].flat()) sent.push(toLines(payload));
      return Promise.resolve();
    };
    const { interner, flow, delivery } = this.#parts(this.#load(example), store);
    void delivery.commit(flow.process(readSample(interner, sample)));
    return Buffer.concat(sent).toString();
  }

  #load(example: string): PipelineConfig {
    const loaded = loadSources([textSource('example.yaml', example), ENDS], this.#registry, { env: EXAMPLE_SECRETS });
    if ('diagnostics' in loaded) throw new Error(formatDiagnostics(loaded.diagnostics));
    return { ...loaded.config, outputs: loaded.config.outputs.filter(({ id }) => id !== 'discard') };
  }

  #parts(config: PipelineConfig, store: MemoryStore): Parts {
    const clock: Clock = { now: () => ({ ms: NOW_MS, ns: 0 }) };
    const services = { registry: this.#registry, store, logger: createLogger({ level: 'error' }), clock, baseDirectory: this.#root };
    const parts = buildParts(config, { ...services, ports: new Ports().user(), metrics: new SelfMetrics({ version: '0' }) });
    if ('diagnostics' in parts) throw new Error(formatDiagnostics(parts.diagnostics));
    return parts;
  }

  #store(): MemoryStore {
    const bounds = { maxBytes: 1 << 20, maxPoints: 10_000, maxAgeMs: Infinity, overflow: 'block' } as const;
    return new MemoryStore({ bounds: () => bounds, onDrop: () => undefined });
  }
}

function readSample(interner: Parts['interner'], sample: string): ReturnType<LineParser['parse']>['points'] {
  const { points, errors } = new LineParser(interner).parse(Buffer.from(sample), { precision: 'ns', now: { ms: NOW_MS, ns: 0 } });
  if (errors.length > 0) throw new Error(errors.map(lineErrorText).join('; '));
  return points;
}

function registryOf(plugins: readonly FoundPlugin[]): Registry {
  const groups = PLUGIN_GROUPS.map((group) => {
    const ofGroup = plugins.filter((plugin) => plugin.group === group);
    return [group, new Map(ofGroup.map(({ id, definition }) => [id, definition]))];
  });
  return Object.fromEntries(groups) as Registry;
}
