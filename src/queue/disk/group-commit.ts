/** Gathers what is to be written while a write is under way, and writes it as one group: many commits, one sync. */
import type { LetterCounts } from '../store.ts';
import type { Group, IdRange, LetterRow, OutputRow, PayloadRow } from './messages.ts';

/** A payload that is being written. */
export interface NewPayload {
  readonly row: PayloadRow;
  readonly body: Buffer;
}

/** A queue, as a group sees it. */
export interface GroupMember {
  /** What it holds once everything handed over so far is written. */
  readonly outputRow: OutputRow;
  /** Its payloads of the group are on the disk. */
  written(payloads: readonly NewPayload[]): void;
}

/** What the next group will hold. */
export class Draft {
  readonly added = new Map<GroupMember, NewPayload[]>();
  readonly removed: number[] = [];
  readonly tried: number[] = [];
  readonly letters: LetterRow[] = [];
  readonly forgotten: number[] = [];
  readonly #members = new Set<GroupMember>();
  bytes = 0;

  add(member: GroupMember, payload: NewPayload): void {
    const payloads = this.added.get(member) ?? [];
    this.added.set(member, payloads);
    payloads.push(payload);
    this.bytes += payload.body.length;
    this.#members.add(member);
  }

  remove(member: GroupMember, ids: readonly number[]): void {
    this.removed.push(...ids);
    this.#members.add(member);
  }

  /** The draft as it is written, with the counts as they are then. Bodies are copied together, to be handed over as one. */
  toGroup(changes: string): Group {
    const payloads = [...this.added.values()].flat();
    const bodies = Buffer.allocUnsafeSlow(this.bytes);
    let at = 0;
    for (const { body } of payloads) at += body.copy(bodies, at);
    return {
      rows: payloads.map(({ row }) => row),
      bodies,
      removed: rangesOf(this.removed),
      tried: this.tried,
      outputs: Array.from(this.#members, (member) => member.outputRow),
      letters: this.letters,
      forgotten: this.forgotten,
      changes,
    };
  }
}

export interface GroupCommitOptions {
  readonly write: (group: Group) => Promise<ReadonlyMap<string, LetterCounts>>;
  /** State that has changed since the last call; empty when none has. */
  readonly takeChanges: () => string;
  readonly onWritten: (letters: ReadonlyMap<string, LetterCounts>) => void;
}

/** Writes one group at a time; what comes meanwhile makes the next one. */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #draft: Draft | undefined;
  #next = Promise.withResolvers<void>();
  #writing: Promise<void> | undefined;
  #bytesUnderWay = 0;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  /** Bytes of payloads that have been handed over and are not on the disk yet. */
  get unwrittenBytes(): number {
    return this.#bytesUnderWay + (this.#draft?.bytes ?? 0);
  }

  /** Puts what `fill` adds into the next group, all or nothing; resolves when it is on the disk. */
  change(fill: (draft: Draft) => void): Promise<void> {
    this.#draft ??= new Draft();
    fill(this.#draft);
    const { promise } = this.#next;
    if (this.#writing === undefined) this.#write();
    return promise;
  }

  /** Resolves when nothing is being written any more. */
  async idle(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  #write(): void {
    const draft = this.#draft;
    if (draft === undefined) return;
    const { resolve } = this.#next;
    this.#draft = undefined;
    this.#next = Promise.withResolvers();
    this.#bytesUnderWay = draft.bytes;
    this.#writing = this.#finish(draft, resolve);
  }

  async #finish(draft: Draft, resolve: () => void): Promise<void> {
    const letters = await this.#options.write(draft.toGroup(this.#options.takeChanges()));
    this.#writing = undefined;
    this.#bytesUnderWay = 0;
    this.#options.onWritten(letters);
    for (const [member, payloads] of draft.added) member.written(payloads);
    resolve();
    this.#write();
  }
}

/** Ids that follow each other as runs: a lease of a thousand small payloads is removed in one go. */
function rangesOf(ids: readonly number[]): IdRange[] {
  const ranges: [number, number][] = [];
  for (const id of ids) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] + 1 === id) last[1] = id;
    else ranges.push([id, id]);
  }
  return ranges;
}
