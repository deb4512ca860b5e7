import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { pipelineJsonSchema } from '../../../src/config/json-schema.ts';
import { errorLines, loadText, testSchemas } from '../../support/config.ts';

const schema = pipelineJsonSchema(testSchemas);
const validate = new Ajv({ allowUnionTypes: true }).compile(schema);

describe('the JSON Schema', () => {
  it.each([
    'inputs: [cpu]\noutputs: [file]\n',
    'agent: { interval: 10s, metric_batch_size: "${N}", round_interval: false }\ninputs:\n  - cpu:\n  - file: { limit: 5, interval: 7 }\noutputs:\n  - influxdb: { database: d, password: "@{env:X}" }\n',
    'x-base: { a: [1] }\ninputs: [cpu]\noutputs: [file]\nprocessors:\naggregators: []\ntests:\n  - { name: a, input: b, expect: c }\n',
    'inputs: [cpu]\noutputs: [file]\nprocessors:\n  - rename: { replace: [{ tag: a, dest: b }], namepass: ["a*"] }\n',
    'inputs: [cpu]\noutputs: [file]\nprocessors:\n  - constant: { fields: { a: 1, b: 1.0, c: x, d: true } }\n',
  ])('accepts what the loader accepts: %j', (text) => {
    expect(errorLines(loadText('a.yaml', text, { env: { N: '5', X: 'x' } }))).toEqual([]);
    validate(parse(text));
    expect(validate.errors).toBeNull();
  });

  it.each([
    'inputs: { cpu: {} }\n',
    'inputs: [cpuu]\n',
    'inputs:\n  - cpu: { percpuu: true }\n',
    'inputs:\n  - cpu: { percpu: "yes" }\n',
    'inputs:\n  - cpu: {}\n    file: {}\n',
    'outputs:\n  - influxdb: {}\n',
    'outputs:\n  - file: { data_format: inflx }\n',
    'outptus: []\n',
    'global_tags: { a: 5 }\n',
    'inputs: [cpu]\noutputs: [file]\nprocessors:\n  - constant: { fields: { a: [1] } }\n',
  ])('refuses what the loader refuses: %j', (text) => {
    expect(errorLines(loadText('a.yaml', text))).not.toEqual([]);
    expect(validate(parse(text))).toBe(false);
  });

  it('has descriptions, defaults and choices, and marks secrets', () => {
    expect(schema).toMatchObject({
      properties: {
        outputs: {
          items: {
            anyOf: [
              {
                properties: {
                  influxdb: {
                    description: 'Writes to InfluxDB.',
                    required: ['database'],
                    properties: {
                      timeout: { description: 'Longest wait.', default: '5s', type: ['string', 'number'] },
                      password: { type: 'string', writeOnly: true },
                    },
                  },
                  file: { properties: { data_format: { enum: ['influx', 'prometheus', 'json'], default: 'influx' } } },
                },
              },
              { enum: ['file', 'influxdb'] },
            ],
          },
        },
      },
    });
  });
});
