/** What Telegraf's TOML parser takes and TOML 1.0 does not, and the other way round (docs/decisions/0190). */
import { describe, expect, it } from 'vitest';
import { withoutComments } from '../../../src/config/toml-text.ts';
import { configOf, errorLines, loadText } from '../../support/config.ts';

const ENDS = '[[inputs.cpu]]\n[[outputs.file]]\n';

/** The options of the override processor that `text` stands for, after an input and an output of two lines. */
function optionsOf(text: string): Record<string, unknown> {
  return configOf(loadText('telegraf.conf', `${ENDS}${text}`)).processors[0].options;
}

describe("what only Telegraf's parser takes", () => {
  it.each([
    ['two options on a line', '[[processors.override]]\n  name_suffix = "_x" alias = "a"\n'],
    ['three, without a blank', '[[processors.override]]\nnamepass=["cpu"]name_suffix="_x"alias="a" # all of it\n'],
    ['options on the line of the table', '[[processors.override]] name_suffix = "_x" alias = "a"\n'],
  ])('is read: %s', (_, text) => {
    expect(optionsOf(text)).toMatchObject({ name_suffix: '_x', alias: 'a' });
  });

  it('is read: an inline table without commas, or with one too many', () => {
    expect(optionsOf(`[[processors.override]]\n  tags = { a = "1" b = "2" }\n`).tags).toEqual({ a: '1', b: '2' });
    expect(optionsOf(`[[processors.override]]\n  tags = { a = "1", b = "2", }\n`).tags).toEqual({ a: '1', b: '2' });
  });

  it('is read: an empty key', () => {
    expect(optionsOf('[[processors.override]]\n  [processors.override.tags]\n    "" = "x"\n').tags).toEqual({ '': 'x' });
  });

  it('keeps places right behind it', () => {
    const text = `${ENDS}[[processors.override]] name_suffix = "_x" nope = 1\n  order = "1" alias = 2\n  wrong = 3\n`;
    expect(errorLines(loadText('telegraf.conf', text))).toEqual([
      '3:44: processors.override: unknown option "nope"',
      '4:11: processors.override: "order" must be a number, not a text',
      '5:3: processors.override: unknown option "wrong"',
    ]);
  });

  it('is no excuse for what neither takes', () => {
    expect(errorLines(loadText('a.conf', `${ENDS}[[inputs.file]]\n  files = ["a" "b"]\n`))).toEqual([
      '4:16: TOML syntax: expected comma (,) token',
    ]);
    expect(errorLines(loadText('a.conf', `${ENDS}[[inputs.file]]\n  limit = 10 s\n`))).toEqual(['4:14: TOML syntax: must be a newline']);
  });

  it('has a bound', () => {
    const many = Array.from({ length: 300 }, (_, index) => `k${index} = "v"`).join(' ');
    expect(errorLines(loadText('a.conf', `${ENDS}[[processors.override]]\n[processors.override.tags]\n${many}\n`))).toEqual([
      `5:${many.indexOf('k201') + 1}: TOML syntax: must be a newline`,
    ]);
  });
});

describe('texts over several lines', () => {
  it('lose all line ends at their beginning, as with Telegraf, and none elsewhere', () => {
    expect(optionsOf(`[[processors.override]]\n  name_suffix = """\n\n\n_x\n"""\n`).name_suffix).toBe('_x\n');
    expect(optionsOf(`[[processors.override]]\n  name_suffix = '''\n\n  _x\n\n'''\n`).name_suffix).toBe('  _x\n\n');
    expect(optionsOf('[[processors.override]]\n  name_suffix = """\\n\n_x"""\n').name_suffix).toBe('\n\n_x');
  });

  it('hold quotes, dotted keys beside them, as in TOML; Telegraf refuses both', () => {
    expect(optionsOf(`[[processors.override]]\n  tags.say = """say "hi" now"""\n`).tags).toEqual({ say: 'say "hi" now' });
  });
});

describe('what only TOML takes, and Telegraf refuses', () => {
  it.each([
    ['a dotted key', 'tags.a = "x"', 'x'],
    ['a key in single quotes', `tags = { 'a' = "x" }`, 'x'],
    ['a tab in a text', 'tags = { a = "x\ty" }', 'x\ty'],
    ['an escape by its byte', String.raw`tags = { a = "\x41" }`, 'A'],
    ['quotes within a text over several lines', `tags = { a = """say "hi" now""" }`, 'say "hi" now'],
  ])('is taken: %s', (_, option, value) => {
    expect(optionsOf(`[[processors.override]]\n  ${option}\n`).tags).toEqual({ a: value });
  });

  it('is taken: a processor with single brackets, and numbers of other bases', () => {
    expect(optionsOf('[processors.override]\n  order = 0x1F\n').order).toBe(31);
  });
});

describe('what both refuse', () => {
  it.each([
    ['a key that is not ASCII', 'é = "x"', '4:3: TOML syntax: unexpected character'],
    ['leading zeros', 'order = 007', '4:11: TOML syntax: leading zeros are not allowed'],
    ['a text without its end', 'name_suffix = "x', '4:19: TOML syntax: unterminated string constant'],
    ['a text without quotes', 'name_suffix = x', '4:17: TOML syntax: unexpected character'],
    [
      'an inline table and a table for the same',
      'tags = { a = "x" }\n  [processors.override.tags]',
      '5:24: TOML syntax: table "processors.override.tags" is there already',
    ],
  ])('is refused: %s', (_, option, error) => {
    expect(errorLines(loadText('telegraf.conf', `${ENDS}[[processors.override]]\n  ${option}\n`))).toEqual([error]);
  });
});

