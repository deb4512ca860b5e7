import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { convertToYaml } from '../../../../src/config/convert/convert.ts';
import { formatDiagnostics } from '../../../../src/config/diagnostics.ts';
import { loadSources, type LoadOptions } from '../../../../src/config/load.ts';
import { Secret } from '../../../../src/config/secret.ts';
import { textSource } from '../../../../src/config/source.ts';
import { registry } from '../../../../src/plugins/registry.generated.ts';
import { testSchemas } from '../../../support/config.ts';

/** What a text becomes with the made-up plugins of the tests; fails where it is refused. */
function converted(text: string, env: LoadOptions['env'] = {}): string {
  const { yaml, diagnostics } = convertToYaml(textSource('telegraf.conf', text), testSchemas, { env });
  if (yaml === undefined) throw new Error(formatDiagnostics(diagnostics));
  return yaml;
}

describe('a telegraf.conf as YAML', () => {
  it('has everything at its place, comments too', () => {
    const text = `# Telegraf Configuration
#
# Telegraf is entirely plugin driven.

# Global tags
[global_tags]
  # dc = "us-east-1" # will tag all metrics with dc=us-east-1
  rack = "1a"  # the rack
  user = "$USER"

# Configuration for telegraf agent
[agent] # the agent
  ## Default data collection interval for all inputs
  interval = "10s"

  # debug = false
  ## Log

###############################################################################
#                            OUTPUT PLUGINS                                   #
###############################################################################

# Configuration for sending metrics to InfluxDB
[[outputs.influxdb]] # our server
  urls = ["http://127.0.0.1:8086", # first
     "http://10.0.0.1:8086"   # second
     # , "http://x"
  ]
  database = "telegraf"
  password = "\${PW:-pa$$word}"
  # fieldinclude = [
  #   "a", # x
  # ]
  [outputs.influxdb.tagpass] # some
    cpu = ["cpu0", "cpu1"] # two
    # more = ["x"]

# # Send telegraf measurements to files
# [[outputs.file]]
#   ## Files to write to
#   files = ["stdout", "/tmp/metrics.out"]
#
#   # limit = 5

# # Rename
# [[processors.rename]]
#   [[processors.rename.replace]]
#     tag = "a"

[[inputs.cpu]]
  percpu = true
  order = 5
  interval = 7 # seconds
  # [inputs.cpu.tags]
  #   foo = "bar"

# Memory
[[inputs.file]] # beside file
  # no configuration

# At the end
`;
    expect(converted(text)).toBe(`# Telegraf Configuration
#
# Telegraf is entirely plugin driven.

# Global tags
global_tags:
  # dc: us-east-1 # will tag all metrics with dc=us-east-1
  rack: 1a # the rack
  user: $USER

# Configuration for telegraf agent
agent: # the agent
  ## Default data collection interval for all inputs
  interval: 10s

  # debug: false
  ## Log

###############################################################################
#                            OUTPUT PLUGINS                                   #
###############################################################################

outputs:
  # Configuration for sending metrics to InfluxDB
  - influxdb: # our server
      urls:
        - http://127.0.0.1:8086 # first
        - http://10.0.0.1:8086 # second
        # , "http://x"
      database: telegraf
      password: \${PW:-pa$$word}
      # fieldinclude:
      #   - a # x
      tagpass: # some
        cpu: [cpu0, cpu1] # two
        # more: [x]

  # # Send telegraf measurements to files
  # - file:
  #     ## Files to write to
  #     files: [stdout, /tmp/metrics.out]
  #
  #     # limit: 5

inputs:
  - cpu:
      percpu: true
      # order: 5 # has no effect here, as in Telegraf
      # interval: 7 # seconds # is ignored, as by Telegraf: it must be a text in quotes, such as "10s" for a duration
      # tags:
      #   foo: bar

  # Memory
  - file: # beside file
      # no configuration

# At the end

# processors:
#   # Rename
#   - rename:
#       replace:
#         - tag: a
`);
  });

  it('keeps the plugins of a kind in the order of their lines, and sections in the order in which they begin', () => {
    const text = `[[processors.override]]\n  name_suffix = "1"\n[[outputs.file]]\n[[processors.rename]]\n[[inputs.cpu]]\n[[processors.override]]\n  order = -1\n[tags]\n  a = "1"\n`;
    expect(converted(text)).toBe(`processors:
  - override:
      name_suffix: "1"
  - rename
  - override:
      order: -1

outputs:
  - file

inputs:
  - cpu

global_tags:
  a: "1"
`);
  });

  it('quotes texts only where they would be something else, and keeps floats and texts over several lines', () => {
    const text = `[[processors.override]]\n[processors.override.tags]\na = "10s"\nb = "5"\nc = "true"\nd = ""\ne = "x: y"\nf = "\${X}"\ng = "@{env:X}"\nh = '''\nl1\n  l2\n'''\n5 = "k"\n"k.l" = ":8186"\n"<<" = "no merge"\n[[inputs.file]]\nratio = 1.0\nlimit = 1_000\n`;
    expect(converted(text)).toBe(`processors:
  - override:
      tags:
        a: 10s
        b: "5"
        c: "true"
        d: ""
        e: "x: y"
        f: \${X}
        g: "@{env:X}"
        h: |
          l1
            l2
        "5": k
        k.l: :8186
        "<<": no merge

inputs:
  - file:
      ratio: 1.0
      limit: 1000
`);
  });

  it('writes variables that stand for numbers as they are, though that is no TOML', () => {
    expect(converted('[agent]\n  metric_batch_size = ${N:-5} # many\n  debug = $D\n')).toBe(
      'agent:\n  metric_batch_size: ${N:-5} # many\n  debug: $D\n',
    );
  });

  it('has what is no TOML said, and nothing written', () => {
    const { yaml, diagnostics } = convertToYaml(textSource('a.conf', '[agent]\n  interval = 10s\n[[inputs.cpuu]]\n'), testSchemas, {
      env: {},
    });
    expect(yaml).toBeUndefined();
    expect(diagnostics.map(({ location }) => location?.line)).toEqual([2, 3]);
  });

  it('has what does not work here said, and is written all the same', () => {
    const { yaml, diagnostics } = convertToYaml(textSource('a.conf', '[[inputs.docker]]\n  order = 5\n'), testSchemas, { env: {} });
    expect(yaml).toBe('inputs:\n  - docker:\n      order: 5\n');
    expect(diagnostics).toHaveLength(1);
  });

  it('may be a part of a configuration, without inputs or outputs', () => {
    expect(convertToYaml(textSource('a.conf', '[global_tags]\n  a = "b"\n'), testSchemas, { env: {} }).diagnostics).toEqual([]);
  });
});

