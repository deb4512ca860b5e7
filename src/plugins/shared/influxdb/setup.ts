/** Creates databases and retention policies of InfluxDB 1.x, where they are missing. */
import { z } from 'zod';
import { parseDuration } from '../../../config/duration.ts';
import type { Log } from '../../../pipeline/plugin.ts';
import { serverWords } from '../http-client.ts';
import type { InfluxServer } from './server.ts';
import { adviceOn, errorWords } from './verdict.ts';

export interface SetupOptions {
  readonly createDatabase: boolean;
  /** Made the default of a database that is created here. */
  readonly retentionPolicy: string;
  /** Durations in milliseconds, Infinity for ever, by name. */
  readonly policies: ReadonlyMap<string, number>;
}

/** The server was reached and said no, with this HTTP status (200 when the statement itself failed). */
export class RefusedError extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** Where something is to be set up. */
interface Site {
  readonly server: InfluxServer;
  readonly database: string;
  readonly signal: AbortSignal;
}

interface ExistingPolicy {
  readonly name: string;
  readonly durationMs: number;
}

const QueryAnswer = z.object({
  results: z.array(
    z.object({
      error: z.string().optional(),
      series: z.array(z.object({ values: z.array(z.array(z.unknown())).default([]) })).default([]),
    }),
  ),
});

/** Sets up what one output needs. */
export class DatabaseSetup {
  readonly #options: SetupOptions;
  readonly #log: Log;

  constructor(options: SetupOptions, log: Log) {
    this.#options = options;
    this.#log = log;
  }

  /** Makes sure that a database and its retention policies are there. Throws `RefusedError` when the server refuses, `Error` when there is none. */
  async ensure(server: InfluxServer, database: string, signal: AbortSignal): Promise<void> {
    const site = { server, database, signal };
    const isNew = this.#options.createDatabase && (await this.#createDatabase(site));
    const { policies, retentionPolicy } = this.#options;
    if (policies.size === 0 && retentionPolicy === '') return;
    const existing = await existingPolicies(site);
    for (const [name, durationMs] of policies) {
      const found = existing.find((policy) => policy.name === name);
      if (found === undefined) await this.#createPolicy(site, name, isNew);
      else if (found.durationMs !== durationMs) this.#warnOfDuration(database, found, durationMs);
    }
    if (retentionPolicy !== '' && !policies.has(retentionPolicy) && !existing.some(({ name }) => name === retentionPolicy)) {
      this.#log.warn('the retention policy does not exist, and points wait until it does: create it, or list it under retention_policies', {
        database,
        policy: retentionPolicy,
      });
    }
  }

  /** Whether the database was not there before. */
  async #createDatabase({ server, database, signal }: Site): Promise<boolean> {
    const before = await query(server, 'SHOW DATABASES', signal);
    if (before.some(([name]) => name === database)) return false;
    await query(server, `CREATE DATABASE ${identifier(database)}`, signal);
    this.#log.info('created database', { database });
    return true;
  }

  /** `isNew`: the database was created just now. */
  async #createPolicy({ server, database, signal }: Site, name: string, isNew: boolean): Promise<void> {
    const durationMs = this.#options.policies.get(name) ?? Infinity;
    // A database of others keeps its default: what they write without naming a policy must not end up elsewhere.
    const asDefault = isNew && name === this.#options.retentionPolicy ? ' DEFAULT' : '';
    const text = `CREATE RETENTION POLICY ${identifier(name)} ON ${identifier(database)} DURATION ${durationText(durationMs)} REPLICATION 1`;
    await query(server, text + asDefault, signal);
    this.#log.info('created retention policy', { database, policy: name, duration: durationText(durationMs) });
  }

  #warnOfDuration(database: string, { name, durationMs }: ExistingPolicy, wantedMs: number): void {
    this.#log.warn(
      'a retention policy has another duration than configured and is left as it is: use ALTER RETENTION POLICY to change it',
      {
        database,
        policy: name,
        duration: durationText(durationMs),
        configured: durationText(wantedMs),
      },
    );
  }
}

async function existingPolicies({ server, database, signal }: Site): Promise<ExistingPolicy[]> {
  const rows = await query(server, `SHOW RETENTION POLICIES ON ${identifier(database)}`, signal);
  // The columns are name and duration (`168h0m0s`, `0s` for ever), then others.
  return rows.map(([name, duration]) => ({ name: String(name), durationMs: parseDuration(String(duration)) || Infinity }));
}

/** The rows of one statement. Throws as `ensure` does. */
async function query(server: InfluxServer, influxql: string, signal: AbortSignal): Promise<readonly (readonly unknown[])[]> {
  const body = Buffer.from(new URLSearchParams({ q: influxql }).toString());
  const received = await server.post('/query', body, { 'content-type': 'application/x-www-form-urlencoded' }, signal);
  const { status, text } = received;
  if (status === 0) throw new Error(`${server.url}: ${text}`);
  const answer = QueryAnswer.safeParse(parseJson(text));
  const result = status === 200 && answer.success ? answer.data.results[0] : undefined;
  const refusal = result === undefined ? `${status} ${errorWords(text)}` : result.error;
  if (refusal !== undefined) {
    // 200 with an error is InfluxDB's own.
    const advice = status === 200 ? undefined : adviceOn(received);
    const words = advice === undefined ? serverWords(refusal) : `${serverWords(refusal)} (${advice})`;
    throw new RefusedError(`${server.url} refused ${influxql}: ${words}`, status);
  }
  return result?.series.flatMap(({ values }) => values) ?? [];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whatever answers there is no InfluxDB; the schema then says so.
    return undefined;
  }
}

/** A quoted name, escaped as Telegraf escapes it. */
function identifier(name: string): string {
  return `"${name.replaceAll(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}

/** A duration as InfluxQL writes it, in whole seconds. */
function durationText(ms: number): string {
  return ms === Infinity ? 'INF' : `${Math.round(ms / 1000)}s`;
}
