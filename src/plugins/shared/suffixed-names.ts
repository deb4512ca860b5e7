/** Fields whose names are remembered; beyond that all are made anew. */
const MAX_FIELDS = 10_000;

/** The names of what is told of a field, made once: the same texts again and again are compared without a look at their letters. */
export class SuffixedNames {
  readonly #suffixes: readonly string[];
  readonly #byField = new Map<string, readonly string[]>();

  constructor(suffixes: readonly string[]) {
    this.#suffixes = suffixes;
  }

  /** The field's name with each of the suffixes, in their order. */
  of(field: string): readonly string[] {
    const known = this.#byField.get(field);
    if (known !== undefined) return known;
    const names = this.#suffixes.map((suffix) => `${field}${suffix}`);
    if (this.#byField.size >= MAX_FIELDS) this.#byField.clear();
    this.#byField.set(field, names);
    return names;
  }
}
