import { hostname } from 'node:os';
import type { AgentConfig } from '../config/common.ts';
import { Secret } from '../config/secret.ts';
import { checkClientTls, loadClientTls, type ClientTlsConfig } from '../plugins/shared/client-tls.ts';
import type { RedisSettings } from '../queue/redis/link.ts';

/** How Redis is reached, as the configuration says, certificates read. Throws, with words for the user, where they can't be. */
export async function redisSettings({ redis, hostname: agentName }: AgentConfig, baseDirectory: string): Promise<RedisSettings> {
  const { url, username, password, prefix, node } = redis;
  const settings = { url, username, password, prefix, node: node || agentName || hostname() };
  if (!url.startsWith('rediss:')) return settings;
  const tls: ClientTlsConfig = { ...redis, tls_key_pwd: new Secret(''), tls_server_name: '', tls_min_version: 'TLS12' };
  checkClientTls(tls);
  return { ...settings, tls: await loadClientTls(tls, baseDirectory) };
}
