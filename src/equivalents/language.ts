import type { Language } from './catalogue.ts';

/** French where the environment asks for it, as for any program (LC_ALL, LC_MESSAGES, LANG); else English. */
export function languageOf(environment: Readonly<Record<string, string | undefined>>): Language {
  const locale = environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || '';
  return locale.startsWith('fr') ? 'fr' : 'en';
}
