/** Something that bytes are appended to. */
export interface Target {
  /** Opens it. May be called again, after a failure or when it is open. Throws with a reason that names it. */
  open(): Promise<void>;
  /** Appends all of the bytes, or throws. */
  append(bytes: Buffer): Promise<void>;
  /** Takes the last `append` back, also one that broke off halfway. Undefined where that can't be done. */
  undo?(): Promise<void>;
  close(): Promise<void>;
}
