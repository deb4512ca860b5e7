/** The order in which parameters and arguments may stand. */
import type { Position } from '../errors.ts';
import type { Argument, Parameter } from './tree.ts';

type Fail = (at: Position, message: string) => void;

/** What is wrong with the order of parameters. */
export function checkParameters(parameters: readonly Parameter[], fail: Fail): void {
  let last: 'required' | 'optional' | '*' | '**' = 'required';
  parameters.forEach(({ kind, name, at }, index) => {
    if (last === '**') fail(at, kind === '**' ? 'multiple ** parameters not allowed' : `no parameter may follow **`);
    else if (kind === '*' && last === '*') fail(at, 'multiple * parameters not allowed');
    else if (kind === 'required' && last === 'optional') fail(at, `required parameter may not follow optional`);
    const following = parameters[index + 1]?.kind;
    if (kind === '*' && name === undefined && following !== 'required' && following !== 'optional') {
      fail(at, 'bare * must be followed by keyword-only parameters');
    }
    if (last !== '*' || kind === '**') last = kind;
  });
}

const ORDER: readonly Argument['kind'][] = ['positional', 'named', '*', '**'];
const WORDS = { positional: 'positional argument', named: 'keyword argument', '*': '*args', '**': '**kwargs' };

/** Arguments come in this order: positional ones, named ones, `*args`, `**kwargs`; each name once. */
export function checkArguments(args: readonly Argument[], fail: Fail): void {
  const names = new Set<string>();
  let last: Argument['kind'] = 'positional';
  for (const { kind, name, at } of args) {
    if (kind === last && (kind === '*' || kind === '**')) fail(at, `multiple ${WORDS[kind]} not allowed`);
    if (ORDER.indexOf(kind) < ORDER.indexOf(last)) fail(at, `${WORDS[kind]} may not follow ${last === 'named' ? 'named' : WORDS[last]}`);
    if (kind === 'named' && names.has(name)) fail(at, `keyword argument "${name}" is repeated`);
    if (kind === 'named') names.add(name);
    last = kind;
  }
}
