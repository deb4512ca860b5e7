/**
 * The five kinds of field value, as small numbers: the hot loops compare and add them.
 * The order is part of `Shape` identity and nothing else.
 */
export const Kind = { Float: 0, Int: 1, Uint: 2, Bool: 3, String: 4 } as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/**
 * A decoded value. The kind says which form to expect: floats are numbers; ints and uints are numbers while they are
 * safe integers and bigints beyond; bools and strings are themselves.
 */
export type FieldValue = number | bigint | string | boolean;

const names = ['float', 'int', 'uint', 'bool', 'string'] as const;

/** The kind's name as users read it: `float`, `int`, `uint`, `bool`, `string`. */
export function kindName(kind: Kind): (typeof names)[number] {
  return names[kind];
}

/** Whether values of this kind are numbers. */
export function isNumeric(kind: Kind): boolean {
  return kind !== Kind.Bool && kind !== Kind.String;
}
