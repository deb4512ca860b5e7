/** Real InfluxDB 1.x and Prometheus servers for tests: each on free loopback ports, with its data in a folder of its own. */
import { rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRemoteWriteReceiver } from './remote-write-receiver.ts';
import { freePort, onExit, requireProgram, startProcess, type RunningProcess } from './process.ts';

const START_ATTEMPTS = 3;
const DEBIAN_PACKAGES = 'influxdb influxdb-client prometheus prometheus-node-exporter victoria-metrics';

export interface Login {
  readonly username: string;
  readonly password: string;
}

export interface InfluxSeries {
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly (string | number | bigint | boolean | null)[])[];
}

export interface Server {
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly port: number;
  /** What the server has logged since it was last started. */
  log(): string;
  /** Ends the server, keeps its data and its port. */
  halt(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again after `halt`. */
  resume(): Promise<void>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

export interface Influxd extends Server {
  /** Runs InfluxQL; the series of the first statement. Times are nanoseconds; integers no double holds are bigint. Throws the server's error text. */
  query(database: string, influxql: string): Promise<readonly InfluxSeries[]>;
  /** Writes line protocol (nanoseconds) past the program under test. Throws when refused. */
  write(database: string, lines: string, retentionPolicy?: string): Promise<void>;
}

export interface Prometheus extends Server {
  /** Where to remote-write to: a receiver of our own stands in front, which checks every request against the specification. */
  readonly writeUrl: string;
  /** Runs an instant query, at a time in seconds or now. For a range selector (`up[1h]`) the raw samples come back in `values`. */
  query(promql: string, atSeconds?: number): Promise<readonly PromSeries[]>;
}

export interface PromSeries {
  readonly metric: Readonly<Record<string, string>>;
  /** Of an instant vector: seconds and the value's text. */
  readonly value?: readonly [number, string];
  /** Of a range: seconds and the value's text. */
  readonly values?: readonly (readonly [number, string])[];
}

/** A running `influxd`. With `login`, it asks for credentials and that user is its administrator. */
export async function startInfluxd(options: { login?: Login; maxBodyBytes?: number } = {}): Promise<Influxd> {
  requireProgram('influxd', DEBIAN_PACKAGES);
  const server = await startServer('influxd', async (folder, port) => {
    const config = join(folder, 'influxdb.conf');
    await writeFile(config, influxdConfig(folder, port, await freePort(), options));
    return { command: 'influxd', args: ['-config', config], readyPath: '/ping' };
  });
  try {
    if (options.login !== undefined) await createAdministrator(server.url, options.login);
  } catch (error) {
    await server.stop();
    throw error;
  }
  const headers = authorization(options.login);
  return {
    ...server,
    query: (database, influxql) => influxQuery(server.url, headers, database, influxql),
    write: (database, lines, policy) => influxWrite(server.url, headers, database, lines, policy),
  };
}

interface PrometheusOptions {
  readonly outOfOrderWindow?: string;
  readonly scrapeConfigs?: string;
  /** What is off unless asked for: `exemplar-storage`, `native-histograms`. */
  readonly features?: readonly string[];
}

/** A running Prometheus that takes remote write. With `outOfOrderWindow` (`30m`), it takes samples that come that much too late. */
export async function startPrometheus(options: PrometheusOptions = {}): Promise<Prometheus> {
  requireProgram('prometheus', DEBIAN_PACKAGES);
  const server = await startServer('prometheus', async (folder, port) => {
    const config = join(folder, 'prometheus.yml');
    await writeFile(config, prometheusConfig(options));
    const args = [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-remote-write-receiver',
      ...(options.features === undefined ? [] : [`--enable-feature=${options.features.join(',')}`]),
    ];
    return { command: 'prometheus', args, readyPath: '/-/ready' };
  });
  return inFront(server);
}

/** A running VictoriaMetrics. */
export async function startVictoriaMetrics(): Promise<Prometheus> {
  requireProgram('victoria-metrics', DEBIAN_PACKAGES);
  const server = await startServer('victoria-metrics', (folder, port) => {
    const args = [`-storageDataPath=${join(folder, 'data')}`, `-httpListenAddr=127.0.0.1:${port}`, '-search.latencyOffset=0s'];
    return Promise.resolve({ command: 'victoria-metrics', args, readyPath: '/health' });
  });
  return inFront(server);
}

/** A running node_exporter, which exposes this machine under `/metrics`. */
export function startNodeExporter(): Promise<Server> {
  requireProgram('prometheus-node-exporter', DEBIAN_PACKAGES);
  return startServer('node-exporter', (_folder, port) =>
    Promise.resolve({ command: 'prometheus-node-exporter', args: [`--web.listen-address=127.0.0.1:${port}`], readyPath: '/' }),
  );
}

/** The server behind a receiver that checks what is written to it. */
async function inFront(server: Server): Promise<Prometheus> {
  const receiver = await startRemoteWriteReceiver({ forwardTo: () => `${server.url}/api/v1/write` });
  return {
    ...server,
    writeUrl: receiver.url,
    query: (promql, atSeconds) => promQuery(server.url, promql, atSeconds),
    async stop() {
      await server.stop();
      await receiver.stop();
    },
  };
}

interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly readyPath: string;
}

async function startServer(name: string, prepare: (folder: string, port: number) => Promise<Launch>): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), `wattbridge-${name}-`));
  try {
    const { running, port, launch } = await launchOnFreePort(folder, prepare);
    return serverOf(folder, port, launch, running);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Another program may take a free port before the server does: then others are tried. */
async function launchOnFreePort(folder: string, prepare: (folder: string, port: number) => Promise<Launch>, attempt = 1) {
  const port = await freePort();
  const launch = await prepare(folder, port);
  try {
    return { running: await run(launch, port), port, launch };
  } catch (error) {
    if (attempt === START_ATTEMPTS || !String(error).includes('address already in use')) throw error;
    return launchOnFreePort(folder, prepare, attempt + 1);
  }
}

function run(launch: Launch, port: number): Promise<RunningProcess> {
  const ready = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}${launch.readyPath}`)).ok;
  return startProcess({ command: launch.command, args: launch.args, ready });
}

function serverOf(folder: string, port: number, launch: Launch, first: RunningProcess): Server {
  let running = first;
  const callOff = onExit(() => rmSync(folder, { recursive: true, force: true }));
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    log: () => running.output(),
    halt: (signal) => running.stop(signal),
    async resume() {
      running = await run(launch, port);
    },
    async stop() {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
      callOff();
    },
  };
}

function influxdConfig(folder: string, port: number, rpcPort: number, options: { login?: Login; maxBodyBytes?: number }): string {
  return `
reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  auth-enabled = ${options.login !== undefined}
  log-enabled = false
  ${options.maxBodyBytes === undefined ? '' : `max-body-size = ${options.maxBodyBytes}`}
`;
}

function prometheusConfig(options: PrometheusOptions): string {
  const storage =
    options.outOfOrderWindow === undefined ? '' : `storage: { tsdb: { out_of_order_time_window: ${options.outOfOrderWindow} } }\n`;
  return `global: { scrape_interval: 1s }\n${storage}scrape_configs: ${options.scrapeConfigs ?? '[]'}\n`;
}

function authorization(login: Login | undefined): Record<string, string> {
  if (login === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}` };
}

