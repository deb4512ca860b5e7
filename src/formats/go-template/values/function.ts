/** Functions and methods that templates call, with the types of what they take in Go's words: Go converts nothing by itself. */
import type { GoTime } from './time.ts';
import type { Dict, Value } from './value.ts';

/** What a function sees of an argument, by the type of its parameter. */
export interface Natives {
  'interface {}': Value;
  string: string;
  bool: boolean;
  int: number;
  int64: bigint;
  float64: number;
  'map[string]interface {}': Dict;
  'time.Time': GoTime;
  'time.Duration': bigint;
}

export type ParameterType = keyof Natives;

export interface GoFunction {
  readonly parameters: readonly ParameterType[];
  /** The type of any number of further arguments. */
  readonly rest: ParameterType | undefined;
  /** Takes what `toNative` (native.ts) makes of the arguments. Throws `CallError`. */
  readonly call: (values: readonly unknown[]) => Value;
}

type Arguments<Types extends readonly ParameterType[]> = { [Place in keyof Types]: Natives[Types[Place]] };

/** A function of these parameters. */
export function fn<const Types extends readonly ParameterType[]>(
  parameters: Types,
  call: (...values: Arguments<Types>) => Value,
): GoFunction {
  return { parameters, rest: undefined, call: (values) => call(...(values as Arguments<Types>)) };
}

/** A function of these parameters and any number of others. */
export function variadic<const Types extends readonly ParameterType[], Rest extends ParameterType>(
  parameters: Types,
  rest: Rest,
  call: (...values: [...Arguments<Types>, ...Natives[Rest][]]) => Value,
): GoFunction {
  return { parameters, rest, call: (values) => call(...(values as [...Arguments<Types>, ...Natives[Rest][]])) };
}
