import { describe, expect, it } from 'vitest';
import { createServices } from '../../../src/cli/services.ts';
import { loadSources } from '../../../src/config/load.ts';
import { textSource } from '../../../src/config/source.ts';
import type { Point } from '../../../src/metric/point.ts';
import { buildParts } from '../../../src/pipeline/build.ts';
import { registry } from '../../../src/plugins/registry.generated.ts';
import { createLogger } from '../../../src/telemetry/log.ts';
import { parsePoints, toLines } from '../../support/points.ts';
import { memoryStore } from '../../support/store.ts';

const T0 = 1_760_000_000;

/** Two sockets of a host, read every 10 s. */
const lines = Array.from({ length: 80 }, (_, at) => {
  const round = at >> 1;
  const watts = 40 + ((round * 13 + (at & 1) * 7) % 30);
  return `powerstat_package,host=a,package_id=${at & 1} current_power_consumption_watts=${watts} ${T0 + round * 10}000000000`;
});

/**
 * What the outputs are told, by series and time, when the bridge is stopped and started before each of these lines, or its configuration
 * loaded anew; `told` counts every point.
 */
function store(
  lateness: string,
  restarts: readonly number[],
  how: 'restart' | 'reload' = 'restart',
): { stored: Map<string, string>; told: number } {
  const yaml = `
inputs:
  - file: { files: [none.lp] }
processors:
  - energy: { lateness: ${lateness}, unattributed: process, facility: { pue: 1.5 } }
  - carbon: { country: FR }
aggregators:
  - energy: { period: 1m, lateness: ${lateness}, tags: { rp: m1 } }
outputs:
  - discard: {}
`;
  const loaded = loadSources([textSource('p.yaml', yaml)], registry, { env: {} });
  if ('diagnostics' in loaded) throw new Error(JSON.stringify(loaded.diagnostics));
  const kept = memoryStore();
  const stored = new Map<string, string>();
  let told = 0;
  const bounds = [0, ...restarts, lines.length];
  for (const [index, from] of bounds.slice(0, -1).entries()) {
    const services = { ...createServices(loaded, createLogger({ write: () => undefined })), store: kept };
    const parts = buildParts(loaded.config, services);
    if ('diagnostics' in parts) throw new Error(JSON.stringify(parts.diagnostics));
    const write = (points: readonly Point[]): void => {
      for (const line of toLines(parts.interner, points)) {
        const [, key, fields, time] = /^(\S+) (.*) (\d+)$/.exec(line) ?? [];
        stored.set(`${key} ${time}`, fields);
        told++;
      }
    };
    for (const line of lines.slice(from, bounds[index + 1])) write(parts.flow.process(parsePoints(parts.interner, line)));
    const isLast = index === bounds.length - 2;
    write(parts.flow.end(how === 'reload' && !isLast ? parts.stateNames : new Set()));
  }
  return { stored, told };
}

describe('a bridge that is stopped and started again', () => {
  it.each(['0s', '25s'])('ends with what one that ran on has, windows and carbon too, at a lateness of %s', (lateness) => {
    const through = store(lateness, []).stored;
    expect([...through.keys()].some((key) => key.startsWith('carbon,'))).toBe(true);
    for (const restarts of [[7], [20, 21, 33], [64, 73]]) {
      expect(Object.fromEntries(store(lateness, restarts).stored)).toEqual(Object.fromEntries(through));
    }
  });

  it.each(['0s', '25s'])(
    'whose configuration is loaded anew tells every point once, as one that ran on, at a lateness of %s',
    (lateness) => {
      const through = store(lateness, []);
      const reloaded = store(lateness, [7, 20, 21, 33, 64, 73], 'reload');

      expect(Object.fromEntries(reloaded.stored)).toEqual(Object.fromEntries(through.stored));
      expect(reloaded.told).toBe(through.told);
    },
  );
});