/** A server that asks for credentials lets the first user be made without. */
async function createAdministrator(url: string, { username, password }: Login): Promise<void> {
  const quoted = password.replaceAll(/['\\]/g, '\\$&');
  await influxQuery(url, {}, '', `CREATE USER "${username}" WITH PASSWORD '${quoted}' WITH ALL PRIVILEGES`);
}

interface InfluxAnswer {
  readonly error?: string;
  readonly results?: readonly { readonly error?: string; readonly series?: readonly InfluxSeries[] }[];
}

async function influxQuery(
  url: string,
  headers: Record<string, string>,
  database: string,
  influxql: string,
): Promise<readonly InfluxSeries[]> {
  const body = new URLSearchParams({ q: influxql, db: database, epoch: 'ns' });
  const response = await fetch(`${url}/query`, { method: 'POST', headers, body });
  const answer = JSON.parse(await response.text(), exactInteger) as InfluxAnswer;
  const error = answer.error ?? answer.results?.find((result) => result.error !== undefined)?.error;
  if (error !== undefined) throw new Error(`InfluxDB refused ${influxql}: ${error}`);
  return answer.results?.[0]?.series ?? [];
}

/** TypeScript's library does not know the third argument of a reviver yet: the number's own text. */
function exactInteger(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  const text = context?.source ?? '';
  return /^-?\d+$/.test(text) ? BigInt(text) : value;
}

async function influxWrite(url: string, headers: Record<string, string>, database: string, lines: string, policy?: string): Promise<void> {
  const search = new URLSearchParams({ db: database, ...(policy === undefined ? {} : { rp: policy }) });
  const response = await fetch(`${url}/write?${search.toString()}`, { method: 'POST', headers, body: lines });
  if (!response.ok) throw new Error(`InfluxDB refused a write: ${response.status} ${await response.text()}`);
}

async function promQuery(url: string, promql: string, atSeconds?: number): Promise<readonly PromSeries[]> {
  const body = new URLSearchParams({ query: promql, ...(atSeconds === undefined ? {} : { time: String(atSeconds) }) });
  const response = await fetch(`${url}/api/v1/query`, { method: 'POST', body });
  const answer = (await response.json()) as { status: string; error?: string; data?: { result: readonly PromSeries[] } };
  if (answer.data === undefined) throw new Error(`Prometheus refused ${promql}: ${answer.error}`);
  return answer.data.result;
}
