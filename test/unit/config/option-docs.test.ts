import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { optionRows, refusedOptions } from '../../../src/config/option-docs.ts';
import { duration, fieldValue, secret, size } from '../../../src/config/options.ts';
import { unsupportedOptions } from '../../../src/plugins/shared/unsupported-options.ts';

describe('optionRows', () => {
  it('gives name, type, default, need and description of every option, nested ones too', () => {
    const schema = z.strictObject({
      urls: z.array(z.string()).describe('Servers.'),
      mode: z.enum(['a', 'b']).default('a').describe('Mode.'),
      timeout: duration().prefault('5s').describe('Wait.'),
      cache: size().optional().describe('Cache.'),
      token: secret().optional().describe('Token.'),
      count: z.int().default(3).describe('Count.'),
      tags: z.record(z.string(), z.array(z.string())).default({}).describe('Tags.'),
      values: z.record(z.string(), fieldValue()).default({}).describe('Values.'),
      replace: z
        .array(z.strictObject({ dest: z.string().default('').describe('Name.') }))
        .optional()
        .describe('Rules.'),
    });
    expect(
      optionRows(schema).map(({ name, type, defaultValue, required, description }) => [name, type, defaultValue, required, description]),
    ).toEqual([
      ['urls', 'list of texts', undefined, true, 'Servers.'],
      ['mode', '`a`, `b`', 'a', false, 'Mode.'],
      ['timeout', 'duration', '5s', false, 'Wait.'],
      ['cache', 'size', undefined, false, 'Cache.'],
      ['token', 'text (secret)', undefined, false, 'Token.'],
      ['count', 'whole number', '3', false, 'Count.'],
      ['tags', 'map of lists of texts', '{}', false, 'Tags.'],
      ['values', 'map of field values', '{}', false, 'Values.'],
      ['replace', 'list of maps', undefined, false, 'Rules.'],
      ['replace[].dest', 'text', '""', false, 'Name.'],
    ]);
  });

  it('leaves out what is there only to be refused, and names it', () => {
    const schema = z.strictObject({ a: z.string().describe('A.'), ...unsupportedOptions({ 'no such thing here': ['b', 'c'] }) });
    expect(optionRows(schema).map(({ name }) => name)).toEqual(['a']);
    expect(refusedOptions(schema).map(({ name }) => name)).toEqual(['b', 'c']);
  });
});
