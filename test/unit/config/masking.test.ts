import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDiagnostics } from '../../../src/config/diagnostics.ts';
import { Secret } from '../../../src/config/secret.ts';
import { configOf, loadText, shownErrors } from '../../support/config.ts';

const KEY = 'hunter2hunter2';

describe('secrets', () => {
  it('reach the plugin wrapped, and print as ***', () => {
    const text = 'inputs: [cpu]\noutputs:\n  - influxdb: { database: d, password: "@{env:PW}", kennwort: plain }\n';
    const config = configOf(loadText('a.yaml', text, { env: { PW: KEY } }));
    const { password, kennwort } = config.outputs[0].options;
    expect(password).toBeInstanceOf(Secret);
    expect([password, kennwort].map((one) => (one instanceof Secret ? one.reveal() : one))).toEqual([KEY, 'plain']);
    expect(inspect(config, { depth: 9 }) + JSON.stringify(config) + String(password)).not.toContain(KEY);
  });

  // Each of these has an error on the line of the secret, or at the secret itself.
  it.each([
    ['a known secret on the line of another error', 'a.yaml', `outputs:\n  - influxdb: { kennwort: ${KEY}, buckt: b }`],
    ['a misspelt secret', 'a.yaml', `outputs:\n  - influxdb: { kenwort: ${KEY} }`],
    ['a secret that is no text', 'a.yaml', 'outputs:\n  - influxdb: { password: [hunter2hunter2] }'],
    ['a secret of an unknown plugin', 'a.yaml', `outputs:\n  - kafkaa: { sasl_password: ${KEY} }`],
    ['a password in a URL', 'a.yaml', `outputs:\n  - influxdb: { urls: "http://user:${KEY}@host:8086" }`],
    ['a header', 'a.yaml', `outputs:\n  - influxdb: { headers: { Authorization: "Token ${KEY}" } }`],
    ['a secret in front of a syntax error', 'a.yaml', `outputs:\n  - influxdb: { token: "${KEY}, x: [ }`],
    ['a TOML secret on the line of a syntax error', 'a.conf', `[[outputs.influxdb]]\n  password = "${KEY}\n`],
    ['a TOML secret of the wrong type in a misspelt option', 'a.conf', `[[outputs.influxdb]]\n  pasword = ["${KEY}"]\n`],
    ['a secret from a store for an option that wants something else', 'a.conf', '[[outputs.influxdb]]\n  timeout = "@{env:PW}"\n'],
    ['a secret from a store for a choice', 'a.yaml', 'inputs:\n  - file: { data_format: "@{env:PW}", limit: "@{env:PW}" }'],
  ])('are not shown: %s', (_, file, text) => {
    const shown = shownErrors(loadText(file, text, { env: { PW: KEY } }));
    expect(shown).toContain('^');
    expect(shown).not.toContain(KEY);
  });

  it('leave the caret where it belongs when something before it is masked', () => {
    const lines = shownErrors(
      loadText('a.yaml', `inputs: [cpu]\noutputs:\n  - influxdb: { database: d, password: ${KEY}, buckt: b }`),
    ).split('\n');
    expect(lines[1]).toBe('  3 |   - influxdb: { database: d, password: ***, buckt: b }');
    expect(lines[1].slice(lines[2].indexOf('^')).startsWith('buckt')).toBe(true);
  });

  it('may be told where they come from', () => {
    expect(shownErrors(loadText('a.yaml', 'outputs:\n  - influxdb: { password: "@{env:PW}" }'))).toContain('password: "@{env:PW}"');
  });

  it('are shown by no diagnostic of any damaged file', () => {
    const toml = `[agent]\n  interval = "5s"\n[[inputs.file]]\n  files = ["a"]\n[[outputs.influxdb]]\n  database = "d"\n  password = "${KEY}"\n`;
    const yaml = `agent: { interval: 5s }\ninputs:\n  - file: { files: [a] }\noutputs:\n  - influxdb: { database: d, password: "${KEY}" }\n`;
    const cut = fc.record({
      toml: fc.boolean(),
      at: fc.nat(180),
      remove: fc.nat(3),
      insert: fc.constantFrom('', '"', "'", '{', '[', ']', '\n', '\t', ':', '=', '#', '$', '}'),
    });
    fc.assert(
      fc.property(cut, (damage) => {
        const text = damage.toml ? toml : yaml;
        const damaged = text.slice(0, damage.at) + damage.insert + text.slice(damage.at + damage.remove);
        fc.pre(damaged.includes(KEY) && /\bpassword\b/.test(damaged));
        const result = loadText(damage.toml ? 'a.conf' : 'a.yaml', damaged);
        const shown = 'diagnostics' in result ? formatDiagnostics(result.diagnostics) : result.config.warnings.join('\n');
        expect(shown).not.toContain(KEY);
      }),
      { numRuns: 500 },
    );
  });
});
