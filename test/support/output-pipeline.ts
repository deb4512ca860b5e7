/** A whole pipeline in this process, from a listener to one influxdb output, with its queue and its dead letters in memory. */
import { createServices } from '../../src/cli/services.ts';
import { loadSources } from '../../src/config/load.ts';
import { textSource } from '../../src/config/source.ts';
import { createPipeline } from '../../src/pipeline/pipeline.ts';
import type { Services } from '../../src/pipeline/services.ts';
import { registry } from '../../src/plugins/registry.generated.ts';
import type { DeadLetter } from '../../src/queue/store.ts';
import { createLogger } from '../../src/telemetry/log.ts';
import { freePort } from './process.ts';

export interface OutputPipeline {
  readonly services: Services;
  /** What was logged. */
  readonly log: () => string;
  /** Pushes lines with times in nanoseconds. Throws unless all were taken. */
  push(lines: readonly string[]): Promise<void>;
  /** Points that wait. */
  waiting(): number;
  /** All dead letters, the oldest first. */
  letters(): Promise<readonly DeadLetter[]>;
  /** Delivers what is queued, and ends it. */
  stop(): Promise<void>;
}

/** Starts it; `options` are those of the output, `agent` those of the agent. */
export async function startOutputPipeline(options: object, agent: object = {}): Promise<OutputPipeline> {
  const listen = `127.0.0.1:${await freePort()}`;
  const config = {
    agent: { flush_interval: '50ms', omit_hostname: true, admin_address: '', ...agent },
    inputs: [{ influxdb_listener: { service_address: listen } }],
    outputs: [{ influxdb: options }],
  };
  // JSON is YAML.
  const loaded = loadSources([textSource('p.yaml', JSON.stringify(config))], registry, { env: {} });
  if ('diagnostics' in loaded) throw new Error(JSON.stringify(loaded.diagnostics));
  let logged = '';
  const logger = createLogger({ write: (line) => void (logged += line) });
  const services = createServices(loaded, logger);
  const pipeline = createPipeline(loaded.config, services);
  if ('diagnostics' in pipeline) throw new Error(JSON.stringify(pipeline.diagnostics));
  await pipeline.start();
  return {
    services,
    log: () => logged,
    async push(lines) {
      const answer = await fetch(`http://${listen}/write?db=x`, { method: 'POST', body: `${lines.join('\n')}\n` });
      if (answer.status !== 204) throw new Error(`${answer.status} ${await answer.text()}`);
    },
    waiting: () => services.store.queue('outputs.influxdb').depth.points,
    letters: () => services.store.deadLetters.list({}, 100_000),
    stop: () => pipeline.stop().then(() => undefined),
  };
}
