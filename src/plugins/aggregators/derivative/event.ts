import { isNumeric } from '../../../metric/kind.ts';
import type { Point } from '../../../metric/point.ts';
import { compareTime } from '../../../metric/time.ts';
import { withoutBody } from '../../shared/held-points.ts';

/** The numbers of a series at one time, of one point or of several. */
export class Event {
  readonly #point: Point;
  /** Only where there are several points: mostly there is one, and its names are not looked at before the window ends. */
  #joined: Map<string, number> | undefined;

  constructor(point: Point) {
    this.#point = withoutBody(point);
  }

  get time(): Pick<Point, 'ms' | 'ns'> {
    return this.#point;
  }

  /** Negative, zero or positive as the event was before, at or after the time of the point. */
  compare(point: Point): number {
    return compareTime(this.#point.ms, this.#point.ns, point.ms, point.ns);
  }

  /** Takes the numbers of another point of the same time, over those of the same names. */
  join(point: Point): void {
    this.#joined ??= numbersOf(this.#point, new Map());
    numbersOf(point, this.#joined);
  }

  numbers(): ReadonlyMap<string, number> {
    return this.#joined ?? numbersOf(this.#point, new Map());
  }
}

function numbersOf({ shape, values }: Point, numbers: Map<string, number>): Map<string, number> {
  const { fields } = shape;
  for (let place = 0; place < fields.length; place++) {
    if (isNumeric(fields[place].kind)) numbers.set(fields[place].key.name, Number(values[place]));
  }
  return numbers;
}
