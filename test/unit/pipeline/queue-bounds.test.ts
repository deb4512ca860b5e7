import { describe, expect, it } from 'vitest';
import { loadSources } from '../../../src/config/load.ts';
import { textSource } from '../../../src/config/source.ts';
import { queueBounds } from '../../../src/pipeline/queue-bounds.ts';
import { registry } from '../../../src/plugins/registry.generated.ts';

function bounds(agent: string, outputs: string): ReturnType<typeof queueBounds> {
  const yaml = `agent: { ${agent} }\ninputs: [{ file: { files: [a.lp] } }]\noutputs: [${outputs}]`;
  const loaded = loadSources([textSource('p.yaml', yaml)], registry, { env: {} });
  if ('diagnostics' in loaded) throw new Error(JSON.stringify(loaded.diagnostics));
  return queueBounds(loaded.config, 1024);
}

describe('the bound of a queue', () => {
  it('is the default where nobody set one', () => {
    expect(bounds('', 'discard')('outputs.discard')).toEqual({
      maxPoints: Infinity,
      maxBytes: 1024,
      maxAgeMs: Infinity,
      overflow: 'block',
    });
  });

  it('is the default for 0, which would be a queue that takes nothing', () => {
    expect(bounds('', '{ discard: { queue_max_bytes: 0 } }')('outputs.discard').maxBytes).toBe(1024);
  });

  it("is the agent's number of points, unless the output has one of its own", () => {
    const of = bounds('metric_buffer_limit: 10', 'discard, { discard: { alias: a, metric_buffer_limit: 20 } }');

    expect(of('outputs.discard').maxPoints).toBe(10);
    expect(of('outputs.discard::a').maxPoints).toBe(20);
  });

  it('holds nobody up where the output may be missing, unless told so', () => {
    const overflow = (options: string) => bounds('', `{ discard: { ${options} } }`)('outputs.discard').overflow;

    expect(['error', 'retry', 'ignore', 'probe'].map((behavior) => overflow(`startup_error_behavior: ${behavior}`))).toEqual([
      'block',
      'block',
      'drop_oldest',
      'drop_oldest',
    ]);
    expect(overflow('startup_error_behavior: ignore, overflow: block')).toBe('block');
    expect(overflow('overflow: drop_newest')).toBe('drop_newest');
  });

  it('belongs to the right one of two outputs of the same name', () => {
    const of = bounds('', '{ discard: { metric_buffer_limit: 1 } }, { discard: { metric_buffer_limit: 2 } }');

    expect(of('outputs.discard').maxPoints).toBe(1);
    expect(of('outputs.discard#2').maxPoints).toBe(2);
  });
});
