import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../../src/config/diagnostics.ts';
import { equivalents } from '../../../../src/plugins/processors/equivalents/plugin.ts';
import { testContext } from '../../../support/context.ts';
import { parsePoints, process, toLines } from '../../../support/points.ts';

function run(text: string, options: object = {}, baseDirectory = '/'): string[] {
  const context = testContext({ baseDirectory });
  const processor = equivalents.create(equivalents.schema.parse(options), context);
  return toLines(context.interner, process(processor, parsePoints(context.interner, text)));
}

/** The values by equivalent id. */
function values(text: string, options: object = {}): Record<string, number> {
  const made = run(text, options).filter((line) => line.startsWith('equivalent,'));
  return Object.fromEntries(made.map((line) => [/equivalent=(\w+)/.exec(line)?.[1], Number(/value=([\d.]+)/.exec(line)?.[1])]));
}

const HOST = 'energy,host=kvm-0,scope=host,source=powerstat_package';

describe('the seven equivalents, calculated by hand', () => {
  // A host at 117 W for 10 s: 1,170 J, which are 1,170 / 3,600 = 0.325 Wh.
  const made = values(`${HOST} joules_delta=1170,joules_total=5000,watts=117 100`);

  it.each([
    // power: watts / watts of the thing
    ['led_bulb', 13], //                      117 W / 9 W
    ['mac_pro_idle', 2.72093023255814], //    117 W / 43 W
    ['ps5_standby', 90], //                   117 W / 1.3 W
    ['ps5_menu', 2.48936170212766], //        117 W / 47 W
    ['tv_19_inch', 4.68], //                  117 W / 25 W
    // energy: joules / 3,600 / watt-hours of the thing
    ['smartphone_s4_charge', 0.0325], //      0.325 Wh / 10 Wh
    ['e_bike_km', 0.0451388888888889], //     0.325 Wh / 7.2 Wh per km: 45 m
  ])('%s: %d', (id, value) => {
    expect(made[id]).toBeCloseTo(value, 12);
  });

  it('are all there are', () => {
    expect(Object.keys(made)).toHaveLength(7);
  });
});

describe('equivalents', () => {
  it('stand after the point they are made from, with its tags and its time', () => {
    expect(run(`${HOST} joules_delta=36000,joules_total=1,watts=9 100`, { ids: ['led_bulb', 'smartphone_s4_charge'] })).toEqual([
      `${HOST} joules_delta=36000,joules_total=1,watts=9 100`,
      'equivalent,equivalent=led_bulb,host=kvm-0,kind=power,scope=host,source=powerstat_package value=1 100',
      'equivalent,equivalent=smartphone_s4_charge,host=kvm-0,kind=energy,scope=host,source=powerstat_package value=1 100',
    ]);
  });

  it('are made of windows too, without those that need a power where there is none', () => {
    const window = `${HOST},rp=h1 covered_seconds=3600,gap_seconds=0,joules_delta=36000,joules_total=1`;
    expect(Object.keys(values(`${window},watts=10,watts_max=11,watts_min=9 100`))).toHaveLength(7);
    expect(values(`${window} 100`)).toEqual({ smartphone_s4_charge: 1, e_bike_km: 10 / 7.2 });
  });

  it('are made for the scopes asked for, and nothing else', () => {
    const packagePoint = 'energy,host=a,scope=package joules_delta=1,joules_total=1,watts=9 1';
    const others = `${packagePoint}\nenergy,host=a joules_delta=1,watts=1 1\ncpu,scope=host watts=1 1\nequivalent,scope=host value=1 1\nenergy,scope=host watts="a" 1`;
    expect(run(others)).toHaveLength(5);
    expect(values(packagePoint, { scopes: ['package'], ids: ['led_bulb'] })).toEqual({ led_bulb: 1 });
  });

  it('with an id that is not there are refused, with the nearest one', () => {
    expect(() => run('', { ids: ['led_bulbs'] })).toThrow(
      new ConfigError('no equivalent "led_bulbs" in the catalogue; did you mean "led_bulb"?', ['ids', 0]),
    );
    expect(() => run('', { ids: ['zzzzzzzzz'] })).toThrow(/there are led_bulb, /);
  });
});

describe("a catalogue of one's own", () => {
  function withFile<Result>(text: string, use: (folder: string) => Result): Result {
    const folder = mkdtempSync(join(tmpdir(), 'wattbridge-'));
    try {
      writeFileSync(join(folder, 'mine.yaml'), text);
      return use(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  const fan = `version: 1
equivalents:
  fan:
    kind: power
    unit: W
    value: { typical: 30 }
    names: { en: { one: fan, other: fans, of: of one fan }, fr: { one: ventilateur, other: ventilateurs, of: d'un ventilateur } }
    source: { title: Label, publisher: Maker, url: "https://example.org", year: 2024 }
`;

  it("extends the shipped one, from a path relative to the pipeline's folder", () => {
    const made = withFile(fan, (folder) =>
      run(`${HOST} joules_delta=1,joules_total=1,watts=60 1`, { catalogue: 'mine.yaml', ids: ['fan', 'led_bulb'] }, folder),
    );
    expect(made.slice(1)).toEqual([
      expect.stringContaining('equivalent=fan,host=kvm-0,kind=power,scope=host,source=powerstat_package value=2 '),
      expect.stringContaining('equivalent=led_bulb'),
    ]);
  });

  it('that is missing or wrong is refused with its name', () => {
    expect(() => run('', { catalogue: '/nowhere/mine.yaml' })).toThrow(/can't be read: .*\/nowhere\/mine\.yaml/);
    expect(() => withFile(fan.replace('typical: 30', 'typical: -30'), (folder) => run('', { catalogue: 'mine.yaml' }, folder))).toThrow(
      /mine\.yaml: equivalents\.fan\.value\.typical/,
    );
  });
});
