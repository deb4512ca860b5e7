/** Static checks: there is no Docker engine where the tests run. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadSources } from '../../../src/config/load.ts';
import { textSource } from '../../../src/config/source.ts';
import { registry } from '../../../src/plugins/registry.generated.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const DOCKER = join(ROOT, 'docker');

interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly ports: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: readonly string[];
}

const compose = parse(readFileSync(join(DOCKER, 'compose.yaml'), 'utf8')) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, object>>;
};
const services = Object.entries(compose.services);

describe('compose.yaml', () => {
  it('takes images with a version, and builds only from what is here', () => {
    const images = services.filter(([, { build }]) => build === undefined).map(([, { image }]) => image);
    for (const image of images) expect(image).toMatch(/^[\w/]+:v?\d+(\.\d+)+$/);
    const builds = services.flatMap(([, { build }]) => (build === undefined ? [] : [join(DOCKER, build.context, build.dockerfile)]));
    expect(builds.filter((path) => !existsSync(path))).toEqual([]);
    expect(images.length + builds.length).toBe(services.length);
  });

  it.each(services)('%s: ports are published on loopback, none twice', (_name, { ports }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    const published = services.flatMap(([, service]) => service.ports.map((port) => port.split(':')[1]));
    expect(new Set(published).size).toBe(published.length);
  });

  it('mounts only what there is, files read-only', () => {
    const mounts = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')));
    const files = mounts.filter(([source]) => source.startsWith('.'));
    for (const [source, , mode] of files) expect([source, existsSync(join(DOCKER, source)), mode]).toEqual([source, true, 'ro']);
    const named = mounts.filter(([source]) => !source.startsWith('.')).map(([source]) => source);
    expect(named.toSorted()).toEqual(Object.keys(compose.volumes).toSorted());
  });

  it.each(services)('%s: depends on services that there are', (_name, { depends_on: others = [] }) => {
    for (const other of others) expect(compose.services).toHaveProperty(other);
  });
});

it('Prometheus scrapes the port that the bridge listens on, and the bridge writes where the servers are', () => {
  const prometheus = readFileSync(join(DOCKER, 'prometheus', 'prometheus.yml'), 'utf8');
  const pipeline = readFileSync(join(DOCKER, 'wattbridge', 'pipeline.yaml'), 'utf8');
  expect(prometheus).toContain('wattbridge:8187');
  expect(pipeline).toContain('admin_address: ":8187"');
  for (const [, host] of pipeline.matchAll(/http:\/\/([\w-]+):/g)) expect(compose.services).toHaveProperty(host ?? '');
});

it('the pipeline of the container loads', () => {
  const text = readFileSync(join(DOCKER, 'wattbridge', 'pipeline.yaml'), 'utf8');
  expect(loadSources([textSource('pipeline.yaml', text)], registry, { env: {} })).toHaveProperty('config');
});

it('the Dockerfile copies what the package ships, but for what only systemd reads', () => {
  const dockerfile = readFileSync(join(DOCKER, 'Dockerfile'), 'utf8');
  const copied = [...dockerfile.matchAll(/^COPY --from=build \/src\/(\S+)/gm)].map(([, path]) => path);
  const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { files: string[] };
  expect(copied.toSorted()).toEqual(['package.json', 'node_modules', ...files.filter((path) => path !== 'systemd')].toSorted());
});

it('Chronograf finds the database that the pipeline writes', () => {
  const source = JSON.parse(readFileSync(join(DOCKER, 'chronograf', 'wattbridge.src'), 'utf8')) as Record<string, string>;
  const pipeline = readFileSync(join(DOCKER, 'wattbridge', 'pipeline.yaml'), 'utf8');
  expect(pipeline).toContain(`database: ${source['telegraf']}`);
  expect(pipeline).toContain(`retention_policy: ${source['defaultRP']}`);
});
