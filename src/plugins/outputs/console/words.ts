/** What the table says, in the languages it speaks. */
import type { Language } from '../../../equivalents/catalogue.ts';

export interface Words {
  readonly host: string;
  readonly now: string;
  readonly sinceStart: string;
  readonly equals: string;
  readonly recorded: string;
  readonly waiting: string;
  readonly next: string;
  readonly stop: string;
  moreHosts(count: string): string;
  points(count: string): string;
  up(time: string): string;
}

export const words: Readonly<Record<Language, Words>> = {
  en: {
    host: 'host',
    now: 'now',
    sinceStart: 'since start',
    equals: 'which equals',
    recorded: 'recorded',
    waiting: 'waiting for the first watts …',
    next: 'Next: in telegraf.conf, under [[outputs.influxdb]]',
    stop: 'Ctrl-C to stop',
    moreHosts: (count) => `… and ${count} more`,
    points: (count) => `${count} points out`,
    up: (time) => `up ${time}`,
  },
  fr: {
    host: 'hôte',
    now: 'maintenant',
    sinceStart: 'depuis le début',
    equals: 'ce qui équivaut à',
    recorded: 'enregistré',
    waiting: 'en attente des premiers watts …',
    next: 'Ensuite : dans telegraf.conf, sous [[outputs.influxdb]]',
    stop: 'Ctrl-C pour arrêter',
    moreHosts: (count) => `… et ${count} de plus`,
    points: (count) => `${count} points sortis`,
    up: (time) => `en marche depuis ${time}`,
  },
};
