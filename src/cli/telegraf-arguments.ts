/** Telegraf's command line in ours: one dash or two, and flags that stand for a command of their own. */

/** Telegraf's flags that print something and end, and the command that does it here; the flag's value follows where it has one. */
const COMMANDS: Readonly<Record<string, { readonly command: readonly string[]; readonly hasValue: boolean }>> = {
  '--usage': { command: ['plugins'], hasValue: true },
  '--input-list': { command: ['plugins', 'inputs'], hasValue: false },
  '--output-list': { command: ['plugins', 'outputs'], hasValue: false },
  '--sample-config': { command: ['config', 'create', '--toml'], hasValue: false },
};

const FILTER = /^--(section|input|processor|aggregator|output)-filter$/;

/**
 * The arguments as commander knows them. `options` are the long options there are (`--config`), and whether they take a value: Telegraf
 * reads its flags with one dash too, and `--once=true`, and service files are full of them.
 */
export function fromTelegraf(args: readonly string[], options: ReadonlyMap<string, boolean>): readonly string[] {
  const spelled = args.flatMap((arg) => spell(arg, options));
  for (const [at, flag] of spelled.entries()) {
    const meant = Object.hasOwn(COMMANDS, flag) ? COMMANDS[flag] : undefined;
    if (meant === undefined) continue;
    return [...meant.command, ...(meant.hasValue ? spelled.slice(at + 1, at + 2) : filtersIn(spelled))];
  }
  return spelled;
}

/** `-config` as `--config`, `--usage=cpu` as the two words that it is, `--once=true` as the flag. */
function spell(arg: string, options: ReadonlyMap<string, boolean>): readonly string[] {
  const [, name, value] = /^--?([a-z][a-z-]+)(?:=(.*))?$/s.exec(arg) ?? [];
  const flag = `--${name}`;
  const takesValue = Object.hasOwn(COMMANDS, flag) ? COMMANDS[flag].hasValue : options.get(flag);
  if (takesValue === undefined) return [arg];
  if (value === undefined) return [flag];
  if (takesValue) return [flag, value];
  if (value === 'true') return [flag];
  return value === 'false' ? [] : [arg];
}

/** All that a sample is told. */
function filtersIn(args: readonly string[]): readonly string[] {
  return args.flatMap((arg, at) => (FILTER.test(arg) ? args.slice(at, at + 2) : []));
}
