/** A file that `scaphandre json -f FILE` writes, followed as it grows. */
import { open, type FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import { originalCommandLine, parseReport, type Report } from '../../../formats/scaphandre-json/report.ts';
import { splitObjects } from '../../../formats/scaphandre-json/split.ts';
import type { Point } from '../../../metric/point.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import { Groups, type Membership } from './groups.ts';
import type { Labels } from './services.ts';
import { PointMaker, type Moment } from './snapshot-points.ts';
import { DOMAIN, emptySnapshot, HOST, POWER, PROCESS_POWER, SOCKET, type Snapshot, type Thing } from './snapshot.ts';
import type { Troubles } from './troubles.ts';

/** Read at once; a report with its ten top consumers has a few kilobytes. */
const BLOCK_BYTES = 4 * 1024 * 1024;

export class ReportFile {
  readonly #path: string;
  readonly #context: PluginContext;
  readonly #troubles: Troubles;
  readonly #maker: PointMaker;
  readonly #groups: Groups;
  #inode = 0n;
  #offset = 0;

  constructor(
    path: string,
    context: PluginContext,
    troubles: Troubles,
    membershipsOf: (labels: Labels) => readonly Membership[],
    maxProcesses: number,
  ) {
    this.#path = resolve(context.baseDirectory, path);
    this.#context = context;
    this.#troubles = troubles;
    // The file lacks what the counters tell, so it must not pass for the same.
    this.#maker = new PointMaker(context.interner, [['value_source', 'json']]);
    this.#groups = new Groups(membershipsOf, maxProcesses);
  }

  /** Appends the points of the reports that have come since the last time. */
  async gather(out: Point[]): Promise<void> {
    let file: FileHandle | undefined;
    try {
      file = await open(this.#path);
      const { ino, size } = await file.stat({ bigint: true });
      if (ino !== this.#inode || size < this.#offset) this.#offset = 0;
      this.#inode = ino;
      this.#take(await this.#read(file), out);
      this.#troubles.over(this.#path, 'down');
    } catch (error) {
      this.#troubles.tell(this.#path, 'down', `cannot read the reports: ${(error as Error).message}`);
    } finally {
      await file?.close();
    }
  }

  async #read(file: FileHandle): Promise<Buffer> {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(BLOCK_BYTES), 0, BLOCK_BYTES, this.#offset);
    return buffer.subarray(0, bytesRead);
  }

  #take(text: Buffer, out: Point[]): void {
    const { objects, rest } = splitObjects(text);
    for (const object of objects) {
      const report = parseReport(object);
      if (report === undefined) this.#context.drop('parse_error');
      // The first one, and all if it may not read the counters.
      else if (report.host.consumption === 0) this.#context.drop('zero');
      else this.#tell(report, out);
    }
    // An object that fills a block never ends, as far as can be told.
    const isEndless = rest === 0 && text.length === BLOCK_BYTES;
    if (isEndless) this.#context.drop('parse_error');
    this.#offset += isEndless ? text.length : rest;
  }

  #tell(report: Report, out: Point[]): void {
    const now = momentOf(report.host.timestamp);
    const snapshot = snapshotOf(report);
    for (const thing of snapshot.things.values()) out.push(this.#maker.point(thing, now));
    this.#groups.take(snapshot, now, (group, at) => out.push(this.#maker.point(group, at)));
  }
}

function momentOf(seconds: number): Moment {
  return { ms: Math.floor(seconds * 1000), ns: 0 };
}

function snapshotOf({ host, sockets, consumers }: Report): Snapshot {
  const snapshot = emptySnapshot();
  const add = (measurement: string, tags: Thing['tags'], microwatts: number): void => {
    snapshot.things.set(JSON.stringify([measurement, tags]), { measurement, tags, fields: new Map([[POWER, microwatts]]) });
  };
  add(HOST, [], host.consumption);
  for (const { id, consumption, domains } of sockets) {
    const socket = ['socket_id', String(id)] as const;
    add(SOCKET, [socket], consumption);
    for (const { name, consumption: power } of domains) add(DOMAIN, [['domain_name', name], socket], power);
  }
  for (const consumer of consumers) {
    const labels = labelsOf(consumer);
    snapshot.processes.set(JSON.stringify([...labels]), { labels, fields: new Map([[PROCESS_POWER, consumer.consumption]]) });
  }
  return snapshot;
}

function labelsOf({ pid, exe, cmdline, container }: Report['consumers'][number]): Map<string, string> {
  const labels = {
    pid: String(pid),
    exe,
    cmdline: originalCommandLine(cmdline),
    container_names: container?.name,
    container_id: container?.id,
  };
  return new Map(Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''));
}
