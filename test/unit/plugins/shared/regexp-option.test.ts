import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../../src/config/diagnostics.ts';
import { compileRegexpOption } from '../../../../src/plugins/shared/regexp-option.ts';

describe('a pattern that can not be read', () => {
  it.each([
    ['^(?!cpu)', 'tags.0.pattern: error parsing regexp: invalid or unsupported Perl syntax: `(?!`; what stands before or after'],
    ['(?<=a)b', 'invalid named capture: `(?<=a)b`; what stands before or after'],
    ['\\1', 'invalid escape sequence: `\\1`'],
    ['a{1001}', 'invalid repeat count: `{1001}`'],
    ['(?P<é>a)', 'invalid named capture: `(?P<é>`'],
    ['[z-a]', 'invalid character class range: `z-a`'],
    ['(a', 'missing closing ): `(a`'],
  ])('%s: %s', (pattern, message) => {
    expect(() => compileRegexpOption(['tags', 0, 'pattern'], pattern)).toThrow(ConfigError);
    expect(() => compileRegexpOption(['tags', 0, 'pattern'], pattern)).toThrow(message);
  });
});
