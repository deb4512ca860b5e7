/**
 * From Scaphandre's metrics to things and processes. A metric's name is taken apart, `scaph_socket_energy_microjoules` into the
 * measurement `scaph_socket` and the field `energy_microjoules`: one point holds all that is known of one thing, and Prometheus,
 * whose names are made of both, shows the names that Scaphandre's own dashboards ask for.
 *
 * Scaphandre orders labels at random, so a series is told by its sorted labels.
 */
import type { ExposedSeries } from '../../../formats/prometheus-text/exposed-series.ts';
import type { Exposition } from '../../../formats/prometheus-text/exposition.ts';
import { compareText } from '../../../metric/text.ts';
import type { Tags } from '../../../metric/series.ts';
import { emptySnapshot, type Snapshot } from './snapshot.ts';

/** What follows from a series' name and labels; null for one that is not Scaphandre's. */
export interface Meaning {
  readonly isProcess: boolean;
  readonly measurement: string;
  readonly field: string;
  readonly tags: Tags;
  readonly labels: ReadonlyMap<string, string>;
  /** Measurement and tags. */
  readonly id: string;
}

export interface SnapshotRead {
  readonly snapshot: Snapshot;
  /** Samples that are not Scaphandre's. */
  readonly foreign: number;
  /** Samples that are no number: NaN, infinities. */
  readonly notFinite: number;
}

const NAME = /^scaph_(?:(host|socket|domain|process|self)_)?(.+)$/;

/** The things and processes of one scrape. */
export function readSnapshot(exposition: Exposition<Meaning | null>): SnapshotRead {
  const snapshot = emptySnapshot();
  let foreign = 0;
  let notFinite = 0;
  for (let at = 0; at < exposition.count; at++) {
    const series = exposition.series[at];
    const value = exposition.value[at];
    if (series.memo === undefined) series.memo = meaningOf(series);
    if (series.memo === null) foreign++;
    else if (!Number.isFinite(value)) notFinite++;
    else add(snapshot, series.memo, value);
  }
  return { snapshot, foreign, notFinite };
}

function meaningOf({ name, labels }: ExposedSeries<Meaning | null>): Meaning | null {
  const [, kind, field] = NAME.exec(name) ?? [];
  if (field === undefined) return null;
  const measurement = kind === undefined ? 'scaph' : `scaph_${kind}`;
  const tags = labels.filter(([, value]) => value !== '').toSorted(([a], [b]) => compareText(a, b));
  return { isProcess: kind === 'process', measurement, field, tags, labels: new Map(tags), id: JSON.stringify([measurement, tags]) };
}

function add({ things, processes }: Snapshot, { isProcess, measurement, field, tags, labels, id }: Meaning, value: number): void {
  const known = isProcess ? processes.get(id) : things.get(id);
  if (known !== undefined) {
    known.fields.set(field, value);
    return;
  }
  const fields = new Map([[field, value]]);
  if (isProcess) processes.set(id, { labels, fields });
  else things.set(id, { measurement, tags, fields });
}
