/** What Redis is set to keep, read when a connection is made: it decides what is sent twice after a crash of Redis, never what is lost. */
import type { Redis } from 'ioredis';

export interface RedisFacts {
  /** Another after every start of Redis. */
  readonly runId: string;
  /** Version and settings, for the log. */
  readonly summary: string;
  /** Settings that an operator should change, and what they cost; empty when there are none. */
  readonly warnings: readonly string[];
}

/** Asks Redis for its version and its settings. Rejects as the connection does. */
export async function readFacts(client: Redis): Promise<RedisFacts> {
  const info = parseInfo(await client.info());
  const appendfsync = await setting(client, 'appendfsync');
  const isAppending = info.get('aof_enabled') === '1';
  const policy = info.get('maxmemory_policy') ?? 'unknown';
  const appending = isAppending ? `appendonly yes, appendfsync ${appendfsync ?? 'unknown'}` : 'appendonly no';
  return {
    runId: info.get('run_id') ?? '',
    summary: `Redis ${info.get('redis_version') ?? 'of an unknown version'}: ${appending}, maxmemory-policy ${policy}`,
    warnings: warningsOf(isAppending, appendfsync, policy),
  };
}

function warningsOf(isAppending: boolean, appendfsync: string | undefined, policy: string): string[] {
  const warnings: string[] = [];
  if (policy !== 'noeviction') {
    warnings.push(`Redis throws jobs away when its memory is full (maxmemory-policy ${policy}); set maxmemory-policy noeviction`);
  }
  if (!isAppending) {
    warnings.push(
      'Redis keeps nothing over a crash (appendonly no): what it held is then sent again, from the disks of the bridges; set appendonly yes',
    );
  } else if (appendfsync === 'no') {
    warnings.push(
      'Redis leaves it to the system when its log is on the disk (appendfsync no): after a power cut, much is sent again; set appendfsync everysec',
    );
  }
  return warnings;
}

/** One setting; undefined where a hosted Redis does not tell. */
async function setting(client: Redis, name: string): Promise<string | undefined> {
  try {
    const found: unknown = await client.call('CONFIG', 'GET', name);
    const [, value] = Array.isArray(found) ? found : [name, (found as Record<string, unknown>)[name]];
    return typeof value === 'string' ? value : undefined;
  } catch (error) {
    // Not the connection: INFO has just come back over it. Whoever may not ask does without.
    if (error instanceof Error && error.name === 'ReplyError') return undefined;
    throw error;
  }
}

function parseInfo(text: string): Map<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.includes(':'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}
