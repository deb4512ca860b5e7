import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { packageRoot } from '../config/package-root.ts';
import { ExitCode, type Finish } from './exit-code.ts';
import { print } from './print.ts';

const Package = z.object({ version: z.string() });

/** The version in package.json. */
export function version(): string {
  return Package.parse(JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'))).version;
}

/** As `wattbridge version` and `--version` print it. */
export function versionText(): string {
  return `wattbridge ${version()}`;
}

/** `wattbridge version`. */
export function versionCommand(finish: Finish): Command {
  return new Command('version').description('print the version').action(() => {
    print(versionText());
    finish(ExitCode.ok);
  });
}
