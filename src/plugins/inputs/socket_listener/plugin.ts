import { defineInput } from '../../../pipeline/plugin.ts';
import { SocketListenerOptions } from './config.ts';
import { SocketListener } from './listener.ts';

export const socketListener = defineInput({
  id: 'socket_listener',
  summary: 'Listens for metrics over TCP, UDP and Unix sockets.',
  schema: SocketListenerOptions,
  example: `inputs:
  - socket_listener:
      service_address: "udp://127.0.0.1:8094"
      allowed_sources: [127.0.0.0/8]
`,
  sample: `psu,host=kvm-0,rack=r7 watts=412.5 1767225590000000000
`,
  differences: [
    {
      verdict: 'better',
      why: 'While the outputs are busy a stream is not read, so that its sender has to wait; of datagrams at most 50,000 metrics wait, and what comes beyond is counted.',
    },
    { option: 'service_address', verdict: 'missing', why: 'No `unixgram`, `unixpacket`, `vsock` and raw `ip`: Node has none of them.' },
    { option: 'max_decompression_size', verdict: 'different', why: '16 MiB, Telegraf has 500 MB. A datagram has 64 KiB at most.' },
    { option: 'max_connections', verdict: 'different', why: '0 is 1000, not without end.' },
    { option: 'read_buffer_size', verdict: 'different', why: 'Of udp only.' },
    { option: 'data_format', verdict: 'missing', why: 'Only formats that can be read line by line or message by message.' },
  ],
  create: (config, context) => new SocketListener(config, context),
});
