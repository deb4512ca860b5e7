import { describe, expect, it } from 'vitest';
import { extendCatalogue, themes, units } from '../../../src/equivalents/catalogue.ts';
import { implausible } from '../../../src/equivalents/plausibility.ts';
import { problemsOf, readGood, shippedCatalogue as catalogue, shippedText } from '../../support/catalogue.ts';

describe('the catalogue that ships', () => {
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

  it('has at least thirty more, of every theme and kind', () => {
    expect(catalogue.size).toBeGreaterThanOrEqual(37);
    const rows = [...catalogue.values()];
    expect(new Set(rows.map(({ theme }) => theme))).toEqual(new Set(themes));
    expect(new Set(rows.map(({ kind }) => kind))).toEqual(new Set(Object.keys(units)));
  });

  it.each([...catalogue])('says of %s all that a reader can ask: range, scope, source, both languages, icon', (_, row) => {
    const { subject, value, range, scope, icon, source, names } = row;
    expect([subject, value.lower, value.upper, range, scope, icon]).not.toContain(undefined);
    expect(source.title.length * source.publisher.length).toBeGreaterThan(0);
    expect(Object.keys(names)).toEqual(['en', 'fr']);
  });

  it('names a page as the source; where the lab named only a site, says so, and has another source or the proof', () => {
    const siteOnly = [...catalogue].filter(([, { source }]) => /^https:\/\/[^/]+\/?$/.test(source.url));
    expect(siteOnly.map(([id]) => id)).toEqual(['ps5_standby', 'ps5_menu', 'e_bike_km', 'tv_19_inch']);
    for (const [, { also, formula, note }] of siteOnly) {
      expect(also ?? formula).toBeDefined();
      expect(note?.en).toContain('not the page');
    }
  });

  it.each([...catalogue])('would not ship with a tenfold error in %s, up or down, in one figure or in all', (id, row) => {
    const { lower = 0, typical, upper = 0 } = row.value;
    for (const factor of [10, 0.1]) {
      for (const value of [
        { lower: lower * factor, typical, upper },
        { lower, typical: typical * factor, upper },
        { lower, typical, upper: upper * factor },
        { lower: lower * factor, typical: typical * factor, upper: upper * factor },
        { typical: typical * factor },
      ]) {
        expect(implausible({ ...row, value }), `${id} ${JSON.stringify(value)}`).toBeDefined();
      }
    }
  });

  it.each([...catalogue.keys()])('refuses the file with a tenfold error planted in the text of %s, and says where', (id) => {
    const at = shippedText.indexOf(`  ${id}:\n`);
    const wrong = (catalogue.get(id)?.value.typical ?? 0) * 10;
    const planted = shippedText.slice(0, at) + shippedText.slice(at).replace(/value: \{[^}]*\}/, `value: { typical: ${wrong} }`);
    const line = planted.slice(0, planted.indexOf('value: {', at)).split('\n').length;
    expect(problemsOf(planted)).toMatch(
      new RegExp(
        String.raw`^test\.yaml:${line}:5: equivalents\.${id}\.value: ${String(wrong).replace('+', String.raw`\+`)} \S+ is not plausible`,
      ),
    );
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
    const extended = extendCatalogue(catalogue, extendCatalogue(readGood(own('led_bulb')), readGood(own('fan'))));
    expect([...extended.keys()].slice(0, 2)).toEqual(['led_bulb', 'smartphone_s4_charge']);
    expect([...extended.keys()].at(-1)).toBe('fan');
    expect(extended.get('led_bulb')?.names.en.one).toBe('fan');
  });

  it.each([
    ['version: 2', /version/],
    ['equivalents: [', /test\.yaml:/],
    [own('Fan'), /an id is lower case/],
    [own('fan', row.replace('unit: W', 'unit: Wh')), /equivalents\.fan\.unit: must be W for the kind power/],
    [own('fan', row.replace('unit: W', 'unit: kW')), /"equivalents\.fan\.unit" must be/],
    [own('fan', row.replace(', of: of one fan', '')), /equivalents\.fan\.names\.en: has "of" when the kind is power/],
    [own('fan', row.replace('typical: 100', 'typical: 0')), /"equivalents\.fan\.value\.typical" must be more than 0/],
    [own('fan', row.replace('typical: 100', 'lower: 200, typical: 100')), /not in order/],
    [own('fan', `${row}\n    subject: e_bike_km`), /e_bike_km is of kind energy, not power/],
    [own('fan', `${row}\n    colour: red`), /unknown option "colour" in equivalents\.fan/],
    [own('fan', `${row}\n    formula: 3 [A] * 230 [V]`), /typical is 100, but its formula makes 690/],
    [own('fan', `${row}\n    formula: three times ten`), /can't be calculated/],
    [`# ${'x'.repeat(1_000_000)}`, /longer than/],
  ])('is refused with the reason: %#', (text, reason) => {
    expect(problemsOf(text)).toMatch(reason);
  });

  it('is refused with all that is wrong, each with its line and a caret', () => {
    const text = own('fan', row.replace('typical: 100', 'typical: -1').replace('publisher: Maker, ', 'publisher: Maker, pages: 3, '));
    expect(problemsOf(text)).toBe(
      [
        'test.yaml:6:23: "equivalents.fan.value.typical" must be more than 0',
        '  6 |     value: { typical: -1 }',
        '    |                       ^^',
        '',
        'test.yaml:10:47: unknown option "pages" in equivalents.fan.source',
        '  10 |     source: { title: Label, publisher: Maker, pages: 3, url: "https://example.org", year: 2024 }',
        '     |                                               ^^^^^',
      ].join('\n'),
    );
  });
});
