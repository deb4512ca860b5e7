/** The catalogue of equivalents from its files: the one that ships, and the user's. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigError } from '../../config/diagnostics.ts';
import { packageRoot } from '../../config/package-root.ts';
import { extendCatalogue, readCatalogue, type Catalogue } from '../../equivalents/catalogue.ts';

/**
 * The shipped catalogue, extended and overridden by the user's file where there is one (relative to `baseDirectory`). Throws
 * `ConfigError` with all that is wrong with either.
 */
export function loadCatalogue(baseDirectory: string, own?: string): Catalogue {
  const shipped = read(join(packageRoot(), 'config', 'equivalents.yaml'));
  return own === undefined || own === '' ? shipped : extendCatalogue(shipped, read(resolve(baseDirectory, own)));
}

function read(file: string): Catalogue {
  const result = readCatalogue(readText(file), file);
  if (result.status === 'ok') return result.catalogue;
  throw new ConfigError(`the catalogue of equivalents is not right: ${result.problems.join('; ')}`, ['catalogue']);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`the catalogue of equivalents can't be read: ${(error as Error).message}`, ['catalogue']);
  }
}
