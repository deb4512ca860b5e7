import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LinePrinter } from '../../../../src/cli/line-printer.ts';
import { printLines } from '../../../../src/plugins/shared/print-lines.ts';
import { Terminal, type TerminalStream } from '../../../../src/telemetry/terminal.ts';
import { testContext } from '../../../support/context.ts';
import { parsePoints } from '../../../support/points.ts';

/** A stream that remembers what was written, and may say that it is a terminal. */
function recorder(isTTY: boolean): { stream: TerminalStream; written: () => Buffer } {
  const parts: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      parts.push(chunk);
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY }), written: () => Buffer.concat(parts) };
}

function printed(lines: Buffer, isTTY: boolean): Buffer {
  const { stream, written } = recorder(isTTY);
  printLines(lines, new Terminal(stream, recorder(false).stream));
  return written();
}

/** The title of a window set, the screen cleared, a line that is none, text that reads backwards, a byte that is no UTF-8. */
const HOSTILE = Buffer.concat([
  Buffer.from('p,cmd=\u001b]0;pwned\u0007 s="a\u001b[2J\nq v=1 1\n",t="\u202egpj" 1\nr,b='),
  Buffer.of(0xff),
  Buffer.from(' v=1 2\n'),
]);

describe('printing lines', () => {
  it('shows on a terminal what would steer it as escapes, one line for each', () => {
    expect(printed(HOSTILE, true).toString()).toBe(
      'p,cmd=\\x1b]0;pwned\\x07 s="a\\x1b[2J\\nq v=1 1\\n",t="\\u202egpj" 1\nr,b=\\xff v=1 2\n',
    );
  });

  it('hands the very bytes to a program or a file', () => {
    expect(printed(HOSTILE, false)).toEqual(HOSTILE);
  });
});

describe('the lines of --test', () => {
  it('carry a mark, and no more of what would steer a terminal', () => {
    const { stream, written } = recorder(true);
    const { interner } = testContext();
    const printer = new LinePrinter(interner, new Terminal(stream, recorder(false).stream));
    printer.print(parsePoints(interner, 'p,cmd=\u001b]0;pwned\u0007 v=1u 1\n'));
    expect(written().toString()).toBe('> p,cmd=\\x1b]0;pwned\\x07 v=1u 1\n');
  });
});
