/** The old files of a rotation, named as Telegraf names them: `metrics.2026-11-22-1795367355.lp` beside `metrics.lp`. */
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';

/** Date, Unix seconds, and a number where a second has several. */
const STAMP = /^\d{4}-\d\d-\d\d-(\d+)(?:-(\d+))?$/;

interface Archive {
  readonly name: string;
  readonly seconds: number;
  readonly number: number;
}

/** Where the file goes now: Telegraf's name, with a number when that second has an archive already, which would be overwritten. */
export async function nextArchivePath(path: string, nowMs: number): Promise<string> {
  const seconds = Math.floor(nowMs / 1000);
  const stamp = `${new Date(nowMs).toISOString().slice(0, 10)}-${seconds}`;
  const last = (await archives(path)).findLast((archive) => archive.seconds === seconds);
  return archivePath(path, last === undefined ? stamp : `${stamp}-${last.number + 1}`);
}

/** Removes the oldest archives beyond `keep` (-1: none); the names of those removed. */
export async function removeOldArchives(path: string, keep: number): Promise<string[]> {
  if (keep < 0) return [];
  const all = await archives(path);
  const old = all.slice(0, Math.max(0, all.length - keep)).map(({ name }) => name);
  await Promise.all(old.map((name) => rm(join(dirname(path), name))));
  return old;
}

/** A file's archives, oldest first. */
async function archives(path: string): Promise<Archive[]> {
  const found = (await readdir(dirname(path))).flatMap((name): Archive[] => {
    const match = STAMP.exec(stampOf(path, name));
    return match === null ? [] : [{ name, seconds: Number(match[1]), number: Number(match[2] ?? 1) }];
  });
  return found.sort((a, b) => a.seconds - b.seconds || a.number - b.number);
}

function archivePath(path: string, stamp: string): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}.${stamp}${extension}`;
}

/** The stamp in an archive's name, or what stands in its place in another name. */
function stampOf(path: string, name: string): string {
  const extension = extname(path);
  const stem = `${basename(path, extension)}.`;
  if (!name.startsWith(stem) || !name.endsWith(extension)) return '';
  return name.slice(stem.length, name.length - extension.length);
}
