import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import { intField } from '../../shared/fields.ts';
import type { HostFolders } from '../../shared/host-folders.ts';
import type { Reading } from '../../shared/machine-reader.ts';
import type { NewField } from '../../shared/make-point.ts';
import { KSM_FILES, ksmField, NEW_KSM_FILES, PRESSURES, pressureReadings, statFields, whole, type Resource } from './kernel-stats.ts';

/** Reads the kernel's files; see `plugin.ts`. What can't be read is told and takes nothing else with it. */
export class KernelReader {
  readonly #collect: readonly ('ksm' | 'psi')[];
  readonly #context: PluginContext;
  readonly #folders: HostFolders;

  constructor(collect: readonly ('ksm' | 'psi')[], context: PluginContext, folders: HostFolders) {
    this.#collect = collect;
    this.#context = context;
    this.#folders = folders;
  }

  async read(): Promise<Reading[]> {
    const { proc } = this.#folders;
    const fields = [
      ...(await this.#try([], async () => statFields(await readFile(join(proc, 'stat'), 'utf8')))),
      ...(await this.#try([], () => readEntropy(proc))),
      ...(this.#collect.includes('ksm') ? await this.#try([], () => readKsm(this.#folders.sys)) : []),
    ];
    const pressures = this.#collect.includes('psi') ? (Object.keys(PRESSURES) as Resource[]) : [];
    const readings = await Promise.all(pressures.map((resource) => this.#try([], () => readPressure(proc, resource))));
    const kernel: Reading[] = fields.length === 0 ? [] : [{ measurement: 'kernel', type: 'counter', tags: [], fields }];
    return [...kernel, ...readings.flat()];
  }

  async #try<T>(otherwise: T, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      this.#context.error();
      this.#context.log.error((error as Error).message);
      return otherwise;
    }
  }
}

async function readEntropy(proc: string): Promise<NewField[]> {
  const text = await readFile(join(proc, 'sys/kernel/random/entropy_avail'), 'utf8');
  return [intField('entropy_avail', whole(text.trim(), 'entropy_avail'))];
}

async function readKsm(sys: string): Promise<NewField[]> {
  const read = async (file: string): Promise<NewField> => ksmField(file, await readFile(join(sys, 'kernel/mm/ksm', file), 'utf8'));
  const fields = await Promise.all(KSM_FILES.map(read));
  const later = await Promise.allSettled(NEW_KSM_FILES.map(read));
  return [...fields, ...later.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))];
}

async function readPressure(proc: string, resource: Resource): Promise<Reading[]> {
  return pressureReadings(resource, await readFile(join(proc, 'pressure', resource), 'utf8'));
}
