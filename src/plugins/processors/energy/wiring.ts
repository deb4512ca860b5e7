/** Where readings go: which fields of a shape are integrated, and what a thing's energy adds to: the host it is a sensor of, and the VMs and services it is a process of. */
import { EnergyPoints, energySeries } from '../../../energy/points.ts';
import { matches, type SourceRegistry } from '../../../energy/sources/registry.ts';
import { hostRank, type Scope, type Source } from '../../../energy/sources/source.ts';
import { methods } from '../../../energy/uncertainty.ts';
import type { Interner } from '../../../metric/interner.ts';
import { isNumeric } from '../../../metric/kind.ts';
import type { Series, Tags } from '../../../metric/series.ts';
import type { Shape } from '../../../metric/shape.ts';
import { useSource, type EnergyConfig } from './config.ts';
import { Meter, sourceOf, type MeterOwner } from './meter.ts';
import { PARTS, whole, type Membership, type Whole } from './totals.ts';

export class Wiring {
  readonly #config: EnergyConfig;
  readonly #registry: SourceRegistry;
  readonly #interner: Interner;
  /** By share. */
  readonly #uses: readonly Source[];
  /** One object for each, so that its points are made once. */
  readonly #wholes = new Map<string, Whole>();

  constructor(config: EnergyConfig, registry: SourceRegistry, interner: Interner) {
    this.#config = config;
    this.#registry = registry;
    this.#interner = interner;
    this.#uses = config.shares.map(useSource);
  }

  /** What has been named so far, by key. */
  get wholes(): ReadonlyMap<string, Whole> {
    return this.#wholes;
  }

  /** The meters of a shape: of energy, and of use. */
  meters(shape: Shape, owner: MeterOwner): Meter[] {
    return shape.fields.flatMap(({ key: { name }, kind }, index) => {
      if (!isNumeric(kind)) return [];
      const source = this.#registry.find(shape.series, name);
      const energy = source === undefined ? [] : [this.#energyMeter(shape.series, source, index, owner)];
      return [...energy, ...this.#config.shares.flatMap((_, share) => this.#useMeter(shape.series, name, share, index, owner))];
    });
  }

  #energyMeter(series: Series, source: Source, index: number, owner: MeterOwner): Meter {
    const made = energySeries(this.#interner, series.tags, source);
    const points = this.#points(series, source, made);
    const memberships = this.#memberships(series, source);
    return new Meter({ key: made.id, index, origin: sourceOf(source, series), points, memberships, user: undefined }, owner);
  }

  /** The thing's state is one, whichever of its fields counts; only its points say by which method they were made. */
  #points(series: Series, source: Source, made: Series): EnergyPoints {
    if (!this.#config.uncertainty) return new EnergyPoints(this.#interner, made);
    const tags = { ...source.tags, method: methods[source.reading] };
    return new EnergyPoints(this.#interner, energySeries(this.#interner, series.tags, { ...source, tags }), true);
  }

  #useMeter(series: Series, field: string, share: number, index: number, owner: MeterOwner): Meter[] {
    const use = this.#uses[share];
    if (use.field !== field || use.measurement !== series.measurement || !matches(use, series)) return [];
    const { scope, whole: all } = this.#config.shares[share];
    const of = { ...use, scope };
    const made = energySeries(this.#interner, series.tags, of);
    const points = new EnergyPoints(this.#interner, made);
    const memberships = this.#memberships(series, of);
    const user = { key: made.id, share, host: this.#hostTags(series, use), relative: all === undefined, points, memberships };
    return [new Meter({ key: `use of ${share} ${made.id}`, index, origin: use, points: undefined, memberships: [], user }, owner)];
  }

  /** The tags that name the host of a thing: all that do not name the thing itself. */
  #hostTags(series: Series, { identity, omit = [] }: Pick<Source, 'identity' | 'omit'>): Tags {
    return series.tags.filter(([key]) => !identity.includes(key) && !omit.includes(key));
  }

  /** All that the energy of a thing adds to. */
  #memberships(series: Series, source: Pick<Source, 'name' | 'scope' | 'identity' | 'omit'>): Membership[] {
    const host = this.#hostTags(series, source);
    const rank = hostRank(source.scope);
    const key = [source.scope, ...source.identity.map((tag) => series.tag(tag) ?? '')].join(' ');
    const member = { key, source: source.name, rank };
    const found = this.#config.host_totals && rank > 0 ? [{ whole: this.#whole('host', host), member }] : [];
    if (this.#config.unattributed === source.scope) found.push({ whole: this.#whole(PARTS, host), member });
    for (const { scope, by } of this.#sums(series, source.scope)) {
      found.push({ whole: this.#whole(scope, sorted([...host, ...by])), member });
    }
    return found;
  }

  /** The sums that a thing of this scope is in, with the tags that name them. */
  #sums(series: Series, of: Scope): { readonly scope: Scope; readonly by: Tags }[] {
    return this.#config.sums
      .filter((sum) => sum.of === of)
      .map(({ scope, by }) => ({ scope, by: by.map((tag) => [tag, series.tag(tag) ?? ''] as const) }))
      .filter(({ by }) => by.every(([, value]) => value !== ''));
  }

  #whole(scope: string, tags: Tags): Whole {
    const made = whole(scope, tags);
    const known = this.#wholes.get(made.key);
    if (known !== undefined) return known;
    // Only a cache of names: what is still there is named again in time.
    if (this.#wholes.size >= this.#config.max_series) this.#wholes.clear();
    this.#wholes.set(made.key, made);
    return made;
  }
}

function sorted(tags: Tags): Tags {
  return tags.toSorted(([a], [b]) => (a < b ? -1 : 1));
}
