import { defineInput } from '../../../pipeline/plugin.ts';
import { MachineReader } from '../../shared/machine-reader.ts';
import { InternalOptions } from './config.ts';
import { SelfReader } from './self-reader.ts';

export const internal = defineInput({
  id: 'internal',
  summary: 'Tells what this bridge itself is doing, in the measurements in which Telegraf tells it.',
  schema: InternalOptions,
  example: `inputs:
  - internal:
      collect_memstats: false
`,
  sample: `internal_agent,node_version=24.21.0,version=0.1.0 gather_errors=0i,gather_timeouts=0i,metrics_dropped=0i,metrics_gathered=0i,metrics_rejected=0i,metrics_written=0i,write_errors=0i 1796064525000000000
internal_gather,input=mem,version=0.1.0 errors=0i,gather_errors=0i,gather_time_ns=0i,gather_timeouts=0i,metrics_gathered=0i,startup_errors=0i 1796064525000000000
internal_write,output=file,version=0.1.0 buffer_size=0i,errors=0i,metrics_added=0i,metrics_dropped=0i,metrics_filtered=0i,metrics_rejected=0i,metrics_written=0i,startup_errors=0i,write_errors=0i,write_time_ns=0i 1796064525000000000
`,
  differences: [
    {
      verdict: 'different',
      why: '`internal_agent` has the tag `node_version` and not `go_version`; `internal_parser` and `internal_serializer` are not there.',
    },
    { verdict: 'different', why: '`internal_write` has no `buffer_limit`: queues are bounded in bytes.' },
    {
      option: 'collect_memstats',
      verdict: 'different',
      why: 'Only what means the same in Node: no `mallocs`, `frees`, `heap_objects`, `pointer_lookups`, `total_alloc_bytes`, `heap_released_bytes`.',
    },
    { option: 'collect_gostats', verdict: 'missing', why: 'There is no Go runtime here.' },
  ],
  create(config, context) {
    const reader = new SelfReader(config, context);
    return new MachineReader(
      context,
      () => Promise.resolve(reader.read()),
      () => reader.close(),
    );
  },
});
