import { describe, expect, it } from 'vitest';
import { mermaidText } from '../../../src/cli/mermaid.ts';
import { loadSources } from '../../../src/config/load.ts';
import { textSource } from '../../../src/config/source.ts';
import { registry } from '../../../src/plugins/registry.generated.ts';

function graph(yaml: string): string[] {
  const loaded = loadSources([textSource('p.yaml', yaml)], registry, { env: {} });
  if ('diagnostics' in loaded) throw new Error(JSON.stringify(loaded.diagnostics));
  return mermaidText(loaded.config).split('\n');
}

describe('the graph of a pipeline', () => {
  it('leads from inputs through processors in their order to outputs', () => {
    const lines = graph(`
inputs: [{ file: { files: [a.lp] } }]
processors:
  - rename: { order: 2 }
  - override: { order: 1 }
outputs: [discard, { discard: { alias: spare } }]
`);

    expect(lines).toEqual([
      'flowchart LR',
      '  input1["inputs.file"]',
      '  processor1["processors.override"]',
      '  processor2["processors.rename"]',
      '  output1["outputs.discard"]',
      '  output2["outputs.discard (spare)"]',
      '  input1 --> processor1',
      '  processor1 --> processor2',
      '  processor2 --> output1',
      '  processor2 --> output2',
    ]);
  });

  it('shows that what aggregators make passes the processors once more, unless told otherwise', () => {
    const yaml = (agent: string) => `
agent: { ${agent} }
inputs: [{ file: { files: [a.lp] } }]
processors: [rename]
aggregators: [minmax]
outputs: [discard]
`;

    expect(graph(yaml(''))).toContain('  aggregator1 -. once more .-> processor1');
    expect(graph(yaml('skip_processors_after_aggregators: true'))).toContain('  aggregator1 --> output1');
    expect(graph(yaml('skip_processors_before_aggregators: true'))).toContain('  input1 --> aggregator1');
  });

  it('leads inputs straight to outputs when nothing is between', () => {
    expect(graph('inputs: [{ file: { files: [a.lp] } }]\noutputs: [discard]')).toContain('  input1 --> output1');
  });

  it('shows the filters that choose points, and lets nothing in them end the label or become HTML', () => {
    const lines = graph(`
inputs: [{ file: { files: [a.lp] } }]
outputs:
  - discard: { alias: 'x"]<script>', namepass: ["cpu*"] }
`);

    expect(lines).toContain('  output1["outputs.discard (x#34;]#60;script#62;)<br>namepass [#34;cpu*#34;]"]');
  });
});
