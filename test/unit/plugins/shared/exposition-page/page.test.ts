import { describe, expect, it } from 'vitest';
import { labelsText, Page, type PageOptions, type Place } from '../../../../../src/plugins/shared/exposition-page/page.ts';

const OPTIONS: PageOptions = { expirationMs: 1000, showsTimes: false, keepsLatest: true };
const PLACE: Place = { family: 'm', type: 'gauge', help: '', labels: '', part: 'value' };

const page = (options: Partial<PageOptions> = {}): Page => new Page({ ...OPTIONS, ...options });

/** The samples alone. */
const samples = (shown: Page, nowMs = 0): string[] =>
  shown
    .text(nowMs)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

describe('Page', () => {
  it('shows families in order, each with its head', () => {
    const shown = page();
    shown.set({ ...PLACE, family: 'z', labels: 'a="1"' }, 1, 0, 0);
    shown.set({ ...PLACE, family: 'a', type: 'counter', help: 'two\nlines \\' }, 2, 0, 0);
    shown.set({ ...PLACE, family: 'z', labels: 'a="2"' }, 1e6, 0, 0);
    expect(shown.text(0)).toBe(`# HELP a two\\nlines \\\\
# TYPE a counter
a 2
# HELP z Telegraf collected metric
# TYPE z gauge
z{a="1"} 1
z{a="2"} 1e+06
`);
  });

  it.each([
    [NaN, 'NaN'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [-0, '-0'],
    [0.1, '0.1'],
  ])('writes %f as Prometheus reads it', (value, text) => {
    const shown = page();
    shown.set(PLACE, value, 0, 0);
    expect(samples(shown)).toEqual([`m ${text}`]);
  });

  it('shows times where it is asked to', () => {
    const shown = page({ showsTimes: true });
    shown.set(PLACE, 1, 1_760_000_000_123, 0);
    expect(samples(shown)).toEqual(['m 1 1760000000123']);
  });

  it('keeps the latest value, or the last that came', () => {
    const [latest, last] = [page(), page({ keepsLatest: false })];
    for (const shown of [latest, last]) {
      shown.set(PLACE, 2, 20, 0);
      shown.set(PLACE, 1, 10, 0);
    }
    expect([samples(latest), samples(last)]).toEqual([['m 2'], ['m 1']]);
  });

  it('forgets a metric that nothing more came of, and with the last of them its family', () => {
    const shown = page();
    shown.set({ ...PLACE, labels: 'a="1"' }, 1, 0, 0);
    shown.set({ ...PLACE, labels: 'a="2"' }, 2, 0, 600);
    expect(samples(shown, 1000)).toHaveLength(2);
    expect(samples(shown, 1001)).toEqual(['m{a="2"} 2']);
    expect(shown.text(1601)).toBe('');
    expect(shown.size).toBe(0);
    const forEver = page({ expirationMs: 0 });
    forEver.set(PLACE, 1, 0, 0);
    expect(samples(forEver, 1e12)).toEqual(['m 1']);
  });

  it('puts histograms together, with the bucket that holds everything', () => {
    const shown = page();
    const place: Place = { ...PLACE, type: 'histogram', labels: 'a="1"' };
    for (const [part, value] of [
      [10, 5],
      [0.5, 2],
      ['sum', 7.5],
      ['count', 6],
    ] as const) {
      shown.set({ ...place, part }, value, 0, 0);
    }
    expect(samples(shown)).toEqual([
      'm_bucket{a="1",le="0.5"} 2',
      'm_bucket{a="1",le="10"} 5',
      'm_bucket{a="1",le="+Inf"} 6',
      'm_sum{a="1"} 7.5',
      'm_count{a="1"} 6',
    ]);
    shown.set({ ...place, part: Infinity }, 7, 0, 0);
    expect(samples(shown)).toContain('m_bucket{a="1",le="+Inf"} 7');
  });

  it('puts summaries together', () => {
    const shown = page();
    shown.set({ ...PLACE, type: 'summary', part: 0.99 }, NaN, 0, 0);
    shown.set({ ...PLACE, type: 'summary', part: 'count' }, 3, 0, 0);
    expect(samples(shown)).toEqual(['m{quantile="0.99"} NaN', 'm_sum 0', 'm_count 3']);
  });

  it('has a bound, and makes room by what has expired', () => {
    const shown = page();
    for (let index = 0; index < 200_000; index++) shown.set({ ...PLACE, labels: `a="${index}"` }, 1, 0, index < 100 ? 0 : 900);
    expect(shown.set({ ...PLACE, labels: 'a="x"' }, 1, 0, 900)).toBe(false);
    expect(shown.set({ ...PLACE, labels: 'a="7"' }, 2, 0, 900)).toBe(true);
    expect(shown.set({ ...PLACE, labels: 'a="x"' }, 1, 0, 1500)).toBe(true);
    expect(shown.size).toBe(200_000 - 99 + 1);
  });

  it('has a bound on the buckets of one metric', () => {
    const shown = page();
    const place: Place = { ...PLACE, type: 'histogram' };
    for (let part = 0; part < 1000; part++) expect(shown.set({ ...place, part }, 1, 0, 0)).toBe(true);
    expect(shown.set({ ...place, part: 1000 }, 1, 0, 0)).toBe(false);
    expect(shown.set({ ...place, part: 999 }, 2, 0, 0)).toBe(true);
  });
});

describe('labelsText', () => {
  it('lets no value out of its quotes', () => {
    expect(labelsText([['a', 'x"} 1\nm{b="\\']])).toBe('a="x\\"} 1\\nm{b=\\"\\\\"');
    expect(labelsText([])).toBe('');
  });
});