describe('comments', () => {
  const damaged = Buffer.from('# Zeit in Stunden f\xfcr \x01 ${NOPE:?no} "\n', 'latin1').toString('utf8');

  it('harm nothing, whatever they hold', () => {
    const text = `${damaged}${ENDS}[[processors.override]] # "\n  namepass = ["cpu", # \${X:?y}\n   'net', # '\n ] # ]\n`;
    expect(configOf(loadText('a.conf', text)).processors[0].options.namepass).toEqual(['cpu', 'net']);
  });

  it.each([
    ["a = '#'#test", "a = '#'"],
    [`a = '''#'''#test`, `a = '''#'''`],
    ['a = "#"#test', 'a = "#"'],
    ['a = """#"""#test', 'a = """#"""'],
    [String.raw`a = "\""#test`, String.raw`a = "\""`],
    [String.raw`a = """\""""#test`, String.raw`a = """\""""`],
    [`a = """"quoted" #no"""#test`, `a = """"quoted" #no"""`],
    [`a = '''\n# no\n'''\n# yes\nb = 1`, `a = '''\n# no\n'''\n\nb = 1`],
    [String.raw`commands = ["echo \"abc#def\""] # yes`, String.raw`commands = ["echo \"abc#def\""] `],
    ['#\r\na = 1 # x\r\n', '\na = 1 \n'],
    [`don't = 1 # x\nb = '#' # y`, `don't = 1 # x\nb = '#' `],
  ])('are taken out of %j and nothing else', (text, rest) => {
    expect(withoutComments(text)).toBe(rest);
  });

  it('are taken out of a text of megabytes', () => {
    const long = `a = """${'x"\n'.repeat(1_000_000)}""" # c`;
    expect(withoutComments(long)).toBe(long.slice(0, -3));
  });
});

describe('variables in the raw text (--non-strict-env-handling)', () => {
  const load = (text: string, env: Record<string, string>, more = {}) =>
    loadText('telegraf.conf', text, { env, nonStrictEnvHandling: true, ...more });

  it('may stand for numbers, lists, keys and tables, and not in comments', () => {
    const text = `# \${NOPE:?in a comment}\n[agent]\n  metric_batch_size = \${N}\n\${INPUT}\n[[processors.\${P}]]\n  tags = { \${K} = "$K$$" }\n[[outputs.file]]\n`;
    const config = configOf(load(text, { N: '500', P: 'override', K: 'rack', INPUT: '[[inputs.file]]\nfiles = ["a",\n"b"]' }));
    expect(config.agent.metric_batch_size).toBe(500);
    expect(config.inputs[0].options.files).toEqual(['a', 'b']);
    expect(config.processors[0].options.tags).toEqual({ rack: 'rack$' });
  });

  it('are substituted once: what a variable holds is not looked at again', () => {
    expect(
      configOf(load(`${ENDS}[[processors.override]]\nname_suffix = "$A"\n`, { A: '$B', B: 'no' })).processors[0].options.name_suffix,
    ).toBe('$B');
  });

  it('have mistakes shown at the line of the file', () => {
    const text = `[[inputs.cpu]]\n  \${MORE}\n  percpu = "\${Q}"\n[[outputs.file]]\n  limit = \${L}\n`;
    expect(errorLines(load(text, { MORE: '\n\n\n', Q: 'x', L: '-5' }))).toEqual([
      '3:3: inputs.cpu: "percpu" must be true or false, not a text',
      '5:3: outputs.file: "limit" must be more than 0',
    ]);
    expect(errorLines(load(`${ENDS}[agent]\n  interval = \${I}\n`, { I: '10s' }))).toEqual(['4:3: TOML syntax: must be a newline']);
    expect(errorLines(load(`${ENDS}[agent]\n  hostname = "\${I:?is wanted}"\n`, {}))).toEqual([
      '4:15: required variable I is missing a value: is wanted',
    ]);
  });

  it('leave YAML as it is', () => {
    const text = 'inputs: [cpu: { percpu: "${NO}" }]\noutputs: [file]\n';
    expect(configOf(loadText('a.yaml', text, { env: { NO: 'false' }, nonStrictEnvHandling: true })).inputs[0].options.percpu).toBe(false);
  });
});

describe('variables as before Telegraf 1.27 (--old-env-behavior)', () => {
  it('know no $$', () => {
    const text = `${ENDS}[[processors.override]]\n  tags = { a = "my-da$$VAR", b = "my-da$\${VAR}", c = "\${NOPE:-$$}" }\n`;
    const load = (more: object) => configOf(loadText('a.conf', text, { env: { VAR: 'foobar' }, ...more })).processors[0].options.tags;
    expect(load({ oldEnvBehavior: true })).toEqual({ a: 'my-da$foobar', b: 'my-da$foobar', c: '$$' });
    expect(load({ oldEnvBehavior: true, nonStrictEnvHandling: true })).toEqual({ a: 'my-da$foobar', b: 'my-da$foobar', c: '$$' });
    expect(load({})).toEqual({ a: 'my-da$VAR', b: 'my-da${VAR}', c: '$' });
  });
});
