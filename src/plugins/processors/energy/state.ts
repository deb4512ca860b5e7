import { HostTotal } from '../../../energy/host-total.ts';
import { decodeSeriesState, encodeSeriesState, type SeriesState } from '../../../energy/series-state.ts';
import type { StateSpec } from '../../../queue/store.ts';

/** By series and field. */
export const seriesSpec: StateSpec<SeriesState> = {
  name: 'series',
  version: 1,
  encode: encodeSeriesState,
  decode: (text) => decodeSeriesState(text),
};

/** By the tags that name the host. */
export const hostSpec: StateSpec<HostTotal> = {
  name: 'hosts',
  version: 1,
  encode: (host) => host.encode(),
  decode: (text) => HostTotal.decode(text),
};
