import { describe, expect, it } from 'vitest';
import { configOf, errorLines, loadText } from '../../support/config.ts';

const MINIMAL = 'inputs: [cpu]\noutputs: [file]\n';

describe('YAML', () => {
  it('reads all sections, with defaults', () => {
    const config = configOf(
      loadText(
        'site.yaml',
        `agent: { interval: 5s, omit_hostname: true }
global_tags: { site: pau }
inputs:
  - cpu: { percpu: false, interval: 1m }
processors:
  - rename: { replace: [{ tag: a, dest: b }], order: 2 }
aggregators:
  - minmax: { period: 1h, tags: { rp: h1 } }
outputs:
  - influxdb: { database: metrics, namepass: ["cpu*"] }
tests:
  - name: passes
    input: cpu v=1
    expect: cpu v=1
  - { name: contains, input: cpu v=1, contains: cpu v=1 }
`,
      ),
    );
    expect(config.agent).toMatchObject({ interval: 5000, omit_hostname: true, flush_interval: 10_000, metric_batch_size: 1000 });
    expect(config.globalTags).toEqual({ site: 'pau' });
    expect(config.inputs).toMatchObject([{ id: 'cpu', options: { percpu: false, totalcpu: true, interval: 60_000, tags: {} } }]);
    expect(config.processors).toMatchObject([{ id: 'rename', options: { replace: [{ tag: 'a', dest: 'b' }], order: 2 } }]);
    expect(config.aggregators).toMatchObject([{ id: 'minmax', options: { period: 3_600_000, delay: 100, grace: 0, tags: { rp: 'h1' } } }]);
    expect(config.outputs).toMatchObject([{ id: 'influxdb', options: { database: 'metrics', namepass: ['cpu*'], timeout: 5000 } }]);
    expect(config.tests).toEqual([
      { name: 'passes', input: 'cpu v=1', expect: 'cpu v=1', contains: false },
      { name: 'contains', input: 'cpu v=1', expect: 'cpu v=1', contains: true },
    ]);
    expect(config.warnings).toEqual([]);
  });

  it('takes a plugin as a name, as a name with nothing behind it, and with options', () => {
    const { inputs } = configOf(
      loadText('a.yaml', 'inputs:\n  - cpu\n  - cpu:\n  - cpu: {}\n  - cpu:\n      percpu: false\noutputs: [file]'),
    );
    expect(inputs.map(({ options, location }) => [options.percpu, location.line, location.column])).toEqual([
      [true, 2, 5],
      [true, 3, 5],
      [true, 4, 5],
      [false, 5, 5],
    ]);
  });

  it('keeps plugins in the order written', () => {
    const text = `${MINIMAL}processors:\n  - override: { name_suffix: _a }\n  - rename\n  - override: { name_suffix: _b }\n`;
    const { processors } = configOf(loadText('a.yaml', text));
    expect(processors.map(({ id, options }) => [id, options.name_suffix])).toEqual([
      ['override', '_a'],
      ['rename', undefined],
      ['override', '_b'],
    ]);
  });

  it('reads empty sections as nothing', () => {
    const config = configOf(loadText('a.yaml', `${MINIMAL}agent:\nglobal_tags:\nprocessors:\naggregators: []\ntests:\n`));
    expect(config).toMatchObject({ globalTags: {}, processors: [], aggregators: [], tests: [] });
  });

  it('follows anchors, merges and places for them', () => {
    const config = configOf(
      loadText(
        'a.yaml',
        `x-influx: &influx { database: metrics, timeout: 1s, username: $$u }
inputs: [cpu]
outputs:
  - influxdb: *influx
  - influxdb: { <<: *influx, timeout: 2s }
  - influxdb: { timeout: 3s, <<: *influx }
`,
      ),
    );
    expect(config.outputs.map(({ options }) => [options.database, options.timeout, options.username])).toEqual([
      ['metrics', 1000, '$u'],
      ['metrics', 2000, '$u'],
      ['metrics', 3000, '$u'],
    ]);
  });

  it('puts a variable in place of a number or a boolean where the option wants one', () => {
    const text = 'inputs:\n  - cpu: { percpu: "${NO}" }\n  - file: { limit: "${N}", ratio: $R, files: ["${N}"] }\noutputs: [file]';
    const { inputs } = configOf(loadText('a.yaml', text, { env: { NO: 'false', N: '7', R: '0.5' } }));
    expect(inputs[0].options).toMatchObject({ percpu: false });
    expect(inputs[1].options).toMatchObject({ limit: 7, ratio: 0.5, files: ['7'] });
  });

  it('does not take a variable with other text for a number, nor one that holds none', () => {
    const text = 'inputs:\n  - file: { limit: "${N}0" }\n  - file: { limit: "${X}" }\noutputs: [file]';
    expect(errorLines(loadText('a.yaml', text, { env: { N: '7', X: 'many' } }))).toEqual([
      '2:20: inputs.file: "limit" must be a number, not a text',
      '3:20: inputs.file: "limit" must be a number, not a text',
    ]);
  });

  it.each([
    ['inputs:\n  cpu: {}\n', '1:1: inputs: must be a list'],
    ['inputs:\n  - cpu:\n    percpu: false\n', '3:5: inputs: "percpu" stands beside "cpu", but a list item is one plugin'],
    ['inputs:\n  - cpu: 5\n', '2:10: inputs: the options of "cpu" must be a map'],
    ['inputs:\n  - [cpu]\n', '2:5: inputs: an item must be the name of a plugin with its options'],
    ['inputs:\n  - {}\n', '2:5: inputs: an item must be the name of a plugin with its options'],
    ['agent: fast\n', '1:1: agent: must be a map of names and values'],
    ['tests: { name: a }\n', '1:1: tests: must be a list'],
    ['outptus: []\n', '1:1: unknown section "outptus"'],
    ['interval: 10s\n', '1:1: "interval" belongs under a section, such as agent'],
    ['- cpu\n', '1:1: a pipeline is a map with keys such as inputs and outputs'],
    ['tests:\n  - { name: a, input: b, expect: c, contains: d }\n', '2:5: tests[0]: a test has either "expect" or "contains"'],
    ['agent:\n  interval:\n', '2:3: agent: "interval" has no value'],
    ['inputs:\n  - *nope\n', '2:5: there is no anchor &nope before this'],
  ])('refuses %j', (text, error) => {
    expect(errorLines(loadText('a.yaml', text))).toContain(error);
  });

  it('reports every syntax error, and still what is wrong elsewhere', () => {
    const text = 'agent: { interval: 5z }\ninputs:\n  - cpu: { a: b: c }\nglobal_tags: { a: 1 }\noutputs: "x\n';
    const lines = errorLines(loadText('a.yaml', text)).map((line) => line.split(':')[0]);
    expect(lines).toEqual(expect.arrayContaining(['1', '3', '4', '5']));
    expect(errorLines(loadText('a.yaml', text)).join('\n')).not.toContain('there are no');
  });

  it('is not brought down by aliases that grow, or that hold themselves', () => {
    const layers = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg']) layers.push(`${to}: &${to} [${Array(10).fill(`*${from}`).join(', ')}]`);
    expect(errorLines(loadText('a.yaml', layers.join('\n'))).join('\n')).toContain('aliases that expand to more than');
    expect(errorLines(loadText('a.yaml', 'x-a: &a [*a]\n')).join('\n')).toContain('nested too deeply');
  });
});
