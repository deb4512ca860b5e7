/** What Telegraf does with odd files, and where Wattbridge does better; cases of the golden group `config/` among them. */
import { describe, expect, it } from 'vitest';
import { loadSources } from '../../../src/config/load.ts';
import { textSource } from '../../../src/config/source.ts';
import { configOf, errorLines, loadText, shownErrors, testSchemas } from '../../support/config.ts';

const OUTPUT = '[[outputs.file]]\n';

describe('a telegraf.conf', () => {
  it('may have common options where they mean nothing (unknown-option-accepted); they get a warning', () => {
    const text = `[[inputs.file]]\n  order = 5\n  period = "7s"\n[[processors.override]]\n  interval = "5s"\n  flush_interval = "1s"\n  name_suffix = "_x"\n${OUTPUT}`;
    const config = configOf(loadText('telegraf.conf', text));
    expect(config.processors[0].options).not.toHaveProperty('interval');
    expect(config.warnings).toEqual([
      'telegraf.conf:2:3: inputs.file: "order" has no effect here, as in Telegraf',
      'telegraf.conf:3:3: inputs.file: "period" has no effect here, as in Telegraf',
      'telegraf.conf:5:3: processors.override: "interval" has no effect here, as in Telegraf',
      'telegraf.conf:6:3: processors.override: "flush_interval" has no effect here, as in Telegraf',
    ]);
  });

  it('may have common durations as bare numbers, which Telegraf ignores (wrong-types-ignored); in YAML they are seconds', () => {
    const config = configOf(loadText('telegraf.conf', `[[inputs.file]]\n  interval = 5\n  precision = 5\n${OUTPUT}`));
    expect(config.inputs[0].options.interval).toBeUndefined();
    expect(config.warnings).toHaveLength(2);
    expect(config.warnings[0]).toContain('"interval" is ignored, as by Telegraf');
    expect(configOf(loadText('a.yaml', 'inputs: [cpu: { interval: 5 }]\noutputs: [file]\n')).inputs[0].options.interval).toBe(5000);
  });

  it('may have options of the agent that do nothing here', () => {
    const text = `[agent]\n  logtarget = "file"\n  logfile_rotation_max_size = "10MB"\n  snmp_translator = "netsnmp"\n  statefile = ""\n  buffer_strategy = "memory"\n  config_url_retry_attempts = 3\n[[inputs.cpu]]\n${OUTPUT}`;
    const { warnings } = configOf(loadText('telegraf.conf', text));
    expect(warnings.map((line) => /"(\w+)" has no effect: /.exec(line)?.[1])).toEqual([
      'logtarget',
      'logfile_rotation_max_size',
      'snmp_translator',
      'statefile',
      'buffer_strategy',
      'config_url_retry_attempts',
    ]);
  });

  it('is told of options that are right and change nothing', () => {
    const text = `[[inputs.cpu]]\n[[outputs.influxdb]]\n  database = "d"\n  legacy = true\n`;
    expect(configOf(loadText('telegraf.conf', text)).warnings).toEqual([
      'telegraf.conf:4:3: outputs.influxdb: "legacy" has no effect: servers of today know no other way',
    ]);
  });

  it('is warned of an option that [x.tags] has swallowed (toml-swallowed-option)', () => {
    const { inputs, warnings } = configOf(
      loadText('telegraf.conf', `[[inputs.file]]\n  [inputs.file.tags]\n    site = "pau"\n  name_suffix = "_lost"\n${OUTPUT}`),
    );
    expect(inputs[0].options.tags).toEqual({ site: 'pau', name_suffix: '_lost' });
    expect(warnings).toEqual([
      'telegraf.conf:4:3: inputs.file: "name_suffix" stands under [inputs.file.tags] and so is a tag; if the option is meant, write it above that line',
    ]);
  });

  it('is warned when processors and aggregators meet and skip_processors_after_aggregators is not set', () => {
    const both = `[[inputs.cpu]]\n[[processors.rename]]\n[[aggregators.minmax]]\n${OUTPUT}`;
    expect(configOf(loadText('telegraf.conf', `[agent]\n${both}`)).warnings).toEqual([
      expect.stringContaining('telegraf.conf:1:2: agent: skip_processors_after_aggregators is not set'),
    ]);
    expect(configOf(loadText('telegraf.conf', `[agent]\n  skip_processors_after_aggregators = false\n${both}`)).warnings).toEqual([]);
    expect(configOf(loadText('a.yaml', 'inputs: [cpu]\nprocessors: [rename]\naggregators: [minmax]\noutputs: [file]\n')).warnings).toEqual(
      [],
    );
  });

  it('is warned of variables that are not set', () => {
    const { inputs, warnings } = configOf(loadText('telegraf.conf', `[[inputs.file]]\n  files = ["\${DIR}/a", "\${1}"]\n${OUTPUT}`));
    expect(inputs[0].options.files).toEqual(['${DIR}/a', '${1}']);
    expect(warnings).toEqual(['telegraf.conf:2:12: the environment variable DIR is not set; ${DIR} stays as written']);
  });

  it('has every plugin and option that is not supported named in one go', () => {
    const text = `[[inputs.procstat]]\n  pattern = "x"\n[[inputs.cpu]]\n  core_tags = true\n[[processors.starlark]]\n[[outputs.kafka]]\n[[outputs.influxdb]]\n  database = "d"\n  udp_payload = "512B"\n`;
    expect(errorLines(loadText('telegraf.conf', text))).toEqual([
      '1:10: inputs.procstat: Telegraf has the input "procstat", Wattbridge does not (yet)',
      '4:3: inputs.cpu: unknown option "core_tags"',
      '5:14: processors.starlark: Telegraf has the processor "starlark", Wattbridge does not (yet)',
      '6:11: outputs.kafka: Telegraf has the output "kafka", Wattbridge does not (yet)',
      '9:3: outputs.influxdb: unknown option "udp_payload"',
    ]);
  });

  it('that a variable makes required is refused with the message it gives (env-errors)', () => {
    const text = `[[inputs.cpu]]\n[[processors.override]]\n  [processors.override.tags]\n    a = "\${NOPE:?no site given}"\n${OUTPUT}`;
    expect(shownErrors(loadText('telegraf.conf', text))).toContain(
      'telegraf.conf:4:9: required variable NOPE is missing a value: no site given',
    );
  });

  it.each([
    ['order-types', '[[processors.override]]\n  order = "1"\n', '3:11: processors.override: "order" must be a number, not a text'],
    ['tag-values', '[[inputs.file]]\n  [inputs.file.tags]\n    a = 5\n', '4:9: inputs.file: "tags.a" must be a text, not a number'],
    ['wrong-types-filters', '[[inputs.file]]\n  namepass = "cpu"\n', '3:14: inputs.file: "namepass" must be a list, not a text'],
    ['unknown-option', '[[processors.override]]\n  name_prefx = "a"\n', '3:3: processors.override: unknown option "name_prefx"'],
    [
      'common-input-options',
      '[[inputs.file]]\n  time_source = "collection_start"\n',
      '3:17: inputs.file: time_source: Telegraf 1.40 documents this option and refuses it as unknown; so does Wattbridge: points keep the time of their input',
    ],
    ['unknown-plugin', '[[processors.no_such_thing]]\n  x = 1\n', '2:14: processors: there is no processor "no_such_thing"'],
  ])('is refused where Telegraf refuses it: %s', (_, text, error) => {
    expect(errorLines(loadText('telegraf.conf', `[[inputs.cpu]]\n${text}${OUTPUT}`))).toEqual([error]);
  });
});

