import { ConfigError } from '../../../config/diagnostics.ts';
import { compileGlobOption } from '../../../pipeline/glob-option.ts';
import type { Matcher } from '../../../pipeline/glob.ts';

export interface ScalingOptions {
  readonly fields: readonly string[];
  readonly input_minimum?: number | undefined;
  readonly input_maximum?: number | undefined;
  readonly output_minimum?: number | undefined;
  readonly output_maximum?: number | undefined;
  readonly factor?: number | undefined;
  readonly offset?: number | undefined;
}

export interface Scaling {
  readonly matches: Matcher;
  scale(value: number): number;
}

/**
 * The scaling `options`, the `index`th of them: by two ranges or by factor and offset, computed in doubles in Telegraf's order. Throws
 * `ConfigError` when it is neither or both, a range is empty, there are no fields, or a glob can't be read.
 */
export function compileScaling(options: ScalingOptions, index: number): Scaling {
  const { fields, factor, offset } = options;
  const refuse = (reason: string) => new ConfigError(`scaling ${index + 1}: ${reason}`, ['scaling', index]);
  if (fields.length === 0) throw refuse('no fields: say which with "fields", or with "*" that all are meant');
  const of = `for fields ${fields.join(',')}`;
  const borders = [options.input_minimum, options.input_maximum, options.output_minimum, options.output_maximum];
  const given = borders.filter((border) => border !== undefined);
  const isLinear = factor !== undefined || offset !== undefined;
  if (given.length > 0 && isLinear) throw refuse(`cannot use factor/offset and minimum/maximum at the same time ${of}`);
  if (given.length > 0 && given.length < borders.length) throw refuse(`all minimum and maximum values need to be set ${of}`);
  if (given.length === 0 && !isLinear) throw refuse(`no scaling defined ${of}`);
  const matches = compileGlobOption(['scaling', index, 'fields'], fields);
  if (isLinear) return { matches, scale: (value) => (factor ?? 1) * value + (offset ?? 0) };
  const [inputMinimum, inputMaximum, outputMinimum, outputMaximum] = given;
  if (inputMinimum === inputMaximum) throw refuse(`input minimum and maximum are equal ${of}`);
  if (outputMinimum === outputMaximum) throw refuse(`output minimum and maximum are equal ${of}`);
  const slope = (outputMaximum - outputMinimum) / (inputMaximum - inputMinimum);
  return { matches, scale: (value) => slope * (value - inputMinimum) + outputMinimum };
}

/** Globs that stand in more than one place, so that fields that they match are scaled again and again. */
export function repeatedFields(scalings: readonly Pick<ScalingOptions, 'fields'>[]): string[] {
  const all = scalings.flatMap(({ fields }) => fields);
  return [...new Set(all.filter((field, index) => all.indexOf(field) < index))];
}
