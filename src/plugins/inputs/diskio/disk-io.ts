import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import type { HostFolders } from '../../shared/host-folders.ts';
import type { Reading } from '../../shared/machine-reader.ts';
import type { TagPairs } from '../../shared/tag-setter.ts';
import { deviceNumber, readUdev, type UdevEntry } from '../../shared/udev.ts';
import type { DiskioConfig } from './config.ts';
import { createDeviceFilter, deviceFile, nameByTemplate, type DeviceFilter } from './device-names.ts';
import { counterFields, parseDiskstats, rateFields, type DiskCounters } from './diskstats.ts';

const NOTHING_KNOWN: UdevEntry = { properties: new Map(), links: [] };

/** Reads what went to and from block devices; see `plugin.ts`. */
export class DiskIo {
  readonly #config: DiskioConfig;
  readonly #context: PluginContext;
  readonly #folders: HostFolders;
  readonly #filter: () => Promise<DeviceFilter>;
  /** Devices that udev did not know, so that each is told of once. */
  readonly #unknown = new Set<string>();
  #last: ReadonlyMap<string, DiskCounters> = new Map();
  #lastMs = 0;

  constructor(config: DiskioConfig, context: PluginContext, folders: HostFolders) {
    this.#config = config;
    this.#context = context;
    this.#folders = folders;
    this.#filter = createDeviceFilter(config.devices, folders);
  }

  async read(): Promise<Reading[]> {
    const counters = parseDiskstats(await readFile(join(this.#folders.proc, 'diskstats'), 'utf8'));
    const { ms } = this.#context.clock.now();
    const isWanted = await this.#filter();
    const readings: Reading[] = [];
    for (const [device, now] of counters) {
      const udev = await this.#udevOf(device);
      if (!isWanted(device, udev.links)) continue;
      const before = this.#last.get(device);
      const rates = before === undefined ? [] : rateFields(before, now, ms - this.#lastMs);
      readings.push({
        measurement: 'diskio',
        type: 'counter',
        tags: await this.#tags(device, udev),
        fields: [...counterFields(now), ...rates],
      });
    }
    this.#last = counters;
    this.#lastMs = ms;
    return readings;
  }

  /** Udev is only asked where an option needs it. */
  async #udevOf(device: string): Promise<UdevEntry> {
    const { devices, device_tags: tags, name_templates: templates, skip_serial_number: skipSerial } = this.#config;
    if (devices.length === 0 && tags.length === 0 && templates.length === 0 && skipSerial) return NOTHING_KNOWN;
    try {
      const udev = await readUdev(this.#folders, deviceFile(device));
      return { ...udev, properties: new Map([...udev.properties, ...(await this.#kernelProperties(device, udev))]) };
    } catch (error) {
      if (!this.#unknown.has(device)) this.#context.log.warn(`udev does not know ${device}: ${(error as Error).message}`);
      this.#unknown.add(device);
      return NOTHING_KNOWN;
    }
  }

  /** DEVNAME, DEVTYPE, DEVPATH and DEVLINKS, which udev's file does not have. */
  async #kernelProperties(device: string, { links }: UdevEntry): Promise<[name: string, value: string][]> {
    const folder = join(this.#folders.sys, 'class/block', device);
    const uevent = await readFile(join(folder, 'uevent'), 'utf8').catch(() => '');
    const path = await realpath(join(folder, 'device')).catch(() => undefined);
    const properties = Array.from(uevent.matchAll(/^(DEV\w*)=(.*)$/gm), ([, name, value]): [string, string] => [
      name,
      name === 'DEVNAME' && !value.startsWith('/dev') ? `/dev/${value}` : value.trim(),
    ]);
    if (path !== undefined) properties.push(['DEVPATH', join(path, basename(folder)).replace(this.#folders.sys, '')]);
    if (links.length > 0) properties.push(['DEVLINKS', links.map((link) => `/dev/${link}`).join(' ')]);
    return properties;
  }

  async #tags(device: string, { properties }: UdevEntry): Promise<TagPairs> {
    const { device_tags: wanted, name_templates: templates, skip_serial_number: skipSerial } = this.#config;
    return [
      ['name', nameByTemplate(templates, properties) ?? device],
      ['wwid', await this.#attribute('block', device, 'wwid')],
      ...wanted.map((name) => [name, properties.get(name) ?? ''] as const),
      ...(skipSerial ? [] : [['serial', (await this.#serial(device, properties)) || 'unknown'] as const]),
    ];
  }

  /** What udev says, or else model and serial number of the whole disk, as far as its driver tells them. */
  async #serial(device: string, properties: ReadonlyMap<string, string>): Promise<string> {
    const known = properties.get('ID_SERIAL') ?? '';
    if (known !== '') return known.trim();
    const file = await stat(join(this.#folders.dev, deviceFile(device)), { bigint: true }).catch(() => undefined);
    if (file === undefined) return '';
    const disk = `${deviceNumber(file.rdev).major}:0`;
    const model = await this.#attribute('dev/block', disk, 'device/model');
    const serial = await this.#attribute('dev/block', disk, 'device/serial');
    return model === '' || serial === '' ? '' : `${model}_${serial}`.replaceAll(/[\r\n]/g, '').trim();
  }

  /** Empty where the driver does not say. */
  async #attribute(folder: string, device: string, name: string): Promise<string> {
    const text = await readFile(join(this.#folders.sys, folder, device, name), 'utf8').catch(() => '');
    return text.replace(/\n$/, '');
  }
}
