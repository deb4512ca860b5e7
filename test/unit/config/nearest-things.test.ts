import { describe, expect, it } from 'vitest';
import { namedPlugins, nearestSentences, nearestThing } from '../../../src/config/nearest-things.ts';
import { registry } from '../../../src/plugins/registry.generated.ts';
import { loadText, shownErrors } from '../../support/config.ts';
import { loadSources } from '../../../src/config/load.ts';
import { textSource } from '../../../src/config/source.ts';

const load = (text: string) => loadSources([textSource('telegraf.conf', text)], registry, { env: {}, isPart: true });

describe('what to use instead', () => {
  it('names only plugins that there are', () => {
    const missing = nearestSentences()
      .flatMap(namedPlugins)
      .filter(({ group, id }) => !registry[group].has(id));
    expect(missing).toEqual([]);
    expect(nearestSentences().flatMap(namedPlugins).length).toBeGreaterThan(50);
  });

  it('is said of every plugin that Telegraf has and this has not, all in one go', () => {
    const shown = shownErrors(
      load(
        '[[inputs.docker]]\n[[inputs.fireboard]]\n[[processors.lookup]]\n[[outputs.kafka]]\n[[outputs.influxdb_v3]]\n[[outputs.zabbix]]\n',
      ),
    );
    expect(shown.match(/\^+ .*$/gm)).toEqual([
      '^^^^^^ scrape cAdvisor, or Scaphandre with --containers for watts, with inputs.prometheus',
      '^^^^^^^^^ leave it to a Telegraf that pushes here, to inputs.influxdb_listener',
      '^^^^^^ processors.starlark can do it, with a table of its own as constants',
      '^^^^^ outputs.http sends JSON to Vector or Fluent Bit, which hand it on',
      '^^^^^^^^^^^ outputs.influxdb_v2 writes to its /api/v2/write',
      '^^^^^^ `wattbridge plugins` lists what there is',
    ]);
  });

  it('is not said where it is not there either', () => {
    const none = { inputs: new Map(), processors: new Map(), aggregators: new Map(), outputs: new Map() };
    expect(nearestThing('inputs', 'docker', none)).toBeUndefined();
    expect(shownErrors(loadText('a.conf', '[[inputs.docker]]\n[[outputs.file]]\n'))).toContain('`wattbridge plugins` lists what there is');
  });

  it.each([
    ['inflxu', 'did you mean "influx"?'],
    ['xpath_json', 'json reads one object or a list of them'],
    ['grok', 'read the lines with a program'],
  ])('is said of the data format %s', (format, hint) => {
    const shown = shownErrors(load(`[[inputs.file]]\n  files = ["a"]\n  data_format = "${format}"\n`));
    expect(shown).toContain(`telegraf.conf:3:17: inputs.file: data_format "${format}" is not supported here; supported: influx, json`);
    expect(shown).toContain(hint);
  });
});
