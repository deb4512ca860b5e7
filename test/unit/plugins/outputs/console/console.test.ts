import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Language } from '../../../../../src/equivalents/catalogue.ts';
import { ConsoleOutput } from '../../../../../src/plugins/outputs/console/console.ts';
import { numberTexts } from '../../../../../src/plugins/outputs/console/numbers.ts';
import { SampleEncoder } from '../../../../../src/plugins/outputs/console/samples.ts';
import { words } from '../../../../../src/plugins/outputs/console/words.ts';
import { Terminal } from '../../../../../src/telemetry/terminal.ts';
import { testContext, type TestContext } from '../../../../support/context.ts';
import { parsePoints } from '../../../../support/points.ts';

class FakeStream extends Writable {
  isTTY = true;
  columns = 100;
  rows = 24;
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** Milliseconds at which the first sample is taken; samples follow every 10 s. */
const T0 = 1_760_000_000_000;

let context: TestContext;
let out: FakeStream;
let started: ConsoleOutput[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  context = testContext({ name: 'outputs.console', nowMs: T0 });
  out = new FakeStream();
  started = [];
});

afterEach(async () => {
  await Promise.all(started.map((output) => output.close()));
  vi.useRealTimers();
});

function create(options: { language?: Language; color?: boolean; nextStep?: string; intervalMs?: number } = {}): ConsoleOutput {
  const { language = 'en', color = false, nextStep = '', intervalMs = 1000 } = options;
  const names: Record<string, string> = { led_bulb: 'LED bulbs', phone_charge: 'phone charges' };
  const numbers = numberTexts(language);
  const output = new ConsoleOutput({
    encoder: new SampleEncoder(context.interner),
    view: { words: words[language], numbers, color, nextStep, equivalentText: (id, value) => `${numbers.count(value)} ${names[id] ?? id}` },
    terminal: new Terminal(out, new FakeStream()),
    clock: context.clock,
    intervalMs,
  });
  started.push(output);
  return output;
}

/** The n-th sample of a host that draws `watts` and began at 0 joules; one every 10 s. */
function sample(host: string, n: number, watts: number, tags = ''): string {
  const base = `host=${host},scope=host,source=intel_powerstat${tags}`;
  const ns = `${T0 + n * 10_000}000000`;
  const joules = `joules_delta=${watts * 10},joules_total=${watts * 10 * (n + 1)}`;
  return [
    `energy,${base} watts=${watts},${joules} ${ns}`,
    `equivalent,${base},equivalent=led_bulb,kind=power value=${watts / 9} ${ns}`,
    `equivalent,${base},equivalent=phone_charge,kind=energy value=${(watts * 10) / 36_000} ${ns}`,
    '',
  ].join('\n');
}

async function deliver(output: ConsoleOutput, lines: string, maxPoints = 1000): Promise<void> {
  for (const payload of output.encode(parsePoints(context.interner, lines), maxPoints)) {
    expect(await output.send(payload)).toEqual({ status: 'ok' });
  }
}

