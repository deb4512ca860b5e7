/** What `wattbridge sources` finds out about one source. */
export interface Finding {
  /** As people call it: `Scaphandre`. */
  readonly name: string;
  /** `ready`: it can be measured; `blocked`: it is there, and something keeps it from being measured; `absent`: it is not there. */
  readonly status: 'ready' | 'blocked' | 'absent';
  /** What was seen, and where. */
  readonly seen: string;
  readonly measures?: string;
  readonly leavesOut?: string;
  /** What to do about it, where it is blocked; any one of these. */
  readonly ways?: readonly string[];
  /** It is worth reading, and yet says nothing of power. */
  readonly withoutPower?: boolean;
  /** The pipeline that reads it; undefined where another source has to be there too. */
  readonly use?: Use;
}

export interface Use {
  /** In `pipelines/`, without its ending. */
  readonly pipeline: string;
  /** Variables of that pipeline which are not as it has them. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Where to look. */
export interface Places {
  /** What stands for / of the machine that is looked at. */
  readonly root: string;
  readonly sys: string;
  readonly scaphandre: string;
  readonly nodeExporter: string;
}
