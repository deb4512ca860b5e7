import type { Port } from '../../../pipeline/ports.ts';
import type { Page } from '../../shared/exposition-page/page.ts';

/** A page that outlives a reload with the port that it is shown at: who scrapes right after it finds no gap. */
export class KeptPage implements Port {
  readonly place: string;
  readonly page: Page;

  /** `place` is the page's name. */
  constructor(place: string, page: Page) {
    this.place = place;
    this.page = page;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