/** What stands on the screen: the lines after the last redraw, without escape sequences. */
function screen(): string[] {
  const last = out.text.split(/\x1b\[0J|\x1b\[H/).at(-1) ?? '';
  return last.replaceAll(/\x1b\[[0-9;?]*[A-Za-z]/g, '').split('\n');
}

describe('on a terminal', () => {
  it('shows host, watts now, energy since the start, and what both equal', async () => {
    const output = create({ nextStep: 'urls = ["http://127.0.0.1:8186"]' });
    await output.connect();
    expect(screen()).toContain('  waiting for the first watts …');
    for (let n = 0; n < 90; n++) await deliver(output, sample('kvm-1', n, 200) + sample('kvm-0', n, 252));
    context.clock.ms += 900_000;
    await deliver(output, sample('kvm-0', 90, 252) + sample('kvm-1', 90, 200, ''));
    vi.advanceTimersByTime(1000);
    expect(screen()).toEqual([
      '',
      '  host        now   since start   which equals',
      '  kvm-0   252.0 W      63.70 Wh   ≈ 28 LED bulbs · ≈ 6 phone charges',
      '  kvm-1   200.0 W      50.56 Wh   ≈ 22 LED bulbs · ≈ 5 phone charges',
      '',
      '  Next: in telegraf.conf, under [[outputs.influxdb]]:',
      '    urls = ["http://127.0.0.1:8186"]',
      '  546 points out · up 15 min 0 s · Ctrl-C to stop',
      '',
    ]);
  });

  it('speaks French', async () => {
    const output = create({ language: 'fr' });
    await output.connect();
    await deliver(output, sample('kvm-0', 0, 1252, ',recorded=true'));
    vi.advanceTimersByTime(1000);
    expect(screen().map((line) => line.replaceAll('\u202f', ' '))).toEqual([
      '',
      '  hôte                 maintenant   depuis le début   ce qui équivaut à',
      '  kvm-0 (enregistré)    1 252,0 W           3,48 Wh   ≈ 139 LED bulbs · ≈ 0 phone charges',
      '',
      '  3 points sortis · en marche depuis 0 s · Ctrl-C pour arrêter',
      '',
    ]);
  });

  it('marks a host whose data is recorded', async () => {
    const output = create();
    await output.connect();
    await deliver(output, sample('kvm-0', 0, 9, ',recorded=true') + sample('laptop', 0, 9));
    vi.advanceTimersByTime(1000);
    expect(screen()[2]).toMatch(/^ {2}kvm-0 \(recorded\) {2}/);
    expect(screen()[3]).toMatch(/^ {2}laptop {13}9\.0 W/);
  });

  it('cuts names, never numbers, where there is hardly any room', async () => {
    out.columns = 40;
    const output = create();
    await output.connect();
    await deliver(output, sample('kvm-0', 0, 252, ',recorded=true') + sample('kvm-0', 1, 252, ',recorded=true'));
    vi.advanceTimersByTime(1000);
    expect(screen().slice(1, 3)).toEqual(['  host                now   since start', '  kvm-0 (recor…   252.0 W       1.40 Wh']);
  });

  it('leaves the second equivalent out where there is no room for it', async () => {
    out.columns = 66;
    const output = create();
    await output.connect();
    await deliver(output, sample('kvm-0', 0, 252) + sample('kvm-0', 1, 252));
    vi.advanceTimersByTime(1000);
    expect(screen()[2]).toBe('  kvm-0   252.0 W       1.40 Wh   ≈ 28 LED bulbs');
    out.columns = 70;
    vi.advanceTimersByTime(1000);
    expect(screen()[2]).toContain('≈ 28 LED bulbs · ≈ 0 phone charges');
  });

  it('tells two measurements of one host apart, and does not add them up', async () => {
    const output = create();
    await output.connect();
    const wall = `energy,host=kvm-0,scope=host,source=shelly watts=300,joules_delta=0,joules_total=0 ${T0}000000\n`;
    await deliver(output, sample('kvm-0', 0, 252) + wall + sample('kvm-1', 0, 252));
    vi.advanceTimersByTime(1000);
    expect(
      screen()
        .slice(2, 5)
        .map((line) => line.slice(2, 35)),
    ).toEqual(['kvm-0 (intel_powerstat)   252.0 W', 'kvm-0 (shelly)            300.0 W', 'kvm-1                     252.0 W']);
  });

  it('draws no more often than its interval, however much comes in', async () => {
    const output = create();
    await output.connect();
    const before = out.text.length;
    for (let n = 0; n < 50; n++) await deliver(output, sample('kvm-0', n, 200));
    expect(out.text.length).toBe(before);
    vi.advanceTimersByTime(3000);
    expect(out.text.split('\x1b[0J')).toHaveLength(4);
  });

  it('keeps to the width and the height of a small terminal, and says what is left out', async () => {
    out.columns = 40;
    out.rows = 12;
    const output = create({ nextStep: 'urls = ["http://127.0.0.1:8186"]' });
    await output.connect();
    await deliver(output, Array.from({ length: 30 }, (_, i) => sample(`host-with-a-long-name-${i}`, 0, 100)).join(''));
    vi.advanceTimersByTime(1000);
    const lines = screen();
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(40);
    expect(lines.length).toBeLessThanOrEqual(12);
    expect(lines).toContain('  … and 26 more');
  });

  it('shows hostile host names as text', async () => {
    const output = create();
    await output.connect();
    await deliver(output, sample('\x1b]0;owned\x07\u202e', 0, 9));
    vi.advanceTimersByTime(1000);
    expect(out.text).not.toContain('\x1b]0');
    expect(screen()[2]).toContain('  \\x1b]0;owned\\x07\\u202e   ');
  });

  it('shows no present watts of a host that has fallen silent', async () => {
    const output = create();
    await output.connect();
    await deliver(output, sample('kvm-0', 0, 252));
    context.clock.ms += 61_000;
    vi.advanceTimersByTime(1000);
    expect(screen()[2]).toBe('  kvm-0     –       0.70 Wh');
  });

  it('dims heading and status, and nothing where colours are not wanted', async () => {
    const coloured = create({ color: true });
    await coloured.connect();
    await deliver(coloured, sample('kvm-0', 0, 252));
    vi.advanceTimersByTime(1000);
    expect(out.text).toContain('\x1b[2m  host');
    out.text = '';
    const plain = create({ color: false });
    await plain.connect();
    vi.advanceTimersByTime(1000);
    expect(out.text.split('\x1b[2m  waiting')).toHaveLength(1);
  });

  it('leaves the last state and the cursor behind', async () => {
    const output = create();
    await output.connect();
    await deliver(output, sample('kvm-0', 0, 252));
    await output.close();
    expect(screen().join('\n')).toContain('kvm-0   252.0 W');
    expect(out.text.endsWith('\x1b[?25h')).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the sums', () => {
  async function energyOf(lines: string[]): Promise<string | undefined> {
    out.isTTY = false;
    const output = create({ intervalMs: 0 });
    for (const line of lines) await deliver(output, line);
    return /, ([\d.]+ k?Wh) since start/.exec(out.text.split('\n').at(-2) ?? '')?.[1];
  }

  const point = (n: number, delta: number, total: number, more = ''): string =>
    `energy,host=a,scope=host,source=s watts=1,joules_delta=${delta},joules_total=${total}${more} ${T0 + n * 10_000}000000\n`;

  it('begin with this run, not with what was counted before', async () => {
    expect(await energyOf([point(0, 3600, 99_003_600), point(1, 3600, 99_007_200)])).toBe('2.00 Wh');
  });

  it('count a sample once, told twice or late', async () => {
    expect(await energyOf([point(0, 3600, 3600), point(1, 3600, 7200), point(1, 3600, 7200), point(0, 3600, 3600)])).toBe('2.00 Wh');
  });

  it('go on when the total starts over', async () => {
    expect(await energyOf([point(0, 3600, 90_000), point(1, 3600, 3600), point(2, 3600, 7200)])).toBe('3.00 Wh');
  });

  it('leave windows out, which hold the same joules again', async () => {
    expect(await energyOf([point(0, 3600, 3600), point(1, 7200, 7200, ',covered_seconds=3600')])).toBe('1.00 Wh');
  });
});

describe('where there is no terminal', () => {
  beforeEach(() => {
    out.isTTY = false;
  });

  it('writes a line per host, at most once per interval, and the last state at the end', async () => {
    const output = create({ intervalMs: 10_000 });
    await output.connect();
    await deliver(output, sample('kvm-0', 0, 252, ',recorded=true'));
    await deliver(output, sample('kvm-0', 1, 252, ',recorded=true'));
    context.clock.ms += 5000;
    await output.close();
    expect(out.text.split('\n')).toEqual([
      '2025-10-09T08:53:20Z kvm-0 (recorded): 252.0 W, 0.70 Wh since start, ≈ 28 LED bulbs',
      '2025-10-09T08:53:25Z kvm-0 (recorded): 252.0 W, 1.40 Wh since start, ≈ 28 LED bulbs, ≈ 0 phone charges',
      '',
    ]);
  });

  it('says that it is waiting when points have come, but no watts', async () => {
    const output = create({ intervalMs: 10_000 });
    await deliver(output, 'cpu,host=a usage_idle=1 1\nenergy,host=a,scope=package watts=1,joules_total=1 1\n');
    expect(out.text).toBe('2025-10-09T08:53:20Z waiting for the first watts … (2 points out)\n');
  });

  it('writes no more than a screenful for thousands of hosts', async () => {
    const output = create({ intervalMs: 10_000 });
    await deliver(output, Array.from({ length: 2000 }, (_, i) => sample(`h${i}`, 0, 100)).join(''), 100_000);
    const lines = out.text.split('\n');
    expect(lines).toHaveLength(52);
    expect(lines[50]).toBe('  … and 950+ more');
  });
});

it('payloads hold no more points than asked for, and all of them', () => {
  const lines = sample('a', 0, 1) + sample('b', 0, 1) + 'cpu,host=a usage_idle=1 1\n';
  const payloads = create().encode(parsePoints(context.interner, lines), 3);
  expect(payloads.map(({ points }) => points)).toEqual([3, 3, 1]);
  expect(payloads[2]).toMatchObject({ destination: 'console', firstMs: 0, lastMs: 0 });
});
