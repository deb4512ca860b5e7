/** Go's package `path`, as Sprig offers it, under both of its names. */
import { fn, type GoFunction } from '../values/function.ts';

const change = (work: (path: string) => string): GoFunction => fn(['string'], work);

const base = change(baseOf);
const clean = change(cleaned);
const dir = change((path) => cleaned(path.slice(0, path.lastIndexOf('/') + 1)));
const ext = change((path) => /\.[^./]*$/.exec(path)?.[0] ?? '');
const isAbs = fn(['string'], (path) => path.startsWith('/'));

export const paths: Readonly<Record<string, GoFunction>> = {
  base,
  clean,
  dir,
  ext,
  isAbs,
  osBase: base,
  osClean: clean,
  osDir: dir,
  osExt: ext,
  osIsAbs: isAbs,
};

function baseOf(path: string): string {
  if (path === '') return '.';
  const parts = path.split('/').filter((part) => part !== '');
  return parts.at(-1) ?? '/';
}

/** The shortest path to the same place. */
function cleaned(path: string): string {
  const isRooted = path.startsWith('/');
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!isRooted) kept.push('..');
  }
  return (isRooted ? '/' : '') + kept.join('/') || '.';
}
