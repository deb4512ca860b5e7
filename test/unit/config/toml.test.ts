import { describe, expect, it } from 'vitest';
import { configOf, errorLines, loadText, shownErrors } from '../../support/config.ts';

const ENDS = '[[inputs.cpu]]\n[[outputs.file]]\n';

describe('TOML', () => {
  it('reads all sections, sub-tables and arrays of them', () => {
    const config = configOf(
      loadText(
        'telegraf.conf',
        `[global_tags]
  site = "pau"
[agent]
  interval = "5s"
  skip_processors_after_aggregators = true
[[inputs.file]]
  files = [ "a.lp",
    "b.lp", # a comment
  ]
  interval = "1m"
  [inputs.file.tags]
    rack = "r1"
  [inputs.file.tagpass]
    cpu = ["cpu0", "cpu1"]
[[processors.rename]]
  [[processors.rename.replace]]
    tag = "a"
    dest = "b"
  [[processors.rename.replace]]
    dest = 'c'
[[aggregators.minmax]]
  period = "1h"
[[outputs.influxdb]]
  database = "metrics"
  tagdrop = { "quoted key" = ["x"] }
`,
      ),
    );
    expect(config.globalTags).toEqual({ site: 'pau' });
    expect(config.agent).toMatchObject({ interval: 5000, skip_processors_after_aggregators: true });
    expect(config.inputs).toMatchObject([
      { id: 'file', options: { files: ['a.lp', 'b.lp'], interval: 60_000, tags: { rack: 'r1' }, tagpass: { cpu: ['cpu0', 'cpu1'] } } },
    ]);
    expect(config.processors).toMatchObject([{ id: 'rename', options: { replace: [{ tag: 'a', dest: 'b' }, { dest: 'c' }] } }]);
    expect(config.aggregators).toMatchObject([{ id: 'minmax', options: { period: 3_600_000 } }]);
    expect(config.outputs).toMatchObject([{ id: 'influxdb', options: { database: 'metrics', tagdrop: { 'quoted key': ['x'] } } }]);
    expect(config.warnings).toEqual([]);
  });

  it('keeps plugins of a kind in the order of their lines, whatever their names', () => {
    const text = `${ENDS}[[processors.override]]\nname_suffix="1"\n[[processors.rename]]\n[[processors.override]]\nname_suffix="3"\n`;
    const { processors } = configOf(loadText('a.conf', text));
    expect(processors.map(({ id, location, options }) => [id, location.line, options.name_suffix])).toEqual([
      ['override', 3, '1'],
      ['rename', 5, undefined],
      ['override', 6, '3'],
    ]);
  });

  it('reads the old forms: [inputs.cpu], [[plugins.cpu]], [cpu], and [tags] under [global_tags]', () => {
    const text = `[global_tags]\na = "new"\n[tags]\na = "old"\nb = "old"\n[inputs.cpu]\npercpu = false\n[[plugins.file]]\n[cpu]\n[outputs.file]\n`;
    const config = configOf(loadText('a.conf', text));
    expect(config.globalTags).toEqual({ a: 'new', b: 'old' });
    expect(config.inputs.map(({ id, location }) => [id, location.line])).toEqual([
      ['cpu', 6],
      ['file', 8],
      ['cpu', 9],
    ]);
  });

  it('reads dotted keys, numbers with underscores, and dates as texts', () => {
    const config = configOf(loadText('a.conf', `${ENDS}[[inputs.file]]\nlimit = 1_000\nratio = 5e-1\ntags.day = 2026-11-22\n`));
    expect(config.inputs[1].options).toMatchObject({ limit: 1000, ratio: 0.5, tags: { day: '2026-11-22' } });
  });

  it('takes a variable in quotes for a text, also where a number is wanted, as Telegraf does, and says what to do', () => {
    const text = '[agent]\nmetric_batch_size = "${N}"\n[[inputs.cpu]]\npercpu = "$NO"\n[[outputs.file]]\n';
    const result = loadText('a.conf', text, { env: { N: '500', NO: 'false' } });
    expect(errorLines(result)).toEqual([
      '2:21: agent: "metric_batch_size" must be a number, not a text',
      '4:10: inputs.cpu: "percpu" must be true or false, not a text',
    ]);
    expect(shownErrors(result)).toContain(
      'a variable in quotes is a text: write it without quotes, and start with --non-strict-env-handling',
    );
  });

  it('substitutes variables in texts only, not in keys', () => {
    const text = `${ENDS}[[processors.override]]\nnamepass = ["\${M}", '$M']\n[processors.override.tags]\n"$M" = "x"\n`;
    const { processors } = configOf(loadText('a.conf', text, { env: { M: 'cpu' } }));
    expect(processors[0].options).toMatchObject({ namepass: ['cpu', 'cpu'], tags: { $M: 'x' } });
  });

  it('refuses a number that would lose digits', () => {
    expect(errorLines(loadText('a.conf', `${ENDS}[[inputs.file]]\nlimit = 9007199254740993\n`))).toEqual([
      '4:9: inputs.file: "limit" must be a number, not one beyond 2^53',
    ]);
  });

  it.each([
    ['[agent]\n  interval = 10s\n', '2:16: TOML syntax: must be a newline'],
    ['[agent]\n  metric_batch_size = ${N}\n', '2:23: TOML syntax: unexpected character'],
    ['[agent]\n  hostname =\n  debug = true\n', '2:13: TOML syntax: a value is missing'],
    ['[agent]\n  hostname = "x\n', '2:16: TOML syntax: unterminated string constant'],
    ['[[inputs.file]]\n  files = [ "a",\n\n  limit = 1\n', '2:11: TOML syntax: this value is not closed'],
    ['[agent]\n  debug = true\n  debug = false\n', '3:3: TOML syntax: key "debug" is in conflict with line 2'],
    ['[agent\n  debug = true\n', '1:7: TOML syntax: the key, equals sign, and value must be on the same line'],
    ['[agent]\n[global_tags]\n[agent]\n', '3:2: TOML syntax: table "agent" is in conflict with the table in line 1'],
    ['[[inputs.file]]\n[inputs.file]\n', '2:9: TOML syntax: table "inputs.file" is in conflict with the table in line 1'],
    [
      '[[inputs.file]]\n[inputs.file.tags]\n[[inputs.file]]\n[inputs.file.tags]\n[inputs.file.tags]\n',
      '5:14: TOML syntax: table "inputs.file.tags" is in conflict with the table in line 4',
    ],
    ['[[inputs.cpu]]\né = 1\n', '2:1: TOML syntax: unexpected character'],
    ['[secretstores]\n', "1:2: secretstores: Telegraf's secret stores are not read"],
    ['[[inputs]]\nname = "cpu"\n', '1:3: inputs: a plugin is missing'],
    ['inputs.cpu = 1\n', '1:8: inputs: "cpu" is no plugin table'],
    ['[outptus.file]\n', '1:2: unknown section "outptus"'],
  ])('refuses %j', (text, error) => {
    expect(errorLines(loadText('a.conf', text))).toContain(error);
  });

  it('reads on after a syntax error, and makes nothing up because of it', () => {
    const text = `[agent]\n  interval = 10s\n[[inputs.file]]\n  files = ["a"\n  limit = "x"\n[[outputs.influxdb]]\n  databse = \n  timeout = "1z"\n`;
    expect(errorLines(loadText('a.conf', text))).toEqual([
      '2:16: TOML syntax: must be a newline',
      '4:11: TOML syntax: this value is not closed',
      '5:11: inputs.file: "limit" must be a number, not a text',
      '7:12: TOML syntax: a value is missing',
      '8:13: outputs.influxdb: timeout: "1z" is not a duration; write for example 10s, 1m30s or 250ms',
    ]);
  });
});