describe('the filters of the command line', () => {
  const text = `[[inputs.file]]\n[[inputs.no_such_input]]\n  anything = 1\n[[inputs.cpu]]\n${OUTPUT}[[outputs.influxdb]]\n`;

  it('leave plugins out, unchecked (plugin-filters)', () => {
    const config = configOf(loadText('telegraf.conf', text, { inputFilter: ['file'], outputFilter: ['file', 'discard'] }));
    expect([...config.inputs, ...config.outputs].map(({ id }) => id)).toEqual(['file', 'file']);
  });

  it('are an error when they leave none (input-filter-empty)', () => {
    expect(errorLines(loadText('telegraf.conf', text, { inputFilter: ['net'], outputFilter: ['file'] }))).toEqual([
      'no inputs found: the filters of the command line leave none',
    ]);
  });

  it('choose by labels; plugins without labels always run (labels-select)', () => {
    const labelled = ['prod', 'test'].map(
      (env) => `[[processors.override]]\n  name_suffix = "_${env}"\n  [processors.override.labels]\n    env = "${env}"\n    tier = "1"\n`,
    );
    const all = `[[inputs.cpu]]\n${labelled.join('')}[[processors.override]]\n  name_suffix = "_none"\n${OUTPUT}`;
    const chosen = (...select: string[]) =>
      configOf(loadText('telegraf.conf', all, { select })).processors.map(({ options }) => options.name_suffix);
    expect(chosen('env=pr*')).toEqual(['_prod', '_none']);
    expect(chosen('env=t?st;tier=1')).toEqual(['_test', '_none']);
    expect(chosen('env=prod;tier=2')).toEqual(['_none']);
    expect(chosen('env=prod', 'env=test')).toEqual(['_prod', '_test', '_none']);
    expect(chosen()).toEqual(['_prod', '_test', '_none']);
  });
});

describe('several files', () => {
  it('make one configuration: later settings win, plugins add up in the order of files', () => {
    const sources = [
      textSource(
        'telegraf.conf',
        `[agent]\n  interval = "5s"\n  debug = true\n[global_tags]\n  a = "1"\n  b = "1"\n[[inputs.cpu]]\n[[processors.override]]\n  name_suffix = "_1"\n`,
      ),
      textSource(
        'more.yaml',
        'agent: { interval: 7s }\nglobal_tags: { b: "2" }\nprocessors:\n  - override: { name_suffix: _2 }\noutputs: [file]\n',
      ),
    ];
    const config = configOf(loadSources(sources, testSchemas, { env: {} }));
    expect(config.agent).toMatchObject({ interval: 7000, debug: true });
    expect(config.globalTags).toEqual({ a: '1', b: '2' });
    expect(config.processors.map(({ options }) => options.name_suffix)).toEqual(['_1', '_2']);
    expect(config.warnings).toEqual(['more.yaml:1:10: agent: "interval" was set before; this one counts']);
  });

  it('have all their errors shown, file by file', () => {
    const sources = [textSource('b.conf', '[[inputs.cpuu]]\n'), textSource('a.yaml', 'outputs: [fil]\n')];
    expect(shownErrors(loadSources(sources, testSchemas, { env: {} })).match(/^\S+(?=: )/gm)).toEqual(['b.conf:1:10', 'a.yaml:1:11']);
  });

  it('given twice are loaded twice, as by Telegraf', () => {
    const source = textSource('a.yaml', 'inputs: [cpu]\noutputs: [file]\n');
    expect(configOf(loadSources([source, source], testSchemas, { env: {} })).inputs).toHaveLength(2);
  });
});
