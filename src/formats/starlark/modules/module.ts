import type { Zone } from '../../go-time/zone.ts';
import { Thing, type Value } from '../values/value.ts';

/** A place with its clocks: an IANA name, or none where only the offset is known. */
export interface Location {
  readonly name: string;
  readonly zone: Zone;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What modules need of the world. */
export interface ModuleHost {
  /** The time, as ms since 1970 and the nanoseconds after them. */
  readonly now: () => { readonly ms: number; readonly ns: number };
  /** That of the machine. */
  readonly local: Location;
  log(level: LogLevel, message: string): void;
}

/** What a script can load: values by their names. */
export class Module extends Thing {
  readonly #name: string;
  readonly #members: ReadonlyMap<string, Value>;

  constructor(name: string, members: Readonly<Record<string, Value>>) {
    super();
    this.#name = name;
    this.#members = new Map(Object.entries(members));
  }

  override get type(): string {
    return 'module';
  }

  override repr(): string {
    return `<module "${this.#name}">`;
  }

  override attribute(name: string): Value | undefined {
    return this.#members.get(name);
  }

  override get attributeNames(): readonly string[] {
    return [...this.#members.keys()];
  }
}
