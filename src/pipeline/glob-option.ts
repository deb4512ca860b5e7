import { ConfigError } from '../config/diagnostics.ts';
import { GlobError } from './glob-syntax.ts';
import { compileGlobs, type Matcher } from './glob.ts';

/**
 * `compileGlobs` for the globs of an option, from the plugin's own down (`['rule', 0, 'name']`). Throws `ConfigError`, at the
 * option, for one that can't be read.
 */
export function compileGlobOption(option: readonly (string | number)[], patterns: readonly string[], separators = ''): Matcher {
  try {
    return compileGlobs(patterns, separators);
  } catch (error) {
    if (error instanceof GlobError) throw new ConfigError(`${option.join('.')}: ${error.message}`, option);
    throw error;
  }
}
