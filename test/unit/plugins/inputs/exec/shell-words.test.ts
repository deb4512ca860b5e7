import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellWords } from '../../../../../src/plugins/inputs/exec/shell-words.ts';

describe('shellWords', () => {
  it.each([
    ['/bin/read-meter --all', ['/bin/read-meter', '--all']],
    ['  a\t b\n', ['a', 'b']],
    [`sh -c 'echo "a b" $HOME'`, ['sh', '-c', 'echo "a b" $HOME']],
    [String.raw`echo "a \"b\" \$x \n"`, ['echo', String.raw`a "b" $x \n`]],
    [String.raw`a\ b \'c\'`, ['a b', "'c'"]],
    [`a''b "" ''`, ['ab', '', '']],
    ['a\\\nb \\\n c', ['ab', 'c']],
    ['"a\\\nb"', ['ab']],
    ['a # b', ['a', '#', 'b']],
    ['', []],
    [' \n', []],
  ])('%j', (command, words) => {
    expect(shellWords(command)).toEqual(words);
  });

  it.each([
    ["echo 'a", 'a single quote is not closed'],
    ['echo "a', 'a double quote is not closed'],
    ['echo "a\\"', 'a double quote is not closed'],
    ['echo a\\', 'a backslash at the end protects nothing'],
  ])('refuses %j', (command, message) => {
    expect(() => shellWords(command)).toThrow(message);
  });

  it('takes apart as the shell of this machine does', () => {
    const piece = fc.constantFrom('a', 'b', ' ', '\t', '\n', "'", '"', '\\', '%', '=');
    const command = fc.string({ unit: piece, maxLength: 12 }).filter((text) => isWhole(text) && !/(?<!\\)\n/.test(outsideQuotes(text)));
    fc.assert(
      fc.property(command, (text) => {
        expect(shellWords(text)).toEqual(wordsOfShell(text));
      }),
      { numRuns: 200 },
    );
  });
});

function isWhole(text: string): boolean {
  try {
    shellWords(text);
    return true;
  } catch {
    return false;
  }
}

/** A bare line end ends a command of a shell; for us it is a blank. */
function outsideQuotes(text: string): string {
  return text.replaceAll(/\\[^\n]|'[^']*'|"(?:\\[\s\S]|[^"\\])*"/g, '');
}

function wordsOfShell(text: string): string[] {
  const out = execFileSync('/bin/sh', ['-c', `printf '%s\\0' start ${text}`], { encoding: 'utf8' });
  return out.split('\0').slice(1, -1);
}
