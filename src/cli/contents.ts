import type { PipelineConfig } from '../config/pipeline-config.ts';
import { PLUGIN_GROUPS } from '../config/plugin-groups.ts';

/** What a pipeline is made of: `inputs file; processors energy, equivalents; outputs influxdb (2x)`. */
export function contents(config: PipelineConfig): string {
  return PLUGIN_GROUPS.filter((group) => config[group].length > 0)
    .map((group) => `${group} ${idsText(config[group].map(({ id }) => id))}`)
    .join('; ');
}

function idsText(ids: readonly string[]): string {
  return [...new Set(ids)]
    .map((id) => {
      const times = ids.filter((other) => other === id).length;
      return times === 1 ? id : `${id} (${times}x)`;
    })
    .join(', ');
}
