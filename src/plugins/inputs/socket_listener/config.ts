import { z } from 'zod';
import { duration, size } from '../../../config/options.ts';
import { serverTlsOptions } from '../../shared/server-tls.ts';
import { lineFormatOptions } from '../../shared/text-format.ts';
import { parseSocketAddress } from './address.ts';
import { encodings } from './decoding.ts';
import { splittingOptions } from './splitting.ts';

/** Connections where the options name no number. */
const MAX_CONNECTIONS = 1000;

export const SocketListenerOptions = z.strictObject({
  service_address: z
    .string()
    .transform((text, context) => {
      const address = parseSocketAddress(text);
      if (typeof address !== 'string') return address;
      context.addIssue({ code: 'custom', message: address });
      return z.NEVER;
    })
    .describe(
      'Where to listen: `tcp://127.0.0.1:8094`, `udp://127.0.0.1:8094` (also `tcp4`, `tcp6`, `udp4`, `udp6`), `unix:///run/meters.sock`. Without a host it is every address of this machine.',
    ),
  socket_mode: z
    .string()
    .regex(/^[0-7]{0,4}$/, 'write permissions as 660')
    .default('')
    .describe('Permissions of a Unix socket in octal digits: `660`.'),
  max_connections: z
    .int()
    .min(0)
    .default(0)
    .transform((count) => count || MAX_CONNECTIONS)
    .describe('Connections at one time, of a stream; what comes beyond is closed. 0: 1000.'),
  read_timeout: duration().prefault('0s').describe('Close a connection on which nothing came for so long; 0: never.'),
  read_buffer_size: size()
    .optional()
    .describe(
      "Bytes that the system keeps for a udp socket until they are read; the system's own number when unset. Of streams nothing is lost, so it changes nothing.",
    ),
  keep_alive_period: duration()
    .optional()
    .describe("Ask a silent TCP connection so often whether it still is; 0: never; the system's own way when unset."),
  content_encoding: z
    .enum(['', ...encodings])
    .default('identity')
    .transform((encoding) => encoding || 'identity')
    .describe('`gzip`, `zlib` or `zstd`: what comes is compressed, a stream as a whole, a datagram by itself.'),
  max_decompression_size: size().prefault('16MiB').describe('Largest datagram once decompressed.'),
  allowed_sources: z.array(z.string()).default([]).describe('Only from these addresses and networks (`10.0.0.0/8`); all when empty.'),
  time_source: z
    .enum(['metric', 'receive_time'])
    .default('metric')
    .describe('`receive_time` puts the time of arrival in place of the times of metrics.'),
  ...splittingOptions,
  ...serverTlsOptions,
  ...lineFormatOptions,
});
export type SocketListenerConfig = z.output<typeof SocketListenerOptions>;
