import { describe, expect, it } from 'vitest';
import { convertToYaml } from '../../../src/config/convert/convert.ts';
import { loadSources, type LoadOptions } from '../../../src/config/load.ts';
import { Secret } from '../../../src/config/secret.ts';
import { textSource } from '../../../src/config/source.ts';
import { registry } from '../../../src/plugins/registry.generated.ts';
import { configOf, errorLines } from '../../support/config.ts';

const load = (text: string, options: Partial<LoadOptions> = {}, name = 'telegraf.conf') =>
  loadSources([textSource(name, text)], registry, { env: {}, ...options });

const INPUT = '[[inputs.mem]]\n';

/** As Telegraf's documentation has it, and as operators extend it. */
const CONF = `${INPUT}[[outputs.http]]
  ## URL is the address to send metrics to
  url = "https://mimir.example.org/api/v1/push" # central
  method = "post"
  username = "telegraf"
  password = "geheim"
  http_proxy_url = "http://proxy:3128"
  tls_ca = "/etc/telegraf/ca.pem"
  data_format = "prometheusremotewrite"
  prometheus_string_as_label = true
  use_batch_format = true
  non_retryable_statuscodes = [400, 409]
  namepass = ["mem"]
  [outputs.http.headers]
    Content-Type = "application/x-protobuf"
    Content-Encoding = "snappy"
    X-Prometheus-Remote-Write-Version = "0.1.0"
    X-Scope-OrgID = "lab"
    # X-Site = "pau"
`;

const YAML = `inputs:
  - mem

outputs:
  - prometheus_remote_write:
      ## URL is the address to send metrics to
      url: https://mimir.example.org/api/v1/push # central
      # method: post # has no effect here: the protocol says POST
      username: telegraf
      password: geheim
      http_proxy: http://proxy:3128
      tls_ca: /etc/telegraf/ca.pem
      # data_format: prometheusremotewrite # is what this output sends
      string_as_label: true
      # use_batch_format: true # has no effect here: samples are sent together
      # non_retryable_statuscodes: [400, 409] # has no effect here: samples that the receiver refuses become dead letters, and hold up nothing
      namepass: [mem]
      headers:
        X-Scope-OrgID: lab
        # X-Site: pau
`;

describe("Telegraf's remote write", () => {
  it('is read as the output of that name, which is said', () => {
    const { outputs, warnings } = configOf(load(CONF));
    expect(outputs).toMatchObject([
      {
        id: 'prometheus_remote_write',
        options: {
          url: 'https://mimir.example.org/api/v1/push',
          username: 'telegraf',
          password: new Secret('geheim'),
          http_proxy: 'http://proxy:3128',
          tls_ca: '/etc/telegraf/ca.pem',
          string_as_label: true,
          headers: { 'X-Scope-OrgID': 'lab' },
          namepass: ['mem'],
        },
      },
    ]);
    expect(warnings).toEqual([
      'telegraf.conf:2:11: outputs.http: data_format "prometheusremotewrite" is read as the output prometheus_remote_write',
    ]);
  });

  it('becomes that output as YAML, which means the same', () => {
    const { yaml = '', diagnostics } = convertToYaml(textSource('telegraf.conf', CONF), registry, { env: {} });
    expect(diagnostics).toEqual([]);
    expect(yaml).toBe(YAML);
    const strip = ({ outputs }: ReturnType<typeof configOf>) => outputs.map(({ id, options }) => ({ id, options }));
    expect(strip(configOf(load(yaml, {}, 'telegraf.yaml')))).toEqual(strip(configOf(load(CONF))));
  });

  it('loses no comment where all headers are those of the protocol', () => {
    const conf = `[[outputs.http]]
  url = "http://127.0.0.1:9090/api/v1/write"
  data_format = "prometheusremotewrite"
  [outputs.http.headers]
    Content-Type = "application/x-protobuf"
    # X-Scope-OrgID = "lab"
`;
    const { yaml } = convertToYaml(textSource('telegraf.conf', conf), registry, { env: {} });
    expect(yaml).toBe(`outputs:
  - prometheus_remote_write:
      url: http://127.0.0.1:9090/api/v1/write
      # data_format: prometheusremotewrite # is what this output sends
      # headers: # are set by this output
      #   Content-Type: application/x-protobuf
      # X-Scope-OrgID: lab
`);
  });

  it('is found by either name where outputs are chosen, and a table of another format is left alone', () => {
    const both = `${CONF}[[outputs.http]]\n  data_format = "json"\n`;
    const chosen = (...outputFilter: string[]) => configOf(load(both, { outputFilter })).outputs.map(({ id }) => id);
    expect(chosen('http')).toEqual(['prometheus_remote_write', 'http']);
    expect(chosen('prometheus_remote_write')).toEqual(['prometheus_remote_write']);
  });

  it('is refused with what is wrong, in its own words', () => {
    const conf = `${INPUT}[[outputs.http]]
  url = "http://127.0.0.1:9090/api/v1/write"
  data_format = "prometheusremotewrite"
  method = "PUT"
  client_id = "x"
  headers = 5
`;
    expect(errorLines(load(conf))).toEqual([
      expect.stringMatching(/^5:3: outputs\.prometheus_remote_write: unknown option "method"/),
      expect.stringContaining('6:15: outputs.prometheus_remote_write: client_id: Telegraf has this option, Wattbridge has not'),
      expect.stringContaining('7:13: outputs.prometheus_remote_write: "headers" must be'),
    ]);
    expect(errorLines(load('inputs: [mem]\noutputs: [{ http: { data_format: prometheusremotewrite } }]\n', {}, 'p.yaml'))).toEqual([
      expect.stringContaining('use the output prometheus_remote_write'),
    ]);
  });
});
