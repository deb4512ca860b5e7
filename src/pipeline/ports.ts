/**
 * Sockets that listen, and what is shown at them. They belong to the process: while one pipeline takes over from another, both hold those
 * that they have in common, so that nobody who connects is refused.
 */
export interface Port {
  /** The number it listens on; of a Unix socket its path. */
  readonly place: number | string;
  close(): Promise<void>;
}

export interface HeldPort<P extends Port> {
  readonly port: P;
  /** Whether another pipeline holds it, too: then it goes on after `release`. */
  readonly isShared: boolean;
  /** Closes the port if nobody holds it any more. */
  release(): Promise<void>;
}

/** The ports of one pipeline. An address that it asks for twice is opened twice, so that the system refuses the second, as it should. */
export interface PortUser {
  /** The port of this name, shared with another pipeline that holds it, or else opened by `open`. Rejects as `open` does. */
  hold<P extends Port>(name: string, open: () => Promise<P>): Promise<HeldPort<P>>;
  /**
   * The same ahead of the start. Undefined where another pipeline has another port in that place (of TLS, say, where this one is plain):
   * that pipeline is about to end, so the place will be free in time.
   */
  prepare<P extends Port>(name: string, place: Port['place'], open: () => Promise<P>): Promise<HeldPort<P> | undefined>;
}

interface Entry {
  readonly port: Port;
  holders: number;
}

/** The ports of a process. */
export class Ports {
  readonly #entries = new Map<string, Entry>();

  /** For one pipeline. */
  user(): PortUser {
    const own = new Set<string>();
    const hold = async <P extends Port>(name: string, open: () => Promise<P>): Promise<HeldPort<P>> => {
      let key = name;
      for (let count = 2; own.has(key); count++) key = `${name}#${count}`;
      own.add(key);
      try {
        return await this.#hold(key, open, () => void own.delete(key));
      } catch (error) {
        own.delete(key);
        throw error;
      }
    };
    return {
      hold,
      prepare: async (name, place, open) => {
        try {
          return await hold(name, open);
        } catch (error) {
          if (this.#isOpenBeside(own, place)) return undefined;
          throw error;
        }
      },
    };
  }

  async #hold<P extends Port>(key: string, open: () => Promise<P>, onRelease: () => void): Promise<HeldPort<P>> {
    const entry = this.#entries.get(key) ?? { port: await open(), holders: 0 };
    this.#entries.set(key, entry);
    entry.holders++;
    return {
      port: entry.port as P,
      get isShared() {
        return entry.holders > 1;
      },
      release: async () => {
        onRelease();
        if (--entry.holders > 0) return;
        this.#entries.delete(key);
        await entry.port.close();
      },
    };
  }

  /** Whether another pipeline than the one with these names has a port in that place. */
  #isOpenBeside(own: ReadonlySet<string>, place: Port['place']): boolean {
    return [...this.#entries].some(([name, { port }]) => port.place === place && !own.has(name));
  }
}
