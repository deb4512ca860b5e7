import { readFile } from 'node:fs/promises';
import { machine, release } from 'node:os';
import { join } from 'node:path';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import { fieldsOf, intField, textField, uintField } from '../../shared/fields.ts';
import type { HostFolders } from '../../shared/host-folders.ts';
import type { Reading } from '../../shared/machine-reader.ts';
import type { NewField } from '../../shared/make-point.ts';
import type { Group, SystemConfig } from './config.ts';
import { countLogical, countPhysical } from './cpus.ts';
import { readDmi } from './dmi.ts';
import { loadFields, uptimeSeconds, uptimeText } from './load.ts';
import { readPlatform } from './platform.ts';
import { readUsers } from './users.ts';

type Reader = () => Promise<NewField[]>;

/** Reads what is asked for; see `plugin.ts`. What can't be read is told and takes nothing else with it. */
export class SystemReader {
  readonly #context: PluginContext;
  readonly #folders: HostFolders;
  readonly #include: ReadonlySet<Group>;
  readonly #readers: ReadonlyMap<Exclude<Group, 'legacy'>, Reader>;

  constructor({ include, os_cache_ttl: osMs, dmi_cache_ttl: dmiMs }: SystemConfig, context: PluginContext, folders: HostFolders) {
    this.#context = context;
    this.#folders = folders;
    this.#include = include;
    this.#readers = new Map<Exclude<Group, 'legacy'>, Reader>([
      ['load', async () => loadFields(await readFile(join(folders.proc, 'loadavg'), 'utf8'))],
      ['cpus', () => readCpus(folders)],
      ['users', () => this.#readUsers()],
      ['uptime', async () => [uintField('uptime', await readUptime(folders))]],
      ['os', cached(osMs, () => readSystem(folders))],
      ['dmi', cached(dmiMs, () => readDmi(folders.sys))],
    ]);
  }

  async read(): Promise<Reading[]> {
    const wanted = [...this.#readers.keys()].filter((group) => this.#include.has(group));
    const legacy = this.#include.has('legacy') ? await this.#legacy() : [];
    return [...legacy, reading(await this.#fields(wanted))].filter(({ fields }) => fields.length > 0);
  }

  /** Three points, as Telegraf has always made them: a gauge, a counter and a text. */
  async #legacy(): Promise<Reading[]> {
    const load = await this.#fields(['load', 'cpus', 'users']);
    const uptime = await this.#fields(['uptime']);
    const texts = uptime.map(({ value }) => textField('uptime_format', uptimeText(Number(value))));
    return [{ ...reading(load), type: 'gauge' }, { ...reading(uptime), type: 'counter' }, reading(texts)];
  }

  async #fields(groups: readonly Exclude<Group, 'legacy'>[]): Promise<NewField[]> {
    const sets = await Promise.all(groups.map((group) => this.#try(group)));
    return sets.flat();
  }

  async #try(group: Exclude<Group, 'legacy'>): Promise<NewField[]> {
    try {
      return (await this.#readers.get(group)?.()) ?? [];
    } catch (error) {
      this.#context.error();
      this.#context.log.error(`could not read ${group}: ${(error as Error).message}`);
      return [];
    }
  }

  async #readUsers(): Promise<NewField[]> {
    const path = join(this.#folders.var, 'run/utmp');
    const users = await readUsers(path);
    if (users !== undefined) return fieldsOf(intField, { n_users: users.count, n_unique_users: users.unique });
    this.#context.log.debug(`${path} can't be read, so there is no n_users`);
    return [];
  }
}

function reading(fields: readonly NewField[]): Reading {
  return { measurement: 'system', tags: [], fields };
}

async function readCpus(folders: HostFolders): Promise<NewField[]> {
  return fieldsOf(intField, { n_cpus: await countLogical(folders.proc), n_physical_cpus: await countPhysical(folders) });
}

async function readUptime({ proc }: HostFolders): Promise<number> {
  return uptimeSeconds(await readFile(join(proc, 'uptime'), 'utf8'));
}

async function readSystem({ etc }: HostFolders): Promise<NewField[]> {
  const { platform, family, version } = await readPlatform(etc);
  return fieldsOf(textField, {
    os: process.platform,
    arch: machine(),
    platform,
    platform_family: family,
    platform_version: version,
    kernel_version: release(),
  });
}

/** Reads again when what it read is so old. */
function cached(ttlMs: number, read: Reader): Reader {
  let last: { readonly fields: NewField[]; readonly atMs: number } | undefined;
  return async () => {
    const nowMs = performance.now();
    if (last === undefined || nowMs - last.atMs > ttlMs) last = { fields: await read(), atMs: nowMs };
    return last.fields;
  };
}
