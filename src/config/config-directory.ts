/** The files that `--config-directory` stands for. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Diagnostic } from './diagnostics.ts';
import { readFailure } from './source.ts';

/**
 * The `*.conf`, `*.yaml` and `*.yml` files below a folder in lexical order (by bytes, folder by folder, as Telegraf walks), without
 * folders whose name begins with `..` (Kubernetes mounts keep old versions there). A diagnostic when it can't be read.
 */
export async function filesInDirectory(directory: string): Promise<readonly string[] | Diagnostic> {
  try {
    return await walk(directory);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'there is no such directory' : readFailure(error);
    return { location: undefined, subject: directory, message: reason };
  }
}

async function walk(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const files: string[] = [];
  for (const entry of entries.toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory() && !entry.name.startsWith('..')) files.push(...(await walk(path)));
    if (!entry.isDirectory() && /.\.(conf|ya?ml)$/.test(entry.name)) files.push(path);
  }
  return files;
}
