import { describe, expect, it } from 'vitest';
import { ConfigError, formatDiagnostics } from '../../../src/config/diagnostics.ts';
import { explainConfigError } from '../../../src/config/load.ts';
import { configOf, errorLines, loadText, shownErrors } from '../../support/config.ts';

const FIVE_IN_YAML = `agent:
  interval: 10 seconds
inputs:
  - cpuu: { percpu: true }
  - file: { data_format: inflx }
outputs:
  - influxdb:
      urls: http://127.0.0.1:8086
      buckt: energy
      database: metrics
`;

const FIVE_IN_TOML = `[agent]
  interval = "10 seconds"
[[inputs.cpuu]]
  percpu = true
[[inputs.file]]
  data_format = "inflx"
[[outputs.influxdb]]
	urls = "http://127.0.0.1:8086"
  buckt = "energy"
  database = "metrics"
`;

describe('diagnostics', () => {
  it('show five different mistakes in YAML, all of them, each with its caret', () => {
    expect(shownErrors(loadText('site.yaml', FIVE_IN_YAML)))
      .toBe(`site.yaml:2:13: agent: interval: "10 seconds" is not a duration; write for example 10s, 1m30s or 250ms
  2 |   interval: 10 seconds
    |             ^^^^^^^^^^

site.yaml:4:5: inputs: there is no input "cpuu"
  4 |   - cpuu: { percpu: true }
    |     ^^^^ did you mean "cpu"?

site.yaml:5:26: inputs.file: "data_format" must be one of "influx", "prometheus", "json"
  5 |   - file: { data_format: inflx }
    |                          ^^^^^ did you mean "influx"?

site.yaml:8:13: outputs.influxdb: "urls" must be a list, not a text
  8 |       urls: http://127.0.0.1:8086
    |             ^^^^^^^^^^^^^^^^^^^^^ put it in brackets: ["http://127.0.0.1:8086"]

site.yaml:9:7: outputs.influxdb: unknown option "buckt"
  9 |       buckt: energy
    |       ^^^^^ did you mean "bucket"?
`);
  });

  it('show the same five in TOML', () => {
    expect(shownErrors(loadText('telegraf.conf', FIVE_IN_TOML)))
      .toBe(`telegraf.conf:2:14: agent: interval: "10 seconds" is not a duration; write for example 10s, 1m30s or 250ms
  2 |   interval = "10 seconds"
    |              ^^^^^^^^^^^^

telegraf.conf:3:10: inputs: there is no input "cpuu"
  3 | [[inputs.cpuu]]
    |          ^^^^ did you mean "cpu"?

telegraf.conf:6:17: inputs.file: "data_format" must be one of "influx", "prometheus", "json"
  6 |   data_format = "inflx"
    |                 ^^^^^^^ did you mean "influx"?

telegraf.conf:8:9: outputs.influxdb: "urls" must be a list, not a text
  8 |  urls = "http://127.0.0.1:8086"
    |         ^^^^^^^^^^^^^^^^^^^^^^^ put it in brackets: ["http://127.0.0.1:8086"]

telegraf.conf:9:3: outputs.influxdb: unknown option "buckt"
  9 |   buckt = "energy"
    |   ^^^^^ did you mean "bucket"?
`);
  });

  it.each([
    ['inputs:\n  - procstat\noutputs: [file]\n', 'Telegraf has the input "procstat", Wattbridge does not (yet)'],
    ['inputs: [cpu]\noutputs:\n  - influxdb_v3: {}\n', 'Telegraf has the output "influxdb_v3", Wattbridge does not (yet)'],
    ['inputs: [influxdb]\noutputs: [file]\n', 'Telegraf has the input "influxdb", Wattbridge does not (yet)'],
    ['inputs: [rename]\noutputs: [file]\n', 'there is no input "rename"'],
  ])('name a plugin that is not there, in %j', (text, message) => {
    expect(shownErrors(loadText('a.yaml', text))).toContain(message);
  });

  it('tell where a plugin of that name is', () => {
    expect(shownErrors(loadText('a.yaml', 'inputs: [override]\noutputs: [file]\n'))).toContain('^ there is one under processors');
  });

  it('name what is missing at the plugin it is missing from', () => {
    expect(shownErrors(loadText('a.yaml', 'inputs: [cpu]\noutputs:\n  - influxdb: { bucket: b }\n'))).toBe(
      'a.yaml:3:5: outputs.influxdb: option "database" is missing\n  3 |   - influxdb: { bucket: b }\n    |     ^^^^^^^^\n',
    );
  });

  it('point into lists of maps', () => {
    const text =
      'inputs: [cpu]\noutputs: [file]\nprocessors:\n  - rename:\n      replace:\n        - { tag: a, dset: b }\n        - { tag: 5, dest: b }\n';
    expect(errorLines(loadText('a.yaml', text))).toEqual([
      '5:7: processors.rename: option "replace[0].dest" is missing',
      '6:21: processors.rename: unknown option "dset" in replace[0]',
      '7:18: processors.rename: "replace[1].tag" must be a text, not a number',
    ]);
  });

  it.each([
    ['limit: 0', '"limit" must be more than 0'],
    ['limit: 1.5', '"limit" must be a whole number, not a number'],
    ['max_size: 5 potatoes', 'max_size: "5 potatoes" is not a size'],
    ['max_size: true', '"max_size" must be a text or a number, not true or false'],
    ['files: [1]', '"files[0]" must be a text, not a number'],
    ['interval: [5s]', '"interval" must be a text or a number, not a list'],
    ['namepass: cpu', '"namepass" must be a list, not a text'],
    ['tags: { a: [b] }', '"tags.a" must be a text, not a list'],
    ['log_level: dbug', '"log_level" must be one of "error", "warn", "info", "debug", "trace"'],
  ])('say what is wrong with %s', (option, message) => {
    expect(shownErrors(loadText('a.yaml', `inputs:\n  - file: { ${option} }\noutputs: [file]\n`))).toContain(message);
  });

  it.each([
    ['limit = "5"', 'write it without quotes: 5'],
    ['alias = "x"\ntags = { a = 5 }', 'put it in quotes: "5"'],
    ['files = "x"', 'put it in brackets: ["x"]'],
  ])('say how to write %j instead', (option, hint) => {
    expect(shownErrors(loadText('a.conf', `[[inputs.file]]\n${option}\n[[outputs.file]]\n`))).toContain(`^ ${hint}`);
  });

  it('refuse what cannot work in the agent', () => {
    const text =
      'agent: { interval: 0s, flush_interval: 0s, collection_offset: -1s, admin_address: nowhere }\ninputs: [cpu]\noutputs: [file]\n';
    expect(errorLines(loadText('a.yaml', text))).toEqual([
      '1:20: agent: interval: must be positive',
      '1:40: agent: flush_interval: must be positive',
      '1:63: agent: collection_offset: must not be negative',
      '1:83: agent: admin_address: "nowhere" is not an address to listen on; write for example 127.0.0.1:8186 or :8186',
    ]);
    const both =
      'agent: { skip_processors_before_aggregators: true, skip_processors_after_aggregators: true }\ninputs: [cpu]\noutputs: [file]\n';
    expect(errorLines(loadText('a.yaml', both)).join()).toContain('no processor would ever run');
  });

  it('refuse times that run backwards, and windows without length', () => {
    const text =
      'inputs: [cpu: { interval: -5s, collection_jitter: -1s }]\naggregators: [minmax: { period: 0s, grace: -1s }]\noutputs: [file: { flush_interval: -1s }]\n';
    expect(errorLines(loadText('a.yaml', text))).toEqual([
      '1:27: inputs.cpu: interval: must not be negative',
      '1:51: inputs.cpu: collection_jitter: must not be negative',
      '2:33: aggregators.minmax: period: must be positive',
      '2:44: aggregators.minmax: grace: must not be negative',
      '3:35: outputs.file: flush_interval: must not be negative',
    ]);
  });

  it('refuse a pipeline without inputs or outputs', () => {
    expect(errorLines(loadText('a.yaml', ''))).toEqual(['no inputs found', 'no outputs found']);
  });

  it('cut long lines around the caret, and keep the caret under its word', () => {
    const text = `inputs:\n  - file: { files: [${'"x", '.repeat(60)}"y"], limt: 5, data_format: influx${' '.repeat(200)}}\noutputs: [file]\n`;
    const [, excerpt, caret] = shownErrors(loadText('a.yaml', text)).split('\n');
    expect(excerpt.length).toBeLessThan(120);
    expect(excerpt.slice(caret.indexOf('^'), caret.indexOf('^') + 4)).toBe('limt');
  });

  it('keep control characters from the terminal', () => {
    expect(shownErrors(loadText('a.yaml', 'inputs: [cpu]\noutputs: [file]\nagnet: {} # \u001B[31mred\n'))).not.toContain('\u001B');
  });

  it('place an error that a plugin finds later at the option it names', () => {
    const result = loadText('a.yaml', 'inputs: [cpu]\noutputs:\n  - influxdb: { database: d, username: u }\n');
    const [output] = configOf(result).outputs;
    const sources = 'sources' in result ? result.sources : undefined;
    const explain = (option: string[]) =>
      formatDiagnostics([explainConfigError(new ConfigError('needs a password too', option), 'outputs.influxdb', output, sources)]);
    expect(explain(['username'])).toBe(
      'a.yaml:3:30: outputs.influxdb: needs a password too\n  3 |   - influxdb: { database: d, username: u }\n    |                              ^^^^^^^^\n',
    );
    expect(explain([])).toContain('a.yaml:3:5: ');
  });
});
