import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Secret } from '../../../src/config/secret.ts';
import { createLogger, type LogOptions, type Logger } from '../../../src/telemetry/log.ts';

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0);

let lines: string[];

beforeEach(() => {
  lines = [];
  vi.useFakeTimers({ now: NOW });
});

afterEach(() => {
  vi.useRealTimers();
});

function logger(options: LogOptions = {}): Logger {
  return createLogger({ color: false, write: (line) => lines.push(line), ...options });
}

describe('text lines', () => {
  it('look as Telegraf prints them', () => {
    logger().plugin('inputs.cpu').info('gathered', { points: 3, source: 'two words', ok: true });
    expect(lines).toEqual(['2026-11-22T10:00:00Z I! [inputs.cpu] gathered points=3 source="two words" ok=true']);
  });

  it('have no name when the agent itself speaks', () => {
    logger().warn('nothing to do');
    expect(lines).toEqual(['2026-11-22T10:00:00Z W! nothing to do']);
  });

  it('never carry control characters of hostile names and messages to the terminal', () => {
    logger().plugin('inputs.\x1b[2J').error('\x1b]0;owned\x07\nE! forged', { 'k\r': 'a\u202eb\u009bc', byte: '\udc80' });
    expect(lines).toEqual(['2026-11-22T10:00:00Z E! [inputs.\\x1b[2J] \\x1b]0;owned\\x07\\nE! forged k\\r=a\\u202eb\\x9bc byte=\\x80']);
  });

  it('are cut with a mark that says how much is missing', () => {
    logger().info('x'.repeat(5000), { body: 'y'.repeat(600) });
    expect(lines[0]).toContain(`${'x'.repeat(2000)}… (3000 more characters) body="${'y'.repeat(500)}… (100 more characters)"`);
    expect(lines[0]?.length).toBeLessThan(2700);
  });

  it('show no secret and no password of a URL', () => {
    logger().info('trying http://user:hunter2@host/', {
      token: new Secret('hunter3'),
      deep: { token: new Secret('hunter4') },
      url: 'http://a:hunter5@b',
    });
    expect(lines[0]).toContain('http://user:***@host/ token=***');
    expect(lines[0]).not.toContain('hunter');
  });

  it('are coloured when asked', () => {
    logger({ color: true }).error('broken');
    expect(lines).toEqual(['2026-11-22T10:00:00Z \x1b[31mE!\x1b[0m broken']);
  });

  it('print a bug with its stack, and the refusal of a server without', () => {
    const refused = Object.assign(new Error('connect refused'), { code: 'ECONNREFUSED' });
    const log = logger().plugin('outputs.x');
    log.error('a bug', { error: new TypeError('x is undefined') });
    log.error('no server', { error: new TypeError('fetch failed', { cause: refused }), code: 7 });
    log.error('gone', { error: refused });
    expect(lines[0]).toMatch(/a bug error="x is undefined"\n {4}at /);
    expect(lines[1]).toBe('2026-11-22T10:00:00Z E! [outputs.x] no server error="fetch failed: connect refused" code=7');
    expect(lines[2]).toBe('2026-11-22T10:00:00Z E! [outputs.x] gone error="connect refused"');
  });

  it('survive details that JSON can not say', () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    logger().info('odd', { circular, big: 2n ** 63n, nan: Number.NaN, nothing: undefined });
    expect(lines[0]).toContain('big=9223372036854775808 nan=NaN');
  });
});

describe('structured lines', () => {
  it('are one JSON object each, the details apart, so that none can pose as the message', () => {
    logger({ format: 'structured' }).plugin('inputs.cpu').warn('slow', { msg: 'forged', seconds: 1.5 });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { level: 'warn', time: '2026-11-22T10:00:00.000Z', plugin: 'inputs.cpu', details: { msg: 'forged', seconds: 1.5 }, msg: 'slow' },
    ]);
  });

  it('escape what steers a terminal, and still mean the same', () => {
    logger({ format: 'structured' }).info('a\x1bb\u009bc\u202ed');
    expect(lines[0]).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'a\x1bb\u009bc\u202ed' });
  });
});

describe('levels', () => {
  it('hold for all plugins but those with their own', () => {
    const log = logger({ level: 'error' });
    log.plugin('inputs.a').warn('hidden');
    log.plugin('inputs.b', 'debug').debug('shown');
    log.error('shown too');
    expect(lines).toHaveLength(2);
  });
});

describe('repeated messages', () => {
  it('are written once at once, then summed up every ten seconds', () => {
    const log = logger().plugin('inputs.file');
    for (let pid = 1; pid <= 124; pid++) log.error(`can't read /proc/${pid}/stat`, { pid });
    expect(lines).toHaveLength(1);
    vi.advanceTimersByTime(10_000);
    expect(lines[1]).toBe("2026-11-22T10:00:10Z E! [inputs.file] can't read /proc/124/stat … 123 more in 10 s pid=124");
    vi.advanceTimersByTime(60_000);
    expect(lines).toHaveLength(2);
  });

  it('come at once again after a quiet while', () => {
    const log = logger();
    log.info('tick');
    vi.advanceTimersByTime(11_000);
    log.info('tick');
    expect(lines).toHaveLength(2);
  });

  it('of different plugins and levels are different messages', () => {
    const log = logger();
    log.plugin('a').info('same');
    log.plugin('b').info('same');
    log.plugin('a').warn('same');
    expect(lines).toHaveLength(3);
  });

  it('can not be got round by a flood of different ones', () => {
    const log = logger().plugin('inputs.listener');
    for (let i = 0; i < 10_000; i++) log.warn(`bad line ${String.fromCodePoint(0x4e00 + i)}`);
    expect(lines).toHaveLength(50);
    vi.advanceTimersByTime(10_000);
    expect(lines).toHaveLength(51);
    expect(lines[50]).toContain('9950 other messages in 10 s, the last: bad line');
  });

  it('are all written when asked for', () => {
    const log = logger({ limitRepeats: false });
    for (let i = 0; i < 5; i++) log.info('again');
    expect(lines).toHaveLength(5);
  });

  it('are summed up when the log is closed', () => {
    const log = logger();
    log.info('last words');
    log.info('last words');
    log.close();
    expect(lines[1]).toContain('last words … 1 more in 1 s');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a log file', () => {
  it('is appended to, in a folder made for it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wattbridge-log-'));
    const file = join(folder, 'deep', 'wattbridge.log');
    for (const text of ['first', 'second']) {
      const log = createLogger({ file, color: false });
      log.info(text);
      log.close();
    }
    expect(readFileSync(file, 'utf8')).toBe('2026-11-22T10:00:00Z I! first\n2026-11-22T10:00:00Z I! second\n');
    rmSync(folder, { recursive: true });
  });

  it('on a full disk gives way to the fallback', () => {
    const shown: string[] = [];
    const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => shown.push(String(text)) > 0);
    const log = createLogger({ file: '/dev/full', color: false });
    log.info('first');
    log.info('second');
    log.close();
    spy.mockRestore();
    expect(shown).toEqual([
      expect.stringContaining("can't write the log file, so the log goes here: Error: ENOSPC"),
      '2026-11-22T10:00:00Z I! first\n',
      '2026-11-22T10:00:00Z I! second\n',
    ]);
  });
});
