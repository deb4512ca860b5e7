import { RE2JSException } from 're2js';
import { ConfigError } from '../../config/diagnostics.ts';
import { GoRegexp } from '../../formats/go-text/regexp.ts';

/** The pattern of an option. Throws `ConfigError`, at the option, for one that can't be read. */
export function compileRegexpOption(option: readonly (string | number)[], pattern: string): GoRegexp {
  try {
    return new GoRegexp(pattern);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const advice = /\(\?<?[=!]/.test(pattern) ? '; what stands before or after a match can not be asked for (RE2 has no lookarounds)' : '';
    throw new ConfigError(`${option.join('.')}: ${error.message}${advice}`, option);
  }
}