const GOLDEN = fileURLToPath(new URL('../../../golden/telegraf/', import.meta.url));

/** Every telegraf.conf of the golden cases, with the environment of its case. */
function goldenFiles(): { readonly name: string; readonly text: string; readonly env: Record<string, string> }[] {
  return readdirSync(GOLDEN, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.conf'))
    .sort()
    .map((name) => {
      const text = readFileSync(join(GOLDEN, name), 'utf8');
      const about = join(GOLDEN, name, '..', 'case.txt');
      const lines = existsSync(about) ? readFileSync(about, 'utf8').matchAll(/^env: (\w+)=(.*)$/gm) : [];
      return { name, text, env: Object.fromEntries([...lines].map(([, key, value]) => [key, String(JSON.parse(value))])) };
    });
}

/** What a configuration means, without where it stands: a JSON text with secrets revealed. */
function meaning(source: ReturnType<typeof textSource>, env: Record<string, string>): string | undefined {
  const loaded = loadSources([source], registry, { env, isPart: true });
  if (!('config' in loaded)) return undefined;
  const { warnings: _, ...config } = loaded.config;
  return JSON.stringify(config, (key, value: unknown) => {
    if (key === 'location') return undefined;
    if (value instanceof Secret) return value.reveal();
    if (typeof value === 'bigint') return `${value}n`;
    return value instanceof Map || value instanceof Set ? [...value] : value;
  });
}

describe('the golden files of Telegraf', () => {
  const files = goldenFiles().map((file) => ({ ...file, means: meaning(textSource('telegraf.conf', file.text), file.env) }));

  it('are many', () => {
    expect(files.filter(({ means }) => means !== undefined).length).toBeGreaterThan(100);
  });

  it.each(files.filter(({ means }) => means !== undefined))('mean the same as YAML: $name', ({ text, env, means }) => {
    const { yaml = '', diagnostics } = convertToYaml(textSource('telegraf.conf', text), registry, { env });
    expect(diagnostics).toEqual([]);
    expect(meaning(textSource('telegraf.yaml', yaml), env)).toBe(means);
  });
});
