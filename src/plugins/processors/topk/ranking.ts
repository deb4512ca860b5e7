import type { Aggregation, Group } from './group.ts';

export interface RankingOptions {
  readonly k: number;
  readonly fields: readonly string[];
  readonly aggregation: Aggregation;
  readonly bottomk: boolean;
}

/** Where a group stands by one of the fields. */
export interface Place {
  readonly field: string;
  /** From 1 on. */
  readonly rank: number;
  readonly aggregate: number;
}

/**
 * The groups among the first `k` by at least one field, with their places: those of the first field in their order, then those that
 * only the second one selects, and so on. `groups` in the order of their arrival.
 */
export function rank(groups: readonly Group[], { k, fields, aggregation, bottomk }: RankingOptions): Map<Group, Place[]> {
  const places = new Map<Group, Place[]>();
  // Of equals, the first field takes the one that came first. By every further field the highest take them the other way round than
  // the field before had them, as Telegraf's sort does with up to 20 groups; the lowest leave them.
  let order = bottomk ? groups : groups.toReversed();
  for (const field of fields) {
    const ranked = (bottomk ? order : order.toReversed()).map((group) => ({ group, aggregate: group.aggregate(field, aggregation) }));
    ranked.sort((a, b) => (bottomk ? difference(a.aggregate, b.aggregate) : difference(b.aggregate, a.aggregate)));
    order = ranked.map(({ group }) => group);
    for (const [index, { group, aggregate }] of ranked.slice(0, k).entries()) {
      places.set(group, [...(places.get(group) ?? []), { field, rank: index + 1, aggregate }]);
    }
  }
  return places;
}

/** Not `a - b`, which of two infinities is NaN. */
function difference(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
