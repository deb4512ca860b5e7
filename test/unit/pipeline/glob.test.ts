import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GlobError } from '../../../src/pipeline/glob-syntax.ts';
import { compileGlobs } from '../../../src/pipeline/glob.ts';

/** Which of `texts` a list of globs matches. */
function matching(patterns: string[], texts: string[], separators?: string): string[] {
  return texts.filter(compileGlobs(patterns, separators));
}

describe('a list without wildcards', () => {
  it('is compared literally, braces and backslashes included', () => {
    expect(matching(['{cpu,net}', 'a\\b'], ['cpu', 'net', '{cpu,net}', 'a\\b', 'ab'])).toEqual(['{cpu,net}', 'a\\b']);
  });

  it('matches nothing when it is empty', () => {
    expect(matching([], ['', 'cpu'])).toEqual([]);
  });

  it('turns into globs as a whole by one wildcard in any entry, even an escaped one', () => {
    expect(matching(['{cpu,net}', 'disk*'], ['cpu', 'net', '{cpu,net}', 'disk1'])).toEqual(['cpu', 'net', 'disk1']);
    expect(matching(['cpu\\*', 'a\\b'], ['cpu*', 'cpux', 'a\\b', 'ab'])).toEqual(['cpu*', 'ab']);
  });

  it('turns into globs by separators', () => {
    expect(matching(['{cpu,net}'], ['cpu', '{cpu,net}'], '.')).toEqual(['cpu']);
  });
});

describe('a glob', () => {
  it.each<[pattern: string, yes: string[], no: string[]]>([
    ['cpu*', ['cpu', 'cpux', 'cpu*'], ['CPU', 'xcpu', '']],
    ['*idle*', ['idle', 'usage_idle', 'idle_x'], ['ide']],
    ['c?u', ['cpu', 'c?u', 'céu', 'c😀u'], ['cu', 'cppu']],
    ['ne[s-u]', ['nes', 'net', 'neu'], ['nev', 'ne', 'ness']],
    ['ne[!a-z]', ['ne1', 'neA'], ['nea', 'ne']],
    ['cp[^a-z]', ['cp^', 'cpa', 'cp-', 'cpz'], ['cpm', 'cp1']],
    ['[e0-9]', ['e', '0', '-', '9'], ['5']],
    ['[a,b]*', ['a', ',', 'bx'], ['c']],
    ['[a\\]b]?', ['ax', ']x'], ['\\x']],
    ['usage_{idle,us{er,ed}}*', ['usage_idle', 'usage_used_x'], ['usage_us']],
    ['{a,b', ['a', 'b'], ['{a']],
    ['}*,', ['},', '}x,'], ['}']],
    ['scaph_\\[x\\]*', ['scaph_[x]'], ['scaph_x']],
    ['**_watts', ['_watts', 'a.b_watts'], ['watts']],
    ['a\\', ['a'], ['a\\']],
  ])('%s', (pattern, yes, no) => {
    // With a separator that occurs nowhere every list is one of globs.
    expect(matching([pattern], [...yes, ...no], '\u0001')).toEqual(yes);
  });

  it('of the form prefix*suffix matches when the two overlap', () => {
    expect(matching(['power_*_power'], ['power_power', 'power_x_power', 'power_powe'])).toEqual(['power_power', 'power_x_power']);
    expect(matching(['aa*ab'], ['aab', 'aaab', 'ab'])).toEqual(['aab', 'aaab']);
    expect(matching(['rack.**.w'], ['rack.w', 'rack.a.b.w'], '.')).toEqual(['rack.w', 'rack.a.b.w']);
  });

  it('with separators stops at them with * and ?, and * may be empty', () => {
    expect(matching(['scaph.*.power'], ['scaph..power', 'scaph.a.power', 'scaph.a.b.power', 'scaph.power'], '.')).toEqual([
      'scaph..power',
      'scaph.a.power',
    ]);
    expect(
      matching(['power.*', 'energy/?oules', 'host.??'], ['power.watts', 'power.watts.mean', 'energy//oules', 'host.a/', 'host.ab'], './'),
    ).toEqual(['power.watts', 'host.ab']);
  });

  it('sees a byte that is no UTF-8 as one character', () => {
    expect(matching(['a?b'], ['a\udcffb'])).toEqual(['a\udcffb']);
  });

  it.each([
    ['ne[a-z0-9]', 'expected close range character'],
    ['[0-9,a]', 'expected close range character'],
    ['x[a-z', 'unexpected end of input'],
    ['x[abc', 'unexpected end of input'],
    ['x[]', 'could not parse range'],
    ['x[!]', 'could not parse range'],
    ['[z-a]', "hi character 'a' should be greater than lo 'z'"],
  ])('%s is refused: %s', (pattern, reason) => {
    expect(() => compileGlobs([pattern])).toThrow(GlobError);
    expect(() => compileGlobs([pattern])).toThrow(reason);
  });
});

describe('matching', () => {
  it('agrees with a plain regular expression on stars, question marks and texts', () => {
    const part = fc.constantFrom('a', 'b', 'ab', '*', '?', 'é');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.array(fc.constantFrom('a', 'b', 'c', 'é'), { maxLength: 8 }), (parts, chars) => {
        const pattern = `[ab]${parts.join('')}`;
        const expected = new RegExp(`^${pattern.replaceAll('?', '.').replaceAll('*', '.*')}$`, 'su');
        expect(compileGlobs([pattern])(chars.join(''))).toBe(expected.test(chars.join('')));
      }),
    );
  });

  it('needs no more steps than text times pattern, however many stars', () => {
    const stars = compileGlobs([`${'*a'.repeat(200)}b`]);
    expect(stars('a'.repeat(4000))).toBe(false);
  });
});
