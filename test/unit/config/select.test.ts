import { describe, expect, it } from 'vitest';
import { selectorProblem } from '../../../src/config/select.ts';
import { configOf, errorLines, loadText } from '../../support/config.ts';

const plugin = (labels: string) => `[[inputs.cpu]]\n  [inputs.cpu.labels]\n    ${labels}\n[[inputs.file]]\n[[outputs.file]]\n`;

describe('labels and --select', () => {
  // Telegraf's rules and words: config/plugin_selector.go.
  it.each([
    ['app', 'invalid selector "app": missing equal sign'],
    ['app=web;', 'invalid selector "": missing equal sign'],
    ['=web', 'invalid selector "=web": invalid key ""'],
    ['a b=web', 'invalid selector "a b=web": invalid key "a b"'],
    ['app=', 'invalid selector "app=": invalid value ""'],
    ['app=a=b', 'invalid selector "app=a=b": invalid value "a=b"'],
    ['app=[ab]', 'invalid selector "app=[ab]": invalid value "[ab]"'],
    ['app=a;app=b', 'duplicate selector key "app"'],
  ])('say of the selector %j what is wrong with it: %s', (selector, problem) => {
    expect(selectorProblem(selector)).toContain(problem);
  });

  it.each(['app=web', 'app=web;region=eu-*', ' app = w?b ; a.b-c_d=*', ''])('say of the selector %j that it is fine', (selector) => {
    expect(selectorProblem(selector)).toBeUndefined();
  });

  it.each([
    [['env=prod'], ['cpu', 'file']],
    [['env=p*'], ['cpu', 'file']],
    [[' env = pro? '], ['cpu', 'file']],
    [['env=x.y'], ['file']],
    [['env=prod;tier=2'], ['file']],
    [
      ['env=test', 'tier=1'],
      ['cpu', 'file'],
    ],
    [[''], ['cpu', 'file']],
    [[], ['cpu', 'file']],
  ])('with --select %j leave %j', (select, ids) => {
    const text = plugin('env = "prod"\n    tier = "1"');
    expect(configOf(loadText('telegraf.conf', text, { select })).inputs.map(({ id }) => id)).toEqual(ids);
  });

  it('are refused where they could never be selected', () => {
    expect(errorLines(loadText('telegraf.conf', plugin('env = "pro d"')))).toEqual([
      '3:11: inputs.cpu: labels.env: a label is made of letters, digits, "_", "." and "-"',
    ]);
    expect(errorLines(loadText('telegraf.conf', plugin('"e v" = "prod"')))[0]).toContain('a label is made of letters');
  });
});

describe('--processor-filter and --aggregator-filter', () => {
  it('change nothing, as in Telegraf, and are warned of', () => {
    const text = '[[inputs.cpu]]\n[[processors.rename]]\n[[outputs.file]]\n';
    const config = configOf(loadText('telegraf.conf', text, { processorFilter: ['override'] }));
    expect(config.processors).toHaveLength(1);
    expect(config.warnings).toEqual(['--processor-filter: changes nothing in a run, as in Telegraf']);
  });
});
