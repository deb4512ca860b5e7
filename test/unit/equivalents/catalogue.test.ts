import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { extendCatalogue, readCatalogue, type Catalogue } from '../../../src/equivalents/catalogue.ts';

const shippedText = readFileSync('config/equivalents.yaml', 'utf8');

function read(text: string): Catalogue {
  const result = readCatalogue(text, 'test.yaml');
  if (result.status === 'bad') throw new Error(result.problems.join('\n'));
  return result.catalogue;
}

function problems(text: string): readonly string[] {
  const result = readCatalogue(text, 'test.yaml');
  return result.status === 'bad' ? result.problems : [];
}

describe('the catalogue that ships', () => {
  const catalogue = read(shippedText);

  it("has the lab's seven rows first, with their figures", () => {
    const seven = [...catalogue].slice(0, 7).map(([id, { kind, value, unit }]) => [id, kind, value.typical, unit]);
    expect(seven).toEqual([
      ['led_bulb', 'power', 9, 'W'],
      ['smartphone_s4_charge', 'energy', 10, 'Wh'],
      ['mac_pro_idle', 'power', 43, 'W'],
      ['ps5_standby', 'power', 1.3, 'W'],
      ['ps5_menu', 'power', 47, 'W'],
      ['e_bike_km', 'energy', 7.2, 'Wh'],
      ['tv_19_inch', 'power', 25, 'W'],
    ]);
  });

  it("keeps the bicycle's published figure in sight, and why it is wrong", () => {
    const bicycle = catalogue.get('e_bike_km');
    expect(bicycle?.published).toMatchObject({ value: 72, unit: 'Wh per 100 km' });
    // 0.252 kWh last 35 km: 252 Wh / 35 km = 7.2 Wh/km, so 100 km take 720 Wh.
    expect(bicycle?.value.typical).toBe(252 / 35);
    expect(bicycle?.published?.reason.en).toContain('720 Wh per 100 km');
  });

  it('has bounds, a source and both languages for every row', () => {
    for (const { subject, source, names } of catalogue.values()) {
      expect(subject).toBeDefined();
      expect(source.title.length * source.publisher.length).toBeGreaterThan(0);
      expect(Object.keys(names)).toEqual(['en', 'fr']);
    }
  });

  it.each([...catalogue.keys()])('would not ship with a tenfold error in %s, up or down', (id) => {
    const typical = catalogue.get(id)?.value.typical ?? 0;
    for (const wrong of [typical * 10, typical / 10]) {
      const at = shippedText.indexOf(`  ${id}:`);
      const planted = shippedText.slice(0, at) + shippedText.slice(at).replace(/value: \{[^}]*\}/, `value: { typical: ${wrong} }`);
      expect(problems(planted)).toEqual([expect.stringContaining(`${id}: ${wrong}`)]);
    }
  });
});

const row = `kind: power
    unit: W
    value: { typical: 100 }
    names:
      en: { one: fan, other: fans, of: of one fan }
      fr: { one: ventilateur, other: ventilateurs, of: d'un ventilateur }
    source: { title: Label, publisher: Maker, url: "https://example.org", year: 2024 }`;
const own = (id: string, text = row) => `version: 1\nequivalents:\n  ${id}:\n    ${text}\n`;

describe("a catalogue of one's own", () => {
  it('replaces rows of the same id and adds the others after them', () => {
    const catalogue = extendCatalogue(read(shippedText), extendCatalogue(read(own('led_bulb')), read(own('fan'))));
    expect([...catalogue.keys()].slice(0, 2)).toEqual(['led_bulb', 'smartphone_s4_charge']);
    expect([...catalogue.keys()].at(-1)).toBe('fan');
    expect(catalogue.get('led_bulb')?.names.en.one).toBe('fan');
  });

  it.each([
    ['version: 2', /version/],
    ['equivalents: [', /test\.yaml: /],
    [own('Fan'), /an id is lower case/],
    [own('fan', row.replace('unit: W', 'unit: Wh')), /equivalents\.fan\.unit/],
    [own('fan', row.replace(', of: of one fan', '')), /equivalents\.fan\.names\.en\.of/],
    [own('fan', row.replace('typical: 100', 'typical: 0')), /equivalents\.fan\.value\.typical/],
    [own('fan', row.replace('typical: 100', 'lower: 200, typical: 100')), /not in order/],
    [own('fan', `${row}\n    subject: e_bike_km`), /e_bike_km is of kind energy, not power/],
    [own('fan', `${row}\n    colour: red`), /equivalents\.fan: .*colour/],
  ])('is refused with the reason: %#', (text, reason) => {
    expect(problems(text).join('\n')).toMatch(reason);
  });
});
