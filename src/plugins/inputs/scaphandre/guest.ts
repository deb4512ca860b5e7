/**
 * A Scaphandre in a VM (`--vm`) reads one file that `scaphandre qemu` writes on the host: the VM's share of the host's energy, under
 * the name of a processor's socket.
 */
import { DOMAIN, ENERGY, SOCKET, thingsOf, type Snapshot } from './snapshot.ts';

/** What a VM's share is told as, and in which measurement a VM's Scaphandre tells it. */
export const SHARE = 'scaph_share';

/**
 * Whether this scrape is of a VM; undefined when it doesn't say. A host's counters come from the kernel with a line end, which
 * Scaphandre leaves in, so that a blank line follows; the shared file has none. A VM has one socket and no domains.
 */
export function looksLikeGuest(body: Buffer, snapshot: Snapshot): boolean | undefined {
  const sockets = thingsOf(snapshot, SOCKET).filter(({ fields }) => fields.has(ENERGY));
  if (sockets.length === 0) return undefined;
  if (sockets.length > 1 || thingsOf(snapshot, DOMAIN).length > 0) return false;
  const counter = body.indexOf('\nscaph_socket_energy_microjoules{');
  const end = body.indexOf('\n', counter + 1);
  return counter !== -1 && body[end + 1] !== body[end];
}

/** Calls a VM's make-believe socket what it is, in place. */
export function renameShare({ things }: Snapshot): void {
  for (const [id, thing] of things) {
    if (thing.measurement === SOCKET) things.set(id, { ...thing, measurement: SHARE, tags: [] });
  }
}
