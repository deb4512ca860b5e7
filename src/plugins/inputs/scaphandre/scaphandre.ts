/** Gathers from all targets at once; see `plugin.ts`. */
import { ConfigError } from '../../../config/diagnostics.ts';
import type { Point } from '../../../metric/point.ts';
import type { Tags } from '../../../metric/series.ts';
import type { PluginContext, PolledInput, Sink } from '../../../pipeline/plugin.ts';
import { basicAuthorization, parseServerUrl, type ServerUrl } from '../../shared/http-client.ts';
import { deliverPatiently } from '../../shared/patient-delivery.ts';
import { ScrapeClient } from '../../shared/scrape.ts';
import { Secret } from '../../../config/secret.ts';
import type { ScaphandreConfig } from './config.ts';
import { compileMemberships } from './memberships.ts';
import { compileServices } from './services.ts';
import { ReportFile } from './report-file.ts';
import { Shares } from './shares.ts';
import { Target, type TargetOptions } from './target.ts';
import { lies, Troubles } from './troubles.ts';
import { Units } from './units.ts';

/** Asked within this time of the last request, Scaphandre does not measure: src/exporters/prometheus.rs. */
const MEASURES_EVERY_MS = 2000;

/** What a gather is made of. */
interface Source {
  gather(out: Point[], signal: AbortSignal): Promise<void>;
}

export class Scaphandre implements PolledInput {
  readonly #client: ScrapeClient;
  readonly #sources: readonly Source[];

  /** Throws `ConfigError` for what the schema can't say. */
  constructor(config: ScaphandreConfig, context: PluginContext) {
    const { urls, shares, files } = config;
    if (urls.length + shares.length + files.length === 0) throw new ConfigError('there is nothing to gather; add urls, shares or files');
    if (urls.length > 0 && context.intervalMs > 0 && context.intervalMs <= MEASURES_EVERY_MS) context.log.warn(lies.repeated);
    this.#client = new ScrapeClient({
      timeoutMs: config.timeout,
      maxBytes: config.max_body_size,
      tls: undefined,
      baseDirectory: context.baseDirectory,
    });
    const troubles = new Troubles(context);
    const membershipsOf = compileMemberships(config.process_tags, compileServices(config.services));
    this.#sources = [
      ...makeTargets({ config, context, client: this.#client, troubles, membershipsOf, monotonicMs }),
      ...shares.map((folder) => new Shares(folder, config, context, troubles, monotonicMs)),
      ...files.map((path) => new ReportFile(path, context, troubles, membershipsOf, config.max_processes)),
    ];
  }

  async gather(sink: Sink, signal: AbortSignal): Promise<void> {
    await Promise.all(
      this.#sources.map(async (source) => {
        const points: Point[] = [];
        await source.gather(points, signal);
        if (points.length > 0) await deliverPatiently(sink, points, signal);
      }),
    );
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}

function makeTargets(shared: Omit<TargetOptions, 'url' | 'headers' | 'tags' | 'units'>): Target[] {
  const { urls, services } = shared.config;
  const servers = urls.map(parseUrl);
  const byUnit = services.some(({ unit }) => unit !== undefined);
  if (byUnit && !servers.some(({ base }) => isHere(base))) {
    throw new ConfigError('units are known of this machine only, and no URL is on it; use exe, cmdline or container', ['services']);
  }
  return servers.map(({ base, username, password }) => {
    const headers = username === '' ? {} : { authorization: basicAuthorization(username, new Secret(password)) };
    const units = byUnit && isHere(base) ? new Units() : undefined;
    return new Target({ ...shared, url: base, headers, units, tags: hostTags(base, servers) });
  });
}

/** A clock that nobody sets, in milliseconds. */
function monotonicMs(): number {
  return performance.now();
}

function parseUrl(text: string, index: number): ServerUrl {
  const server = parseServerUrl(text);
  if (server === undefined) throw new ConfigError(`"${text}" is no URL; write for example http://kvm-0:8080`, ['urls', index]);
  return new URL(server.base).pathname === '/' ? { ...server, base: `${server.base}/metrics` } : server;
}

/** Whether the target is on this machine, whose `host` tag the agent sets. */
function isHere(url: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

/** The tag `host` of another machine's points; with its port where several targets have one name. */
function hostTags(url: string, servers: readonly ServerUrl[]): Tags {
  const { hostname, host } = new URL(url);
  const isAlone = servers.filter(({ base }) => new URL(base).hostname === hostname).length === 1;
  if (isAlone && isHere(url)) return [];
  return [['host', isAlone ? hostname : host]];
}
