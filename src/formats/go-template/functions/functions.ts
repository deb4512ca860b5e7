import type { GoFunction } from '../values/function.ts';
import { builtins } from './builtins.ts';
import { dates, type TimeHost } from './dates.ts';
import { defaults } from './defaults.ts';
import { dicts } from './dicts.ts';
import { encodings } from './encodings.ts';
import { json } from './json.ts';
import { lists } from './lists.ts';
import { numbers } from './numbers.ts';
import { paths } from './paths.ts';
import { reflection } from './reflection.ts';
import { regexps } from './regexps.ts';
import { strings } from './strings.ts';

/** Go's own functions and Sprig's, which go before them. */
export function allFunctions(host: TimeHost): ReadonlyMap<string, GoFunction> {
  const groups = [builtins, dates(host), defaults, dicts, encodings, json, lists, numbers, paths, reflection, regexps(), strings];
  return new Map(groups.flatMap((group) => Object.entries(group)));
}
