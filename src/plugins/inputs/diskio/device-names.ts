/** Which devices are asked for, and what they are called. */
import { realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { compileGlobOption } from '../../../pipeline/glob-option.ts';
import { hasWildcard } from '../../shared/file-patterns.ts';
import type { HostFolders } from '../../shared/host-folders.ts';

/** Whether a device is wanted, by its name and its links below /dev. */
export type DeviceFilter = (name: string, links: readonly string[]) => boolean;

/** The filter of the option `devices` as of now: a link may point elsewhere the next time. Throws `ConfigError`. */
export function createDeviceFilter(devices: readonly string[], { dev }: HostFolders): () => Promise<DeviceFilter> {
  if (devices.length === 0) return () => Promise.resolve(() => true);
  if (devices.some(hasWildcard)) {
    const matches = compileGlobOption(['devices'], devices);
    return () => Promise.resolve((name, links) => matches(name) || links.some(matches));
  }
  return async () => {
    const names = new Set(await Promise.all(devices.map((device) => nameOf(device, dev))));
    return (name) => names.has(name);
  };
}

/** The kernel's name of a device that is given by its own name, or by a link to it. */
async function nameOf(device: string, dev: string): Promise<string> {
  const target = await realpath(device).catch(() => realpath(join(dev, device)).catch(() => device));
  return basename(target);
}

const VARIABLE = /\$(?:\{(\w+)\}|(\w+))/g;

/** The first of the templates of which all variables are known, filled in; undefined when there is none. */
export function nameByTemplate(templates: readonly string[], properties: ReadonlyMap<string, string>): string | undefined {
  for (const template of templates) {
    const variables = Array.from(template.matchAll(VARIABLE), ([, braced, bare]) => braced ?? bare);
    if (!variables.every((name) => properties.has(name))) continue;
    return template.replaceAll(VARIABLE, (_text, braced: string | undefined, bare: string) => properties.get(braced ?? bare) ?? '');
  }
  return undefined;
}

/** NVMe disks with several paths are called `nvme0c1n1` where they are counted, and `nvme0n1` in /dev. */
export function deviceFile(name: string): string {
  return name.replace(/^(nvme\d+)c\d+(n\d+)/, '$1$2');
}
