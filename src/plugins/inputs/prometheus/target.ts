/** What a job scrapes: an address and the labels of everything that comes from it. */
import { createHash } from 'node:crypto';
import type { Tags } from '../../../metric/series.ts';
import { parseAddress, type Address } from './address.ts';

export interface Target {
  readonly address: Address;
  /** `job` and `instance` among them, sorted by name. */
  readonly tags: Tags;
  /** Tells it from all others. */
  readonly key: string;
}

/** What is wrong with a target of a file, on one line. */
export interface BadTarget {
  readonly problem: string;
}

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** A target of `urls`. */
export function urlTarget(address: Address, job: string): Target {
  return target(address, { job, instance: address.instance });
}

/** A target of a file: `HOST:PORT` and labels, of which those that begin with `__` say how to ask it. */
export function discoveredTarget(hostAndPort: string, labels: Readonly<Record<string, string>>, job: string): Target | BadTarget {
  const bad = Object.keys(labels).find((name) => !LABEL_NAME.test(name));
  if (bad !== undefined) return { problem: `"${bad}" is no name of a label` };
  const { __scheme__: scheme = 'http', __metrics_path__: path = '/metrics', __address__: address = hostAndPort } = labels;
  const where = /[/\s@?#]/.test(address) ? undefined : parseAddress(`${scheme}://${address}${path.startsWith('/') ? path : `/${path}`}`);
  if (where === undefined || where.socketPath !== undefined) return { problem: `"${address}" is no host with a port` };
  const url = withParameters(where.url, labels);
  const own = Object.entries(labels).filter(([name, value]) => !name.startsWith('__') && value !== '');
  return target({ ...where, url, shown: url }, { job, instance: where.instance, ...Object.fromEntries(own) });
}

/** When in the interval a target is scraped, in milliseconds from its start: always the same, and spread over all of it. */
export function scrapeOffsetMs({ key }: Target, intervalMs: number): number {
  return createHash('sha256').update(key).digest().readUIntBE(0, 6) % intervalMs;
}

function target(address: Address, labels: Readonly<Record<string, string>>): Target {
  const tags = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return { address, tags, key: JSON.stringify([address.url, address.socketPath, tags]) };
}

/** `__param_collect` becomes `?collect=…`. */
function withParameters(url: string, labels: Readonly<Record<string, string>>): string {
  const made = new URL(url);
  for (const [name, value] of Object.entries(labels)) {
    if (name.startsWith('__param_')) made.searchParams.set(name.slice('__param_'.length), value);
  }
  return made.href;
}
