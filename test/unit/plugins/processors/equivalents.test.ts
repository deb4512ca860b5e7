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
    expect(() => run('', { ids: ['zzzzzzzzz'] })).toThrow(/`wattbridge equivalents` list them/);
  });
});

describe('equivalents of carbon and cost', () => {
  const tags = 'host=kvm-0,scope=host,source=powerstat_package';

  it('are made from what was added, for rows of their kind', () => {
    // 1,420 g are 10 km at 142 g; 3.24 € are 3 baguettes at 1.08 €.
    expect(
      values(`carbon,factor=FR\\ 2023,${tags} grams_delta=1420,grams_per_kwh=56,grams_total=1 1`, { ids: ['petrol_car_km', 'led_bulb'] }),
    ).toEqual({
      petrol_car_km: 10,
    });
    expect(
      values(`cost,currency=EUR,tariff=own,${tags} cost_delta=3.24,cost_per_kwh=0.2,cost_total=9 1`, { ids: ['baguette_price'] }),
    ).toEqual({
      baguette_price: expect.closeTo(3, 12),
    });
  });

  it('are not made of another currency: the prices are in euros', () => {
    const line = `cost,currency=CHF,tariff=own,${tags} cost_delta=3 1`;
    expect(values(line, { ids: ['baguette_price'] })).toEqual({});
    expect(values(line, { choose: 3 })).toEqual({});
  });
});

describe('a choice', () => {
  const texts = (lines: string[]) =>
    lines.flatMap((line) => {
      const match = /^equivalent,choice=(\d+),equivalent=(\w+),.*text="([^"]*)"/.exec(line);
      return match === null ? [] : [`${match[1]} ${match[2]}: ${match[3]}`];
    });

  it('of a sample is told by its power; the value means what it means without a choice', () => {
    const made = run(`${HOST} joules_delta=1170,joules_total=5000,watts=117 100`, { choose: 2, ids: ['led_bulb', 'e_bike_km'] });
    expect(made).toEqual([
      `${HOST} joules_delta=1170,joules_total=5000,watts=117 100`,
      `equivalent,choice=1,equivalent=led_bulb,host=kvm-0,kind=power,scope=host,source=powerstat_package text="about 13 LED bulbs",value=13 100`,
      expect.stringMatching(
        /^equivalent,choice=2,equivalent=e_bike_km,host=kvm-0,kind=energy,scope=host,source=powerstat_package text="about 16 km by e-bike per hour",value=0\.0451\d+ 100$/,
      ),
    ]);
  });

  it('of a window is told by its energy and its length, in the language asked for', () => {
    const window = `${HOST},rp=h1 covered_seconds=3600,gap_seconds=0,joules_delta=97200,joules_total=1,watts=27 100`;
    expect(texts(run(window, { choose: 3, language: 'fr', themes: ['power', 'energy', 'distance'] }))).toEqual([
      '1 led_bulb: environ 3 ampoules à LED pendant cette heure',
      "2 smartphone_s4_charge: environ 2,7 charges complètes d'une batterie de type Galaxy S4",
      '3 e_bike_km: environ 4 km à vélo électrique',
    ]);
  });

  it('says of a window with gaps how much of it was measured', () => {
    const window = `${HOST} covered_seconds=2400,gap_seconds=1200,joules_delta=64800,joules_total=1,watts=27 100`;
    expect(texts(run(window, { choose: 1, ids: ['led_bulb'] }))).toEqual(['1 led_bulb: about 3 LED bulbs for 40 minutes']);
  });

  it('stays while the power wavers, for every series on its own', () => {
    const sample = (host: string, watts: number, time: number) =>
      `energy,host=${host},scope=host watts=${watts},joules_delta=1,joules_total=1 ${time}`;
    const lines = [sample('a', 63, 1), sample('b', 6300, 1), sample('a', 80, 2), sample('b', 5000, 2), sample('a', 50, 3)].join('\n');
    const chosen = texts(run(lines, { choose: 3 })).map((text) => text.replace(/:.*/, ''));
    const [first, second] = [chosen.slice(0, 3), chosen.slice(3, 6)];
    expect(chosen).toEqual([...first, ...second, ...first, ...second, ...first]);
    expect(first).not.toEqual(second);
  });

  it('is not made where nothing can be said: no power, a stale or an idle series', () => {
    expect(texts(run(`${HOST} joules_delta=0,joules_total=1,watts=0 1`, { choose: 3 }))).toEqual([]);
    expect(run(`${HOST} joules_total=1 1`, { choose: 3 })).toHaveLength(1);
  });

  it('is asked for with themes; without one they are refused', () => {
    expect(() => run('', { themes: ['food'] })).toThrow(/themes are for a choice/);
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
      /mine\.yaml:6:23: "equivalents\.fan\.value\.typical" must be more than 0\n.*\n.*\^/,
    );
  });
});
