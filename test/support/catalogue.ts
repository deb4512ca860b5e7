/** The catalogue of equivalents that ships, for tests. */
import { readFileSync } from 'node:fs';
import type { Catalogue } from '../../src/equivalents/catalogue.ts';
import { readCatalogue } from '../../src/plugins/shared/catalogue.ts';

export const shippedText = readFileSync('config/equivalents.yaml', 'utf8');
export const shippedCatalogue = readGood(shippedText);

/** A catalogue that has to be right. */
export function readGood(text: string): Catalogue {
  const result = readCatalogue(text, 'test.yaml');
  if (result.status === 'bad') throw new Error(result.problems);
  return result.catalogue;
}

/** What is wrong with one; empty when nothing is. */
export function problemsOf(text: string): string {
  const result = readCatalogue(text, 'test.yaml');
  return result.status === 'bad' ? result.problems : '';
}
