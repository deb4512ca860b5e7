/** An output to InfluxDB, whichever of Telegraf's two plugins asks for it. */
import { ConfigError } from '../../../config/diagnostics.ts';
import { Secret } from '../../../config/secret.ts';
import type { Output, PluginContext } from '../../../pipeline/plugin.ts';
import { checkClientTls, loadClientTls } from '../client-tls.ts';
import { basicAuthorization, parseServerUrl, USER_AGENT, type ServerUrl } from '../http-client.ts';
import { systemProxy } from '../system-proxy.ts';
import { InfluxdbEncoder } from './encode.ts';
import { Mender } from './mender.ts';
import { NumberPromises } from './number-promises.ts';
import type { ServerConfig } from './options.ts';
import { InfluxdbOutput } from './output.ts';
import type { RouteOptions } from './routes.ts';
import { InfluxServer } from './server.ts';
import type { SetupOptions } from './setup.ts';

/**
 * InfluxDB keeps keys of 65,535 bytes, four of them its own, and refuses longer ones. Mixed with other refusals it does not
 * count them, so they are left out, and counted, here (measured on 1.6.7).
 */
const MAX_KEY_BYTES = 65_531;

export interface InfluxdbParts {
  readonly routes: RouteOptions;
  readonly setup: SetupOptions;
  /** The header for a server; undefined: what its URL has, if anything. */
  readonly authorization: string | undefined;
}

/** The output. Throws `ConfigError` for options that can't be used. */
export function createInfluxdbOutput(
  config: ServerConfig,
  { routes, setup, authorization }: InfluxdbParts,
  context: PluginContext,
): Output {
  checkClientTls(config);
  checkProxy(config);
  const urls = config.urls.map((text, at) => checkedUrl(text, at));
  const proxies = urls.map(({ base }, at) => config.http_proxy || systemProxy(base, ['urls', at]));
  const lines = { uintSupport: config.influx_uint_support, omitTimestamp: config.influx_omit_timestamp, maxKeyBytes: MAX_KEY_BYTES };
  const promises = config.number_kinds === 'keep' ? new NumberPromises(context, config.influx_uint_support) : undefined;
  const options = {
    version: routes.version,
    fallback: routes.fallback,
    gzipLevel: config.content_encoding === 'gzip' ? config.gzip_level : 0,
    setup,
    openServers: async () => {
      const tls = await loadClientTls(config, context.baseDirectory);
      const common = { timeoutMs: config.timeout, tls };
      return urls.map(
        (url, at) => new InfluxServer({ ...common, url: url.base, proxy: proxies[at], headers: headersOf(config, url, authorization) }),
      );
    },
  };
  return new InfluxdbOutput(context, options, new InfluxdbEncoder(context, routes, lines, promises), new Mender(context, lines, promises));
}

function checkedUrl(text: string, at: number): ServerUrl {
  const url = parseServerUrl(text);
  if (url === undefined) {
    throw new ConfigError(`"${text}" is no http or https URL; unix sockets and UDP are not supported`, ['urls', at]);
  }
  return url;
}

/** The proxy's URL as it stands. */
function checkProxy({ http_proxy: proxy }: ServerConfig): void {
  if (proxy === '' || parseServerUrl(proxy) !== undefined) return;
  throw new ConfigError('http_proxy is no http or https URL', ['http_proxy']);
}

function headersOf(config: ServerConfig, url: ServerUrl, authorization: string | undefined): Record<string, string> {
  const headers: Record<string, string> = { 'User-Agent': config.user_agent || USER_AGENT, ...config.http_headers };
  const own = url.username === '' ? undefined : basicAuthorization(url.username, new Secret(url.password));
  const value = authorization ?? own;
  if (value !== undefined) headers['authorization'] = value;
  return headers;
}
