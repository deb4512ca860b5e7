/**
 * Names plugins apart, as logs, metrics, queues and state know them: `inputs.cpu`, `inputs.cpu::alias`; further ones of the
 * same name get a number. A name depends only on what was written before, so it is stable over restarts.
 */
export class PluginNames {
  readonly #counts = new Map<string, number>();

  /** The name of the next plugin written as `kind.id` with this alias. */
  next(plugin: string, alias: string | undefined): string {
    const name = alias === undefined || alias === '' ? plugin : `${plugin}::${alias}`;
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count === 1 ? name : `${name}#${count}`;
  }
}
