import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder that `config/`, `pipelines/` and `recordings/` are in. The same code runs from `src/` in a clone and from one
 * bundle in `dist/` when installed, so nobody may count the levels up to it.
 */
export function packageRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no package.json above ${import.meta.dirname}; install wattbridge again`);
    folder = parent;
  }
  return folder;
}
