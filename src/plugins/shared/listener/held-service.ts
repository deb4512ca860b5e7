/**
 * A plugin's service at a port that two pipelines may hold for a moment: while one takes over from the other, the port stays open, what
 * comes to it waits, and only who serves changes.
 */
import type { HeldPort, Port, PortUser } from '../../../pipeline/ports.ts';

/** A port at which who serves can change while it stays open. */
export interface ServedPort<Service> extends Port {
  /** Hands what comes to this service from now on, first what has waited for one. */
  serve(service: Service): Promise<void> | void;
  /** Lets what comes wait for the next service, if it is this one that serves now. */
  pause(service: Service): void;
}

export class HeldService<Service, P extends ServedPort<Service>> {
  readonly #ports: PortUser;
  #held: HeldPort<P> | undefined;
  #service: Service | undefined;

  constructor(ports: PortUser) {
    this.#ports = ports;
  }

  /** The port, while it is held. */
  get port(): P | undefined {
    return this.#held?.port;
  }

  /** Takes the port ahead of the start; stays without one where the pipeline that is to end has its place: see `PortUser.prepare`. */
  async prepare(name: string, place: Port['place'], open: () => Promise<P>): Promise<void> {
    this.#held = await this.#ports.prepare(name, place, open);
  }

  /** Takes the port, unless `prepare` has it already. Rejects as `open` does. */
  async hold(name: string, open: () => Promise<P>): Promise<P> {
    this.#held ??= await this.#ports.hold(name, open);
    return this.#held.port;
  }

  /** Serves at the port, which must be held. */
  async serve(service: Service): Promise<void> {
    this.#service = service;
    await this.#held?.port.serve(service);
  }

  /** Leaves what comes from now on to the pipeline that holds the port, too; false where none does. */
  pause(): boolean {
    if (this.#held?.isShared !== true) return false;
    if (this.#service !== undefined) this.#held.port.pause(this.#service);
    return true;
  }

  /** Lets go of the port, which closes unless it is shared. */
  async release(): Promise<void> {
    await this.#held?.release();
    this.#held = undefined;
  }
}
