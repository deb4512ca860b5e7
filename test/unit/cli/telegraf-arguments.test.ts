import { describe, expect, it } from 'vitest';
import { fromTelegraf } from '../../../src/cli/telegraf-arguments.ts';

const options = new Map([
  ['--config', true],
  ['--input-filter', true],
  ['--once', false],
  ['--quiet', false],
]);

describe("Telegraf's arguments", () => {
  it.each([
    ['-config a.conf -once', '--config a.conf --once'],
    ['--config=a=b.conf -quiet', '--config a=b.conf --quiet'],
    ['--once=true --quiet=false', '--once'],
    ['--once=maybe', '--once=maybe'],
    ['run -x -conf a', 'run -x -conf a'],
    ['equivalents -5 W', 'equivalents -5 W'],
    ['--usage cpu', 'plugins cpu'],
    ['-usage=outputs.influxdb --quiet', 'plugins outputs.influxdb'],
    ['--input-list', 'plugins inputs'],
    ['-output-list', 'plugins outputs'],
    ['--sample-config --config x -input-filter cpu:mem', 'config create --toml --input-filter cpu:mem'],
  ])('%s is %s', (telegraf, ours) => {
    expect(fromTelegraf(telegraf.split(' '), options).join(' ')).toBe(ours);
  });
});
