import { Writable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { Terminal } from '../../../src/telemetry/terminal.ts';

class Screen extends Writable {
  isTTY = true;
  columns = 80;
  readonly #shared: string[];

  constructor(shared: string[]) {
    super();
    this.#shared = shared;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#shared.push(chunk.toString());
    done();
  }
}

let written: string[];
let out: Screen;
let err: Screen;
let terminal: Terminal;

beforeEach(() => {
  written = [];
  out = new Screen(written);
  err = new Screen(written);
  terminal = new Terminal(out, err);
});

describe('a terminal', () => {
  it('draws the region again in its place', () => {
    terminal.draw(['a', 'b']);
    terminal.draw(['c']);
    expect(written.join('')).toBe('\x1b[?25la\nb\n\x1b[2F\x1b[0Jc\n');
  });

  it('writes log lines above the region, which comes back below them', () => {
    terminal.draw(['a', 'b']);
    written.length = 0;
    terminal.writeError('log');
    expect(written.join('')).toBe('\x1b[2F\x1b[0Jlog\na\nb\n');
  });

  it('leaves the region alone when log lines go to a file', () => {
    err.isTTY = false;
    terminal.draw(['a']);
    written.length = 0;
    terminal.writeError('log');
    expect(written.join('')).toBe('log\n');
  });

  it('gives the cursor back, and writes below what stands', () => {
    terminal.draw(['a']);
    terminal.release();
    terminal.writeOut('bye');
    expect(written.join('')).toBe('\x1b[?25la\n\x1b[?25hbye\n');
  });

  it('starts on a fresh screen when its width has changed', () => {
    terminal.draw(['a']);
    out.columns = 40;
    written.length = 0;
    terminal.draw(['b']);
    expect(written.join('')).toBe('\x1b[2J\x1b[Hb\n');
  });

  it('takes a usual size where nobody gave the pseudo-terminal one', () => {
    out.columns = 0;
    expect([terminal.columns, terminal.rows]).toEqual([80, 24]);
  });

  it('goes on without a stream whose reader has gone', () => {
    out.emit('error', Object.assign(new Error('EPIPE'), { code: 'EPIPE' }));
    terminal.writeOut('lost');
    terminal.writeError('kept');
    expect(written.join('')).toBe('kept\n');
  });
});
